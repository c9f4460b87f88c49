"""A network as files: its graph for drawing programs, all of it for other engines, its nodes as tables."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from model.citations import Citation
from model.opened import FullTable, Parameter
from model.result import Answer
from model.scenarios import Cell, Table
from network.structure import Network

EXCHANGE = ("bif", "xmlbif", "net", "uai")
"""Formats that hold the tables too."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_dot(network: Network) -> str:
    """Return the graph for Graphviz: one line a node with its label and kind, one an arc."""
    lines = [f"digraph {_quoted(network.name)} {{", "  rankdir=LR;"]
    lines += [
        f"  {_quoted(node.id)} [label={_quoted(node.label)}, comment={_quoted(node.kind)}];"
        for node in network.nodes
    ]
    lines += [
        f"  {_quoted(parent)} -> {_quoted(node.id)};" for node in network.nodes for parent in node.parents
    ]
    return "\n".join([*lines, "}", ""])


def to_graphml(network: Network) -> str:
    """Return the graph as GraphML with `label`, `kind` and `states` (with commas between) on each node."""
    import networkx as nx

    graph = nx.DiGraph()
    for node in network.nodes:
        graph.add_node(
            _xml(node.id),
            label=_xml(node.label),
            kind=_xml(node.kind),
            states=_xml(", ".join(node.states)),
        )
    graph.add_edges_from((_xml(parent), _xml(node.id)) for node in network.nodes for parent in node.parents)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def to_exchange(network: Network, form: str) -> bytes:
    """Return a zip of the network in the format of other programs and of its names file.

    Wide noisy-OR nodes are chained through auxiliary nodes whose names start with ``_``.

    Parameters
    ----------
    form : "bif", "xmlbif", "net" or "uai"

    Raises
    ------
    ExchangeError, NetworkError
    """
    from network.exchange import export

    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="nocturne-") as folder:
        written = export(network, Path(folder) / f"{file_stem(network.name)}.{form}", form)
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in written:
                archive.write(file, file.name)
    return buffer.getvalue()


def nodes_table(answer: Answer) -> Table:
    """Return one row for each state of each node: posterior, and what the node is called."""
    network = answer.network
    rows: list[tuple[Cell, ...]] = [
        (node.id, node.label, node.text.clinical_term, node.kind, state, p)
        for node in network.nodes
        for state, p in answer.posterior(node.id).items()
    ]
    return Table(network.name, ("node", "label", "clinical_term", "kind", "state", "posterior"), tuple(rows))


def arcs_table(network: Network) -> Table:
    """Return one row for each arc."""
    rows = tuple((parent, node.id) for node in network.nodes for parent in node.parents)
    return Table(network.name, ("parent", "child"), rows)


def parameters_table(node: str, parameters: Sequence[Parameter]) -> Table:
    """Return one row for each parameter and figure of a node: value, interval, grade and source."""
    rows = [
        (node, found.kind, found.parent, found.state, found.outcome, found.value, *_cited(citation))
        for found in parameters
        for citation in found.citations or (None,)
    ]
    columns = (
        "node", "kind", "parent", "state", "outcome", "in_network",
        "figure", "of", "published", "low", "high", "grade", "judged", "sources",
    )  # fmt: skip
    return Table(node, columns, tuple(rows))


def full_table_as_rows(node: str, table: FullTable) -> Table:
    """Return a full table: one row for each row of parent states, one column for each state of the node."""
    rows: tuple[tuple[Cell, ...], ...] = tuple((*given, *values) for given, values in table.rows)
    return Table(node, (*table.parents, *(f"{node}={state}" for state in table.states)), rows)


def file_stem(name: str) -> str:
    """Return a name for a file: what a network or node is called, in letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")[:60] or "network"


def _cited(citation: Citation | None) -> tuple[Cell, ...]:
    if citation is None:
        return ("", "", None, None, None, "", "", "")
    return (
        citation.figure,
        citation.parameter,
        citation.value,
        citation.low,
        citation.high,
        citation.grade,
        "yes" if citation.judged else "no",
        "; ".join(reference.citation for reference in citation.references),
    )


def _quoted(text: str) -> str:
    """Return a string of the DOT language, on one line."""
    plain = re.sub(r"\s+", " ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _xml(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
