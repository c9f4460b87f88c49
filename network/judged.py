"""How much of a network is judgement: counted here and nowhere else.

A figure is judged in whole or in part if it, or a row that it rests on, is an expert's estimate. The share is
of the figures in use: those that a node names and every row behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from network.figures import JUDGEMENT, Figure, foundations


@dataclass(frozen=True, slots=True)
class JudgedShare:
    """How many figures a network rests on (`used`), and how many of them are judged (`judged`)."""

    judged: int
    used: int

    @property
    def share(self) -> float:
        """The share of judged figures, between 0 and 1; 0 where there are no figures."""
        return self.judged / self.used if self.used else 0.0

    def __str__(self) -> str:
        return f"{100 * self.share:.0f} %"


def judged_share(figures: Mapping[str, Figure], named: Iterable[str]) -> JudgedShare:
    """Count the figures that a network rests on and how many are judged.

    Parameters
    ----------
    figures : every row of ``figures.csv``, by id
    named : ids of the figures that nodes name; those that do not exist are left out

    Examples
    --------
    >>> str(JudgedShare(judged=533, used=1186))
    '45 %'
    """
    used = foundations(figures, named)
    return JudgedShare(sum(is_judged(figures[figure], figures) for figure in used), len(used))


def is_judged(figure: Figure, figures: Mapping[str, Figure]) -> bool:
    """Return whether a figure is an expert's estimate, in whole or in part."""
    return figure.is_judgement or any(root.source == JUDGEMENT for root in roots_of(figure, figures))


def roots_of(figure: Figure, figures: Mapping[str, Figure]) -> Iterator[Figure]:
    """Yield the rows that a figure rests on and that rest on no other row, each once."""
    seen: set[str] = set()
    todo = [figure]
    while todo:
        current = todo.pop()
        if current.id not in seen:
            seen.add(current.id)
            if not current.derived_from:
                yield current
            todo.extend(figures[base] for base in reversed(current.derived_from))
