"""The numbers: published figures, judgements, and the sources they come from.

Each number of the network is exactly one row of ``figures.csv``; nodes name rows, never numbers.
Rows that no node names stay on record as alternatives.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from network.errors import Fault, did_you_mean

PROPORTIONS = ("prevalence", "sensitivity", "specificity", "conditional")
RATIOS = ("odds_ratio", "relative_risk", "lr_positive", "lr_negative")
KINDS = (*PROPORTIONS, *RATIOS, "effect")
GRADES = ("A", "B", "C", "D")
JUDGEMENT, DERIVED = "judgement", "derived_from"
VERIFIED = ("yes", "partly")

FIGURE_COLUMNS = (
    "id", "kind", "target", "target_state", "given", "value", "low", "high",
    "n", "population", "source", "derived_from", "grade", "note",
)  # fmt: skip
SOURCE_COLUMNS = (
    "key", "authors", "year", "title", "journal", "doi", "pmid", "url", "checked", "note", "verified",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its interval and origin.

    `low` and `high` are a 95 % interval as published or set by us; equal to `value` where the number
    is fixed, None where there is none. `derived_from` names the rows a derived number rests on.
    """

    id: str
    kind: str
    target: str
    target_state: str
    given: str
    value: float
    low: float | None
    high: float | None
    n: str
    population: str
    source: str
    derived_from: tuple[str, ...]
    grade: str
    note: str

    @property
    def is_judgement(self) -> bool:
        """Whether the number is an expert's, not a paper's."""
        return self.source == JUDGEMENT or self.grade == "D"


@dataclass(frozen=True, slots=True)
class Source:
    """One publication, and how far its identity was confirmed."""

    key: str
    authors: str
    year: str
    title: str
    journal: str
    doi: str
    pmid: str
    url: str
    checked: str
    note: str
    verified: str

    @property
    def citable(self) -> bool:
        """Whether the source may be shown as a citation."""
        return self.verified in VERIFIED

    @property
    def link(self) -> str:
        """Return the address to read it at, by DOI where there is one; empty where none is known."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    def citation(self) -> str:
        """Return authors, year, title and journal in one line."""
        parts = (self.authors, f"({self.year})" if self.year else "", self.title, self.journal)
        return " ".join(part.rstrip(".") + ("" if part.startswith("(") else ".") for part in parts if part)


def read_figures(path: Path, faults: list[Fault]) -> dict[str, Figure]:
    """Read ``figures.csv``; what is wrong with a row is added to `faults` and the row left out."""
    figures: dict[str, Figure] = {}
    seen: set[str] = set()
    for line, row in _rows(path, FIGURE_COLUMNS, faults):
        entry = f"row {line} ({row['id']})"
        found = list(_faults_of_row(row))
        if row["id"] in seen or not row["id"]:
            found.append(("id", f"id {row['id']!r} is empty or used twice.", "Make it unique."))
        seen.add(row["id"])
        faults.extend(Fault(path.name, entry, field, fault, remedy) for field, fault, remedy in found)
        if found:
            continue
        figures[row["id"]] = Figure(
            id=row["id"], kind=row["kind"], target=row["target"], target_state=row["target_state"],
            given=row["given"], value=float(row["value"]),
            low=float(row["low"]) if row["low"] else None, high=float(row["high"]) if row["high"] else None,
            n=row["n"], population=row["population"], source=row["source"],
            derived_from=tuple(row["derived_from"].split()), grade=row["grade"], note=row["note"],
        )  # fmt: skip
    for figure in figures.values():
        for base in figure.derived_from:
            if base not in seen:
                problem = f"no figure is called {base!r}.{did_you_mean(base, figures)}"
                faults.append(Fault(path.name, figure.id, "derived_from", problem))
    return figures


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


def foundations(figures: Mapping[str, Figure], named: Iterable[str]) -> list[str]:
    """Return some figures and every row they rest on, each once; ids that do not exist are left out."""
    found: dict[str, None] = {}
    todo = list(named)[::-1]
    while todo:
        name = todo.pop()
        if name in figures and name not in found:
            found[name] = None
            todo.extend(figures[name].derived_from)
    return list(found)


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
    if row["source"] == DERIVED and not row["derived_from"]:
        yield "derived_from", "a derived figure names no row that it rests on.", "Name at least one id."
    numbers: dict[str, float] = {}
    for field in ("value", "low", "high"):
        if field != "value" and not row[field]:
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


def _faults_of_number(kind: str, field: str, number: float) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with one number of a figure of this kind."""
    if not math.isfinite(number):
        yield field, f"{field} {number} is not finite.", "Write a finite number."
    elif kind in PROPORTIONS and not 0 <= number <= 1:
        remedy = f"Write {number / 100:g}." if 1 < number <= 100 else "A proportion lies between 0 and 1."
        yield field, f"{field} {number:g} is not a proportion.", remedy
    elif kind in RATIOS and number <= 0 and field == "value":
        yield field, f"{field} {number:g} is not a ratio.", "A ratio is above 0."
