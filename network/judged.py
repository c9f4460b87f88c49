"""How much of a network is judgement: counted here and nowhere else.

A figure is judged in whole or in part if it, or a row that it rests on, is an expert's estimate. The share is
of the figures in use: those that a node names and every row behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from network.errors import Fault
from network.figures import JUDGEMENT, Figure, foundations

PLACEHOLDER = "judged"
"""What the notice of ``network.yaml`` may leave open, in braces: the share of judged numbers."""


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


def filled(notice: Iterable[str], share: JudgedShare) -> tuple[str, ...]:
    """Return the notice with its placeholder filled; `notice_faults` has passed it."""
    return tuple(line.format(**{PLACEHOLDER: share}) for line in notice)


def notice_faults(notice: Sequence[str]) -> Iterator[Fault]:
    """Yield every brace of a notice that is not the placeholder, spelt plainly."""
    remedy = f"Write {{{PLACEHOLDER}}} for the share of judged numbers, {{{{ and }}}} for braces."
    for place, line in enumerate(notice):
        try:
            parts = list(Formatter().parse(line))
        except ValueError as error:
            yield Fault("network.yaml", "notice", str(place), f"{line!r}: {error}.", remedy)
            continue
        for _, name, form, conversion in parts:
            if name is not None and (name != PLACEHOLDER or form or conversion):
                problem = f"no placeholder is written {_as_written(name, form, conversion)}."
                yield Fault("network.yaml", "notice", str(place), problem, remedy)


def _as_written(name: str, form: str | None, conversion: str | None) -> str:
    """Return a placeholder as it stands in the text."""
    return f"{{{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"
