"""Files of a network: what other programs read in them, and that text stays text."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import networkx as nx
import pytest

from model import Differential
from model.citations import citations
from model.graph_files import (
    EXCHANGE,
    arcs_table,
    file_stem,
    full_table_as_rows,
    nodes_table,
    parameters_table,
    to_dot,
    to_exchange,
    to_graphml,
)
from model.opened import full_table, opened
from model.uploads import read_upload
from network.structure import Network, NodeText
from tests.networks import asia, consultation

HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script> "quoted" \\ \x00\x0b line\nbreak'


def hostile() -> Network:
    network = asia()
    first = replace(network.nodes[0], text=NodeText(label=HOSTILE))
    return replace(network, name=HOSTILE, nodes=(first, *network.nodes[1:]))


def test_graphml_holds_every_node_and_arc() -> None:
    network = consultation()
    graph = nx.parse_graphml(to_graphml(network))
    assert set(graph.nodes) == set(network.index)
    assert set(graph.edges) == {(parent, node.id) for node in network.nodes for parent in node.parents}
    assert graph.nodes["age"]["states"] == ", ".join(network.node("age").states)


def test_graphml_of_hostile_text_still_reads() -> None:
    graph = nx.parse_graphml(to_graphml(hostile()))
    assert "<script>" in graph.nodes["asia"]["label"]


def test_dot_quotes_what_it_holds() -> None:
    lines = to_dot(hostile()).splitlines()
    assert len(lines) == 3 + 8 + 8
    label = next(line for line in lines if line.startswith('  "asia" ['))
    assert '\\"quoted\\" \\\\' in label and "\n" not in label
    assert '  "smoke" -> "lung";' in lines


@pytest.mark.parametrize("form", EXCHANGE)
def test_an_export_is_read_again_with_the_same_answers(form: str) -> None:
    network = consultation()
    again = read_upload("export.zip", to_exchange(network, form)).network
    ours, theirs = Differential.of(network).query(), Differential.of(again).query()
    for node in network.nodes:
        assert theirs.posterior(node.id) == pytest.approx(ours.posterior(node.id), abs=1e-9)
    assert again.complaint == network.complaint


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_every_posterior_is_in_the_table_of_nodes() -> None:
    answer = Differential.of(consultation()).query({"age": "75_plus"})
    rows = rows_of(nodes_table(answer).to_csv())
    found = {(row[0], row[4]): float(row[5]) for row in rows[1:]}
    assert found == {
        (node.id, state): p for node in answer.network.nodes for state, p in answer.posterior(node.id).items()
    }


def test_no_cell_is_taken_for_a_formula() -> None:
    answer = Differential.of(hostile()).query()
    for text in (nodes_table(answer).to_csv(), arcs_table(answer.network).to_csv()):
        assert not any(cell.lstrip().startswith(("=", "+", "@")) for row in rows_of(text) for cell in row)


def test_parameters_come_with_their_figures() -> None:
    ddx = Differential.load()
    found = opened(ddx.network, "burning_feet", citations(ddx.network, "burning_feet"))
    rows = rows_of(parameters_table("burning_feet", found).to_csv())
    assert len(rows) == 1 + sum(max(len(parameter.citations), 1) for parameter in found)
    assert {row[6] for row in rows[1:]} == {row for _, row in ddx.network.node("burning_feet").figures}


def test_a_full_table_has_a_row_for_each_combination() -> None:
    network = asia()
    table = full_table(network, "dysp")
    assert table is not None
    rows = rows_of(full_table_as_rows("dysp", table).to_csv())
    assert rows[0] == ["bronc", "either", "dysp=absent", "dysp=present"]
    assert rows[2][:2] == ["absent", "present"]
    assert [float(cell) for cell in rows[2][2:]] == pytest.approx([0.3, 0.7])


def test_a_file_is_named_in_plain_letters() -> None:
    assert file_stem(HOSTILE).isascii()
    assert file_stem("../../etc/passwd") == "etc_passwd"
    assert file_stem("…") == "network"
