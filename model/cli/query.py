"""`nocturne query`: the differential for one case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.frame import closing, opening
from model.cli.headings import show_headings
from model.cli.options import Case, question
from model.cli.output import Output
from model.result import Answer

if TYPE_CHECKING:
    from rich.console import Console

BAR = 20
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
    opening(answer, console)
    if answer.ranking:
        _show_differential(answer, console)
        show_headings(
            answer.network, console, lambda node: words.percent(answer.present(node)), answer.present
        )
    else:
        _show_nodes(answer, console)
        console.print()
    _show_entered(answer, console)
    closing(answer, console)


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


def _show_nodes(answer: Answer, console: Console) -> None:
    """Print the posterior of every node of a network without a complaint."""
    table = words.grid()
    for node in answer.network.nodes:
        states = answer.posterior(node.id)
        shares = (f"{node.state_label(state)} {words.percent(p)}" for state, p in states.items())
        table.add_row(node.label, ", ".join(shares))
    console.print(table)
