"""``checks.csv``: published quantities to which nothing was set, and the band in which the network must lie.

Where a row gives no band of its own, the band is the published interval; where none was published, the odds
of a proportion, or the ratio itself, may differ by the factor of the figure's grade.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model.checking.quantities import KINDS, PROBABILITIES, RATIOS, Quantity, read_clauses
from network.errors import Fault, KnowledgeError, did_you_mean
from network.figures import DERIVED, JUDGEMENT, PROPORTIONS, Figure, foundations
from network.figures import RATIOS as RATIO_FIGURES
from network.knowledge import Knowledge
from network.references import uses

FILE = "checks.csv"
COLUMNS = (
    "id", "figure", "quantity", "target", "given", "against", "complaint",
    "low", "high", "accepted", "note",
)  # fmt: skip

FACTORS = {"A": 1.5, "B": 1.5, "C": 2.0, "D": 2.0}
"""Where no interval was published: the factor by which odds or a ratio may differ, by grade of the figure.

Two good surveys of one thing commonly differ by half as much again, small or selected ones by twice as much.
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table, ready to be computed; `accepted` is why a deviation is accepted, or empty."""

    id: str
    figure: Figure
    quantity: Quantity
    words: str
    low: float
    high: float
    accepted: str
    note: str


def read_checks(folder: Path, knowledge: Knowledge) -> tuple[Check, ...]:
    """Return the rows of ``checks.csv``; none where the folder has no such file.

    Raises
    ------
    KnowledgeError
        With every fault in the file.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    faults: list[Fault] = []
    checks: dict[str, Check] = {}
    named = (use.figure for use in uses(knowledge) if use.role != "any")
    set_to = set(foundations(knowledge.figures, named))
    for line, row in _rows(path, faults):
        problems: list[tuple[str, str, str]] = []
        if not row["id"] or row["id"] in checks:
            problems.append(("id", "the id is empty or used twice.", "Give each row its own id."))
        figure = _figure(row["figure"], knowledge, set_to, problems)
        quantity = _quantity(row, knowledge, problems)
        if figure is not None and quantity is not None:
            problems += _faults_of_kind(figure, quantity)
        numbers = _numbers(row, problems)
        faults += [Fault(FILE, f"row {line} ({row['id']})", *problem) for problem in problems]
        if not problems and figure is not None and quantity is not None:
            low, high = numbers if numbers is not None else default_band(figure)
            words = _words(row, knowledge)
            checks[row["id"]] = Check(
                row["id"], figure, quantity, words, low, high, row["accepted"], row["note"]
            )
    if faults:
        raise KnowledgeError(faults)
    return tuple(checks.values())


def default_band(figure: Figure) -> tuple[float, float]:
    """Return the published interval, or where there is none the value and the factor of its grade.

    Examples
    --------
    >>> published = Figure("f", "prevalence", "t", "present", "", 0.5, None, None, "", "", "s", "", "C", "")
    >>> low, high = default_band(published)
    >>> round(low, 4), round(high, 4)
    (0.3333, 0.6667)
    """
    if figure.low is not None and figure.high is not None:
        return figure.low, figure.high
    factor = FACTORS[figure.grade]
    if figure.kind in PROPORTIONS:
        return _times_odds(figure.value, 1.0 / factor), _times_odds(figure.value, factor)
    return figure.value / factor, figure.value * factor


def _times_odds(p: float, factor: float) -> float:
    """Return the probability whose odds are `factor` times those of p."""
    return p * factor / (1.0 - p + p * factor)


def _rows(path: Path, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row); the header must be exactly `COLUMNS`."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        faults.append(Fault(FILE, "", "", "the file is not UTF-8 text.", "Save it as UTF-8."))
        return
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        faults.append(
            Fault(FILE, "header", "", "the columns are not as expected.", f"Write: {','.join(COLUMNS)}")
        )
        return
    for row in reader:
        if None in row or None in row.values():
            problem = "too many or too few fields."
            faults.append(
                Fault(FILE, f"row {reader.line_num}", "", problem, "Quote fields that hold commas.")
            )
            continue
        yield reader.line_num, {column: value.strip() for column, value in row.items()}


def _figure(
    name: str, knowledge: Knowledge, set_to: set[str], problems: list[tuple[str, str, str]]
) -> Figure | None:
    """Return the figure of a row: published, by a confirmed source, and nothing a node's number rests on."""
    figure = knowledge.figures.get(name)
    if figure is None:
        known = did_you_mean(name, knowledge.figures)
        problems.append(("figure", f"no figure is called {name!r}.{known}", "Name a row of figures.csv."))
        return None
    source = knowledge.sources.get(figure.source)
    if figure.source in (JUDGEMENT, DERIVED):
        problems.append(("figure", f"figure {name!r} was not published.", "Compare with a published figure."))
    elif source is None or not source.citable:
        fault = f"source {figure.source!r} of figure {name!r} is not verified and may not be cited."
        problems.append(("figure", fault, "Confirm it or use another figure."))
    elif name in set_to:
        fault = f"figure {name!r} is an input: a node names it, or a figure that rests on it."
        problems.append(("figure", fault, "Compare with a figure that nothing was set to."))
    return figure


def _quantity(
    row: dict[str, str], knowledge: Knowledge, problems: list[tuple[str, str, str]]
) -> Quantity | None:
    """Return the quantity of a row, or None after adding what is wrong."""
    count = len(problems)
    if row["quantity"] not in KINDS:
        fault = f"no quantity is called {row['quantity']!r}.{did_you_mean(row['quantity'], KINDS)}"
        problems.append(("quantity", fault, f"Quantities: {', '.join(KINDS)}."))
    if row["complaint"] not in ("yes", "no"):
        problems.append(("complaint", f"{row['complaint']!r} is neither yes nor no.", "Write yes or no."))
    states, clauses = knowledge.states(), {}
    for field in ("target", "given", "against"):
        faults: list[str] = []
        clauses[field] = read_clauses(row[field], states, faults)
        problems += [(field, fault, "") for fault in faults]
    if not row["target"]:
        problems.append(("target", "names nothing.", "Write node=state."))
    if bool(row["against"]) != (row["quantity"] in RATIOS) and row["quantity"] in KINDS:
        fault = "a ratio needs a comparison group, nothing else may have one."
        problems.append(("against", fault, "Write the group that is compared with, or leave it empty."))
    if len(problems) > count:
        return None
    complaint = knowledge.network.complaint.id
    if row["complaint"] == "yes":
        clauses["given"] |= read_clauses(f"{complaint}=present", states, [])
    return Quantity(row["quantity"], clauses["target"], clauses["given"], clauses["against"])


def _faults_of_kind(figure: Figure, quantity: Quantity) -> Iterator[tuple[str, str, str]]:
    """Yield a fault where a proportion is compared with a ratio."""
    wanted = PROPORTIONS if quantity.kind in PROBABILITIES else RATIO_FIGURES
    if figure.kind not in wanted:
        fault = f"{quantity.kind!r} cannot be compared with figure {figure.id!r}, a {figure.kind}."
        yield "quantity", fault, f"It needs one of: {', '.join(wanted)}."


def _numbers(row: dict[str, str], problems: list[tuple[str, str, str]]) -> tuple[float, float] | None:
    """Return the band that a row gives, None where it gives none."""
    if not row["low"] and not row["high"]:
        return None
    numbers = []
    for field in ("low", "high"):
        try:
            number = float(row[field])
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or number < 0:
            problems.append(
                (field, f"{row[field]!r} is not a number from 0 up.", "Give both ends or neither.")
            )
        numbers.append(number)
    if numbers[0] > numbers[1]:
        problems.append(("low", f"low {row['low']} is above high {row['high']}.", "Order them low <= high."))
    return numbers[0], numbers[1]


def _words(row: dict[str, str], knowledge: Knowledge) -> str:
    """Return the quantity in words, with the labels of the nodes."""
    labels = {entry.id: entry.label for _, entry in knowledge.described()}
    labels |= {f"due_to_{condition.id}": condition.due_to.label for condition in knowledge.conditions}

    def spoken(text: str) -> str:
        parts = []
        for clause in filter(None, (part.strip() for part in text.split(";"))):
            node, _, group = clause.partition("=")
            state = group.replace("|", " or ").replace("_", " ")
            label = labels.get(node, node)
            parts.append(label if state == "present" else f"{label}: {state}")
        return ", ".join(parts)

    given = [spoken(row["given"])] if row["given"] else []
    given += [knowledge.network.complaint.label.lower()] if row["complaint"] == "yes" else []
    words = f"{(PROBABILITIES | RATIOS)[row['quantity']]} {spoken(row['target'])}"
    words += f", given {', '.join(given)}" if given else ""
    return words + (f", against {spoken(row['against'])}" if row["against"] else "")
