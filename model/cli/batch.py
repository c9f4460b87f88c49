"""`nocturne batch`: a table of cases in, a table of differentials out, piece by piece."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from model.cli.options import complete_nodes
from model.cli.progress import shown
from model.differential import ENGINES, Differential, read_network
from network.errors import EvidenceError

EXAMPLES = """\b
nocturne batch cases.csv -o answers.csv
nocturne batch cases.parquet -o answers.parquet --keep patient --posterior smoking
"""
MOST_NAMED = 5


@click.command(epilog=EXAMPLES)
@click.argument("table", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "-o",
    "--output",
    "output_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A .csv or .parquet file; default: CSV on the screen.",
)
@click.option("--keep", multiple=True, metavar="COLUMN", help="A column to pass through, such as an id.")
@click.option(
    "--posterior",
    "posteriors",
    multiple=True,
    metavar="NODE",
    shell_complete=complete_nodes,
    help="Another node whose posterior is wanted.",
)
@click.option("--network", type=click.Path(path_type=Path), metavar="PATH", help="Another network.")
@click.option(
    "--engine", type=click.Choice(ENGINES), default="exact", show_default=True, help="How to compute."
)
@click.option("--population", is_flag=True, help="Do not assume the complaint: anyone, not a patient.")
def batch(
    table: Path,
    output_file: Path | None,
    keep: tuple[str, ...],
    posteriors: tuple[str, ...],
    network: Path | None,
    engine: str,
    population: bool,
) -> None:
    """Answer every row of TABLE, a CSV or Parquet file with a column per node ("-": CSV on standard input).

    An empty cell means not asked. A row whose evidence cannot hold together gets no probabilities.
    """
    from model.cli import tables
    from model.many_cases import query_many

    bn = read_network(network)
    ddx = Differential.of(bn, engine, network)
    if engine == "exact":
        ddx.load_compiled()
    impossible: list[int] = []
    with tables.writing(output_file) as write, shown("Answering the cases") as progress:
        done = 0
        for first_row, piece in tables.pieces(table):
            kept = _kept(list(piece.columns), keep, table)
            answers = query_many(ddx, piece.drop(columns=kept), posteriors, not population, first_row)
            write(piece[kept].reset_index(drop=True), answers.to_frame())
            impossible += [first_row + int(row) for row in (~answers.possible).nonzero()[0]]
            done += len(piece)
            progress(done, done)
    if impossible:
        click.echo(_about_impossible(impossible), err=True)
    if output_file is None and sys.stdout.isatty():
        for line in bn.notice:
            click.echo(line, err=True)


def _kept(columns: Sequence[str], keep: Sequence[str], table: Path) -> list[str]:
    """Return the columns that pass through, or say which of them the table lacks."""
    missing = [name for name in keep if name not in columns]
    if missing:
        raise EvidenceError(
            f"{table.name} has no column {missing[0]!r} to keep. Its columns: {', '.join(columns)}."
        )
    return [name for name in columns if name in keep]


def _about_impossible(rows: Sequence[int]) -> str:
    """Return which rows have no answer, and how to find out why."""
    named = ", ".join(map(str, rows[:MOST_NAMED])) + (", …" if len(rows) > MOST_NAMED else "")
    return (
        f"Warning: evidence that cannot hold together, so no probabilities, in {len(rows)} "
        f"row{'s' if len(rows) > 1 else ''}: {named}. `nocturne query` names what clashes in one case."
    )
