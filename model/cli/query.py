"""`nocturne query`: the differential for one case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.options import Case, question
from model.cli.output import Output
from model.headings import HeadingTree, heading_trees
from model.result import Answer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

BAR = 20
LEVEL_STYLES = {
    "emergency": "bold white on red",
    "same_day": "bold red",
    "soon": "bold yellow",
    "routine": "bold",
}
OVERLAP = "Several causes can hold at once, so these do not add to 100 %."


EXAMPLES = """\b
nocturne query -e age=78 -e smoking=current -e relief_by_dangling_legs=present
nocturne query --case case.yaml -e cold_foot~3 --json
"""


@click.command(epilog=EXAMPLES)
@question
def query(case: Case, out: Output) -> None:
    """Rank the causes of the pain, given what is known."""
    answer = case.ddx.query(case.evidence, complaint=case.complaint)
    out.emit(answer.to_plain, lambda console: show(answer, console))


def show(answer: Answer, console: Console) -> None:
    """Print an answer for people: urgency first, then the differential, what was entered, the notice."""
    _show_urgency(answer, console)
    if answer.ranking:
        _show_differential(answer, console)
        _show_headings(answer, console)
    else:
        _show_nodes(answer, console)
    _show_entered(answer, console)
    for line in (*answer.notes, *answer.network.notice):
        console.print(line, style="dim")


def _show_urgency(answer: Answer, console: Console) -> None:
    """Print every red flag raised; where there is none, that this is no all-clear."""
    if not answer.network.red_flags:
        return
    for flag in answer.urgency.flags:
        console.print(flag.level.replace("_", " ").upper(), style=LEVEL_STYLES[flag.level], end=" ")
        console.print(f"{flag.reason} {flag.action}")
    if not answer.urgency.flags:
        console.print("Urgency: no warning sign was entered. That does not mean that there is none.")
    console.print()


def _show_entered(answer: Answer, console: Console) -> None:
    """Print what was entered, in words."""
    complaint = answer.network.complaint
    rows = [words.finding(answer.evidence, node) for node in answer.evidence]
    if answer.complaint and complaint is not None:
        rows.append((answer.network.node(complaint).label, "present (assumed)"))
    console.print("What was entered", style="bold")
    table = words.grid()
    for label, value in rows:
        table.add_row(f"  {label}", value)
    console.print(table if rows else "  nothing")
    console.print()


def _show_differential(answer: Answer, console: Console) -> None:
    """Print the ranking, with a bar for each cause."""
    console.print("What explains the pain", style="bold", end=" ")
    console.print(f"({OVERLAP[0].lower()}{OVERLAP[1:-1]})")
    table = words.grid("  Cause")
    table.add_column("", min_width=BAR)
    table.add_column("Explains it", justify="right")
    table.add_column("Present at all", justify="right")
    for cause in answer.ranking:
        present = "" if cause.present is None else words.percent(cause.present)
        bar = words.bar(cause.due_to, BAR, console)
        table.add_row(f"  {cause.label}", bar, words.percent(cause.due_to), present)
    console.print(table)
    console.print()


def _show_headings(answer: Answer, console: Console) -> None:
    """Print the headings of the source article, each above what it rolls up."""
    trees = heading_trees(answer.network)
    if not trees:
        return
    console.print("Under the headings of the source article", style="bold", end=" ")
    console.print("(they overlap)")
    table = words.grid()
    table.add_column()
    table.add_column(justify="right")
    for tree in trees:
        _add_heading(table, answer, tree, depth=1)
    console.print(table)
    console.print()


def _add_heading(table: Table, answer: Answer, tree: HeadingTree, depth: int) -> None:
    """Add the rows of one heading, of the headings inside it, and of the causes that none of those holds."""
    indent = "  " * depth
    table.add_row(
        f"{indent}{answer.network.node(tree.heading).label}",
        words.percent(answer.present(tree.heading)),
        style="bold" if depth == 1 else None,
    )
    for inner in tree.inner:
        _add_heading(table, answer, inner, depth + 1)
    for cause in sorted(tree.causes, key=answer.present, reverse=True):
        table.add_row(f"{indent}  {answer.network.node(cause).label}", words.percent(answer.present(cause)))


def _show_nodes(answer: Answer, console: Console) -> None:
    """Print the posterior of every node of a network without a complaint."""
    table = words.grid()
    for node in answer.network.nodes:
        states = answer.posterior(node.id)
        shares = (f"{node.state_label(state)} {words.percent(p)}" for state, p in states.items())
        table.add_row(node.label, ", ".join(shares))
    console.print(table)
