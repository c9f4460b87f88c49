"""Wide cases in parts, one for each state of a few nodes that stand in most of the large tables.

    P(x | e) = sum over c of P(c | e) P(x | e, c),   P(c | e) in proportion to P(e, c)

Every part is a narrow case. Together they hold about as many numbers as the whole, but one part at a time
stays in the processor's cache, which columns of vectors over the whole do not.

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

from model.engine.case import prepare
from model.engine.columns import IMPOSSIBLE_CASE, Columns, Wider, of_ratio, run_columns
from model.engine.fast import ANSWERED, IMPOSSIBLE, TOO_WIDE, Nodes, Variants
from model.engine.parts import mixed
from model.engine.plan import LARGEST_PLAN
from network.cpds import Array
from network.errors import TooWide

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

WORTH_PARTS, WORTH_PARTS_ALONE = 2**15, 2**17
"""A case of fewer table entries is answered as a whole: in columns, of which sixteen take 4 MB, and alone."""

UNEVEN = 1.5
"""How much larger than the mean part one may be before the case is answered as a whole after all."""

MOST_NODES, MOST_PARTS = 2, 16


def cutset(engine: ExactEngine) -> tuple[int, ...]:
    """Return nodes whose states divide the case without evidence best; none where parts are not worth it.

    What is observed makes a case another one, so this is a guess: whoever divides looks whether the parts of
    the case at hand are small enough.
    """
    cards = engine.compiled.cards
    chosen: tuple[int, ...] = ()
    try:
        entries, widest = _plan(engine, chosen)
        whole = entries
        while entries > WORTH_PARTS and len(chosen) < MOST_NODES:
            tried = {node: _plan(engine, (*chosen, node)) for node in widest}
            node = min(tried, key=lambda node: cards[node] * tried[node][0])
            chosen, (entries, widest) = (*chosen, node), tried[node]
    except TooWide:
        return ()
    n_parts = prod(cards[node] for node in chosen)
    return chosen if n_parts <= MOST_PARTS and n_parts * entries <= whole else ()


def _plan(engine: ExactEngine, given: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """Return the entries of all tables, and the nodes of the largest."""
    case = prepare(engine.compiled, dict.fromkeys(given, 0), {}, engine.positions(None))
    plan, node_of = case.plan, {variable: node for node, variable in case.factors.variable_of.items()}
    largest = sorted(plan.buckets, key=lambda one: one.size)[-1:]
    members = [v for bucket in largest for v in (bucket.variable, *bucket.separator)]
    return plan.entries, tuple(node_of[v] for v in members if v in node_of)


@dataclass(frozen=True)
class Division:
    """A case in parts.

    Parameters
    ----------
    parts : states of the nodes on which it is divided, of each part that likelihoods do not rule out
    log_likelihoods : ndarray of shape (n_parts,), what likelihoods on these nodes say of each part
    rest : likelihoods on other nodes
    most : table entries that a part may have, or there is nothing won
    """

    parts: Sequence[Mapping[int, int]]
    log_likelihoods: Array
    rest: Mapping[int, Array]
    most: int


def posteriors(
    engine: ExactEngine, hard: Mapping[int, int], soft: Mapping[int, Array], targets: Sequence[str] | None
) -> tuple[Mapping[str, Array], float, int]:
    """Return what `FastEngine.solve` does, of a wide case in parts where these are small enough."""
    most = _most(engine, hard, WORTH_PARTS_ALONE)
    found, log_evidence, status = engine.fast.solve(hard, soft, targets, most)
    if status != TOO_WIDE:
        return found, log_evidence, status
    division = _divided(engine, hard, soft, log_evidence)
    if division is None:
        return engine.fast.solve(hard, soft, targets)
    answers, logs, endings = engine.fast.solve_parts(
        hard, division.rest, division.parts, targets, division.most
    )
    if np.any(endings > IMPOSSIBLE):  # these nodes divide other cases better than this one
        return engine.fast.solve(hard, soft, targets)
    shares, log_evidence = _shares(logs + division.log_likelihoods)
    possible = np.flatnonzero(shares)
    if not len(possible):
        return {}, -np.inf, IMPOSSIBLE
    return engine.fast.named(mixed(shares[possible], answers[possible]), targets), log_evidence, ANSWERED


def columns(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    wanted: Sequence[Nodes],
    variants: Sequence[Variants],
) -> Columns:
    """Return what `run_columns` does, of a wide case in parts where these are small enough."""
    try:
        return run_columns(engine, hard, soft, wanted, variants, _most(engine, hard, WORTH_PARTS))
    except Wider as case:
        division = _divided(engine, hard, soft, case.entries)
    if division is None:
        return run_columns(engine, hard, soft, wanted, variants)
    logs, beliefs, place, status = engine.fast.solve_columns(
        hard, division.rest, wanted, variants, most=division.most, parts=division.parts
    )
    if status != ANSWERED:  # these nodes divide other cases better than this one
        return run_columns(engine, hard, soft, wanted, variants)
    shares, log_evidence = _shares(logs[:, 0] + division.log_likelihoods)
    possible = np.flatnonzero(shares)
    if not len(possible):
        return IMPOSSIBLE_CASE
    ratios = shares[possible, None] * np.exp(logs[possible] - logs[possible, :1])
    with np.errstate(all="ignore"):  # beliefs that nobody wants, and columns that are impossible in all parts
        joint = sum(of_ratio(beliefs[part], ratio) for part, ratio in zip(possible, ratios, strict=True))
        ratio = ratios.sum(axis=0)
        return Columns(log_evidence, ratio, joint / ratio, place)


def _most(engine: ExactEngine, hard: Mapping[int, int], worth_parts: int) -> int:
    """Return how many table entries a case may have before parts are thought of.

    Which nodes divide the network is found when it is first needed, for that takes as long as many cases.
    """
    known = vars(engine).get("cutset")
    return worth_parts if known is None or any(node not in hard for node in known) else LARGEST_PLAN


def _divided(
    engine: ExactEngine, hard: Mapping[int, int], soft: Mapping[int, Array], entries: float
) -> Division | None:
    """Return the parts of a case of so many table entries, None where there is nothing to divide it on."""
    cards, nodes = engine.compiled.cards, [node for node in engine.cutset if node not in hard]
    mean = entries / prod(cards[node] for node in nodes)
    if not nodes or mean > LARGEST_PLAN:
        return None
    parts, log_likelihoods = [], []
    for states in product(*(range(cards[node]) for node in nodes)):
        part = dict(zip(nodes, states, strict=True))
        likelihood = prod(float(soft[node][state]) for node, state in part.items() if node in soft)
        if likelihood > 0.0:
            parts.append(part)
            log_likelihoods.append(np.log(likelihood))
    rest = {node: likelihoods for node, likelihoods in soft.items() if node not in nodes}
    return Division(parts, np.array(log_likelihoods), rest, int(min(UNEVEN * mean, LARGEST_PLAN)))


def _shares(logs: Array) -> tuple[Array, float]:
    """Return weights in proportion to their logs that sum to one, and the log of the sum of all."""
    largest = logs.max()
    if largest == -np.inf:
        return np.zeros_like(logs), -np.inf
    total = largest + float(np.log(np.exp(logs - largest).sum()))
    return np.exp(logs - total), total
