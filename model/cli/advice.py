"""`nocturne advice`: what helps, what harms, how urgent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.advice import Advice, OptionAdvice
from model.cli import words
from model.cli.frame import closing, opening
from model.cli.options import Case, question
from model.cli.output import Output
from model.standing import FITS
from network.decisions import CHECK_FIRST, NOT_FOR_YOU, NOT_NOW, EffectEvidence, Turn

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

STANDING = {
    FITS: "",
    CHECK_FIRST: "check first",
    NOT_NOW: "not now",
    NOT_FOR_YOU: "not for you",
    None: "",
}
IMPROBABLE = "Aimed at what is improbable here:"


EXAMPLES = """\b
nocturne advice -e age=78 -e smoking=current -e relief_by_dangling_legs=present
nocturne advice --case case.yaml --all
"""


@click.command(epilog=EXAMPLES)
@question
@click.option("--all", "whole", is_flag=True, help="Every option in full, with figures and grades.")
def advice(case: Case, out: Output, whole: bool) -> None:
    """Weigh what can be done: whom it helps, whom it may harm, and what comes first."""
    found = case.ddx.advice(case.evidence, complaint=case.complaint)
    out.emit(found.to_plain, lambda console: show(found, console, whole))


def show(found: Advice, console: Console, whole: bool) -> None:
    """Print the urgency, then the options in order."""
    opening(found.answer, console)
    if not found.options:
        console.print("This network holds no management options.")
    elif whole:
        for one in found.options:
            _show_whole(one, console)
    else:
        console.print(_table(found))
        _show_withheld(found, console)
    closing(found.answer, console)


def _table(found: Advice) -> Table:
    """Return one line for each option that does not wait, those aimed at what is improbable apart."""
    chances = ("Aimed at what is there", "May harm")
    table = words.grid("  Option", *chances, "", "First", numbers=chances)
    shown = [one for one in found.options if one not in found.withheld]
    for probable in (True, False):
        rows = [one for one in shown if one.probable == probable]
        if rows and not probable:
            table.add_row()
            table.add_row(IMPROBABLE)
        for one in rows:
            first = one.turns[0].says if one.turns else ""
            target, harmed = words.percent(one.target), words.percent(one.harmed)
            table.add_row(f"  {one.label}", target, harmed, STANDING[one.standing], first)
    return table


def _show_withheld(found: Advice, console: Console) -> None:
    """Print what waits for the urgency to pass, under what is said of it."""
    for says, labels in found.waiting.items():
        console.print()
        console.print(says)
        console.print(f"  {'; '.join(labels)}.")


def _show_whole(one: OptionAdvice, console: Console) -> None:
    """Print one option with its turns, what is known of its effect, its figures and their grades.

    What waits for the urgency to pass is not described: what to do stands on top.
    """
    standing = (
        STANDING[one.standing]
        if one.probable
        else ", ".join(filter(None, ("improbable here", STANDING[one.standing])))
    )
    console.print(f"{one.label}{f' ({standing})' if standing else ''}", style="bold")
    target, harmed = words.percent(one.target), words.percent(one.harmed)
    console.print(f"  aimed at what is there: {target}; may harm: {harmed}")
    for turn in one.turns:
        because = f"{turn.because}: " if turn.because else ""
        console.print(f"  {turn.says} ({because}{turn.reason})")
        _show_cited(turn.turn, console)
    if not one.withheld:
        console.print(f"  {one.text}")
        console.print(f"  {one.option.caution}")
    console.print(f"  Its effect is {one.evidence.verdict}: {one.evidence.reason}")
    _show_cited(one.evidence, console)
    for effect in one.effects:
        known = effect.low is not None and effect.high is not None
        interval = f" ({effect.low:g} to {effect.high:g})" if known else ""
        measures = effect.measures.replace("_", " ")
        console.print(f"    {measures}: {effect.value:g}{interval}, grade {effect.grade}, {effect.source}")
    console.print()


def _show_cited(entry: Turn | EffectEvidence, console: Console) -> None:
    """Print what an entry rests on."""
    for line in (*entry.sources, *(f"{title}, {address}" for title, address in entry.guidance)):
        console.print(f"    {line}", soft_wrap=True)
