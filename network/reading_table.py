"""The table ``readings.csv`` as it is written, and the readings of its cells pooled over readers.

Nothing here knows the network: formulas of figures may rest on a cell (`network.formulas`), and what a cell
names is checked where the network is known (`network.readings`).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from network.errors import Fault
from network.formulas import Cell
from network.structure import BINARY

FILE = "readings.csv"
KEY = ("finding", "state", "cause")
PRIOR = "prior"


def pooled_cells(read: Mapping[Cell, Sequence[float]]) -> dict[Cell, float]:
    """Return the pooled reading of every cell, states of one finding brought to a sum of one.

    The absent state of a finding that was read as present or not is what is left. Rows of `PRIOR` hold a
    setting in place of a state; their causes are brought to one.
    """
    whole: dict[tuple[str, str], dict[Cell, float]] = {}
    for cell, values in read.items():
        finding, state, cause = cell
        group = (finding, state) if finding == PRIOR else (finding, cause)
        whole.setdefault(group, {})[cell] = pooled(values)
    for (finding, cause), shares in whole.items():
        if finding != PRIOR and tuple(state for _, state, _ in shares) == BINARY[1:]:
            (present,) = shares.values()
            shares[finding, BINARY[0], cause] = 1.0 - present
    return {cell: p / sum(shares.values()) for shares in whole.values() for cell, p in shares.items()}


def pooled(values: Sequence[float]) -> float:
    """Return the probability whose log-odds are the mean of the readers' (Genest and Zidek 1986).

    Examples
    --------
    >>> pooled([0.2, 0.5, 0.8])
    0.5
    """
    return 1.0 / (1.0 + math.exp(-sum(math.log(p / (1.0 - p)) for p in values) / len(values)))


def read_table(
    path: Path, faults: list[Fault]
) -> tuple[tuple[str, ...], dict[tuple[str, str, str], tuple[float, ...]]]:
    """Return the readers and their values by (finding, state, cause); what is wrong is added to `faults`."""
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
