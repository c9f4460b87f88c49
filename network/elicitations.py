"""How a judged number was come by: ``elicitations.yaml`` of a knowledge folder, which may do without one.

A record serves the figures that answer one question. It says what was looked for and not found, what the
number was reasoned from (the analogues are rows of ``figures.csv``), why the interval is as wide as it is,
and what would change it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from pydantic import Field

from network.errors import Fault, did_you_mean
from network.knowledge import read_file
from network.schema import Entry, FigureId, Id, Reason

FILE = "elicitations.yaml"


class Elicitation(Entry):
    """One record.

    `question` is what was judged, in words; `searched` what was looked for and what was found instead.
    """

    id: Id
    question: Reason
    figures: list[FigureId] = Field(min_length=1)
    searched: Reason
    reasoning: Reason
    analogues: list[FigureId] = Field(min_length=1)
    interval: Reason
    would_change: Reason


class ElicitationsFile(Entry):
    """``elicitations.yaml``."""

    elicitations: list[Elicitation]


def read_elicitations(folder: Path, faults: list[Fault]) -> tuple[Elicitation, ...]:
    """Return the records of a knowledge folder; what is wrong with their form is added to `faults`."""
    if not (folder / FILE).is_file():
        return ()
    file = read_file(folder / FILE, ElicitationsFile, faults)
    if not isinstance(file, ElicitationsFile):
        return ()
    return tuple(file.elicitations)


def elicitation_faults(records: Sequence[Elicitation], figures: Collection[str]) -> Iterator[Fault]:
    """Yield repeated ids, unknown figures, and figures that two records explain.

    Parameters
    ----------
    figures : ids of the figures of the folder
    """
    for name, count in Counter(record.id for record in records).items():
        if count > 1:
            yield Fault(FILE, name, "id", "the id is used by more than one record.", "Give each its own.")
    for record in records:
        for field in ("figures", "analogues"):
            for figure in getattr(record, field):
                if figure not in figures:
                    known = did_you_mean(figure, figures)
                    yield Fault(FILE, record.id, field, f"no figure is called {figure!r}.{known}")
        for figure in set(record.figures) & set(record.analogues):
            problem = f"{figure!r} is reasoned from itself."
            yield Fault(FILE, record.id, "analogues", problem, "Name other rows as analogues.")
    named = Counter(figure for record in records for figure in record.figures)
    for figure, count in named.items():
        if count > 1:
            problem = f"{figure!r} is explained by {count} records."
            yield Fault(FILE, "", "figures", problem, "Keep it in one of them.")
