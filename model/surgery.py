"""Networks changed on purpose: arcs cut for an intervention, auxiliary nodes added for a joint question.

A network is never mutated. Each changed one is made once, compiled once, and kept for the next question of
the same kind (per content of the network, change, and kind of engine).

References
----------
Pearl (2009), Causality, second edition, chapter 3 (interventions as surgery on the graph).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from model.inference import Engine
from network.cpds import Table
from network.structure import Network, Node

KEPT = 128
"""Changed networks that are kept, the least recently used dropped first."""


@dataclass(frozen=True)
class _Change:
    """What identifies a changed network; the network itself is only carried along."""

    hash: str
    cut: frozenset[str]
    added: tuple[str, ...]
    engine: type[Engine]
    network: Network = field(compare=False)
    nodes: tuple[Node, ...] = field(compare=False)


def cut_arcs(network: Network, nodes: frozenset[str]) -> Network:
    """Return the network without the arcs into these nodes, each of their states equally probable.

    Which state a node is set to comes as evidence; as every state is equally probable, the one network serves
    them all, and P(everything else) is that of do(node = state).
    """
    changed = []
    for node in network.nodes:
        if node.id in nodes:
            uniform = np.full(len(node.states), 1.0 / len(node.states))
            node = replace(node, parents=(), cpd=Table(uniform, 0))
        changed.append(node)
    return replace(network, nodes=tuple(changed))


def engine_without_arcs(engine: Engine, nodes: frozenset[str]) -> Engine:
    """Return an engine of the same kind for the network without the arcs into these nodes."""
    network = engine.network
    return _changed(_Change(network.hash, nodes, (), type(engine), network, ()))


def engine_with_nodes(engine: Engine, name: str, nodes: tuple[Node, ...]) -> Engine:
    """Return an engine of the same kind for the network with nodes added at its end.

    Parameters
    ----------
    name : what the nodes are for; with their ids it identifies them
    """
    network = engine.network
    added = (name, *(node.id for node in nodes))
    return _changed(_Change(network.hash, frozenset(), added, type(engine), network, nodes))


@lru_cache(maxsize=KEPT)
def _changed(change: _Change) -> Engine:
    """Return the compiled engine of a changed network."""
    network = change.network
    if change.cut:
        network = cut_arcs(network, change.cut)
    if change.nodes:
        network = replace(network, nodes=(*network.nodes, *change.nodes))
    make: Callable[[Network], Engine] = change.engine
    return make(network)
