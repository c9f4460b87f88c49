"""Readings of the table finding × cause: what clinicians wrote down from general knowledge, ``readings.csv``.

A cell is P(state of the finding | this cause explains the complaint, in someone who tells a doctor about it).
Each reader worked without sight of figures, literature or patients, and each column is one reader. Readings
are judgements, so their agreement is no evidence. Rows of the finding ``prior`` hold P(cause) in one setting.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from network.errors import Fault, KnowledgeError, did_you_mean
from network.knowledge import Knowledge
from network.structure import BINARY

FILE = "readings.csv"
KEY = ("finding", "state", "cause")
PRIOR = "prior"


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
    readers, read = _rows(folder / FILE, faults)
    faults += _faults(read, knowledge)
    if faults:
        raise KnowledgeError(faults)
    whole: dict[tuple[str, str], dict[str, float]] = {}
    for (finding, state, cause), values in read.items():
        group = (finding, state) if finding == PRIOR else (finding, cause)
        whole.setdefault(group, {})[cause if finding == PRIOR else state] = pooled(values)
    for (finding, _), shares in whole.items():
        if finding != PRIOR and tuple(shares) == BINARY[1:]:
            shares[BINARY[0]] = 1.0 - shares[BINARY[1]]
    normalised = {
        group: {name: p / sum(shares.values()) for name, p in shares.items()}
        for group, shares in whole.items()
    }
    return Readings(
        readers,
        read,
        {name: shares for (finding, name), shares in normalised.items() if finding == PRIOR},
        {group: shares for group, shares in normalised.items() if group[0] != PRIOR},
    )


def pooled(values: Sequence[float]) -> float:
    """Return the probability whose log-odds are the mean of the readers' (Genest and Zidek 1986).

    Examples
    --------
    >>> pooled([0.2, 0.5, 0.8])
    0.5
    """
    return 1.0 / (1.0 + math.exp(-sum(math.log(p / (1.0 - p)) for p in values) / len(values)))


def _rows(
    path: Path, faults: list[Fault]
) -> tuple[tuple[str, ...], dict[tuple[str, str, str], tuple[float, ...]]]:
    """Return the readers and their values by (finding, state, cause)."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # spreadsheets put a mark before the first column
    except UnicodeDecodeError:
        faults.append(Fault(FILE, "", "", "the file is not UTF-8 text.", "Save it as UTF-8."))
        return (), {}
    rows = csv.reader(text.splitlines())
    header = tuple(next(rows, ()))
    if header[:3] != KEY or len(header) == len(KEY):
        faults.append(
            Fault(FILE, "header", "", "the columns are not as expected.", f"Begin: {','.join(KEY)}")
        )
        return (), {}
    read: dict[tuple[str, str, str], tuple[float, ...]] = {}
    for row in rows:
        place = f"row {rows.line_num}"
        if len(row) != len(header):
            faults.append(Fault(FILE, place, "", "too many or too few fields.", f"Write {len(header)}."))
            continue
        key = (row[0], row[1], row[2])
        if key in read:
            faults.append(Fault(FILE, place, "", f"{', '.join(key)} stands twice.", "Keep one row."))
        values = [_probability(value) for value in row[3:]]
        for reader, value, text in zip(header[3:], values, row[3:], strict=True):
            if value is None:
                remedy = "Write a probability above 0 and below 1: nothing is impossible to a reader."
                faults.append(Fault(FILE, place, reader, f"{text!r} is not usable.", remedy))
        read[key] = tuple(value for value in values if value is not None)
    return header[3:], read


def _probability(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0.0 < value < 1.0 else None


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
