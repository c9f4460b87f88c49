"""Every number of a node leads to its row, and only confirmed sources are cited."""

from __future__ import annotations

import pytest

from model.citations import citations
from network.build import load_network
from network.errors import UnknownNode
from network.knowledge import read_knowledge
from network.structure import Network


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network()


def test_every_number_of_every_node_has_its_citation(network: Network) -> None:
    for node in network.nodes:
        found = citations(network, node.id)
        assert [(row.parameter, row.figure) for row in found] == list(node.figures)
        assert all(row.judged or row.references or row.unconfirmed for row in found), node.id


def test_only_confirmed_sources_are_cited(network: Network) -> None:
    citable = {source.citation() for source in read_knowledge().sources.values() if source.citable}
    cited = {
        reference.citation
        for node in network.nodes
        for row in citations(network, node.id)
        for reference in row.references
    }
    assert cited and cited <= citable


def test_a_judgement_is_marked(network: Network) -> None:
    figures = read_knowledge().figures
    for node in network.nodes:
        for row in citations(network, node.id):
            if figures[row.figure].source == "judgement" or row.grade == "D":
                assert row.judged, row.figure


def test_a_heading_has_no_numbers(network: Network) -> None:
    assert citations(network, "poor_circulation") == ()


def test_an_unknown_node_is_named(network: Network) -> None:
    with pytest.raises(UnknownNode, match=r"'arterial_insufficiensy'.*Did you mean 'arterial_insufficiency'"):
        citations(network, "arterial_insufficiensy")
