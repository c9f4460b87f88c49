"""Wide cases in parts, one for each state of a few nodes.

    P(x | e) = sum over c of P(c | e) P(x | e, c),   P(c | e) in proportion to P(e, c)

Every part is a narrower case. Together they hold about as many numbers as the whole, but one part at a time
stays in the processor's cache, which columns of vectors over the whole do not. Such a case is divided on the
nodes that divide the network best (`cutset`). One that would not even fit into memory is divided on nodes
chosen for it (`dividing_nodes`).

References
----------
Pearl (1988), Probabilistic reasoning in intelligent systems, section 4.3.2: conditioning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.engine.case import prepare
from model.engine.columns import IMPOSSIBLE_CASE, Columns, Wider, of_ratio, run_columns
from model.engine.fast import ANSWERED, IMPOSSIBLE, TOO_WIDE, Nodes, Variants
from model.engine.plan import LARGEST_PLAN
from model.inference import Posteriors
from network.cpds import Array
from network.errors import TooWide

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

WORTH_PARTS, WORTH_PARTS_ALONE = 2**15, 2**17
"""A case of fewer table entries is answered as a whole: in columns, of which sixteen take 4 MB, and alone."""

UNEVEN = 1.5
"""How much larger than the mean part one may be before the case is answered as a whole after all."""

MOST_NODES, MOST_PARTS = 2, 16
"""Of the network's division."""

SMALL_ENOUGH = 2**22
"""Table entries of a part that is not divided further, where the whole, or its columns, are too large."""

MOST_CHOSEN_PARTS = 64

MOST_ENTRIES = 2**29
"""Of the tables of all such parts together: minutes of work, beyond which a case is refused."""


@dataclass(frozen=True)
class Division:
    """A case in parts.

    Parameters
    ----------
    parts : states of the nodes on which it is divided, of each part that likelihoods do not rule out
    log_likelihoods : ndarray of shape (n_parts,), what likelihoods on these nodes say of each part
    rest : likelihoods on other nodes
    """

    parts: Sequence[Mapping[int, int]]
    log_likelihoods: Array
    rest: Mapping[int, Array]

    @classmethod
    def on(cls, nodes: Sequence[int], cards: Sequence[int], soft: Mapping[int, Array]) -> Division:
        """Return the division on these nodes."""
        parts, log_likelihoods = [], []
        for states in product(*(range(cards[node]) for node in nodes)):
            part = dict(zip(nodes, states, strict=True))
            likelihood = prod(float(soft[node][state]) for node, state in part.items() if node in soft)
            if likelihood > 0.0:
                parts.append(part)
                log_likelihoods.append(np.log(likelihood))
        rest = {node: likelihoods for node, likelihoods in soft.items() if node not in nodes}
        return cls(parts, np.array(log_likelihoods), rest)


def posteriors(
    engine: ExactEngine, hard: Mapping[int, int], soft: Mapping[int, Array], targets: Sequence[str] | None
) -> Posteriors:
    """Return P(target | evidence) of variables and of what is read off them, in parts where the case is wide.

    Raises
    ------
    TooWide
        If no few nodes divide it into parts that fit into memory.
    """
    if engine.uses_kernels():
        found, log_evidence, status = _by_kernels(engine, hard, soft, targets)
        if status == ANSWERED:
            return Posteriors(found, log_evidence)
        if status == IMPOSSIBLE:
            return Posteriors({}, -np.inf)
    positions = engine.positions(targets)
    try:
        return engine.by_numpy(hard, soft, positions)
    except TooWide:
        division = _on_chosen(engine, hard, soft, positions)
    answers = [posteriors(engine, {**hard, **part}, division.rest, targets) for part in division.parts]
    shares, log_evidence = _shares(np.array([one.log_evidence for one in answers]) + division.log_likelihoods)
    possible = np.flatnonzero(shares)
    if not len(possible):
        return Posteriors({}, -np.inf)
    marginals = {
        target: mixed(shares[possible], np.array([answers[part].marginals[target] for part in possible]))
        for target in answers[possible[0]].marginals
    }
    return Posteriors(marginals, log_evidence)


def columns(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    wanted: Sequence[Nodes],
    variants: Sequence[Variants],
) -> Columns:
    """Return what `run_columns` does, in parts where the case is wide.

    Raises
    ------
    TooWide
        If no few nodes divide it into parts that fit into memory.
    """
    most = min(_most(engine, hard, WORTH_PARTS), SMALL_ENOUGH)
    try:
        return run_columns(engine, hard, soft, wanted, variants, most)
    except Wider as case:
        narrower = _on_cutset(engine, hard, soft, case.entries, SMALL_ENOUGH)
        if narrower is not None:
            division, most = narrower
            logs, beliefs, place, status = engine.fast.solve_columns(
                hard, division.rest, wanted, variants, most=most, parts=division.parts
            )
            if status == ANSWERED:  # if not, these nodes divide other cases better than this one
                with np.errstate(all="ignore"):  # parts that are impossible, as columns may be
                    ratios = np.exp(logs - logs[:, :1])
                return _together(division, logs[:, 0], ratios, list(beliefs), place)
        if case.entries > SMALL_ENOUGH:  # sixteen columns of it take gigabytes
            return _columns_one_by_one(engine, hard, soft, wanted, variants)
    except TooWide:
        return _columns_one_by_one(engine, hard, soft, wanted, variants)
    try:
        return run_columns(engine, hard, soft, wanted, variants)
    except TooWide:
        return _columns_one_by_one(engine, hard, soft, wanted, variants)


def _columns_one_by_one(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    wanted: Sequence[Nodes],
    variants: Sequence[Variants],
) -> Columns:
    """Return the columns of a case that does not fit into memory as a whole, part after part."""
    named = {int(node) for group in (*wanted, *(some.nodes for some in variants)) for node in group}
    nodes = dividing_nodes(engine, hard, soft, sorted(named), read_off=False)
    if not nodes:
        return run_columns(engine, hard, soft, wanted, variants)
    division = Division.on(nodes, engine.compiled.cards, soft)
    answers = [columns(engine, {**hard, **part}, division.rest, wanted, variants) for part in division.parts]
    logs = np.array([one.log_evidence for one in answers])
    like = next((one for one in answers if len(one.ratio)), IMPOSSIBLE_CASE)
    nothing = np.zeros_like(like.ratio), np.zeros_like(like.beliefs)
    ratios, beliefs = zip(
        *((one.ratio, one.beliefs) if len(one.ratio) else nothing for one in answers), strict=True
    )
    return _together(division, logs, np.array(ratios), beliefs, like.place)


def _together(
    division: Division, logs: Array, ratios: Array, beliefs: Sequence[Array] | Array, place: NDArray[np.int64]
) -> Columns:
    """Return the columns of a case from those of its parts.

    Parameters
    ----------
    logs : ndarray of shape (n_parts,), log P(evidence) without the likelihoods that divide it
    ratios : ndarray of shape (n_parts, n_columns), undefined in an impossible part
    beliefs : for each part, as in `Columns`
    """
    shares, log_evidence = _shares(logs + division.log_likelihoods)
    possible = np.flatnonzero(shares)
    if not len(possible):
        return IMPOSSIBLE_CASE
    ratios = shares[possible, None] * ratios[possible]
    with np.errstate(all="ignore"):  # beliefs that nobody wants, and columns that are impossible in all parts
        joint = sum(
            of_ratio(beliefs[part], ratio) for part, ratio in zip(possible.tolist(), ratios, strict=True)
        )
        ratio = ratios.sum(axis=0)
        return Columns(log_evidence, ratio, joint / ratio, place)


def mixed(shares: Array, answers: Array) -> Array:
    """Return the mean of the answers of the parts; what is certain in every part stays exactly so.

    Parameters
    ----------
    shares : ndarray of shape (n_parts,), summing to one up to rounding
    answers : ndarray of shape (n_parts, ...), probabilities
    """
    mean: Array = np.where((answers == 1.0).all(axis=0), 1.0, np.tensordot(shares, answers, axes=1))
    return mean


def _by_kernels(
    engine: ExactEngine, hard: Mapping[int, int], soft: Mapping[int, Array], targets: Sequence[str] | None
) -> tuple[Mapping[str, Array], float, int]:
    """Return what `FastEngine.solve` does, of a wide case in parts where these are small enough."""
    most = _most(engine, hard, WORTH_PARTS_ALONE)
    found, log_evidence, status = engine.fast.solve(hard, soft, targets, most)
    if status != TOO_WIDE:
        return found, log_evidence, status
    narrower = _on_cutset(engine, hard, soft, log_evidence, LARGEST_PLAN)
    if narrower is None:
        return engine.fast.solve(hard, soft, targets)
    division, most = narrower
    answers, logs, endings = engine.fast.solve_parts(hard, division.rest, division.parts, targets, most)
    if np.any(endings > IMPOSSIBLE):  # these nodes divide other cases better than this one
        return engine.fast.solve(hard, soft, targets)
    shares, log_evidence = _shares(logs + division.log_likelihoods)
    possible = np.flatnonzero(shares)
    if not len(possible):
        return {}, -np.inf, IMPOSSIBLE
    return engine.fast.named(mixed(shares[possible], answers[possible]), targets), log_evidence, ANSWERED


def _most(engine: ExactEngine, hard: Mapping[int, int], worth_parts: int) -> int:
    """Return how many table entries a case may have before parts are thought of.

    Which nodes divide the network is found when it is first needed, for that takes as long as many cases.
    """
    known = vars(engine).get("cutset")
    return worth_parts if known is None or any(node not in hard for node in known) else LARGEST_PLAN


def _on_cutset(
    engine: ExactEngine, hard: Mapping[int, int], soft: Mapping[int, Array], entries: float, largest: int
) -> tuple[Division, int] | None:
    """Return a case of so many table entries in parts, and how many entries a part may have.

    None where there is nothing to divide it on, or the mean part has more than `largest`.
    """
    cards, nodes = engine.compiled.cards, [node for node in engine.cutset if node not in hard]
    mean = entries / prod(cards[node] for node in nodes)
    if not nodes or mean > largest:
        return None
    return Division.on(nodes, cards, soft), int(min(UNEVEN * mean, largest))


def _on_chosen(
    engine: ExactEngine, hard: Mapping[int, int], soft: Mapping[int, Array], targets: Sequence[int]
) -> Division:
    """Return a case that would not fit into memory in parts that do.

    Raises
    ------
    TooWide
        If there are none.
    """
    nodes = dividing_nodes(engine, hard, soft, targets)
    if not nodes:
        prepare(engine.compiled, hard, soft, targets)  # says how wide it is
    return Division.on(nodes, engine.compiled.cards, soft)


def cutset(engine: ExactEngine) -> tuple[int, ...]:
    """Return nodes whose states divide the case without evidence best; none where parts are not worth it.

    What is observed makes a case another one, so this is a guess: whoever divides looks whether the parts of
    the case at hand are small enough.
    """
    # Nodes between are variables here: cases in which something below them is observed are the wide ones.
    cards, targets = engine.compiled.cards, engine.positions(None)
    chosen: dict[int, int] = {}
    entries, widest = _tables(engine, chosen, {}, targets)
    whole = entries
    # As below: what no parts would bring into memory is not worth a search.
    while WORTH_PARTS < entries <= LARGEST_PLAN * MOST_PARTS and len(chosen) < MOST_NODES:
        tried = {node: _tables(engine, {**chosen, node: 0}, {}, targets) for node in widest}
        node = min(tried, key=lambda node: cards[node] * tried[node][0])
        chosen, (entries, widest) = {**chosen, node: 0}, tried[node]
    n_parts = prod(cards[node] for node in chosen)
    return tuple(chosen) if n_parts <= MOST_PARTS and n_parts * entries <= whole else ()


def dividing_nodes(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    targets: Sequence[int],
    read_off: bool = True,
) -> tuple[int, ...]:
    """Return positions of the nodes on which a case is divided, best first.

    None where it is small enough, or where no few nodes make it fit into memory.
    """
    cards = engine.compiled.cards
    chosen: dict[int, int] = {}
    n_parts = 1
    entries, widest = _tables(engine, hard, soft, targets, read_off)
    # A table shrinks by at most the number of parts: what is larger than this is not worth a search.
    while SMALL_ENOUGH < entries <= LARGEST_PLAN * (MOST_CHOSEN_PARTS // n_parts):
        fitting = [node for node in widest if node not in soft and n_parts * cards[node] <= MOST_CHOSEN_PARTS]
        if not fitting:
            break
        given = {**hard, **chosen}
        tried = {
            node: _tables(engine, {**given, node: cards[node] - 1}, soft, targets, read_off)
            for node in fitting
        }
        node = min(fitting, key=lambda node: cards[node] * tried[node][0])
        chosen[node], n_parts = cards[node] - 1, n_parts * cards[node]
        entries, widest = tried[node]
    return tuple(chosen) if entries <= LARGEST_PLAN and n_parts * entries <= MOST_ENTRIES else ()


def _tables(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    targets: Sequence[int],
    read_off: bool = True,
) -> tuple[int, tuple[int, ...]]:
    """Return how many entries the tables of a case have, and the nodes of the largest."""
    case = prepare(engine.compiled, hard, soft, targets, read_off=read_off, limited=False)
    node_of = {variable: node for node, variable in case.factors.variable_of.items()}
    largest = sorted(case.plan.buckets, key=lambda one: one.size)[-1:]
    members = [v for bucket in largest for v in (bucket.variable, *bucket.separator)]
    return case.plan.entries, tuple(node_of[v] for v in members if v in node_of)


def _shares(logs: Array) -> tuple[Array, float]:
    """Return weights in proportion to their logs that sum to one, and the log of the sum of all."""
    largest = logs.max()
    if largest == -np.inf:
        return np.zeros_like(logs), -np.inf
    total = largest + float(np.log(np.exp(logs - largest).sum()))
    return np.exp(logs - total), total
