"""`nocturne next`: what to ask next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.frame import closing, opening
from model.cli.options import Case, question
from model.cli.output import Output
from model.phrases import inside, listed
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
    network = asked.answer.network
    opening(asked.answer, console)
    if asked.must_ask:
        console.print("Ask first", style="bold")
        for ask in asked.must_ask:
            labels = [network.node(one).label if one in network else one for one in ask.because]
            why = WHY[ask.why].format(listed(inside(label) for label in labels) if labels else "")
            console.print(
                f"  {ask.level.replace('_', ' ')}: {ask.question or ask.label} [{ask.item}] ({why})"
            )
        console.print()
    label = _label(asked, asked.about) if asked.about else ""
    measure = f"about {inside(label)}" if asked.about else "about all causes, weighed by what is at stake"
    console.print(f"Then, by information {measure}", style="bold")
    bits = ("Bits", "Weighted, per cost")
    table = words.grid("  Ask", "How", *bits, "Leads to", numbers=bits)
    for item in asked.in_turn(top) if by == "cost" else asked.by_gain[:top]:
        gain, rate = (f"{x:.3f}" for x in (item.gain_bits, item.gain_per_cost))
        table.add_row(f"  {item.label} [{item.item}]", item.kind, gain, rate, _leads_to(asked, item))
    console.print(table)
    console.print()
    console.print(("Stop: " if asked.stop.stop else "Go on: ") + asked.stop.reason)
    closing(asked.answer, console)


def _leads_to(asked: NextQuestions, item: Question) -> str:
    """Return what each answer would make of the cause asked for, or of the cause that it moves most."""
    network = asked.answer.network
    gains = item.gain_about
    cause = asked.about or max(gains, key=lambda name: gains[name])
    node = network.node(item.item)
    return f"{_label(asked, cause)}: " + ", ".join(
        f"{node.state_label(outcome.state)} ({words.percent(outcome.probability)}) to "
        f"{words.percent(outcome.due_to[cause])}"
        for outcome in item.outcomes
    )


def _label(asked: NextQuestions, cause: str) -> str:
    """Return what a cause is called."""
    return next(one.label for one in asked.answer.ranking if one.condition == cause)
