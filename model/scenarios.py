"""`nocturne run scenario.yaml`: several cases and several changes, side by side in one table.

What a scenario file holds is told in `model.scenario_file`. A change that cannot hold together with a case
gives a row whose `note` says why, not an error for the whole table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model.contradictions import contradictions
from model.evidence import Evidence
from model.result import Answer
from model.scenario_file import AS_ENTERED, Change, Scenario, ScenarioCase
from model.setting import setting_line, setting_of
from model.urgency import Urgency
from network.errors import ImpossibleEvidence
from network.structure import BINARY, Network

if TYPE_CHECKING:
    from model.differential import Differential

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""

Cell = str | float | None


@dataclass(frozen=True)
class Table:
    """Rows of equal length under named columns: text, numbers, None where there is no value.

    `urgency` says of each case, as it was entered, how urgent it is, whatever the columns; `evidence` is what
    was entered, of which the setting is shown, and what is asked back.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    urgency: Mapping[str, Urgency] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Return the table as JSON holds it: one mapping for each row."""
        return {
            "schema": 1,
            "title": self.title,
            "urgency": {case: urgency.to_plain() for case, urgency in self.urgency.items()},
            "setting": {case: setting_of(evidence) for case, evidence in self.evidence.items()},
            "contradictions": {
                case: [asked.to_plain() for asked in contradictions(evidence)]
                for case, evidence in self.evidence.items()
            },
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
        lines = [f"{case}: {line}" for case, urgency in self.urgency.items() for line in urgency.lines]
        said = {case: setting_line(evidence) for case, evidence in self.evidence.items()}
        lines += [f"{case}: {line}" for case, line in said.items() if line]
        lines += [
            f"{case}: {asked.line}"
            for case, evidence in self.evidence.items()
            for asked in contradictions(evidence)
        ]
        lines += [self.title] if self.title else []
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
    rows: list[_Row] = []
    for case in scenario.cases:
        rows.append(_row(ddx, case, None))
        rows += [_row(ddx, case, change) for change in scenario.changes]
    columns = _columns(ddx.network, scenario.outputs)
    noted = any(row.note for row in rows)
    body = tuple(
        (row.case, row.change, *_cells(row, columns, scenario.outputs), *((row.note,) if noted else ()))
        for row in rows
    )
    names = ("case", "change", *columns, *(("note",) if noted else ()))
    entered = {case.id: Evidence(ddx.network, case.evidence) for case in scenario.cases}
    urgent = {case.id: ddx.urgency(entered[case.id], case.complaint) for case in scenario.cases}
    return Table(scenario.title, names, body, urgent, entered)


@dataclass(frozen=True)
class _Row:
    """One row; without an answer where something cannot hold together, which the note then says."""

    case: str
    change: str
    answer: Answer | None
    urgency: Urgency
    note: str = ""


def _row(ddx: Differential, case: ScenarioCase, change: Change | None) -> _Row:
    """Return one case as entered, or with a change."""
    evidence = Evidence(ddx.network, case.evidence)
    name = change.id if change else AS_ENTERED
    try:
        if change is None:
            answer = ddx.query(evidence, case.complaint)
            return _Row(case.id, name, answer, answer.urgency)
        result = ddx.what_if(evidence, change.set, change.do, case.complaint)
    except ImpossibleEvidence as error:
        return _Row(case.id, name, None, ddx.urgency(evidence, case.complaint), str(error))
    aside = ", ".join(item.node for item in result.set_aside)
    note = f"set aside: {aside}" if aside else ""
    return _Row(case.id, name, result.with_change, result.with_change.urgency, note)


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


def _cells(row: _Row, columns: Sequence[str], outputs: Sequence[str]) -> list[Cell]:
    """Return the cells of one row, in the order of the columns; how urgent it is stands in every row."""
    if row.answer is None:
        return [row.urgency.level if column == "urgency" else None for column in columns]
    answer, found = row.answer, list[Cell]()
    network = answer.network
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
