"""`nocturne credible`: how sure the differential is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.frame import closing, opening
from model.cli.headings import show_headings
from model.cli.options import Case, question
from model.cli.output import Output
from model.cli.progress import shown

if TYPE_CHECKING:
    from rich.console import Console

    from model.uncertainty import CredibleDifferential, Spread

SPREAD, SHARES = ("Explains it", "Present at all"), ("Comes first", "In the first three")

EXAMPLES = """\b
nocturne credible -e age=78 -e smoking=current -e relief_by_dangling_legs=present
nocturne credible --case case.yaml --draws 200 --json
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--draws", default=1000, show_default=True, metavar="N", help="How often every figure is drawn."
)
@click.option("--seed", default=0, show_default=True, metavar="N", help="The same seed, the same draws.")
@question
def credible(case: Case, draws: int, seed: int, out: Output) -> None:
    """Rank the causes with 90 % intervals, drawing every figure within its own interval.

    The first call on a network takes some seconds: the draws are kept for the next ones.
    """
    with shown("Drawing every figure and calibrating the network, once for this network") as progress:
        found = case.ddx.credible(case.evidence, draws, seed, case.complaint, progress)
    out.emit(found.to_plain, lambda console: show(found, console))


def show(found: CredibleDifferential, console: Console) -> None:
    """Print the intervals, the order's stability and what the spread rests on."""
    opening(found.answer, console)
    console.print("What explains the pain, and how sure that is", style="bold", end=" ")
    console.print(f"(90 % intervals from {found.possible} draws)")
    table = words.grid("  Cause", *SPREAD, *SHARES, numbers=(*SPREAD, *SHARES))
    for cause in found.causes:
        table.add_row(
            f"  {cause.label}", span(cause.due_to), span(cause.present) if cause.present else "",
            words.percent(cause.first), words.percent(cause.in_first_three),
        )  # fmt: skip
    console.print(table)
    console.print()
    show_headings(found.answer.network, console, lambda heading: span(found.headings[heading]))
    if found.drivers:
        console.print(f"What the width for {found.causes[0].label} rests on", style="bold", end=" ")
        console.print("(squared rank correlation over the draws)")
        table = words.grid()
        for driver in found.drivers:
            sets = ", ".join(f"{node} ({parameter})" for node, parameter in driver.sets)
            table.add_row(
                f"  {words.percent(driver.share)}", "+" if driver.sign > 0 else "-", driver.figure, sets
            )
        console.print(table)
        console.print()
    if found.possible < found.draws:
        console.print(
            f"The evidence was impossible in {found.draws - found.possible} of {found.draws} draws."
        )
    closing(found.answer, console)


def span(spread: Spread) -> str:
    """Return a posterior with its interval."""
    return f"{words.percent(spread.point)} ({words.percent(spread.low)} to {words.percent(spread.high)})"
