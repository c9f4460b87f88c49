"""Wide noisy-OR, noisy-MAX and OR nodes as chains of narrow ones.

A finding with seventeen parents has a table of 2**18 numbers. The same distribution is a chain of
auxiliary nodes, each taking in a few more parents: the maximum of contributions can be formed piece
by piece. Engines of other libraries, and every export, use this form. Auxiliary names start with ``_``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from network.cpds import AnyOf, Array, Cpd, NoisyMax, NoisyOr
from network.structure import Network, Node

AUXILIARY = "_"


def chained(network: Network, max_parents: int = 6) -> Network:
    """Return an equivalent network in which no noisy-OR, noisy-MAX or OR has more than `max_parents` parents.

    Parameters
    ----------
    network : Network
    max_parents : int, at least 2
    """
    nodes: list[Node] = []
    for node in network.nodes:
        nodes.extend(_links_of_chain(node, max_parents))
    return replace(network, nodes=tuple(nodes))


def _links_of_chain(node: Node, max_parents: int) -> list[Node]:
    """Return the auxiliary nodes of a wide node and the node itself, or just the node."""
    cpd = node.cpd.as_noisy_or() if isinstance(node.cpd, AnyOf) else node.cpd
    if len(node.parents) <= max_parents or not isinstance(cpd, NoisyOr | NoisyMax):
        return [node]
    chain: list[Node] = []
    parents, links = list(node.parents), list(cpd.links)
    previous: str | None = None
    while parents:
        room = max_parents - (previous is not None)
        last = len(parents) <= room
        taken, parents = parents[:room], parents[room:]
        taken_links, links = links[:room], links[room:]
        if previous is not None:
            taken, taken_links = [previous, *taken], [_carry(cpd), *taken_links]
        piece = _piece(cpd, with_leak=previous is None, links=tuple(taken_links))
        if last:
            chain.append(replace(node, parents=tuple(taken), cpd=piece))
        else:
            previous = f"{AUXILIARY}{node.id}_{len(chain) + 1}"
            chain.append(
                Node(id=previous, states=node.states, parents=tuple(taken), cpd=piece, kind="auxiliary")
            )
    return chain


def _carry(cpd: NoisyOr | NoisyMax) -> Array:
    """Return the link that passes the chain's value on unchanged."""
    return np.array([0.0, 1.0]) if isinstance(cpd, NoisyOr) else np.eye(cpd.n_states)


def _piece(cpd: NoisyOr | NoisyMax, with_leak: bool, links: tuple[Array, ...]) -> Cpd:
    """Return a noisy-OR or noisy-MAX over part of the parents; the leak enters once."""
    if isinstance(cpd, NoisyOr):
        return NoisyOr(cpd.leak if with_leak else np.zeros(()), links)
    silent = np.zeros(cpd.n_states)
    silent[0] = 1.0
    return NoisyMax(cpd.leak if with_leak else silent, links)
