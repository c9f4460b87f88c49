"""One case under many parameter sets: the families that the case reads get an axis over sets.

The kernels solve set after set, each with numbers of its own, on all cores; NumPy passes a row of numbers
for every number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork, Family, compile_family
from model.engine.fast import EXTRA, IMPOSSIBLE, FastEngine
from model.engine.many import ManyPosteriors
from model.engine.plan import LARGEST_PLAN
from model.engine.set_case import SetCase
from model.engine.slicing import relevant_nodes
from model.inference import Observed
from model.threads import all_cores, share
from network.cpds import AnyOf, Array, Cpd, Logistic
from network.errors import NetworkError
from network.structure import Network

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

SETS_AT_ONCE = 64
"""Sets whose numbers a thread holds: some 7 MB."""


def posteriors_of_draws(
    engine: ExactEngine, evidence: Mapping[str, Observed], drawn: Network, targets: Sequence[str]
) -> ManyPosteriors:
    """Return P(target | evidence) under each of many parameter sets.

    Parameters
    ----------
    drawn : Network
        The engine's network with distributions whose arrays carry one leading axis over parameter sets;
        a distribution without that axis is the same in every set.

    Raises
    ------
    NetworkError
        If the nodes differ from the engine's.
    """
    if [node.id for node in drawn.nodes] != list(engine.compiled.names):
        raise NetworkError("the drawn network has other nodes than the engine's. Draw from the same network.")
    return posteriors_of_sets(engine, evidence, {node.id: node.cpd for node in drawn.nodes}, targets)


def posteriors_of_sets(
    engine: ExactEngine, evidence: Mapping[str, Observed], cpds: Mapping[str, Cpd], targets: Sequence[str]
) -> ManyPosteriors:
    """Return P(target | evidence) under each of many parameter sets.

    Parameters
    ----------
    cpds : mapping of node id to its distribution, with a leading axis over sets where they differ
        At least the nodes that the case reads: evidence, targets and everything above them.

    Returns
    -------
    ManyPosteriors
        With one row per parameter set, NaN where the evidence is impossible.
    """
    compiled = engine.compiled
    hard, soft = compiled.read_evidence(evidence)
    positions = engine.positions(targets)
    families = {
        node: set_family(compiled, node, cpds[compiled.names[node]], hard)
        for node in relevant_nodes(compiled, [*hard, *soft, *positions])
    }
    n_sets = max((_n_sets(family) for family in families.values()), default=1)
    if engine.uses_kernels():
        found, log_evidence, status = _by_kernels(engine.fast, families, hard, soft, positions, n_sets)
        left = np.flatnonzero(status > IMPOSSIBLE)  # digits may have cancelled, or a table is too wide
    else:
        found = {node: np.empty((compiled.cards[node], n_sets)) for node in positions}
        log_evidence, left = np.empty(n_sets), np.arange(n_sets)
    if len(left):
        some = {node: _part_of(family, left) for node, family in families.items()}
        rest, log_evidence[left] = SetCase(compiled, hard, soft, some).posteriors(positions, len(left))
        for node in positions:
            found[node][:, left] = rest[node]
    return ManyPosteriors({compiled.names[node]: found[node].T for node in positions}, log_evidence)


def set_family(compiled: CompiledNetwork, node: int, cpd: Cpd, hard: Mapping[int, int]) -> Family:
    """Return a family with an axis over sets, right in the states observed of its parents.

    A logistic condition with ten parents has thousands of rows, of which a case reads a few: only those
    are computed, the others are copies.
    """
    parents = compiled.families[node].parents
    if isinstance(cpd, AnyOf):
        return compiled.families[node]
    if not isinstance(cpd, Logistic):
        return compile_family(node, parents, cpd, compiled.names[node])
    kept = [slice(hard[parent], hard[parent] + 1) if parent in hard else slice(None) for parent in parents]
    small = Logistic(
        cpd.intercepts[(..., *kept[: cpd.n_base])],
        tuple(column[..., rows] for column, rows in zip(cpd.log_odds, kept[cpd.n_base :], strict=True)),
        cpd.n_base,
    )
    family = compile_family(node, parents, small, compiled.names[node])
    assert family.dense is not None
    shape = (cpd.n_states, *cpd.parent_cards, family.dense.shape[-1])
    return replace(family, dense=np.broadcast_to(family.dense, shape))


def _by_kernels(
    fast: FastEngine,
    families: Mapping[int, Family],
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    targets: Sequence[int],
    n_sets: int,
) -> tuple[dict[int, Array], Array, Array]:
    """Return posteriors of shape (n_states, n_sets), log P(evidence), and how each set ended."""
    cards, order = fast.compiled.cards, sorted(set(targets))
    width = sum(cards[node] for node in order)
    answers, wanted = np.empty((n_sets, width + EXTRA)), fast.flags(order)
    states, weights = fast.evidence_arrays(hard, soft)

    def run(part: slice) -> None:
        sets = np.arange(part.start, part.stop)
        pools = _pools(fast, families, hard, sets)
        fast.drive.solve_many(fast.numbers, pools, states, weights, wanted, LARGEST_PLAN, answers[part])

    workers = all_cores()
    share(run, n_sets, min(SETS_AT_ONCE, -(-n_sets // workers)), workers)
    ends = np.cumsum([cards[node] for node in order])
    parts = np.split(answers[:, :width].T, ends[:-1]) if order else []
    return dict(zip(order, parts, strict=True)), answers[:, width], answers[:, width + 1]


def _pools(
    fast: FastEngine, families: Mapping[int, Family], hard: Mapping[int, int], sets: NDArray[np.int64]
) -> Array:
    """Return the kernels' numbers under some sets, shape (n_sets, size of the pool).

    Of a table only the rows of the observed parents' states are written: the case reads no others.
    """
    tables = fast.tables
    pools = np.repeat(fast.pools, len(sets), axis=0)
    for node, whole in families.items():
        family = _part_of(whole, sets)
        offset, first = int(tables.offset[node]), int(tables.first[node])
        if family.dense is not None:
            shape = family.dense.shape[:-1]
            rows = (slice(None), *(hard.get(parent, slice(None)) for parent in family.parents))
            place = pools[:, offset : offset + int(np.prod(shape))].reshape(len(sets), *shape)
            place[(slice(None), *rows)] = np.moveaxis(family.dense[rows], -1, 0)
            continue
        assert family.noisy is not None
        leak = family.noisy.leak  # (n_states, n_sets or 1)
        _put(pools, offset, np.concatenate([leak, np.cumsum(leak, axis=0)]))
        for arc, link in enumerate(family.noisy.links):
            values = link.transpose(1, 0, 2)  # (card, n_states, n_sets or 1)
            both = np.concatenate([values, np.cumsum(values, axis=1)])
            _put(pools, int(tables.arc_at[first + arc]), both.reshape(-1, both.shape[-1]))
    return pools


def _put(pools: Array, offset: int, values: Array) -> None:
    """Write values of shape (size, n_sets or 1) into every pool."""
    pools[:, offset : offset + len(values)] = values.T


def _numbers(family: Family) -> Iterable[Array]:
    """Return the arrays of a family, each with its axis over sets last."""
    if family.dense is not None:
        return (family.dense,)
    assert family.noisy is not None
    return (family.noisy.leak, *family.noisy.links)


def _n_sets(family: Family) -> int:
    """Return over how many sets the numbers of a family go, 1 where they are the same in all."""
    return max(int(values.shape[-1]) for values in _numbers(family))


def _part_of(family: Family, sets: NDArray[np.int64]) -> Family:
    """Return a family with some of its parameter sets."""
    first, *links = (values if values.shape[-1] == 1 else values[..., sets] for values in _numbers(family))
    if family.noisy is None:
        return replace(family, dense=first)
    return replace(family, noisy=replace(family.noisy, leak=first, links=tuple(links)))
