"""`nocturne what-if`: the same case without and with a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.entries import read_entries
from model.cli.options import Case, question
from model.cli.output import Output
from model.what_if import WhatIf

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 8


EXAMPLES = """\b
nocturne what-if -e age=70 -e sudden_cramp=present --set relief_by_stretching=absent
nocturne what-if -e age=70 -e diuretic=present --set diuretic=absent --do
nocturne what-if -e age=70 --set seen_in=vascular_clinic
"""


@click.command("what-if", epilog=EXAMPLES)
@question
@click.option(
    "--set",
    "changes",
    multiple=True,
    required=True,
    metavar="NODE=STATE",
    help="A change. Repeat it for several at once.",
)
@click.option(
    "--do", is_flag=True, help="Intervene: what happens when it is changed. Otherwise: had it been seen."
)
def what_if(case: Case, out: Output, changes: tuple[str, ...], do: bool) -> None:
    """Show the case without and with a change."""
    change = read_entries(case.network, changes)
    result = case.ddx.what_if(case.evidence, change, do=do, complaint=case.complaint)
    out.emit(result.to_plain, lambda console: show(result, console))


def show(result: WhatIf, console: Console) -> None:
    """Print the change, what it moves, what was set aside, and the share of a drug."""
    from rich.table import Table

    network = result.network
    for flag in result.urgency.flags:
        console.print(f"{flag.level.replace('_', ' ').upper()} {flag.reason} {flag.action}", style="bold")
    changed = [": ".join(words.finding(result.with_change.evidence, node)) for node in result.change]
    console.print(
        ("Were it changed: " if result.do else "Had it been seen: ") + "; ".join(changed), style="bold"
    )
    if result.headline is not None:
        without, with_change = map(words.percent, result.headline)
        console.print(
            f"{network.node(str(network.complaint)).label} in people like this: "
            f"{without} without the change, {with_change} with it."
        )
    if result.set_aside:
        names = [network.node(item.node).label for item in result.set_aside]
        console.print(f"Set aside, because the change could have changed it: {', '.join(names)}.")
    for share in result.drug_shares:
        drugs = " or ".join(network.node(drug).label.lower() for drug in share.drugs)
        console.print(
            f"Would this patient's pain go? The chance that it comes from {drugs} is at least "
            f"{words.percent(share.at_least)}."
        )
    table = Table(box=None, pad_edge=False)
    for name in ("  Explains it", "Without", "With"):
        table.add_column(name, justify="left" if name.startswith("  ") else "right")
    after = {cause.condition: cause for cause in result.with_change.ranking}
    for condition, (before, now) in list(result.shifts.items())[:SHOWN]:
        table.add_row(f"  {after[condition].label}", words.percent(before), words.percent(now))
    console.print(table)
    for line in network.notice:
        console.print(line, style="dim")
