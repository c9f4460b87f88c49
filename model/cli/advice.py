"""`nocturne advice`: what helps, what harms, how urgent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.advice import Advice, OptionAdvice
from model.cli import words
from model.cli.frame import closing, opening
from model.cli.options import Case, question
from model.cli.output import Output

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

STANDING = {
    "fits": "",
    "less_likely": "less likely to help",
    "check_first": "check first",
    "not_for_you": "not for you",
}


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
    closing(found.answer, console)


def _table(found: Advice) -> Table:
    """Return one line for each option."""
    chances = ("Aimed at what is there", "May harm")
    table = words.grid("  Option", *chances, "", "First", numbers=chances)
    for one in found.options:
        first = one.turns[0].says if one.turns else ""
        target, harmed = words.percent(one.target), words.percent(one.harmed)
        table.add_row(f"  {one.label}", target, harmed, STANDING[one.standing], first)
    return table


def _show_whole(one: OptionAdvice, console: Console) -> None:
    """Print one option with its turns, its figures and their grades."""
    standing = f" ({STANDING[one.standing]})" if STANDING[one.standing] else ""
    console.print(f"{one.label}{standing}", style="bold")
    target, harmed = words.percent(one.target), words.percent(one.harmed)
    console.print(f"  aimed at what is there: {target}; may harm: {harmed}")
    for turn in one.turns:
        console.print(f"  {turn.says} ({turn.because}: {turn.reason})")
    console.print(f"  {one.option.text}")
    console.print(f"  {one.option.caution}")
    for effect in one.effects:
        known = effect.low is not None and effect.high is not None
        interval = f" ({effect.low:g} to {effect.high:g})" if known else ""
        measures = effect.measures.replace("_", " ")
        console.print(f"    {measures}: {effect.value:g}{interval}, grade {effect.grade}, {effect.source}")
    console.print()
