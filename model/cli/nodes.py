"""`nocturne nodes`: which nodes there are, and one of them in full."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from model.cli import words
from model.cli.options import about_network, complete_nodes
from model.cli.output import Output
from model.differential import read_network
from model.provenance import Provenance
from network.errors import UnknownNode
from network.structure import BINARY, Network, Node, SafetyItem

if TYPE_CHECKING:
    from rich.console import Console

SAFETY = "safety_item"
Entry = Node | SafetyItem


EXAMPLES = """\b
nocturne nodes dangling
nocturne nodes --kind test
nocturne nodes relief_by_dangling_legs
"""


@click.command(epilog=EXAMPLES)
@click.argument("text", nargs=-1, metavar="[NODE | WORDS...]", shell_complete=complete_nodes)
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this kind; repeat it for more.")
@about_network
def nodes(text: tuple[str, ...], kinds: tuple[str, ...], network: Path | None, out: Output) -> None:
    """List the nodes, or show one in full.

    Lists every node, or those whose names, question or synonyms hold all WORDS. The id of a NODE shows its
    question, states, neighbours and numbers.
    """
    bn = read_network(network)
    entries: dict[str, Entry] = {node.id: node for node in bn.nodes}
    entries |= {item.id: item for item in bn.safety_items}
    if len(text) == 1 and text[0] in entries and not kinds:
        _emit_one(bn, entries[text[0]], Provenance.of(bn, network), out)
        return
    found = _filtered(list(entries.values()), text, kinds)
    out.emit(lambda: _plain_list(bn, found), lambda console: _show_list(found, console))


def _filtered(entries: list[Entry], text: Sequence[str], kinds: Sequence[str]) -> list[Entry]:
    """Return the entries of these kinds that hold every word.

    Raises
    ------
    UnknownNode
        If a kind or the words fit nothing.
    """
    known = dict.fromkeys(_kind(entry) for entry in entries)
    for kind in kinds:
        if kind not in known:
            raise UnknownNode(kind, known, "kind of node")
    found = [entry for entry in entries if not kinds or _kind(entry) in kinds]
    sought = " ".join(text).lower().split()
    found = [entry for entry in found if all(word in _searched(entry) for word in sought)]
    if not found:
        raise UnknownNode(" ".join(text), (entry.id for entry in entries))
    return found


def _searched(entry: Entry) -> str:
    """Return everything that a search looks through."""
    if isinstance(entry, Node):
        text = entry.text
        parts = [entry.id, text.label, text.clinical_term, text.question, text.description, *text.synonyms]
    else:
        parts = [entry.id, entry.label, entry.clinical_term, entry.question]
    return " ".join(parts).lower()


def _kind(entry: Entry) -> str:
    return entry.kind if isinstance(entry, Node) else SAFETY


def _states(entry: Entry) -> tuple[str, ...]:
    return entry.states if isinstance(entry, Node) else BINARY


def _plain_list(network: Network, entries: Sequence[Entry]) -> dict[str, Any]:
    """Return the list as JSON holds it."""
    return {
        "schema": 1,
        "network": {"name": network.name, "version": network.version, "hash": network.hash},
        "nodes": [
            {"id": entry.id, "kind": _kind(entry), "label": entry.label, "states": list(_states(entry))}
            for entry in entries
        ],
    }


def _show_list(entries: Sequence[Entry], console: Console) -> None:
    """Print one line for each node."""
    table = words.grid("Node", "Kind", "Label", "States")
    for entry in entries:
        table.add_row(entry.id, _kind(entry), entry.label, ", ".join(_states(entry)))
    console.print(table)


def _emit_one(network: Network, entry: Entry, provenance: Provenance, out: Output) -> None:
    """Write one node in full."""
    facts = _facts(network, entry)
    figures = [] if isinstance(entry, SafetyItem) else list(entry.figures)

    def plain() -> dict[str, Any]:
        rows = [
            {"parameter": parameter, **provenance.plain_figure(provenance.figures[figure])}
            for parameter, figure in figures
            if figure in provenance.figures
        ]
        return {"schema": 1, **facts, "figures": rows}

    def show(console: Console) -> None:
        table = words.grid()
        for name, value in facts.items():
            if value not in ("", [], None):
                table.add_row(name.replace("_", " "), _in_words(value, " " if name == "warns_of" else ", "))
        console.print(table)
        _show_figures(figures, provenance, console)

    out.emit(plain, show)


def _facts(network: Network, entry: Entry) -> dict[str, Any]:
    """Return everything about one node but its numbers."""
    flags = [flag.reason for flag in network.red_flags if entry.id in dict(flag.clauses)]
    if isinstance(entry, SafetyItem):
        return {
            "id": entry.id, "kind": SAFETY, "label": entry.label, "clinical_term": entry.clinical_term,
            "question": entry.question, "why": entry.why, "states": dict(zip(BINARY, BINARY, strict=True)),
            "warns_of": flags,
        }  # fmt: skip
    text = entry.text
    return {
        "id": entry.id,
        "kind": entry.kind,
        "label": entry.label,
        "clinical_term": text.clinical_term,
        "description": text.description,
        "question": text.question,
        "why": text.why,
        "group": text.group,
        "cost": text.cost,
        "modifiable": text.modifiable,
        "states": {state: entry.state_label(state) for state in entry.states},
        "parents": list(entry.parents),
        "children": list(network.children[entry.id]),
        "claims": list(text.claims),
        "synonyms": list(text.synonyms),
        "warns_of": flags,
    }


def _in_words(value: Any, between: str) -> str:
    """Return a fact as people read it."""
    if isinstance(value, dict):
        return between.join(words.state(state, label) for state, label in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return between.join(value) if isinstance(value, list) else str(value)


def _show_figures(figures: Sequence[tuple[str, str]], provenance: Provenance, console: Console) -> None:
    """Print the numbers of a node, each with its interval, grade and source."""
    if not figures or not provenance.figures:
        return
    console.print()
    table = words.grid("Parameter", "Value", "Interval", "Grade", "Source", "Figure")
    for parameter, figure_id in figures:
        figure = provenance.figures[figure_id]
        table.add_row(
            parameter, words.number(figure.value), words.interval(figure.low, figure.high), figure.grade,
            provenance.cite(figure, short=True), figure.id,
        )  # fmt: skip
    console.print(table)
