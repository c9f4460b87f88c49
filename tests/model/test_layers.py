"""Layers: every node stands once, parents first where there are no kinds, and fewer arcs cross."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from model import Differential
from model.layers import ORDER, Layers, crossings, layers
from network.structure import Network
from tests.networks import asia, consultation, leg_pain_shaped, random_tables, sprinkler

NETWORKS = [asia(), sprinkler(), consultation(), leg_pain_shaped(3), random_tables(5)]


def counted_one_by_one(network: Network, layout: Layers) -> int:
    """Crossings by comparing every pair of arcs."""
    place = {
        node: (number, (at + 0.5) / len(layer))
        for number, layer in enumerate(layout)
        for at, node in enumerate(layer)
    }
    arcs = [
        sorted((place[parent], place[node.id]))
        for node in network.nodes
        for parent in node.parents
        if place[parent][0] != place[node.id][0]
    ]
    return sum(
        (a[0][0], a[1][0]) == (b[0][0], b[1][0]) and (a[0][1] - b[0][1]) * (a[1][1] - b[1][1]) < 0
        for a, b in itertools.combinations(arcs, 2)
    )


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_every_node_stands_in_one_layer(network: Network) -> None:
    found = [node for layer in layers(network) for node in layer]
    assert sorted(found) == sorted(network.index)
    assert all(layers(network))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_crossings_are_counted_right(network: Network) -> None:
    shuffled = list(layers(network))
    rng = np.random.default_rng(0)
    for number, layer in enumerate(shuffled):
        shuffled[number] = tuple(rng.permutation(layer).tolist())
    assert crossings(network, tuple(shuffled)) == counted_one_by_one(network, tuple(shuffled))


def test_without_kinds_every_parent_stands_before_its_child() -> None:
    network = sprinkler()
    layer_of = {node: number for number, layer in enumerate(layers(network)) for node in layer}
    assert all(layer_of[parent] < layer_of[node.id] for node in network.nodes for parent in node.parents)


def test_the_built_in_network_stands_by_kind_with_two_thirds_of_the_crossings() -> None:
    network = Differential.load().network
    found = layers(network)
    for layer, kinds in zip(found, ORDER, strict=True):
        assert {network.node(node).kind for node in layer} <= set(kinds)
    as_written = tuple(tuple(node.id for node in network.of_kind(*kinds)) for kinds in ORDER)
    assert crossings(network, found) < 2 / 3 * crossings(network, as_written)
