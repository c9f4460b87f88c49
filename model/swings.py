"""What each figure does to the parameters: at the ends of its interval, and per unit at its value.

One figure is moved at a time and the network is calibrated anew. That does not depend on the case: it is
made once for a network and kept in the cache folder. Most figures touch few parameters, so only the
parameters that move are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from model.recalibration import Recalibration
from model.store import Arrays, read_arrays, write_arrays
from network.build import cache_folder
from network.cpds import Array
from network.distributions import ends, typical_spread
from network.figures import PROPORTIONS, Figure
from network.parameters import Progress

STEP = 1e-5
"""Of the distance of a figure to the nearer end of what it can be: rounding (1e-15 / STEP) and curvature
(STEP squared) both stay below 1e-9."""

ROUNDING = 1e-13
"""Relative: parameters that move by less have not moved."""

_memory: WeakKeyDictionary[Recalibration, Swings] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Sparse:
    """A matrix of shape (layout.size, n_columns) of which most entries are those of a common column.

    Parameters
    ----------
    row, column : ndarrays of int, one entry each
    value : ndarray of float, the entries
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: Array

    @classmethod
    def of(cls, matrix: Array, moved: NDArray[np.bool_]) -> Sparse:
        """Return the entries of a matrix where `moved` is true."""
        row, column = np.nonzero(moved)
        return cls(row, column, matrix[row, column])

    def columns(self, wanted: Sequence[int], rest: Array) -> Array:
        """Return some columns, shape (n_rows, n_wanted), each like `rest` (n_rows, 1) but for its entries."""
        full = np.repeat(rest, len(wanted), axis=1)
        place = np.full(int(self.column.max(initial=0)) + 1, -1)
        inside = np.asarray([column for column in wanted if column < len(place)], dtype=int)
        place[inside] = np.arange(len(inside))
        keep = place[self.column] >= 0
        full[self.row[keep], place[self.column[keep]]] = self.value[keep]
        return full


@dataclass(frozen=True, eq=False)
class Swings:
    """The effect of each figure that has a width.

    Parameters
    ----------
    figures : ids
    value, low, high : ndarrays of shape (n_figures,), the figure and the ends of its interval
    at_ends : parameters with figure k at its low (column 2 k) and at its high (column 2 k + 1)
    jacobian : derivative of the parameters to figure k (column k), per unit of the figure
    """

    figures: tuple[str, ...]
    value: Array
    low: Array
    high: Array
    at_ends: Sparse
    jacobian: Sparse

    def touching(self, rows: NDArray[np.bool_]) -> list[int]:
        """Return the positions of the figures that move one of these parameters."""
        hit = np.zeros(len(self.figures), dtype=bool)
        hit[self.at_ends.column[rows[self.at_ends.row]] // 2] = True
        hit[self.jacobian.column[rows[self.jacobian.row]]] = True
        return np.flatnonzero(hit).tolist()


def swings_of(calibration: Recalibration, progress: Progress | None = None) -> Swings:
    """Return the swings of a network: from memory, from the cache folder, or made now (some ten seconds).

    Raises
    ------
    KnowledgeError, OtherFolder
        If the knowledge files no longer make this network.
    """
    with calibration.lock:
        if calibration not in _memory:
            path = cache_folder() / f"swings-{calibration.key}.npz"
            found = _unpacked(read_arrays(path), calibration.layout.size)
            if found is None:
                found = _make(calibration, progress)
                write_arrays(path, _packed(found))
            _memory[calibration] = found
        return _memory[calibration]


def _make(calibration: Recalibration, progress: Progress | None) -> Swings:
    """Move each figure to its ends and a little to both sides."""
    figures = calibration.knowledge.figures
    defaults = typical_spread(figures.values())
    spans = {name: ends(figures[name], defaults) for name in calibration.movable}
    names = [name for name, (low, high) in spans.items() if low < high]
    value = np.array([figures[name].value for name in names])
    low, high = np.array([spans[name] for name in names]).reshape(-1, 2).T
    step = np.array([_step(figures[name]) for name in names])
    sides = (low, high, value - step, value + step)
    moves = [(names[0], float(value[0]))] if names else []
    moves += [(name, float(at[k])) for at in sides for k, name in enumerate(names)]
    made = calibration.parameters(calibration.moved(moves), progress)
    own, n = made[:, :1], len(names)
    at_low, at_high, below, above = (made[:, 1 + k * n : 1 + (k + 1) * n] for k in range(4))
    at_ends = np.stack([at_low, at_high], axis=2).reshape(len(made), 2 * n)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (above - below) / (2.0 * step)
    finite = np.isfinite(slope) & (step > 0.0)
    return Swings(
        tuple(names), value, low, high,
        Sparse.of(at_ends, _moved(at_ends, own)),
        Sparse.of(slope, finite & (_moved(above, own) | _moved(below, own))),
    )  # fmt: skip


def _step(figure: Figure) -> float:
    """Return how far a figure is moved for its derivative; 0 at the very end of what it can be."""
    room = min(figure.value, 1.0 - figure.value) if figure.kind in PROPORTIONS else figure.value
    return STEP * room


def _moved(matrix: Array, own: Array) -> NDArray[np.bool_]:
    """Return which entries differ from the network's own by more than rounding."""
    same = np.isclose(matrix, own, rtol=ROUNDING, atol=ROUNDING * STEP)
    result: NDArray[np.bool_] = ~same
    return result


def _packed(swings: Swings) -> Arrays:
    """Return swings as arrays by name."""
    arrays: Arrays = {
        "figures": np.array(swings.figures), "value": swings.value, "low": swings.low, "high": swings.high,
    }  # fmt: skip
    for name, sparse in (("ends", swings.at_ends), ("jacobian", swings.jacobian)):
        arrays |= {f"{name}_row": sparse.row, f"{name}_column": sparse.column, f"{name}_value": sparse.value}
    return arrays


def _unpacked(arrays: Arrays | None, n_rows: int) -> Swings | None:
    """Return the swings of a file whose arrays fit together, otherwise None."""
    if arrays is None:
        return None
    try:
        sparse = [
            Sparse(*(arrays[f"{name}_{part}"] for part in ("row", "column", "value")))
            for name in ("ends", "jacobian")
        ]
        figures = tuple(arrays["figures"].tolist())
        span = [arrays[name] for name in ("value", "low", "high")]
    except KeyError:
        return None
    widths = (2 * len(figures), len(figures))
    fits = all(len(array) == len(figures) for array in span) and all(
        len(one.row) == len(one.column) == len(one.value)
        and one.row.max(initial=0) < n_rows
        and one.column.max(initial=0) < max(width, 1)
        and not np.isnan(one.value).any()
        for one, width in zip(sparse, widths, strict=True)
    )
    return Swings(figures, span[0], span[1], span[2], sparse[0], sparse[1]) if fits else None
