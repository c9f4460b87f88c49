"""Published figures that disagree with the one the network rests on, and why that one was taken.

Sources conflict. The better grade is taken, then the population nearer to ours; the others stay on record,
and whoever looks at a figure sees them beside it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from network.figures import Figure, Source

SHOWN = 4
"""Most that stand beside a figure; the rest are counted."""
BETTER_GRADE = "of a lower grade: the better was taken"
OTHER_PEOPLE = "of the same grade: taken was what was found in {population}"
OWN_REASON = "of a better grade: the note of what was taken says why"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A published figure (`figure`) that disagrees with one in use (`taken`) of the same quantity."""

    figure: Figure
    taken: Figure

    @property
    def reason(self) -> str:
        """Why it was not taken, in words."""
        if self.figure.grade == self.taken.grade:
            return OTHER_PEOPLE.format(population=self.taken.population)
        return BETTER_GRADE if self.figure.grade > self.taken.grade else OWN_REASON


class Alternatives:
    """The published figures on record that the network does not rest on, by what they measure.

    Parameters
    ----------
    used : ids of the figures that it does rest on
    """

    def __init__(
        self, figures: Mapping[str, Figure], sources: Mapping[str, Source], used: Container[str]
    ) -> None:
        self._figures = figures
        self._of: dict[tuple[str, ...], list[Figure]] = {}
        for figure in figures.values():
            source = sources.get(figure.source)
            if figure.id not in used and source is not None and source.citable:
                self._of.setdefault(_measured(figure), []).append(figure)

    def to(self, figure: Figure) -> tuple[Alternative, ...]:
        """Return what was published against a figure, or against a row of the same node behind it.

        Returns
        -------
        tuple of Alternative
            The nearest population first, then the best grade. Those alone that lie outside the interval of
            the figure taken, or differ from it in two digits where it has none.
        """
        taken: dict[tuple[str, ...], list[Figure]] = {}
        for row in self._behind(figure):
            taken.setdefault(_measured(row), []).append(row)
        found = [
            Alternative(other, min(rows, key=lambda row: row.grade))
            for measured, rows in taken.items()
            for other in self._of.get(measured, ())
            if all(_differ(row, other) for row in rows)
        ]
        return tuple(sorted(found, key=_order))

    def _behind(self, figure: Figure) -> Iterator[Figure]:
        """Yield a figure, then the rows behind it that measure the same state of the same node."""
        seen: set[str] = set()
        todo = [figure]
        while todo:
            row = todo.pop(0)
            same = (row.target, row.target_state) == (figure.target, figure.target_state)
            if row.id not in seen and same and row.kind == figure.kind:
                seen.add(row.id)
                yield row
                todo += [self._figures[base] for base in row.derived_from]


def _measured(figure: Figure) -> tuple[str, ...]:
    return figure.kind, figure.target, figure.target_state, figure.given


def _differ(taken: Figure, other: Figure) -> bool:
    """Return whether two published numbers disagree."""
    if taken.low is not None and taken.high is not None and taken.low < taken.high:
        return not taken.low <= other.value <= taken.high
    return f"{taken.value:.2g}" != f"{other.value:.2g}"


def _order(found: Alternative) -> tuple[float, str, str]:
    ours, theirs = (set(re.findall(r"\w+", row.population.lower())) for row in (found.taken, found.figure))
    return -len(ours & theirs) / max(1, len(ours | theirs)), found.figure.grade, found.figure.id
