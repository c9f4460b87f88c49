"""`nocturne diff`: two versions of the knowledge, and the labelled patients that moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.options import answering
from model.cli.output import Output
from model.phrases import decibans

if TYPE_CHECKING:
    from rich.console import Console

    from model.validation.diff import Diff
    from model.validation.diff_figures import FigureChange
    from model.validation.diff_patients import MovedPatient
    from network.figures import Figure

EMBEDDED = "embedded"
MOST_TABLES = 8
LEAST_SHOWN = 0.05
"""Decibans: what rounds to nothing is left out of the text."""

EXAMPLES = """\b
nocturne diff before/leg_pain
nocturne diff embedded mine --setting vascular_clinic --with-tests
nocturne diff before.bif after.bif
"""


@click.command(epilog=EXAMPLES)
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", default=EMBEDDED)
@click.option(
    "--patients", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
    help="Labelled patients; default: those of B, or of A where B has none.",
)  # fmt: skip
@click.option("--setting", metavar="STATE", help="Where the patients are seen; default: not said.")
@click.option("--with-tests", is_flag=True, help="The patients' tests are evidence too.")
@answering
def diff(
    old: str, new: str, patients: Path | None, setting: str | None, with_tests: bool, out: Output
) -> None:
    """Compare two versions of the knowledge, A with B (the embedded one unless named).

    A and B are knowledge folders, network files (no figures are compared then) or the word "embedded".
    Labelled patients whose right answer changed rank are listed with the figures that carried them.
    """
    from model.validation.diff import Version
    from model.validation.diff import diff as compare

    versions = [Version.load(None if name == EMBEDDED else Path(name)) for name in (old, new)]
    found = compare(versions[0], versions[1], patients, setting, with_tests)
    out.emit(found.to_plain, lambda console: show(found, console))


def show(found: Diff, console: Console) -> None:
    """Print what differs, then whom it moves."""
    console.print(f"A: {found.old}\nB: {found.new}", soft_wrap=True)
    console.print()
    if found.same:
        console.print("The two versions are the same in all that is compared.")
    else:
        _show_structure(found, console)
        _show_figures(found, console)
        _show_patients(found, console)
        console.print(str(found))
    if found.files:
        console.print(f"Files that differ: {', '.join(found.files)}.")
    for note in found.notes:
        console.print(note, soft_wrap=True)


def _show_structure(found: Diff, console: Console) -> None:
    """Print nodes, arcs, states, kinds and rows that changed, one a line, and how many tables did."""
    structure = found.structure
    lines = [
        *(f"  + node {node}" for node in structure.nodes_added),
        *(f"  - node {node}" for node in structure.nodes_removed),
        *(f"  + arc {parent} → {child}" for parent, child in structure.arcs_added),
        *(f"  - arc {parent} → {child}" for parent, child in structure.arcs_removed),
    ]
    for what, changes in (("states", structure.states), ("kind", structure.kinds), ("row", structure.rows)):
        lines += [f"  {what} of {one.what}: {one.old} → {one.new}" for one in changes]
    if lines:
        _section("Structure", lines, console)
    counts = [
        f"{structure.texts + found.texts} texts" if structure.texts + found.texts else "",
        f"{structure.rules} rules, options or thresholds" if structure.rules else "",
    ]
    if any(counts):
        _section("Wording and rules that differ", [f"  {count}" for count in counts if count], console)
    if found.tables:
        lines = [
            f"  {one.node}: " + ("a wide one" if one.largest is None else f"by up to {one.largest:.2g}")
            for one in found.tables[:MOST_TABLES]
        ]
        more = len(found.tables) - MOST_TABLES
        lines += [f"  {more} more by less"] if more > 0 else []
        _section("Tables that differ", lines, console)


def _section(title: str, lines: Iterable[str], console: Console) -> None:
    console.print(title, style="bold")
    for line in lines:
        console.print(line, soft_wrap=True)
    console.print()


def _show_figures(found: Diff, console: Console) -> None:
    """Print one line for each figure that changed."""
    if not found.figures:
        return
    console.print("Figures", style="bold")
    table = words.grid("  Figure", "Change", "Value", "Interval", "Grade", "Source", "Sets")
    for change in found.figures:
        table.add_row(
            f"  {change.id}", change.kind,
            _both(change, lambda one: words.number(one.value)),
            _both(change, lambda one: words.interval(one.low, one.high)),
            _both(change, lambda one: one.grade),
            _arrow(*(cited for cited in change.cited if cited)),
            _uses(change),
        )  # fmt: skip
    console.print(table)
    console.print()


def _both(change: FigureChange, worded: Callable[[Figure], str]) -> str:
    """Return what a figure was and is, in words."""
    return _arrow(*(worded(figure) for figure in (change.old, change.new) if figure is not None))


def _arrow(*said: str) -> str:
    """Return two words with an arrow between them, one where both are the same."""
    return " → ".join(word or "none" for word in dict.fromkeys(said)) if any(said) else ""


def _uses(change: FigureChange) -> str:
    """Return the parameters that rest on a figure."""
    return "; ".join(
        f"{use.node} ({use.parameter})" + (f" through {use.through}" if use.through else "")
        for use in change.uses
    ) or "no parameter"  # fmt: skip


def _show_patients(found: Diff, console: Console) -> None:
    """Print one line for each patient whose right answer changed rank."""
    if not found.moved:
        return
    asked = "with tests" if found.with_tests else "without tests"
    where = f", seen in {found.setting}" if found.setting else ""
    console.print("Patients whose right answer changed rank", style="bold", end=" ")
    console.print(f"({asked}{where}; * alone changes the rank)")
    table = words.grid("  Patient", "Answer", "Rank", "P", "Change", "Through")
    for patient in found.moved:
        answers = (patient.old, patient.new)
        table.add_row(
            f"  {patient.id}", _arrow(*(one.cause or "none" for one in answers)),
            _arrow(*("none" if one.rank is None else str(one.rank) for one in answers)),
            " → ".join("none" if one.p is None else words.percent(one.p) for one in answers),
            _change(patient), _through(patient, found.rest),
        )  # fmt: skip
    console.print(table)
    console.print()


def _through(patient: MovedPatient, rest: str) -> str:
    """Return the figures that carry a move, then what is left."""
    parts = [
        f"{one.figure} {_decibans(one.decibans)}{'*' if one.reranks else ''}"
        for one in patient.figures
        if one.reranks or one.decibans is None or abs(one.decibans) >= LEAST_SHOWN
    ]
    for name, left in (("interaction", patient.interaction), (rest, patient.rest)):
        if left is not None and abs(left) >= LEAST_SHOWN:
            parts.append(f"{name} {_decibans(left)}")
    return ", ".join(parts)


def _change(patient: MovedPatient) -> str:
    """Return the change of the log-odds; nothing where a version has no answer."""
    return "" if patient.old.p is None or patient.new.p is None else _decibans(patient.change)


def _decibans(weight: float | None) -> str:
    return "settled" if weight is None else decibans(weight)
