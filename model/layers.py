"""A network in layers: which nodes stand side by side, and in which order, so that few arcs cross.

A network whose nodes have kinds is laid out by kind, from what comes first (risk factors) to what is seen
last (tests). A network without kinds is laid out by depth: every node stands behind all of its parents.

The order is improved by sweeps to and fro: each node moves to the mean place of its neighbours in other
layers.

References
----------
Sugiyama, Tagawa and Toda (1981), Methods for visual understanding of hierarchical system structures.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from itertools import groupby

from network.structure import Network

ORDER = (
    ("risk_factor",),
    ("condition",),
    ("due_to",),
    ("latent", "drug_induced", "complaint", "heading", "auxiliary"),
    ("symptom",),
    ("sign",),
    ("test", "context"),
)
"""Kinds of node by layer, first to last."""

SWEEPS = 12

Layers = tuple[tuple[str, ...], ...]


def layers(network: Network) -> Layers:
    """Return the layers of a network, each a tuple of node ids in an order in which few arcs cross.

    Empty layers are left out; every node stands in exactly one.
    """
    start = _by_kind(network) or _by_depth(network)
    return _uncrossed(network, start)


def crossings(network: Network, layout: Layers) -> int:
    """Return how many pairs of arcs between the same two layers cross."""
    place = _places(layout)
    between: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for node in network.nodes:
        for parent in node.parents:
            (low, a), (high, b) = sorted((place[parent], place[node.id]))
            if low != high:
                between.setdefault((low, high), []).append((a, b))
    return sum(_inversions(arcs) for arcs in between.values())


def _inversions(arcs: list[tuple[float, float]]) -> int:
    """Return how many pairs are in one order at one end and in the other order at the other end."""
    total = 0
    passed: list[float] = []
    for _, group in groupby(sorted(arcs), key=lambda arc: arc[0]):
        ends = [end for _, end in group]
        total += sum(len(passed) - bisect_right(passed, end) for end in ends)
        for end in ends:
            insort(passed, end)
    return total


def _by_kind(network: Network) -> Layers:
    """Return the nodes by the layer of their kind, nothing where a kind has no layer."""
    layer_of = {kind: number for number, kinds in enumerate(ORDER) for kind in kinds}
    if any(node.kind not in layer_of for node in network.nodes):
        return ()
    found: list[list[str]] = [[] for _ in ORDER]
    for node in network.nodes:
        found[layer_of[node.kind]].append(node.id)
    return tuple(tuple(layer) for layer in found if layer)


def _by_depth(network: Network) -> Layers:
    """Return the nodes by the length of the longest path that leads to them."""
    depth: dict[str, int] = {}
    for node in network.nodes:
        depth[node.id] = 1 + max((depth[parent] for parent in node.parents), default=-1)
    ordered = sorted(depth, key=depth.__getitem__)
    return tuple(tuple(group) for _, group in groupby(ordered, key=depth.__getitem__))


def _uncrossed(network: Network, start: Layers) -> Layers:
    """Return the best of the orders that the sweeps pass through."""
    near = _neighbours(network, start)
    best, fewest = start, crossings(network, start)
    current = [list(layer) for layer in start]
    for sweep in range(SWEEPS):
        order = range(len(current)) if sweep % 2 == 0 else range(len(current) - 1, -1, -1)
        for number in order:
            place = {node: at for layer in current for node, at in _spread(layer).items()}
            means = {node: _mean_place(node, near[node], place) for node in current[number]}
            current[number].sort(key=means.__getitem__)
        found = tuple(tuple(layer) for layer in current)
        count = crossings(network, found)
        if count < fewest:
            best, fewest = found, count
    return best


def _neighbours(network: Network, layout: Layers) -> dict[str, list[str]]:
    """Return parents and children that stand in another layer."""
    place = _places(layout)
    return {
        node.id: [
            other
            for other in (*node.parents, *network.children[node.id])
            if place[other][0] != place[node.id][0]
        ]
        for node in network.nodes
    }


def _mean_place(node: str, near: Sequence[str], place: Mapping[str, float]) -> float:
    """Return where a node's neighbours stand on average; its own place where it has none."""
    return sum(place[other] for other in near) / len(near) if near else place[node]


def _spread(layer: Sequence[str]) -> dict[str, float]:
    """Return places between 0 and 1, so that layers of unlike length can be compared."""
    return {node: (position + 0.5) / len(layer) for position, node in enumerate(layer)}


def _places(layout: Layers) -> dict[str, tuple[int, float]]:
    """Return the layer of each node and its place in it."""
    return {node: (number, at) for number, layer in enumerate(layout) for node, at in _spread(layer).items()}
