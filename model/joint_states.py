"""The k most probable joint states of some nodes, for an engine that answers one case at a time.

Best first: the partial state of the largest probability is opened next, at the open node whose likeliest
state is least likely, with one more query. No state below it can be more probable than the partial state
itself, so what comes out complete is the best that is left. About n_nodes / p queries find a state of
probability p.

References
----------
Park and Darwiche (2003), Solving MAP exactly using systematic search.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from itertools import count

from model.engine.most_probable import JointState
from model.inference import Engine, Observed


def joint_states(
    engine: Engine, evidence: Mapping[str, Observed], nodes: Sequence[str], k: int
) -> tuple[JointState, ...]:
    """Return the k most probable joint states of nodes given the evidence, most probable first.

    Parameters
    ----------
    engine : any; it is asked one query after another
    nodes : ids of binary nodes or others; what is entered of them stands in every state

    Returns
    -------
    tuple of JointState
        Fewer than k where fewer are possible, none where the evidence is impossible.
    """
    entered = {node: state for node, state in evidence.items() if node in nodes and isinstance(state, int)}
    turn = count()  # settles ties, first come first
    heap: list[tuple[float, int, dict[str, int]]] = [(-1.0, next(turn), entered)]
    found: list[JointState] = []
    while heap and len(found) < k:
        minus_p, _, states = heapq.heappop(heap)
        left = [node for node in nodes if node not in states]
        if not left:
            found.append(JointState({node: states[node] for node in nodes}, -minus_p))
            continue
        answer = engine.posteriors({**evidence, **states}, left)
        if not answer.possible:
            continue
        opened = min(left, key=lambda node: float(answer.marginals[node].max()))
        for state, p in enumerate(answer.marginals[opened].tolist()):
            if p > 0.0:
                heapq.heappush(heap, (minus_p * p, next(turn), {**states, opened: state}))
    return tuple(found)
