"""One case under many parameter sets: the plan is made once, every number becomes a row of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from model.engine.compile import CompiledNetwork, Family, is_noisy, noisy_form
from model.engine.many import ManyPosteriors
from model.engine.slicing import relevant_nodes
from model.inference import Observed
from network.cpds import Array, Cpd, Logistic
from network.errors import NetworkError
from network.structure import Network

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

DRAWS_AT_ONCE = 128
"""Parameter sets handled together: 1 KB a number, so that tables of a few thousand entries stay in cache."""


def posteriors_of_draws(
    engine: ExactEngine, evidence: Mapping[str, Observed], drawn: Network, targets: Sequence[str]
) -> ManyPosteriors:
    """Return P(target | evidence) under each of many parameter sets.

    Parameters
    ----------
    drawn : Network
        The engine's network with distributions whose arrays carry one leading axis over parameter sets;
        a distribution without that axis is the same in every set.

    Returns
    -------
    ManyPosteriors
        With one row per parameter set.

    Raises
    ------
    NetworkError
        If the nodes differ from the engine's.
    """
    compiled = engine.compiled
    if [node.id for node in drawn.nodes] != list(compiled.names):
        raise NetworkError("the drawn network has other nodes than the engine's. Draw from the same network.")
    hard, soft = compiled.read_evidence(evidence)
    positions = engine.positions(targets)
    relevant = relevant_nodes(compiled, [*hard, *soft, *positions])
    families = {node: sliced_family(compiled, node, drawn.nodes[node].cpd, hard) for node in relevant}
    n_draws = max((_n_sets(family) for family in families.values()), default=1)
    answers = {node: np.full((n_draws, compiled.cards[node]), np.nan) for node in positions}
    log_evidence = np.full(n_draws, -np.inf)
    for start in range(0, n_draws, DRAWS_AT_ONCE):
        part = slice(start, min(start + DRAWS_AT_ONCE, n_draws))
        some = {node: _part(family, part) for node, family in families.items()}
        case, up, down = engine.solve(hard, soft, positions, read_off=False, families=some)
        if up is None or down is None:
            continue
        log_evidence[part] = up.log_z + case.factors.log_scale
        for node in positions:
            if node in case.factors.certain:
                answers[node][part] = np.eye(compiled.cards[node])[case.factors.certain[node]]
            else:
                belief = np.maximum(down.beliefs[case.factors.variable_of[node]], 0.0)
                total = belief.sum(axis=0)
                answers[node][part] = (belief / np.where(total > 0.0, total, np.nan)).T
    for node in positions:
        answers[node][log_evidence == -np.inf] = np.nan
    return ManyPosteriors({compiled.names[node]: answers[node] for node in positions}, log_evidence)


def sliced_family(compiled: CompiledNetwork, node: int, cpd: Cpd, hard: Mapping[int, int]) -> Family:
    """Return a family with the observed parents taken out before any table is written.

    A logistic condition with ten parents has thousands of entries, times a thousand parameter sets; with
    age, sex and a few risk factors known it has a few hundred.
    """
    parents = compiled.families[node].parents
    if is_noisy(cpd):
        return Family(node, parents, None, noisy_form(cpd))
    free = tuple(parent for parent in parents if parent not in hard)
    if isinstance(cpd, Logistic):
        cpd = _sliced_logistic(cpd, [hard.get(parent) for parent in parents])
        table = cpd.table()
        batched = table.ndim > 1 + len(free)
    else:
        table = np.asarray(cpd.table(), dtype=float)
        batched = table.ndim > 1 + len(parents)
        states = [hard.get(parent) for parent in parents]
        table = table[(..., slice(None), *(slice(None) if s is None else s for s in states))]
    return Family(node, free, np.moveaxis(table, 0, -1) if batched else table[..., None], None)


def _sliced_logistic(cpd: Logistic, states: Sequence[int | None]) -> Logistic:
    """Return a logistic distribution with the parents whose state is given taken in."""
    base, rest = states[: cpd.n_base], states[cpd.n_base :]
    intercepts = cpd.intercepts[(..., *(slice(None) if s is None else s for s in base))]
    n_base = sum(s is None for s in base)
    log_odds = []
    for column, state in zip(cpd.log_odds, rest, strict=True):
        if state is None:
            log_odds.append(column)
            continue
        shift = np.asarray(column[..., state])
        if shift.ndim and intercepts.ndim == n_base:
            intercepts = intercepts[None]
        intercepts = intercepts + shift.reshape((*shift.shape, *(1,) * n_base))
    return Logistic(intercepts, tuple(log_odds), n_base)


def _n_sets(family: Family) -> int:
    if family.dense is not None:
        return int(family.dense.shape[-1])
    assert family.noisy is not None
    return max(int(values.shape[-1]) for values in (family.noisy.leak, *family.noisy.links))


def _part(family: Family, part: slice) -> Family:
    """Return a family with some of its parameter sets."""

    def cut(values: Array) -> Array:
        return values if values.shape[-1] == 1 else values[..., part]

    if family.dense is not None:
        return replace(family, dense=cut(family.dense))
    assert family.noisy is not None
    noisy = replace(
        family.noisy, leak=cut(family.noisy.leak), links=tuple(cut(link) for link in family.noisy.links)
    )
    return replace(family, noisy=noisy)
