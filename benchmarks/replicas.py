"""The leg-pain network with fewer or more causes: part of it, or copies of parts beside it.

A copy holds some conditions, their `due_to` nodes and whatever hangs on them, with the same numbers. Copies
share the risk factors and the complaint. Links from conditions that are not in the copy are left out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from network.cpds import AnyOf, Cpd, Logistic, NoisyMax, NoisyOr, Table
from network.structure import Network, Node

SHARED = ("risk_factor",)


def replicated(bn: Network, causes: int) -> Network:
    """Return a network with so many conditions and the other cause."""
    conditions = [node.id for node in bn.of_kind("condition")]
    nodes = [node for node in bn.nodes if node.kind in SHARED]
    dues: list[str] = []
    for copy, start in enumerate(range(0, causes, len(conditions))):
        kept = set(conditions[: causes - start])
        nodes += _copy(bn, kept, f"_{copy}" if copy else "", nodes)
        dues += [node.id for node in nodes if node.kind == "due_to" and node.id not in dues]
    complaint = bn.node(str(bn.complaint))
    last = replace(complaint, parents=tuple(dues), cpd=AnyOf(len(dues)))
    return Network(name=f"{causes} causes", nodes=(*nodes, last), version="1", complaint=complaint.id)


def _copy(bn: Network, kept: set[str], suffix: str, shared: Collection[Node]) -> list[Node]:
    """Return the nodes of one copy; the other cause belongs to the first."""
    names = {node.id: node.id for node in shared if node.kind in SHARED}
    copied: list[Node] = []
    for node in bn.nodes:
        if node.id in names or node.kind == "complaint" or (node.kind == "condition" and node.id not in kept):
            continue
        within = [parent for parent in node.parents if parent in names]
        rooted = node.kind == "condition" or (node.id == "other_cause" and not suffix)
        if not rooted and all(names[p] == p and bn.node(p).kind in SHARED for p in within):
            continue
        if node.kind in ("due_to", "drug_induced") and node.parents[0] not in names:
            continue
        lost = [place for place, parent in enumerate(node.parents) if parent not in names]
        names[node.id] = node.id + suffix
        parents = tuple(names[parent] for parent in within)
        copied.append(
            replace(node, id=names[node.id], parents=parents, cpd=_without(node.cpd, lost), figures=())
        )
    return copied


def _without(cpd: Cpd, lost: list[int]) -> Cpd:
    """Return the distribution with some parents fixed in their first state."""
    kept = [place for place in range(len(cpd.parent_cards)) if place not in lost]
    if not lost:
        return cpd
    if isinstance(cpd, AnyOf):
        return AnyOf(len(kept))
    if isinstance(cpd, NoisyOr | NoisyMax):
        return type(cpd)(cpd.leak, tuple(cpd.links[place] for place in kept))
    if isinstance(cpd, Logistic):
        base = [place for place in kept if place < cpd.n_base]
        intercepts = cpd.intercepts[tuple(slice(None) if p in kept else 0 for p in range(cpd.n_base))]
        columns = tuple(cpd.log_odds[place - cpd.n_base] for place in kept if place >= cpd.n_base)
        return Logistic(np.asarray(intercepts), columns, len(base))
    assert isinstance(cpd, Table)
    values = cpd.values[
        (slice(None), *(slice(None) if p in kept else 0 for p in range(len(cpd.parent_cards))))
    ]
    return Table(np.ascontiguousarray(values), len(kept))
