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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from model.engine.columns import run_columns
from model.inference import Observed

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

AT_ONCE = 16
"""Partial states looked at together: the kernels handle so many columns at a time."""


@dataclass(frozen=True)
class JointState:
    """One joint state of the nodes asked for (node to position of its state) and its probability."""

    states: Mapping[str, int]
    probability: float


def most_probable(
    engine: ExactEngine, evidence: Mapping[str, Observed], nodes: Sequence[str], k: int
) -> tuple[JointState, ...]:
    """Return the k most probable joint states of `nodes` given the evidence, most probable first.

    Fewer are returned if fewer are possible, none if the evidence is impossible.
    """
    compiled = engine.compiled
    hard, soft = compiled.read_evidence(evidence)
    positions = engine.positions(nodes)
    number = count()  # settles ties, first come first
    # Each entry: minus the bound, its number, the partial state, its probability.
    heap: list[tuple[float, int, dict[int, int], float]] = [(-1.0, next(number), {}, 1.0)]
    found: list[JointState] = []
    while heap and len(found) < k:
        opened: list[tuple[float, int, dict[int, int], float]] = []
        while heap and len(opened) < AT_ONCE:
            if len(heap[0][2]) == len(positions):
                if opened:
                    break
                _, _, partial, probability = heapq.heappop(heap)
                found.append(JointState({compiled.names[n]: partial[n] for n in positions}, probability))
                if len(found) == k:
                    return tuple(found)
                continue
            opened.append(heapq.heappop(heap))
        if not opened:
            break
        columns = [{n: np.eye(compiled.cards[n])[x] for n, x in entry[2].items()} for entry in opened]
        answer = run_columns(engine, hard, soft, positions, columns)
        if answer.log_evidence == -np.inf:
            return ()
        for column, (_, _, partial, probability) in enumerate(opened):
            beliefs = {n: answer.beliefs[n][:, column] for n in positions if n not in partial}
            branch = min(beliefs, key=lambda n: float(beliefs[n].max()))
            bound = min(float(b.max()) for b in beliefs.values())
            for state, belief in enumerate(beliefs[branch]):
                worth = probability * min(float(belief), bound)
                if belief > 0.0:
                    entry = (-worth, next(number), {**partial, branch: state}, probability * float(belief))
                    heapq.heappush(heap, entry)
    return tuple(found)
