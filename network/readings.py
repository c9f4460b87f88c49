"""Readings of the table finding × cause: what clinicians wrote down from general knowledge, ``readings.csv``.

A cell is P(state of the finding | this cause explains the complaint, in someone who tells a doctor about it).
Each reader worked without sight of figures, literature or patients, and each column is one reader. Readings
are judgements, so their agreement is no evidence. Rows of the finding ``prior`` hold P(cause) in one setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from network.errors import Fault, KnowledgeError, did_you_mean
from network.knowledge import Knowledge
from network.reading_table import FILE, PRIOR, pooled_cells, read_table
from network.structure import BINARY


@dataclass(frozen=True)
class Readings:
    """The readings, pooled over readers.

    `priors` maps a setting to P(cause), `cells` a finding and a cause to P(state); `readers` are the columns
    and `read` holds what each of them wrote, by (finding, state, cause).
    """

    readers: tuple[str, ...]
    read: Mapping[tuple[str, str, str], tuple[float, ...]]
    priors: Mapping[str, Mapping[str, float]]
    cells: Mapping[tuple[str, str], Mapping[str, float]]

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes read about, in the order of the table."""
        return tuple(dict.fromkeys(cause for _, _, cause in self.read))


def read_readings(folder: Path, knowledge: Knowledge) -> Readings | None:
    """Return the pooled readings of a knowledge folder; None where it has none.

    Raises
    ------
    KnowledgeError
        With every fault in the table.
    """
    if not (folder / FILE).is_file():
        return None
    faults: list[Fault] = []
    readers, read = read_table(folder / FILE, faults)
    faults += _faults(read, knowledge)
    if faults:
        raise KnowledgeError(faults)
    priors: dict[str, dict[str, float]] = {}
    cells: dict[tuple[str, str], dict[str, float]] = {}
    for (finding, state, cause), p in pooled_cells(read).items():
        if finding == PRIOR:
            priors.setdefault(state, {})[cause] = p
        else:
            cells.setdefault((finding, cause), {})[state] = p
    return Readings(readers, read, priors, cells)


def _faults(read: Mapping[tuple[str, str, str], tuple[float, ...]], knowledge: Knowledge) -> Iterator[Fault]:
    """Yield what is read about and not in the network."""
    states = knowledge.states()
    causes = (*(condition.id for condition in knowledge.conditions), knowledge.other_cause.id)
    for finding, state, cause in read:
        place = f"{finding}, {state}, {cause}"
        if cause not in causes:
            yield Fault(FILE, place, "cause", f"no cause is called {cause!r}.{did_you_mean(cause, causes)}")
        if finding == PRIOR:
            continue
        if finding not in states:
            problem = f"no node is called {finding!r}.{did_you_mean(finding, states)}"
            yield Fault(FILE, place, "finding", problem)
        elif state not in states[finding]:
            problem = f"node {finding!r} has no state {state!r}. States: {', '.join(states[finding])}."
            yield Fault(FILE, place, "state", problem)
    yield from _gaps(read, states)


def _gaps(
    read: Mapping[tuple[str, str, str], tuple[float, ...]], states: Mapping[str, tuple[str, ...]]
) -> Iterator[Fault]:
    """Yield the cells that are missing of a finding, or of a prior, that is read about."""
    causes = dict.fromkeys(cause for _, _, cause in read)
    named: dict[str, dict[str, None]] = {}
    for finding, state, _ in read:
        named.setdefault(finding, {})[state] = None
    for finding, written in named.items():
        alone = finding == PRIOR or tuple(written) == BINARY[1:]
        wanted = written if alone else dict.fromkeys((*written, *states.get(finding, ())))
        for state in wanted:
            missing = [cause for cause in causes if (finding, state, cause) not in read]
            if missing:
                problem = f"there is no row for {', '.join(missing)}."
                yield Fault(
                    FILE, f"{finding}, {state}", "", problem, "Every cause that is read about has one."
                )
