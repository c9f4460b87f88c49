"""`nocturne sources`: where each number comes from and where it is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from model.alternatives import SHOWN
from model.cli import words
from model.cli.influence import CASES, emit_influence
from model.cli.options import about_network, complete_nodes
from model.cli.output import Output
from model.differential import read_network
from model.provenance import Provenance
from network.errors import DiagnosisError, UnknownNode
from network.figures import GRADES, Figure
from network.judged import is_judged

if TYPE_CHECKING:
    from rich.console import Console


EXAMPLES = """\b
nocturne sources --node osteoarthritis
nocturne sources --grade A --used
nocturne sources --influence --grade D --top 20
"""


@click.command(epilog=EXAMPLES)
@click.argument("key", required=False)
@click.option("--node", metavar="NODE", shell_complete=complete_nodes, help="Only the figures of this node.")
@click.option("--grade", "grades", multiple=True, type=click.Choice(GRADES), help="Only this grade.")
@click.option(
    "--used/--alternatives", default=None, help="Only figures that the network rests on, or only the others."
)
@click.option("--influence", "by_influence", is_flag=True, help="Rank by how far each moves the causes.")
@click.option(
    "--top", default=40, show_default=True, metavar="N", help="With --influence: how many; JSON holds all."
)
@click.option(
    "--cases", type=click.IntRange(min=1), default=CASES, show_default=True, metavar="N",
    help="With --influence: how many simulated patients, some 0.3 s each the first time.",
)  # fmt: skip
@about_network
def sources(
    key: str | None,
    node: str | None,
    grades: tuple[str, ...],
    used: bool | None,
    by_influence: bool,
    top: int,
    cases: int,
    network: Path | None,
    out: Output,
) -> None:
    """List the figures and their sources, or show one.

    KEY is the key of a source or the id of a figure. With --influence the figures of the network are ranked
    by how far each, moved over its interval, moves the causes of simulated patients: made once for a network.
    """
    bn = read_network(network)
    provenance = Provenance.of(bn, network)
    if not provenance.figures:
        raise DiagnosisError(f"network {bn.name!r} comes from a file without figures and sources.")
    if key is not None:
        if node is not None or grades or used is not None or by_influence:
            raise click.UsageError("give KEY or filters, not both.")
        _emit_one(provenance, key, out)
        return
    found = list(provenance.figures.values() if node is None else provenance.of_node(bn.node(node).id))
    found = [figure for figure in found if not grades or figure.grade in grades]
    found = [figure for figure in found if used is None or (figure.id in provenance.used) == used]
    if by_influence:
        emit_influence(network, {figure.id for figure in found}, cases, top, out)
        return
    out.emit(
        lambda: {"schema": 1, "figures": [provenance.plain_figure(figure) for figure in found]},
        lambda console: _show_figures(provenance, found, console),
    )


def _emit_one(provenance: Provenance, key: str, out: Output) -> None:
    """Write a source with its figures, or a figure with its source.

    Raises
    ------
    UnknownNode
        If the key is neither.
    """
    if key in provenance.sources:
        figures = provenance.of_source(key)
        out.emit(
            lambda: {"schema": 1, **_plain_source(provenance, key, figures)},
            lambda console: _show_source(provenance, key, figures, console),
        )
    elif key in provenance.figures:
        plain = provenance.plain_figure(provenance.figures[key])
        out.emit(lambda: {"schema": 1, **plain}, lambda console: _show_figure(plain, console))
    else:
        raise UnknownNode(key, (*provenance.sources, *provenance.figures), "source or figure")


def _plain_source(provenance: Provenance, key: str, figures: Sequence[Figure]) -> dict[str, Any]:
    """Return a source as JSON holds it; one that is not confirmed is not spelled out."""
    source = provenance.source(key)
    return {
        "key": key,
        "confirmed": source.citable,
        "citation": provenance.cite_source(key),
        "link": source.link if source.citable else "",
        "figures": [provenance.plain_figure(figure) for figure in figures],
    }


def _show_source(provenance: Provenance, key: str, figures: Sequence[Figure], console: Console) -> None:
    """Print a source and the figures it gave."""
    source = provenance.source(key)
    console.print(provenance.cite_source(key))
    if source.citable and source.link:
        console.print(source.link)
    if source.citable and source.verified != "yes":
        console.print("Confirmed in part only.")
    console.print()
    _show_figures(provenance, figures, console)


def _show_figure(plain: dict[str, Any], console: Console) -> None:
    """Print one figure in full."""
    table = words.grid()
    rows = {
        "figure": plain["id"],
        "what": f"{plain['kind'].replace('_', ' ')} of {plain['target']}={plain['target_state']}",
        "given": plain["given"],
        "value": words.number(plain["value"]),
        "interval": words.interval(plain["low"], plain["high"]),
        "grade": plain["grade"],
        "population": plain["population"],
        "source": plain["citation"],
        "step": f"a factor of {words.number(plain['step'])} either way" if plain["step"] > 1.0 else "",
        "link": plain["link"],
        "sets": ", ".join(f"{use['node']} ({use['parameter']})" for use in plain["sets"]),
        "used": "yes" if plain["used"] else "no: kept as an alternative",
        "note": plain["note"],
        "also published": _also(plain["also_published"]),
        **_elicitation(plain["elicitation"]),
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, value)
    console.print(table)


def _also(others: Sequence[dict[str, Any]]) -> str:
    """Return what was published against a figure, a line each, and how many are left out."""
    lines = []
    for other in others[:SHOWN]:
        between = words.interval(other["low"], other["high"])
        number = f"{words.number(other['value'])}{f' ({between})' if between else ''}"
        said = f"{number}, grade {other['grade']}, {other['population']}: {other['citation']}"
        lines.append(f"{said.rstrip('.')}; {other['reason']}")
    if len(others) > SHOWN:
        lines.append(f"and {len(others) - SHOWN} more that disagree")
    return "\n".join(lines)


def _elicitation(record: dict[str, Any] | None) -> dict[str, str]:
    """Return how a judged number was come by, worded for the screen."""
    if record is None:
        return {}
    return {
        "judged": record["question"],
        "looked for": record["searched"],
        "reasoning": record["reasoning"],
        "from": ", ".join(record["analogues"]),
        "why so wide": record["interval"],
        "would change": record["would_change"],
    }


def _show_figures(provenance: Provenance, figures: Sequence[Figure], console: Console) -> None:
    """Print one line for each figure and how many there are."""
    table = words.grid("Figure", "Value", "Interval", "Grade", "Source", "Used by")
    for figure in figures:
        table.add_row(
            figure.id, words.number(figure.value), words.interval(figure.low, figure.high), figure.grade,
            provenance.cite(figure, short=True), ", ".join(provenance.nodes_of(figure.id)) or "alternative",
        )  # fmt: skip
    console.print(table)
    console.print()
    used = [figure for figure in figures if figure.id in provenance.used]
    judged = sum(is_judged(figure, provenance.figures) for figure in used)
    alternatives = len(figures) - len(used)
    console.print(
        f"Figures: {len(figures)}. Used: {len(used)}, of them judged in whole or in part: {judged}. "
        f"Alternatives: {alternatives}."
    )
