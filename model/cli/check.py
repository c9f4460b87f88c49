"""`nocturne check`: the network against the published figures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from model.cli.options import about_network
from model.cli.output import Output
from model.differential import Differential

if TYPE_CHECKING:
    from model.check import CheckReport

DEVIATION = 1
"""Exit code where a deviation is not explained."""


@click.command()
@click.option("--all", "all_rows", is_flag=True, help="Show every input, not only a count of each kind.")
@about_network
@click.pass_context
def check(context: click.Context, all_rows: bool, network: Path | None, out: Output) -> None:
    """Compare the network with published figures.

    Each quantity is an input, which must come back, or derived: nothing was set to it. The exit code is 1
    where a deviation is not explained.
    """
    from model.check import check as run_check
    from model.check import render

    folder = network if network is not None and network.is_dir() else None
    report = run_check(Differential.load(network), folder)
    out.emit(lambda: _plain(report), lambda console: render(report, console, all_rows))
    if not report.ok:
        context.exit(DEVIATION)


def _plain(report: CheckReport) -> dict[str, Any]:
    """Return the report as JSON holds it."""
    return {
        "schema": 1,
        "passed": report.ok,
        "inputs": len(report.inputs),
        "derived": len(report.derived),
        "accepted": len(report.accepted),
        "deviations": len(report.deviations),
        "rows": [asdict(row) for row in report.rows],
    }
