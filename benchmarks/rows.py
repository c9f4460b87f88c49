"""What a benchmark reports: rows, and the bars they are held against."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

BARS = Path(__file__).parent / "bars.toml"


@dataclass(frozen=True)
class Row:
    """One contender in one job.

    Parameters
    ----------
    group : what was asked
    engine : who answered
    ms : milliseconds a case
    ratio : how many times ours that is; None for ours
    at_least : the milliseconds and the ratio are lower bounds: the limit was exceeded, or a part was timed
    cases : how many were timed
    difference : the largest between a posterior and ours; None where there is nothing to compare
    note : what the reader must know
    bar : what the ratio (or the milliseconds, for ours) is held against
    met : whether it is met; None where there is no bar
    """

    group: str
    engine: str
    ms: float
    ratio: float | None = None
    at_least: bool = False
    cases: int = 1
    difference: float | None = None
    note: str = ""
    bar: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Bar:
    """A ratio that is to be reached, or milliseconds that are not to be exceeded."""

    group: str
    engine: str
    ratio: float | None = None
    ms: float | None = None

    def judged(self, row: Row) -> Row:
        """Return the row with its verdict. A lower bound of a ratio may leave a bar open."""
        if self.ms is not None:
            return replace(row, bar=f"≤ {self.ms:g} ms", met=row.ms <= self.ms)
        if self.ratio is None or row.ratio is None:
            return row
        reached = row.ratio >= self.ratio
        return replace(row, bar=f"≥ {self.ratio:g} ×", met=None if row.at_least and not reached else reached)


def bars() -> tuple[Bar, ...]:
    """Return the bars of `bars.toml`."""
    return tuple(Bar(**bar) for bar in tomllib.loads(BARS.read_text(encoding="utf-8"))["bar"])


def judged(rows: list[Row]) -> list[Row]:
    """Return the rows with the bars beside them."""
    found = {(bar.group, bar.engine): bar for bar in bars()}
    return [
        found[row.group, row.engine].judged(row) if (row.group, row.engine) in found else row for row in rows
    ]
