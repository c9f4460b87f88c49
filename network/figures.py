"""The numbers: published figures, judgements, and the sources they come from.

Each number of the network is exactly one row of ``figures.csv``; nodes name rows, never numbers. The number
of a derived row is not written but follows from other rows by its formula. Rows that no node rests on,
directly or through formulas, stay on record as alternatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from network.formulas import Cell, read_formula

PROPORTIONS = ("prevalence", "sensitivity", "specificity", "conditional")
RATIOS = ("odds_ratio", "relative_risk", "lr_positive", "lr_negative")
THRESHOLD, UTILITY = "threshold", "utility"
KINDS = (*PROPORTIONS, *RATIOS, "effect", THRESHOLD, UTILITY)
GRADES = ("A", "B", "C", "D")
JUDGEMENT, DERIVED = "judgement", "derived_from"
VERIFIED = ("yes", "partly")

FIGURE_COLUMNS = (
    "id", "kind", "target", "target_state", "given", "value", "low", "high",
    "n", "population", "source", "formula", "step", "grade", "note",
)  # fmt: skip
SOURCE_COLUMNS = (
    "key", "authors", "year", "title", "journal", "doi", "pmid", "url", "checked", "note", "verified",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its interval and origin.

    `low` and `high` are a 95 % interval as published or set by us; equal to `value` where the number
    is fixed, None where there is none. A derived number has a `formula` over other rows, which gives its
    value; its interval is what follows from theirs and from the `step`, a factor on the odds of a proportion
    or on a ratio, 1 or more, by which the formula itself may be off, 95 % either way. `readings` holds the
    pooled cells that the formula uses.
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
    formula: str
    grade: str
    note: str
    step: float = 1.0
    readings: tuple[tuple[Cell, float], ...] = ()

    @property
    def derived_from(self) -> tuple[str, ...]:
        """The rows that a derived number rests on."""
        return read_formula(self.formula).bases if self.formula else ()

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
