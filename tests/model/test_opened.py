"""A table opened up: the parameters rebuild the table, and every parameter has its figure."""

from __future__ import annotations

import numpy as np
import pytest

from model import Differential
from model.citations import citations
from model.opened import FIGURE, LARGEST_FULL_TABLE, LEAK, LINK, full_table, opened, prevalences, table_size
from network.cpds import Logistic, NoisyOr
from network.structure import Network, Node
from tests.networks import asia, small_mixed

DDX = Differential.load()
NETWORK = DDX.network


def of_shape(shape: type) -> list[str]:
    return [node.id for node in NETWORK.nodes if isinstance(node.cpd, shape)]


@pytest.mark.parametrize("node_id", of_shape(NoisyOr))
def test_leak_and_links_rebuild_a_noisy_or(node_id: str) -> None:
    node = NETWORK.node(node_id)
    found = {
        (parameter.kind, parameter.parent, parameter.state): parameter.value
        for parameter in opened(NETWORK, node_id, ())
    }
    leak = found.pop((LEAK, "", ""))
    assert isinstance(node.cpd, NoisyOr)
    for parent_id, column in zip(node.parents, node.cpd.links, strict=True):
        parent = NETWORK.node(parent_id)
        alone = [found.pop((LINK, parent_id, state)) for state in parent.states[1:]]
        assert np.array_equal(column[1:], alone)
    assert leak == node.cpd.leak
    assert not found


@pytest.mark.parametrize("node_id", of_shape(NoisyOr))
def test_every_number_of_a_noisy_or_rests_on_a_figure(node_id: str) -> None:
    found = opened(NETWORK, node_id, citations(NETWORK, node_id))
    assert all(parameter.citations for parameter in found if parameter.value)
    assert not [parameter for parameter in found if parameter.kind == FIGURE]


@pytest.mark.parametrize("node", NETWORK.nodes, ids=lambda node: node.id)
def test_no_figure_is_lost(node: Node) -> None:
    told = citations(NETWORK, node.id)
    shown = {c.parameter for parameter in opened(NETWORK, node.id, told) for c in parameter.citations}
    assert shown == {citation.parameter for citation in told}


def test_a_figure_by_band_stands_behind_its_band() -> None:
    found = opened(NETWORK, "d_dimer_raised", citations(NETWORK, "d_dimer_raised"))
    behind = {(p.parent, p.state): [c.parameter for c in p.citations] for p in found}
    assert behind["", ""] == ["leak, under_40"]
    assert behind["age", "75_plus"] == ["leak, 75_plus"]


def test_a_figure_about_a_grandparent_stands_behind_the_link_between() -> None:
    found = opened(NETWORK, "ankle_oedema", citations(NETWORK, "ankle_oedema"))
    behind = {p.parent: [c.parameter for c in p.citations] for p in found}
    assert behind["inflamed_calf"] == ["sensitivity, deep_vein_thrombosis"]


@pytest.mark.parametrize("node_id", of_shape(Logistic)[::9])
def test_prevalences_are_what_the_network_answers(node_id: str) -> None:
    for states, p in prevalences(DDX, node_id):
        asked = DDX.query(states, complaint=False).posterior(node_id)["present"]
        assert p == pytest.approx(asked, abs=1e-12)


def test_only_logistic_nodes_have_prevalences() -> None:
    assert prevalences(DDX, "cold_foot") == ()


@pytest.mark.parametrize(
    "network", [asia(), small_mixed(2), small_mixed(7)], ids=lambda network: network.name
)
def test_a_full_table_is_the_distribution(network: Network) -> None:
    for node in network.nodes:
        table = full_table(network, node.id)
        assert table is not None
        values = np.array([p for _, p in table.rows])
        assert values.size == table_size(network, node.id)
        assert np.array_equal(values.T.reshape(node.cpd.table().shape), node.cpd.table())
        for given, _ in table.rows:
            assert all(s in network.node(p).states for p, s in zip(table.parents, given, strict=True))


def test_a_table_too_large_to_read_is_never_made() -> None:
    assert NETWORK.complaint is not None
    assert table_size(NETWORK, NETWORK.complaint) > LARGEST_FULL_TABLE
    assert full_table(NETWORK, NETWORK.complaint) is None
