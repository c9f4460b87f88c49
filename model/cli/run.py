"""`nocturne run`: several cases and changes from a file, one table out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from model.cli.options import about_network
from model.cli.output import Output, write_whole
from model.differential import ENGINES, Differential, read_network
from model.scenario_file import read_scenario
from model.scenarios import Table, run_scenario

if TYPE_CHECKING:
    from rich.console import Console


EXAMPLES = """\b
nocturne run scenario.yaml
nocturne run scenario.yaml --format csv -o table.csv
"""


@click.command(epilog=EXAMPLES)
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@about_network
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How to write the table; --json is the same as --format json.",
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default="exact", show_default=True, help="How to compute."
)
def run(scenario: Path, network: Path | None, out: Output, form: str, engine: str) -> None:
    """Run a scenario file: each case as entered and with each change, side by side."""
    bn = read_network(network)
    read = read_scenario(bn, scenario)
    if form == "csv" and out.as_json:
        raise click.UsageError("--json and --format csv ask for two things. Leave one out.")
    table = run_scenario(Differential.of(bn, engine), read)
    if form == "csv":
        if out.path is None:
            click.echo(table.to_csv(), nl=False)
        else:
            write_whole(out.path, table.to_csv())
        return
    Output(out.as_json or form == "json", out.path).emit(
        table.to_plain, lambda console: show(table, console, bn.notice)
    )


def show(table: Table, console: Console, notice: tuple[str, ...]) -> None:
    """Print the table as text."""
    console.print(str(table), soft_wrap=True)
    if notice:
        console.print()
    for line in notice:
        console.print(line, style="dim")
