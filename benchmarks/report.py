"""The table and the JSON of a run."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.rows import Row

LIBRARIES = ("numpy", "numba", "pgmpy", "pyagrum", "streamlit")
VERDICTS = {True: "[green]met[/green]", False: "[red]missed[/red]", None: "open"}


def header() -> dict[str, Any]:
    """Return what a reader needs to know about the machine and the programs."""
    return {
        "python": sys.version.split()[0],
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        **{name: version(name) for name in LIBRARIES},
    }


def print_table(rows: list[Row], console: Console) -> None:
    """Print a table with a section for each group."""
    table = Table("", "ms a case", "ratio", "bar", "", "cases", "off by", "note", show_edge=False)
    for column in (1, 2, 3, 5, 6):
        table.columns[column].justify = "right"
    for column in range(7):
        table.columns[column].no_wrap = True
    group = ""
    for row in rows:
        if row.group != group:
            group = row.group
            table.add_section()
            table.add_row(f"[bold]{group}[/bold]")
        bound = "≥ " if row.at_least else ""
        table.add_row(
            row.engine,
            f"{bound}{_rounded(row.ms)}",
            "" if row.ratio is None else f"{bound}{_rounded(row.ratio)} ×",
            row.bar,
            VERDICTS[row.met] if row.bar else "",
            f"{row.cases:,}",
            "" if row.difference is None else f"{row.difference:.0e}",
            row.note,
        )
    console.print(table)


def write_json(rows: list[Row], about: dict[str, Any], path: Path) -> None:
    """Write the run; load averages are those at its start."""
    path.write_text(json.dumps({"about": about, "rows": [asdict(row) for row in rows]}, indent=1), "utf-8")


def _rounded(value: float) -> str:
    """Return three digits, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
