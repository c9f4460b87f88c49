"""`nocturne what-if`: the same case without and with a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli import words
from model.cli.entries import read_entries
from model.cli.frame import closing, show_flag, show_setting, show_urgency
from model.cli.options import Case, question
from model.cli.output import Output
from model.phrases import percent
from model.what_if import WhatIf

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

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
    metavar="NODE=STATE",
    help="A change, as in -e. Needed at least once; repeat it for several at once.",
)
@click.option(
    "--do", is_flag=True, help="Intervene: what happens when it is changed. Otherwise: had it been seen."
)
def what_if(case: Case, out: Output, changes: tuple[str, ...], do: bool) -> None:
    """Show the case without and with a change."""
    if not changes:
        raise click.UsageError("what is to change? Name it, as in --set diuretic=absent.")
    change = read_entries(case.network, changes, option="--set")
    result = case.ddx.what_if(case.evidence, change, do=do, complaint=case.complaint)
    out.emit(result.to_plain, lambda console: show(result, console))


def show(result: WhatIf, console: Console) -> None:
    """Print the change, what it moves, what was set aside, and the share of a drug."""
    network = result.network
    show_urgency(result.urgency, network, console)
    show_setting(result.without.evidence, console)
    changed = [": ".join(words.finding(result.with_change.evidence, node)) for node in result.change]
    console.print(
        ("Were it changed: " if result.do else "Had it been seen: ") + "; ".join(changed), style="bold"
    )
    for flag in result.new_flags:
        show_flag(flag, console)
    for asked in result.new_contradictions:
        console.print(asked.line)
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
        about = (
            "Would this patient's pain go? The chance that it comes"
            if result.has_complaint
            else ("Who has pain because of it? The chance of pain that comes")
        )
        console.print(f"{about} from {drugs} is at least {percent(share.at_least)}.")
    console.print()
    console.print(_causes(result) if result.without.ranking else _nodes(result))
    closing(result.without, console)


def _causes(result: WhatIf) -> Table:
    """Return the causes that the change moves most, without and with it."""
    table = words.grid("  Explains it", "Without", "With", numbers=("Without", "With"))
    labels = {cause.condition: cause.label for cause in result.with_change.ranking}
    for condition, (before, after) in list(result.shifts.items())[:SHOWN]:
        table.add_row(f"  {labels[condition]}", words.percent(before), words.percent(after))
    return table


def _nodes(result: WhatIf) -> Table:
    """Return every state of every node without and with the change, for a network that ranks no causes."""
    table = words.grid("  State", "Without", "With", numbers=("Without", "With"))
    for node in result.network.nodes:
        for state, (before, after) in result.moved(node.id).items():
            name = f"  {node.label}: {node.state_label(state)}"
            table.add_row(name, words.percent(before), words.percent(after))
    return table
