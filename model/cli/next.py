"""`nocturne next`: what to ask next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.options import Case, question
from model.cli.output import Output
from model.questions import KINDS, NextQuestions, Question

if TYPE_CHECKING:
    from rich.console import Console

WHY = {
    "always": "asked in every case",
    "completes": "completes a warning sign together with {}",
    "relevant": "because of {}",
}


EXAMPLES = """\b
nocturne next -e age=78 -e smoking=current
nocturne next --kind question --about restless_legs_syndrome --case case.yaml --json
"""


@click.command("next", epilog=EXAMPLES)
@question
@click.option("--kind", type=click.Choice(KINDS), help="Only questions, examinations or tests.")
@click.option("--about", metavar="CAUSE", help="What tells most about one cause; all causes otherwise.")
@click.option(
    "--by",
    type=click.Choice(["cost", "gain"]),
    default="cost",
    show_default=True,
    help="Order by information per cost, or by information alone.",
)
@click.option("--top", type=click.IntRange(min=1), default=10, show_default=True, help="How many to show.")
def next_verb(case: Case, out: Output, kind: str | None, about: str | None, by: str, top: int) -> None:
    """Say what to ask next, and what each answer would lead to."""
    asked = case.ddx.next_questions(case.evidence, kind=kind, about=about, complaint=case.complaint)
    out.emit(asked.to_plain, lambda console: show(asked, console, by, top))


def show(asked: NextQuestions, console: Console, by: str, top: int) -> None:
    """Print what must be asked first, the questions, and whether to stop."""
    from rich.table import Table

    network = asked.answer.network
    if asked.must_ask:
        console.print("Ask first", style="bold")
        for ask in asked.must_ask:
            labels = [network.node(one).label if one in network else one for one in ask.because]
            why = WHY[ask.why].format(", ".join(labels).lower())
            console.print(
                f"  {ask.level.replace('_', ' ')}: {ask.question or ask.label} [{ask.item}] ({why})"
            )
        console.print()
    measure = f"about {asked.about}" if asked.about else "about all causes, added up"
    console.print(f"Then, by information {measure}", style="bold")
    table = Table(box=None, pad_edge=False)
    for name in ("  Ask", "How", "Bits", "Bits per cost", "Leads to"):
        table.add_column(name, justify="right" if name.startswith("Bits") else "left")
    for item in (asked.questions if by == "cost" else asked.by_gain)[:top]:
        bits, rate = words.number(item.gain_bits), words.number(item.gain_per_cost)
        table.add_row(f"  {item.label} [{item.item}]", item.kind, bits, rate, _leads_to(asked, item))
    console.print(table)
    console.print()
    console.print(("Stop: " if asked.stop.stop else "Go on: ") + asked.stop.reason)
    for line in (*asked.answer.notes, *network.notice):
        console.print(line, style="dim")


def _leads_to(asked: NextQuestions, item: Question) -> str:
    """Return what each answer would make of the cause asked for, or of the cause that it moves most."""
    network = asked.answer.network
    gains = item.gain_about
    cause = asked.about or max(gains, key=lambda name: gains[name])
    node = network.node(item.item)
    return f"{cause}: " + ", ".join(
        f"{node.state_label(outcome.state)} ({words.percent(outcome.probability)}) to "
        f"{words.percent(outcome.due_to[cause])}"
        for outcome in item.outcomes
    )
