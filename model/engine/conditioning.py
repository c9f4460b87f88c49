"""Wide cases in parts, one for each state of a few nodes that stand in most of the large tables.

    P(t, f | e) = sum over c of P(c | e) P(t, f | e, c),   P(c | e) in proportion to P(e, c)

Every part is a narrow case. Together they hold about as many numbers as the whole, but one part at a time
stays in the processor's cache, which columns of vectors over the whole do not.

References
----------
Pearl (1988), Probabilistic reasoning in intelligent systems, section 4.3.2: conditioning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from model.engine.case import prepare
from network.cpds import Array
from network.errors import TooWide

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

WORTH_PARTS = 2**15
"""A case of fewer table entries is answered as a whole: sixteen columns of them are 4 MB."""

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
class Part:
    """One part of a case: states of the cutset, as evidence by position, and the log of their likelihood."""

    states: tuple[int, ...]
    hard: Mapping[int, int]
    soft: Mapping[int, Array]
    log_likelihood: float


def parts(
    cards: Sequence[int], hard: Mapping[int, int], soft: Mapping[int, Array], nodes: Sequence[int]
) -> Iterator[Part]:
    """Yield the parts of a case that its likelihoods do not rule out."""
    rest = {node: likelihoods for node, likelihoods in soft.items() if node not in nodes}
    for states in product(*(range(cards[node]) for node in nodes)):
        at = dict(zip(nodes, states, strict=True))
        likelihood = float(np.prod([np.ravel(soft[node])[x] for node, x in at.items() if node in soft]))
        if likelihood > 0.0:
            yield Part(states, {**hard, **at}, rest, float(np.log(likelihood)))


def shares(log_weights: Array) -> tuple[Array, float]:
    """Return weights that sum to one, shape (n_parts,), and the log of the sum of all."""
    largest = log_weights.max()
    total = largest + float(np.log(np.exp(log_weights - largest).sum()))
    return np.exp(log_weights - total), total
