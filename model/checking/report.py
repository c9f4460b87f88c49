"""The rows of a check, the verdict, and the tables on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

OK, ACCEPTED, DEVIATION = "ok", "accepted", "deviation"
INPUT, DERIVED = "input", "derived"

RELATIVE, ABSOLUTE = 1e-6, 1e-9
"""How near an input must come back."""

MOST_ACCEPTED = 0.1
"""Largest share of the derived rows whose deviation may be accepted."""


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity: what follows from the network, what was published, and the verdict.

    `kind` is "input" (set, must come back) or "derived" (nothing was set to it, must lie from `low` to
    `high`). `group` sorts the inputs ("prevalence", "odds ratio", …) and names the kind of a derived
    quantity. `source` and `grade` are those of the figure; `reason` says why a deviation is accepted.
    """

    id: str
    kind: str
    group: str
    quantity: str
    model: float
    published: float
    low: float
    high: float
    verdict: str
    reason: str
    figure: str
    source: str
    grade: str
    note: str = ""

    @property
    def off(self) -> float:
        """How far the network is from the published value, relative to it."""
        return abs(self.model - self.published) / max(abs(self.published), ABSOLUTE / RELATIVE)


@dataclass(frozen=True)
class CheckReport:
    """What `check` returns: every row, input rows first."""

    rows: tuple[Row, ...]

    @property
    def inputs(self) -> tuple[Row, ...]:
        """Quantities that were set and must come back."""
        return tuple(row for row in self.rows if row.kind == INPUT)

    @property
    def derived(self) -> tuple[Row, ...]:
        """Published quantities to which nothing was set."""
        return tuple(row for row in self.rows if row.kind == DERIVED)

    @property
    def accepted(self) -> tuple[Row, ...]:
        """Derived quantities outside their band, each with its reason."""
        return tuple(row for row in self.rows if row.verdict == ACCEPTED)

    @property
    def deviations(self) -> tuple[Row, ...]:
        """Quantities that are off without an accepted reason."""
        return tuple(row for row in self.rows if row.verdict == DEVIATION)

    @property
    def ok(self) -> bool:
        """Whether nothing is off without a reason, and not too much with one."""
        return not self.deviations and len(self.accepted) <= MOST_ACCEPTED * len(self.derived)

    def summary(self) -> str:
        """Return the counts in one line, and the verdict."""
        returned = sum(row.verdict == OK for row in self.inputs)
        within = sum(row.verdict == OK for row in self.derived)
        line = (
            f"{len(self.inputs)} inputs, {returned} return; {len(self.derived)} derived, {within} within "
            f"their band; deviations: {len(self.accepted)} accepted, {len(self.deviations)} unexplained: "
        )
        if self.ok:
            return line + "passed."
        too_many = len(self.accepted) > MOST_ACCEPTED * len(self.derived)
        return line + (f"failed, more than {MOST_ACCEPTED:.0%} accepted." if too_many else "failed.")


def render(report: CheckReport, console: Console, all_rows: bool = False) -> None:
    """Print the inputs by kind (each with `all_rows`), the derived quantities, and the summary last."""
    console.print(_each_input(report.inputs) if all_rows else _inputs_by_kind(report.inputs))
    if not all_rows and any(row.verdict == DEVIATION for row in report.inputs):
        console.print(_each_input(tuple(row for row in report.inputs if row.verdict == DEVIATION)))
    console.print(_derived(report.derived))
    for row in report.accepted:
        console.print(f"{row.id}: accepted. {row.reason}", highlight=False, soft_wrap=True, markup=False)
    console.print(report.summary(), highlight=False, soft_wrap=True, markup=False)


def _table(title: str, *columns: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in columns:
        name, _, align = column.partition(":")
        table.add_column(name, justify="right" if align else "left", overflow="fold")
    return table


def _inputs_by_kind(rows: tuple[Row, ...]) -> Table:
    table = _table("Inputs: set, and must come back", "Kind", "Rows:r", "Return:r", "Largest deviation:r")
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    for group, members in groups.items():
        returned = sum(row.verdict == OK for row in members)
        table.add_row(group, str(len(members)), str(returned), f"{max(row.off for row in members):.1e}")
    return table


def _each_input(rows: tuple[Row, ...]) -> Table:
    columns = ("Quantity", "Published:r", "Model:r", "Figure", "Verdict")
    table = _table("Inputs: set, and must come back", *columns)
    for row in rows:
        cells = (row.quantity, _number(row.published), _number(row.model), row.figure, row.verdict)
        table.add_row(*_as_text(*cells))
    return table


def _derived(rows: tuple[Row, ...]) -> Table:
    columns = ("Quantity", "Published:r", "Band:r", "Model:r", "Verdict", "Source")
    table = _table("Derived: published, nothing was set to them", *columns)
    for row in rows:
        band = f"{_number(row.low)} to {_number(row.high)}"
        source = f"{row.source} ({row.grade})"
        cells = (row.quantity, _number(row.published), band, _number(row.model), row.verdict, source)
        table.add_row(*_as_text(*cells), style={DEVIATION: "bold red", ACCEPTED: "yellow"}.get(row.verdict))
    return table


def _as_text(*cells: str) -> Iterator[Text]:
    """Yield cells whose brackets are not read as styling."""
    from rich.text import Text

    yield from (Text(cell) for cell in cells)


def _number(x: float) -> str:
    """Return a number with three significant digits."""
    return f"{x:.3g}"
