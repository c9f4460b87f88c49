"""`nocturne tornado`: which figures the answer rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.frame import closing, opening
from model.cli.options import Case, question
from model.cli.output import Output
from model.cli.progress import shown

if TYPE_CHECKING:
    from rich.console import Console

    from model.tornado import Bar, Tornado

EXAMPLES = """\b
nocturne tornado arterial_insufficiency -e age=78 -e relief_by_dangling_legs=present
nocturne tornado --top 5 --case case.yaml
"""


@click.command(epilog=EXAMPLES)
@click.argument("cause", required=False)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=15,
    show_default=True,
    help="How many figures to list; JSON holds all.",
)
@question
def tornado(case: Case, cause: str | None, top: int, out: Output) -> None:
    """Show how far each figure, moved over its interval, moves the probability of a CAUSE.

    Without CAUSE it is the one that comes first. Below stand the figures that would put another cause first.
    """
    if cause is None:
        ranking = case.ddx.query(case.evidence, case.complaint).ranking
        if not ranking:
            raise click.UsageError(f"network {case.network.name!r} has no complaint, so it ranks no causes.")
        cause = ranking[0].condition
    with shown("Moving every figure to the ends of its interval, once for this network") as progress:
        found = case.ddx.tornado(case.evidence, cause, case.complaint, progress)
    out.emit(found.to_plain, lambda console: show(found, console, top))


def show(found: Tornado, console: Console, top: int) -> None:
    """Print the longest bars and what would change the first cause."""
    opening(found.answer, console)
    console.print(f"{found.label}: {words.percent(found.posterior)}", style="bold", end=" ")
    console.print("with every figure as published; each figure moved alone:")
    ends = ("At its low", "At its high")
    table = words.grid("  Figure", "Value", "Interval", *ends, "Grade", "Source", numbers=("Value", *ends))
    for bar in found.bars[:top]:
        table.add_row(
            f"  {bar.figure}", words.number(bar.value), words.interval(bar.low, bar.high),
            _percent(bar.at_low), _percent(bar.at_high), bar.grade, bar.source,
        )  # fmt: skip
    console.print(table)
    rest = max(len(found.bars) - top, 0)
    console.print(f"  {rest} more move it less; {found.idle} have no effect on this case.")
    console.print()
    console.print(f"What would put another cause before {_first(found)}", style="bold")
    for bar in found.tipping:
        console.print(f"  {_tipping(bar)}")
    if not found.tipping:
        console.print("  No figure alone, within its interval.")
    closing(found.answer, console)


def _first(found: Tornado) -> str:
    return found.answer.ranking[0].label


def _tipping(bar: Bar) -> str:
    """Return one change of the order in words."""
    assert bar.tipping is not None
    beyond = "above" if bar.tipping.value > bar.value else "below"
    return (
        f"{bar.figure} {beyond} {words.number(bar.tipping.value)} (now {words.number(bar.value)}): "
        f"{bar.tipping.label}. Grade {bar.grade}, {bar.source}."
    )


def _percent(p: float | None) -> str:
    return "impossible" if p is None else words.percent(p)
