"""Read ``figures.csv`` and ``sources.csv``: every row validated, derived numbers worked out."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from network.derived import Table, worked_out
from network.errors import Fault
from network.figures import (
    DERIVED,
    FIGURE_COLUMNS,
    GRADES,
    JUDGEMENT,
    KINDS,
    PROPORTIONS,
    RATIOS,
    SOURCE_COLUMNS,
    UTILITY,
    Figure,
    Source,
)
from network.formulas import Cell, FormulaError, read_formula
from network.reading_table import FILE, pooled_cells, read_table


def read_figures(path: Path, faults: list[Fault]) -> dict[str, Figure]:
    """Read ``figures.csv``; what is wrong with a row is added to `faults` and the row left out.

    Derived rows come with the value and the interval that follow from the rows they rest on.
    """
    figures: dict[str, Figure] = {}
    places: dict[str, str] = {}
    written: dict[str, str] = {}
    for line, row in _rows(path, FIGURE_COLUMNS, faults):
        entry = f"row {line} ({row['id']})"
        found = list(_faults_of_row(row))
        if row["id"] in places or not row["id"]:
            found.append(("id", f"id {row['id']!r} is empty or used twice.", "Make it unique."))
        places.setdefault(row["id"], entry)
        faults.extend(Fault(path.name, entry, field, fault, remedy) for field, fault, remedy in found)
        if found:
            continue
        written[row["id"]] = row["value"]
        figures[row["id"]] = _figure(row)
    cells = _cells(path.with_name(FILE), figures, faults)
    return worked_out(Table(path.name, figures, places, written), cells, faults)


def _figure(row: dict[str, str]) -> Figure:
    """Return a sound row; one with a formula has no value yet."""
    formula = row["formula"].strip()
    return Figure(
        id=row["id"], kind=row["kind"], target=row["target"], target_state=row["target_state"],
        given=row["given"], value=math.nan if formula else float(row["value"]),
        low=float(row["low"]) if row["low"] else None, high=float(row["high"]) if row["high"] else None,
        n=row["n"], population=row["population"], source=row["source"], formula=formula,
        grade=row["grade"], note=row["note"], step=float(row["step"] or 1.0),
    )  # fmt: skip


def _cells(path: Path, figures: Mapping[str, Figure], faults: list[Fault]) -> dict[Cell, float]:
    """Return the pooled readings where a formula uses any."""
    used = any(read_formula(row.formula).cells for row in figures.values() if row.formula)
    if not used or not path.is_file():
        return {}
    count = len(faults)
    _, read = read_table(path, faults)
    return pooled_cells(read) if len(faults) == count else {}


def read_sources(path: Path, faults: list[Fault]) -> dict[str, Source]:
    """Read ``sources.csv``; what is wrong is added to `faults`."""
    sources: dict[str, Source] = {}
    for line, row in _rows(path, SOURCE_COLUMNS, faults):
        if not row["key"] or row["key"] in sources:
            faults.append(
                Fault(
                    path.name,
                    f"row {line}",
                    "key",
                    f"key {row['key']!r} is empty or used twice.",
                    "Make it unique.",
                )
            )
            continue
        sources[row["key"]] = Source(**row)
    return sources


def _rows(path: Path, columns: tuple[str, ...], faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file whose header must be exactly `columns`."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # spreadsheets put a mark before the first column
    except FileNotFoundError:
        faults.append(Fault(path.name, "", "", "the file is missing.", "Every knowledge folder has one."))
        return
    except UnicodeDecodeError:
        faults.append(Fault(path.name, "", "", "the file is not UTF-8 text.", "Save it as UTF-8."))
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != columns:
            remedy = f"Write: {','.join(columns)}"
            faults.append(Fault(path.name, "header", "", "the columns are not as expected.", remedy))
            return
        for row in reader:
            line = f"row {reader.line_num}"
            if None in row or None in row.values():
                remedy = "Quote fields that hold commas."
                faults.append(Fault(path.name, line, "", "too many or too few fields.", remedy))
                continue
            yield reader.line_num, row
    except csv.Error as error:
        line, remedy = f"after row {reader.line_num}", "Look for a quotation mark that is not closed."
        faults.append(Fault(path.name, line, "", f"not readable as CSV: {error}.", remedy))


def _faults_of_row(row: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (field, fault, remedy) for each thing wrong with a row of figures."""
    if row["kind"] not in KINDS:
        yield "kind", f"{row['kind']!r} is not a kind of figure.", f"Kinds: {', '.join(KINDS)}."
    if row["grade"] not in GRADES:
        yield "grade", f"{row['grade']!r} is not a grade.", "Grades: A, B, C, D."
    if not row["source"]:
        yield "source", "no source.", f"Name a key of sources.csv, {JUDGEMENT!r} or {DERIVED!r}."
    yield from _faults_of_formula(row)
    numbers: dict[str, float] = {}
    for field in ("value", "low", "high"):
        if not row[field] and (field != "value" or row["formula"].strip()):
            continue
        try:
            numbers[field] = float(row[field])
        except ValueError:
            yield field, f"{row[field]!r} is not a number.", "Write a decimal number."
            continue
        yield from _faults_of_number(row["kind"], field, numbers[field])
    if numbers.get("low", -math.inf) > numbers.get("value", math.inf):
        yield (
            "low",
            f"low {row['low']} is above the value {row['value']}.",
            "Order them low <= value <= high.",
        )
    if numbers.get("high", math.inf) < numbers.get("value", -math.inf):
        yield (
            "high",
            f"high {row['high']} is below the value {row['value']}.",
            "Order them low <= value <= high.",
        )


def _faults_of_formula(row: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with formula and step of a row, and with what stands beside them."""
    formula = row["formula"].strip()
    if row["source"] == DERIVED and not formula:
        yield "formula", "a derived figure has no formula.", "Write one over the ids of other rows."
    if formula:
        try:
            read_formula(formula)
        except FormulaError as error:
            yield "formula", f"{formula!r} is not usable: {error}", ""
        if row["source"] and row["source"] != DERIVED:
            remedy = f"Write {DERIVED!r}, or take the formula out."
            yield "source", f"{row['source']!r}, but a formula gives the number.", remedy
        for field in filter(row.get, ("low", "high")):
            yield field, "an interval beside a formula.", "Leave it empty: it follows from the rows behind."
    if row["step"]:
        try:
            usable = 1.0 <= float(row["step"]) < math.inf
        except ValueError:
            usable = False
        if not usable:
            yield "step", f"{row['step']!r} is not a factor of 1 or more.", "Leave it empty for none."
        elif not formula or row["kind"] not in (*PROPORTIONS, *RATIOS):
            remedy = "Leave it empty, and say in low and high how sure the number is."
            yield "step", "only a proportion or ratio with a formula has a step.", remedy


def _faults_of_number(kind: str, field: str, number: float) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with one number of a figure of this kind."""
    if not math.isfinite(number):
        yield field, f"{field} {number} is not finite.", "Write a finite number."
    elif kind in PROPORTIONS and not 0 <= number <= 1:
        remedy = f"Write {number / 100:g}." if 1 < number <= 100 else "A proportion lies between 0 and 1."
        yield field, f"{field} {number:g} is not a proportion.", remedy
    elif kind == UTILITY and number < 0:
        yield field, f"{field} {number:g} is below nothing.", "What is at stake is 0 or more."
    elif kind in RATIOS and number <= 0 and field == "value":
        yield field, f"{field} {number:g} is not a ratio.", "A ratio is above 0."
