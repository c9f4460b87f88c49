from __future__ import annotations

import numpy as np
import pytest

from network.chains import AUXILIARY, chained
from network.cpds import AnyOf, Logistic, NoisyMax, NoisyOr, Table
from network.structure import BINARY, Network, Node, check_sound
from tests import oracles
from tests.floats import assert_close
from tests.networks import leg_pain_shaped, make, small_mixed, tabled

THREE = ("none", "some", "much")


def with_child(child: Node) -> Network:
    """The child under binary roots of different probabilities; one parent may have three states."""
    roots = [
        Node(name, THREE, (), Table(np.array([0.5, 0.3, 0.2]), 0))
        if name == "level"
        else tabled(name, [], 0.1 + 0.08 * i)
        for i, name in enumerate(child.parents)
    ]
    return make("one", *roots, child)


def finding(n: int, leak: float = 0.03) -> Node:
    links = tuple(np.array([0.0, 0.15 + 0.1 * i]) for i in range(n))
    return Node("f", BINARY, tuple(f"c{i}" for i in range(n)), NoisyOr(np.array(leak), links))


def graded(n: int, leak: tuple[float, ...] = (0.8, 0.15, 0.05)) -> Node:
    rng = np.random.default_rng(n)
    links = tuple(np.stack([np.eye(3)[0], *rng.dirichlet(np.ones(3), size=1)]) for _ in range(n - 1))
    level = np.stack([np.eye(3)[0], *rng.dirichlet(np.ones(3), size=2)])
    return Node(
        "g", THREE, (*(f"c{i}" for i in range(n - 1)), "level"), NoisyMax(np.array(leak), (*links, level))
    )


CHILDREN = {
    "noisy-OR": finding(7),
    "noisy-OR without leak": finding(7, 0.0),
    "noisy-OR with a leak of one": finding(5, 1.0),
    "certain OR": Node("f", BINARY, tuple(f"c{i}" for i in range(8)), AnyOf(8)),
    "noisy-MAX": graded(6),
    "noisy-MAX without leak": graded(6, (1.0, 0.0, 0.0)),
    "noisy-OR over a parent of three states": Node(
        "f",
        BINARY,
        ("c0", "level", "c1"),
        NoisyOr(np.array(0.1), (np.array([0.0, 0.5]), np.array([0.0, 0.2, 0.9]), np.array([0.0, 0.4]))),
    ),
}


@pytest.mark.parametrize("max_parents", [2, 3, 4, 6])
@pytest.mark.parametrize("child", CHILDREN.values(), ids=CHILDREN)
def test_a_chain_is_the_same_distribution(child: Node, max_parents: int) -> None:
    network = with_child(child)
    linked = chained(network, max_parents)
    check_sound(linked)
    names = [node.id for node in network.nodes]
    assert_close(oracles.joint_posterior(linked, {}, names), oracles.joint(network))


@pytest.mark.parametrize("max_parents", [2, 3, 5, 6])
def test_no_link_is_wider_than_asked_and_none_is_wasted(max_parents: int) -> None:
    linked = chained(with_child(finding(9)), max_parents)
    widths = [len(node.parents) for node in linked.nodes if node.parents]
    assert max(widths) <= max_parents
    assert widths[:-1] == [max_parents] * (len(widths) - 1)
    assert sum(widths) == 9 + len(widths) - 1


def test_narrow_nodes_and_other_kinds_stay_as_they_are() -> None:
    narrow, table = finding(4), Node("t", BINARY, tuple("abc"), Table(np.full((2, 2, 2, 2), 0.5), 3))
    logistic = Node(
        "l", BINARY, tuple("abc"), Logistic(np.array([-1.0, 0.0]), (np.array([0.0, 1.0]),) * 2, 1)
    )
    roots = [tabled(name, [], 0.5) for name in ("a", "b", "c", "c0", "c1", "c2", "c3")]
    network = make("kept", *roots, narrow, table, logistic)
    assert chained(network, 4).nodes == network.nodes
    assert chained(network, 2).node("t") is table
    assert chained(network, 2).node("l") is logistic


def test_links_are_named_after_their_node_and_of_kind_auxiliary() -> None:
    linked = chained(with_child(finding(7)), 3)
    links = linked.of_kind("auxiliary")
    assert [link.id for link in links] == [f"{AUXILIARY}f_1", f"{AUXILIARY}f_2"]
    assert all(link.states == BINARY for link in links)
    assert linked.node("f").parents[0] == "_f_2"


def test_the_node_itself_keeps_its_text_kind_and_figures() -> None:
    network = with_child(finding(7))
    node = chained(network, 2).node("f")
    assert (node.kind, node.text, node.figures) == (
        network.node("f").kind,
        network.node("f").text,
        network.node("f").figures,
    )


def test_everything_but_the_nodes_of_a_network_is_kept() -> None:
    network = leg_pain_shaped()
    linked = chained(network, 3)
    assert (linked.name, linked.version, linked.complaint) == (
        network.name,
        network.version,
        network.complaint,
    )
    assert linked.causes == network.causes


@pytest.mark.parametrize("seed", range(5))
def test_random_networks_keep_their_posteriors(seed: int) -> None:
    network = small_mixed(seed, n=9)
    evidence = {network.nodes[-1].id: 0}
    expected = oracles.posteriors(network, evidence)
    found = oracles.posteriors(chained(network, 2), evidence)
    assert_close(found.log_evidence, expected.log_evidence)
    for node in network.nodes:
        assert_close(found.marginals[node.id], expected.marginals[node.id])
