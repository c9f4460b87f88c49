"""`nocturne explanations`: which causes hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.frame import closing, opening
from model.cli.options import Case, question
from model.cli.output import Output
from model.phrases import percent, say

if TYPE_CHECKING:
    from rich.console import Console

    from model.explanations import Explanations

BAR = 20

EXAMPLES = """\b
nocturne explanations -e age=78 -e relief_by_dangling_legs=present
nocturne explanations --top 10 --case case.yaml --json
"""


@click.command(epilog=EXAMPLES)
@click.option("--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many to find.")
@question
def explanations(case: Case, top: int, out: Output) -> None:
    """Rank the most probable sets of causes: these explain the pain together, and no other does."""
    found = case.ddx.explanations(case.evidence, top, case.complaint)
    out.emit(found.to_plain, lambda console: show(found, console))


def show(found: Explanations, console: Console) -> None:
    """Print the sets of causes with their probabilities, and how far the first is ahead."""
    opening(found.answer, console)
    console.print("What explains the pain together", style="bold", end=" ")
    console.print("(exactly these causes, no other)")
    table = words.grid()
    table.add_column()
    table.add_column(min_width=BAR)
    table.add_column(justify="right")
    listed = [(one.name, one.probability) for one in found.explanations]
    for name, p in [*listed, (say("every_other"), found.rest)]:
        table.add_row(f"  {name}", words.bar(p, BAR, console), percent(p))
    console.print(table)
    console.print(found.lead)
    closing(found.answer, console)
