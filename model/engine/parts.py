"""A case whose tables would not fit into memory, in parts: one for each state of a few of its nodes.

    P(x | e) = sum over c of P(c | e) P(x | e, c),   P(c | e) in proportion to P(e, c)

Which nodes divide it depends on the case: the greedy choice is the one that leaves the smallest tables. What
`conditioning` divides is narrower, and divided on the same nodes in every case.

References
----------
Pearl (1988), Probabilistic reasoning in intelligent systems, section 4.3.2: conditioning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from model.engine.case import prepare
from model.engine.plan import LARGEST_PLAN
from model.inference import Observed, Posteriors
from network.cpds import Array

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

SMALL_ENOUGH = 2**22
"""Table entries of a part that is not divided further."""

MOST_PARTS = 64

MOST_ENTRIES = 2**29
"""Of the tables of all parts together: minutes of work, beyond which a case is refused."""


def in_parts(engine: ExactEngine, evidence: Mapping[str, Observed], targets: Sequence[str]) -> Posteriors:
    """Return what `ExactEngine.posteriors` does, of a case that is too wide as a whole.

    Raises
    ------
    TooWide
        If no few nodes divide it into parts that fit into memory.
    """
    names, cards = engine.compiled.names, engine.compiled.cards
    nodes = dividing_nodes(engine, evidence, targets)
    if not nodes:
        return engine.by_numpy(evidence, engine.positions(targets))
    found = [
        engine.posteriors(
            {**evidence, **{names[node]: state for node, state in zip(nodes, states, strict=True)}}, targets
        )
        for states in product(*(range(cards[node]) for node in nodes))
    ]
    logs = np.array([part.log_evidence for part in found])
    largest = logs.max()
    if largest == -np.inf:
        return Posteriors({}, -np.inf)
    weights = np.exp(logs - largest)
    possible = [part for part, weight in zip(found, weights, strict=True) if weight > 0.0]
    marginals: dict[str, Array] = {
        target: mixed(
            weights[weights > 0.0] / weights.sum(), np.array([part.marginals[target] for part in possible])
        )
        for target in targets
    }
    return Posteriors(marginals, float(largest + np.log(weights.sum())))


def mixed(shares: Array, answers: Array) -> Array:
    """Return the mean of the answers of the parts; what is certain in every part stays exactly so.

    Parameters
    ----------
    shares : ndarray of shape (n_parts,), summing to one up to rounding
    answers : ndarray of shape (n_parts, ...), probabilities
    """
    mean: Array = np.where((answers == 1.0).all(axis=0), 1.0, np.tensordot(shares, answers, axes=1))
    return mean


def dividing_nodes(
    engine: ExactEngine, evidence: Mapping[str, Observed], targets: Sequence[str]
) -> tuple[int, ...]:
    """Return positions of the nodes on which a case is divided, best first.

    None where it is small enough, or where no few nodes make it fit into memory.
    """
    hard, soft = engine.compiled.read_evidence(evidence)
    cards, positions = engine.compiled.cards, engine.positions(targets)

    def tables(given: Mapping[int, int]) -> tuple[int, list[int]]:
        """Return how many entries the tables have, and the nodes of the largest."""
        case = prepare(engine.compiled, {**hard, **given}, soft, positions, limited=False)
        node_of = {variable: node for node, variable in case.factors.variable_of.items()}
        bucket = max(case.plan.buckets, key=lambda one: one.size)
        members = [node_of[v] for v in (bucket.variable, *bucket.separator) if v in node_of]
        return case.plan.entries, [node for node in members if node not in soft]

    chosen: dict[int, int] = {}
    n_parts = 1
    entries, widest = tables(chosen)
    # A table shrinks by at most the number of parts: what is larger than this is not worth a search.
    while SMALL_ENOUGH < entries <= LARGEST_PLAN * (MOST_PARTS // n_parts):
        tried = {node: tables({**chosen, node: cards[node] - 1}) for node in widest}
        fitting = [node for node in tried if n_parts * cards[node] <= MOST_PARTS]
        if not fitting:
            break
        node = min(fitting, key=lambda node: cards[node] * tried[node][0])
        chosen[node], n_parts = cards[node] - 1, n_parts * cards[node]
        entries, widest = tried[node]
    return tuple(chosen) if entries <= LARGEST_PLAN and n_parts * entries <= MOST_ENTRIES else ()
