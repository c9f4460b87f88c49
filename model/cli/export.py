"""`nocturne export`: the network for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from model.differential import read_network

FORMATS = ("bif", "xmlbif", "net", "uai")


@click.command()
@click.option("--format", "form", type=click.Choice(FORMATS), help="Default: the ending of FILE.")
@click.option(
    "-o",
    "--output",
    "output_file",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The file.",
)
@click.option(
    "--full-tables",
    is_flag=True,
    help="Write wide noisy-OR nodes as whole tables: hundreds of thousands of numbers.",
)
@click.option("--network", type=click.Path(path_type=Path), metavar="PATH", help="Another network.")
def export(form: str | None, output_file: Path, full_tables: bool, network: Path | None) -> None:
    """Write the network in a format that other programs read.

    Nodes with many parents are chained through auxiliary nodes whose names start with "_".
    """
    from network.exchange import export as write

    write(read_network(network), output_file, form, full_tables=full_tables)
