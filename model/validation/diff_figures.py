"""Which figures two versions of the knowledge have in common, and where their numbers went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.provenance import Provenance
from model.validation.diff_structure import counted
from network.figures import Figure

NUMBERS = ("value", "grade", "source", "formula", "step")
"""Fields of a row that make a changed figure, with its interval where that was given; the others are wording.

The interval of a derived row follows from so much that it is no change of its own."""


@dataclass(frozen=True)
class FigureUse:
    """One parameter that rests on a figure; `through` is the derived row it names, None where it names it."""

    node: str
    parameter: str
    through: str | None


@dataclass(frozen=True)
class FigureChange:
    """A row of figures as it was and as it is, None where a version does not have it.

    `cited` says where the number is from, in words, old and new; `uses` are those of either version.
    """

    id: str
    old: Figure | None
    new: Figure | None
    cited: tuple[str, str]
    uses: tuple[FigureUse, ...]

    @property
    def kind(self) -> str:
        """Whether it was "added", "removed" or "changed"."""
        return "added" if self.old is None else "removed" if self.new is None else "changed"

    def to_plain(self) -> dict[str, Any]:
        """Return the figure as JSON holds it."""
        return {
            "id": self.id,
            "change": self.kind,
            "old": _plain(self.old, self.cited[0]),
            "new": _plain(self.new, self.cited[1]),
            "uses": [
                {"node": use.node, "parameter": use.parameter, "through": use.through} for use in self.uses
            ],
        }


def figure_changes(old: Provenance, new: Provenance) -> tuple[FigureChange, ...]:
    """Return the figures that were added, removed or changed, in the order of their tables."""
    found = []
    for name in dict.fromkeys((*old.figures, *new.figures)):
        was, now = old.figures.get(name), new.figures.get(name)
        if was is not None and now is not None and _numbers(was) == _numbers(now):
            continue
        cited = (_cited(old, was), _cited(new, now))
        uses = tuple(dict.fromkeys((*uses_of(old, name), *uses_of(new, name))))
        found.append(FigureChange(name, was, now, cited, uses))
    return tuple(found)


def uses_of(provenance: Provenance, figure: str) -> tuple[FigureUse, ...]:
    """Return the parameters that rest on a figure, directly or through rows derived from it."""
    found: list[FigureUse] = []
    rows = [figure]
    for row in rows:
        through = None if row == figure else row
        found += [FigureUse(use.node, use.parameter, through) for use in provenance.uses.get(row, ())]
        rows += [derived for derived in provenance.derived.get(row, ()) if derived not in rows]
    return tuple(found)


def wording_changes(old: Provenance, new: Provenance) -> int:
    """Return how many figures, sources and records of elicitation differ in wording alone."""
    rows = sum(
        was != now and _numbers(was) == _numbers(now)
        for name, was in old.figures.items()
        if (now := new.figures.get(name)) is not None
    )
    return rows + counted(old.sources, new.sources) + counted(old.elicitations, new.elicitations)


def _numbers(figure: Figure) -> tuple[Any, ...]:
    interval = () if figure.formula else (figure.low, figure.high)
    return (*(getattr(figure, field) for field in NUMBERS), *interval)


def _cited(provenance: Provenance, figure: Figure | None) -> str:
    return "" if figure is None else provenance.cite(figure, short=True)


def _plain(figure: Figure | None, cited: str) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "value": figure.value, "low": figure.low, "high": figure.high, "grade": figure.grade,
        "source": figure.source, "citation": cited, "derived_from": list(figure.derived_from),
        "formula": figure.formula, "step": figure.step,
    }  # fmt: skip
