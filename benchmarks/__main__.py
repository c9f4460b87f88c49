"""Benchmarks of the engine and of the reasoning, side by side with pyAgrum and pgmpy, and of the app."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from benchmarks.app.job import app
from benchmarks.batch import batch, draws
from benchmarks.effort import FULL, QUICK, Effort
from benchmarks.engine import dense_case, one_case, pairs
from benchmarks.growth import over_causes, over_positives
from benchmarks.published import published
from benchmarks.reasoning import reasoning
from benchmarks.report import header, print_table, write_json
from benchmarks.rows import Row, judged
from benchmarks.start import start
from benchmarks.wide import wide
from model.engine.warm_up import warm_up
from network.build import load_network
from network.structure import Network

JOBS: dict[str, Callable[[Network, Effort], list[Row]]] = {
    "one": one_case,
    "dense": dense_case,
    "pairs": pairs,
    "wide": wide,
    "batch": batch,
    "draws": draws,
    "reasoning": reasoning,
    "positives": over_positives,
    "causes": over_causes,
    "start": start,
    "app": app,
}
BIF = "bif"
WIDE = 170
"""Columns of the table where the output is a file."""


def main() -> None:
    """Run the benchmarks, print a table, write JSON where asked."""
    names = [*JOBS, BIF]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few cases of each: a look, not a measurement")
    parser.add_argument(
        "--only", nargs="+", choices=names, default=names, metavar="JOB", help=", ".join(names)
    )
    parser.add_argument(
        "--bif", nargs="+", type=Path, default=[], metavar="PATH", help="networks for the job bif"
    )
    parser.add_argument(
        "--sessions", type=int, metavar="N", help="visitors at once for the job app; at most 200"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    options = parser.parse_args()
    effort = QUICK if options.quick else FULL
    if options.sessions:
        effort = replace(effort, sessions=options.sessions)
    about, bn = header() | {"quick": options.quick}, load_network()
    progress = Console(stderr=True)
    warm_up()
    out = Console()
    out = out if out.is_terminal else Console(width=WIDE)
    out.print(", ".join(f"{key} {value}" for key, value in about.items()))
    rows: list[Row] = []
    for name in options.only:
        progress.print(f"{name} ...")
        found = judged(published(options.bif, effort) if name == BIF else JOBS[name](bn, effort))
        print_table(found, out)
        rows += found
        about["load_after"] = [round(load, 2) for load in os.getloadavg()]
        if options.json:
            write_json(rows, about, options.json)
    out.print(f"load {about['load_after']}")


if __name__ == "__main__":
    main()
