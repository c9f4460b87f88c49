from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from typing import Any

import networkx as nx
import numpy as np
import pytest

from network.cpds import NoisyOr, Table
from network.errors import NetworkError, UnknownNode, UnknownState
from network.structure import ABSENT, BINARY, PRESENT, Network, Node, NodeText, check_sound
from tests.networks import BY_HAND, asia, consultation, leg_pain_shaped, make, small_mixed, tabled


def broken_table(values: object, n_parents: int = 0) -> Node:
    return Node("a", BINARY, (), Table(np.array(values, dtype=float), n_parents))


def test_parents_stand_before_their_children() -> None:
    with pytest.raises(NetworkError, match="node 'b' stands before its parent 'a'"):
        make("late", tabled("b", ["a"], [0.1, 0.9]), tabled("a", [], 0.5))


def test_no_two_nodes_have_one_id() -> None:
    with pytest.raises(NetworkError, match="node 'a' is defined twice"):
        make("twice", tabled("a", [], 0.5), tabled("a", [], 0.5))


def test_an_unknown_node_is_named_with_its_nearest_spelling() -> None:
    with pytest.raises(UnknownNode, match=r"no node is called 'smke'. Did you mean 'smoke'\?"):
        asia().node("smke")


def test_states_are_found_by_name_and_yes_and_no_are_understood() -> None:
    node = asia().node("smoke")
    assert [node.state_index(word) for word in ("absent", "no", "present", "yes")] == [
        ABSENT,
        ABSENT,
        PRESENT,
        PRESENT,
    ]
    with pytest.raises(UnknownState, match=r"node 'smoke' has no state 'presnt'.*Did you mean 'present'"):
        node.state_index("presnt")


def test_yes_means_nothing_to_a_node_with_other_states() -> None:
    with pytest.raises(UnknownState, match="States: under_40, 40_to_59"):
        consultation().node("age").state_index("yes")


def test_a_label_falls_back_on_the_id_and_a_state_on_its_name() -> None:
    node = consultation().node("age")
    assert (node.label, node.state_label("40_to_59")) == ("age", "40 to 59")
    named = replace(node, text=NodeText(label="Age", state_labels=("young", "middle", "older", "old")))
    assert (named.label, named.state_label("40_to_59")) == ("Age", "middle")


def test_causes_are_the_due_to_nodes_with_their_conditions() -> None:
    assert consultation().causes == {
        "due_to_arterial_insufficiency": "arterial_insufficiency",
        "due_to_osteoarthritis": "osteoarthritis",
        "other_cause": None,
    }


@pytest.mark.parametrize(
    "network", [asia(), consultation(), small_mixed(1), leg_pain_shaped()], ids=lambda n: n.name
)
def test_children_ancestors_and_order_agree_with_networkx(network: Network) -> None:
    graph = network.to_digraph()
    assert nx.is_directed_acyclic_graph(graph)
    assert {node: set(children) for node, children in network.children.items()} == {
        node: set(graph.successors(node)) for node in graph
    }
    last = network.nodes[-1].id
    assert network.ancestors([last]) == nx.ancestors(graph, last) | {last}
    place = network.index
    assert all(place[parent] < place[child] for parent, child in graph.edges)
    assert len(network) == graph.number_of_nodes() and last in network


def test_the_graph_carries_what_a_drawing_needs() -> None:
    graph = consultation().to_digraph()
    assert graph.nodes["age"] == {
        "kind": "risk_factor",
        "label": "age",
        "states": ("under_40", "40_to_59", "60_to_74", "75_plus"),
    }


@pytest.mark.parametrize("name", BY_HAND)
def test_a_network_comes_back_from_json_with_the_same_hash(name: str) -> None:
    network = BY_HAND[name]()
    back = Network.from_plain(json.loads(json.dumps(network.to_plain())))
    assert back.hash == network.hash
    assert [node.text for node in back.nodes] == [node.text for node in network.nodes]
    for node, same in zip(network.nodes, back.nodes, strict=True):
        assert np.array_equal(same.cpd.table(), node.cpd.table())


def test_any_change_changes_the_hash() -> None:
    network = consultation()
    other_number = replace(
        network, nodes=(*network.nodes[:-1], tabled("joint_xray", ["osteoarthritis"], [0.1, 0.9]))
    )
    hashes = {
        network.hash,
        replace(network, version="2").hash,
        other_number.hash,
        replace(network, complaint=None).hash,
    }
    assert len(hashes) == 4
    assert all(len(found) == 12 for found in hashes)


def test_a_network_cannot_be_changed() -> None:
    network: Any = asia()
    with pytest.raises(FrozenInstanceError):
        network.name = "other"


@pytest.mark.parametrize(
    "network", [*(maker() for maker in BY_HAND.values()), leg_pain_shaped()], ids=lambda n: n.name
)
def test_sound_networks_pass(network: Network) -> None:
    check_sound(network)


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (broken_table([0.25, 0.750001]), "off from one by 1e-06"),
        (broken_table([1.5, -0.5]), "is negative"),
        (broken_table([np.nan, np.nan]), "off from one"),
        (broken_table([0.2, 0.3, 0.5]), r"its table has shape \(3,\), its states and parents need \(2,\)"),
        (Node("a", ("x", "x"), (), Table(np.array([0.5, 0.5]), 0)), "the same state twice: x, x"),
    ],
)
def test_an_unsound_table_is_named(node: Node, message: str) -> None:
    with pytest.raises(NetworkError, match=f"node 'a'.*{message}"):
        check_sound(make("unsound", node))


def test_a_table_of_another_shape_than_its_parents_is_named() -> None:
    child = Node("b", BINARY, ("a",), NoisyOr(np.array(0.1), (np.array([0.0, 0.5, 0.9]),)))
    with pytest.raises(NetworkError, match=r"node 'b': its table has shape \(2, 3\), .* need \(2, 2\)"):
        check_sound(make("shape", tabled("a", [], 0.5), child))
