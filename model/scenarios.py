"""`nocturne run scenario.yaml`: several cases and several changes, side by side in one table.

What a scenario file holds is told in `model.scenario_file`. A change that cannot hold together with a case
gives a row whose `note` says why, not an error for the whole table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.evidence import Evidence
from model.result import Answer
from model.scenario_file import AS_ENTERED, Change, Scenario, ScenarioCase
from network.errors import ImpossibleEvidence
from network.structure import BINARY, Network

if TYPE_CHECKING:
    from model.differential import Differential

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""

Cell = str | float | None


@dataclass(frozen=True)
class Table:
    """Rows of equal length under named columns: text, numbers, None where there is no value."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def to_plain(self) -> dict[str, Any]:
        """Return the table as JSON holds it: one mapping for each row."""
        return {
            "schema": 1,
            "title": self.title,
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
        }

    def to_csv(self) -> str:
        """Return the table as CSV; text that a spreadsheet would run as a formula gets a ' in front."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow([defused(column) for column in self.columns])
        writer.writerows([[defused(cell) for cell in row] for row in self.rows])
        return buffer.getvalue()

    def __str__(self) -> str:
        rows = [self.columns, *([_shown(cell) for cell in row] for row in self.rows)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(self.columns))]
        lines = [self.title] if self.title else []
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        return "\n".join(lines)


def defused(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; numbers are left as they are.

    Examples
    --------
    >>> defused("=HYPERLINK(1)"), defused(-0.5), defused("margaret")
    ("'=HYPERLINK(1)", -0.5, 'margaret')
    """
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(RUNS) else cell


def run_scenario(ddx: Differential, scenario: Scenario) -> Table:
    """Return one row for each case as entered and with each change.

    Raises
    ------
    NotModifiable, EvidenceError
        If a change that intervenes sets what cannot be set.
    """
    rows: list[tuple[str, str, Answer | None, str]] = []
    for case in scenario.cases:
        rows.append(_row(ddx, case, None))
        rows += [_row(ddx, case, change) for change in scenario.changes]
    columns = _columns(ddx.network, scenario.outputs)
    noted = any(note for *_, note in rows)
    body = []
    for case_id, change_id, answer, note in rows:
        cells: list[Cell] = [None] * len(columns) if answer is None else _cells(answer, scenario.outputs)
        body.append((case_id, change_id, *cells, *((note,) if noted else ())))
    return Table(scenario.title, ("case", "change", *columns, *(("note",) if noted else ())), tuple(body))


def _row(ddx: Differential, case: ScenarioCase, change: Change | None) -> tuple[str, str, Answer | None, str]:
    """Return (case, change, answer, note) of one row; what cannot hold together is a note."""
    evidence = Evidence(ddx.network, case.evidence)
    try:
        if change is None:
            return case.id, AS_ENTERED, ddx.query(evidence, case.complaint), ""
        result = ddx.what_if(evidence, change.set, change.do, case.complaint)
    except ImpossibleEvidence as error:
        return case.id, change.id if change else AS_ENTERED, None, str(error)
    aside = ", ".join(item.node for item in result.set_aside)
    return case.id, change.id, result.with_change, f"set aside: {aside}" if aside else ""


def _columns(network: Network, outputs: Sequence[str]) -> list[str]:
    """Return the names of the columns that the outputs fill."""
    found: list[str] = []
    for output in outputs:
        if output == "top":
            found += ["top", "p_top"]
        elif output == "due_to":
            found += [f"due_to.{condition or node}" for node, condition in network.causes.items()]
        elif output == "headings":
            found += [f"heading.{node.id}" for node in network.of_kind("heading")]
        elif output in network and network.node(output).states != BINARY:
            found += [f"{output}={state}" for state in network.node(output).states]
        else:
            found.append(output)
    return found


def _cells(answer: Answer, outputs: Sequence[str]) -> list[Cell]:
    """Return the cells of one row, in the order of `_columns`."""
    network, found = answer.network, list[Cell]()
    for output in outputs:
        if output == "top":
            ranking = answer.ranking
            found += [ranking[0].condition, ranking[0].due_to] if ranking else [None, None]
        elif output == "due_to":
            found += [answer.posterior(node)["present"] for node in network.causes]
        elif output == "headings":
            found += [answer.posterior(node.id)["present"] for node in network.of_kind("heading")]
        elif output == "complaint":
            found.append(
                None if network.complaint is None else answer.posterior(network.complaint)["present"]
            )
        elif output == "urgency":
            found.append(answer.urgency.level)
        elif output == "log_evidence":
            found.append(answer.log_evidence)
        else:
            node, sign, state = output.partition("=")
            posterior = answer.posterior(node)
            found += [posterior[state or "present"]] if sign or "present" in posterior else posterior.values()
    return found


def _shown(cell: Cell) -> str:
    """Return a cell as the text table shows it."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else f"{cell:.4f}"
