"""`nocturne explain`: why a cause stands where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

import click

from model.account import shares, story
from model.cli import words
from model.cli.frame import closing, opening
from model.cli.options import Case, question
from model.cli.output import Output
from model.phrases import decibans, finding_phrase

if TYPE_CHECKING:
    from rich.console import Console

    from model.explanation import Explanation

BAR = 20
PATIENCE = 3.0
"""Seconds before a wait is explained."""

EXAMPLES = """\b
nocturne explain arterial_insufficiency -e age=78 -e relief_by_dangling_legs=present
nocturne explain restless_legs_syndrome --against nocturnal_leg_cramps --case case.yaml
"""


@click.command(epilog=EXAMPLES)
@click.argument("cause", required=False)
@click.option("--against", metavar="CAUSE", help="Why CAUSE rather than this one.")
@question
def explain(case: Case, cause: str | None, against: str | None, out: Output) -> None:
    """Say what each finding did to the probability of a CAUSE.

    Without CAUSE it is the one that comes first.
    """
    if cause is None:
        ranking = case.ddx.query(case.evidence, case.complaint).ranking
        if not ranking:
            raise click.UsageError(f"network {case.network.name!r} has no complaint, so it ranks no causes.")
        cause = ranking[0].condition
    with _told_if_slow():
        found = case.ddx.explain(case.evidence, cause, against, case.complaint)
    out.emit(found.to_plain, lambda console: show(found, console))


def show(found: Explanation, console: Console) -> None:
    """Print the account in words and the shares in decibans."""
    network = found.answer.network
    opening(found.answer, console)
    rather = f" rather than {found.label_against}" if found.label_against else ""
    console.print(f"Why {found.label}{rather}", style="bold")
    for sentence in story(found):
        console.print(f"  {sentence}")
    console.print()
    if found.contributions:
        console.print(f"Shares of the whole change of {decibans(found.change_decibans)}", style="bold")
        largest = max(abs(one.decibans) for one in found.contributions)
        table = words.grid()
        table.add_column()
        table.add_column(justify="right")
        table.add_column()
        for one in found.contributions:
            bar = words.bar(abs(one.decibans) / largest if largest else 0.0, BAR, console)
            named = finding_phrase(network.node(one.finding), one.value)
            table.add_row(f"  {named}", decibans(one.decibans), bar)
        console.print(table)
        for sentence in shares(found)[1:]:
            console.print(sentence)
        console.print()
    closing(found.answer, console)


@contextmanager
def _told_if_slow() -> Iterator[None]:
    """Say on stderr what is waited for: a large case, or kernels that are compiled on their first use."""
    notice = "Still at work. The first time on a machine takes up to a minute; `nocturne warm-up` spares it."
    timer = Timer(PATIENCE, lambda: click.echo(notice, err=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
