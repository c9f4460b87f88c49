"""The k most probable joint states of some nodes, everything else summed out (marginal MAP).

Best first: a partial state is worth no more than its own probability times the smallest, over the nodes
still open, of their largest posterior under it. The one worth most is opened next, at the node where
that smallest value lies. What comes out complete is therefore the best that is left. Partial states
of a level are disjoint, so about n_nodes / p are opened before one of probability p appears.

References
----------
Park and Darwiche (2003), Solving MAP exactly using systematic search.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.engine.columns import run_columns
from model.engine.fast import LANES, Variants
from model.inference import Observed
from network.cpds import Array

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

AT_ONCE = LANES - 1
"""Partial states looked at together: with the case itself as many as the kernels handle at a time."""

ALL_BUT_ZERO = 1e-12
"""A probability this small may be a rounding error: such a state is looked at by itself."""


@dataclass(frozen=True)
class JointState:
    """One joint state of the nodes asked for (node to position of its state) and its probability."""

    states: Mapping[str, int]
    probability: float


class _Partial(NamedTuple):
    """Some of the nodes with their states, ordered by what they are worth; `sure` if known to be possible."""

    minus_worth: float
    number: int
    states: dict[int, int]
    probability: float
    sure: bool


def most_probable(
    engine: ExactEngine, evidence: Mapping[str, Observed], nodes: Sequence[str], k: int
) -> tuple[JointState, ...]:
    """Return the k most probable joint states of `nodes` given the evidence, most probable first.

    Fewer are returned if fewer are possible, none if the evidence is impossible.
    """
    compiled = engine.compiled
    hard, soft = compiled.read_evidence(evidence)
    positions = engine.positions(nodes)
    log_evidence = engine.posteriors(evidence, ()).log_evidence
    number = count()  # settles ties, first come first
    heap = [_Partial(-1.0, next(number), {}, 1.0, True)] if log_evidence > -np.inf else []
    found: list[JointState] = []
    while heap and len(found) < k:
        opened: list[_Partial] = []
        while heap and len(opened) < AT_ONCE:
            if opened and len(heap[0].states) == len(positions):
                break
            partial = heapq.heappop(heap)
            if not partial.sure:
                log_joint = _log_joint(engine, evidence, soft, partial.states)
                if log_joint > -np.inf:
                    p = float(np.exp(log_joint - log_evidence))
                    worth = partial.minus_worth * p / partial.probability
                    heapq.heappush(heap, _Partial(worth, partial.number, partial.states, p, True))
            elif len(partial.states) < len(positions):
                opened.append(partial)
            else:
                states = {compiled.names[n]: partial.states[n] for n in positions}
                found.append(JointState(states, partial.probability))
                if len(found) == k:
                    break
        if opened and len(found) < k:
            for partial in _opened(engine, hard, soft, positions, opened, number):
                heapq.heappush(heap, partial)
    return tuple(found)


def _opened(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    positions: Sequence[int],
    opened: Sequence[_Partial],
    number: Iterator[int],
) -> Iterator[_Partial]:
    """Yield the partial states with one node more, of which some may be impossible."""
    cards = engine.compiled.cards
    columns = [{n: np.eye(cards[n])[x] for n, x in partial.states.items()} for partial in opened]
    variants = Variants.of([{}, *columns], max(cards))
    answer = run_columns(engine, hard, soft, [positions], [variants])
    for column, partial in enumerate(opened, start=1):
        open_nodes = [n for n in positions if n not in partial.states]
        beliefs = {n: answer.beliefs[answer.place[n], : cards[n], column] for n in open_nodes}
        branch = min(beliefs, key=lambda n: float(beliefs[n].max()))
        bound = min(float(belief.max()) for belief in beliefs.values())
        for state, belief in enumerate(beliefs[branch].tolist()):
            if belief > 0.0:
                worth = partial.probability * min(belief, bound)
                states = {**partial.states, branch: state}
                sure = partial.sure and belief > ALL_BUT_ZERO
                yield _Partial(-worth, next(number), states, partial.probability * belief, sure)


def _log_joint(
    engine: ExactEngine,
    evidence: Mapping[str, Observed],
    soft: Mapping[int, Array],
    states: Mapping[int, int],
) -> float:
    """Return log P(states, evidence), exactly minus infinity where they are impossible together."""
    observed: dict[str, Observed] = {engine.compiled.names[n]: x for n, x in states.items()}
    with np.errstate(divide="ignore"):
        likelihood = sum(float(np.log(soft[n][x])) for n, x in states.items() if n in soft)
    return engine.posteriors({**evidence, **observed}, ()).log_evidence + likelihood
