"""Drawn parameter sets: every figure drawn within its interval, the network calibrated anew for each draw.

Draws do not depend on the case. They are made once for a network, kept in memory and in the cache folder,
and read back in a moment.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np

from model.recalibration import Recalibration
from model.store import Arrays, read_arrays, write_arrays
from network.build import cache_folder
from network.consequences import moved
from network.cpds import Array
from network.distributions import draw_figures, draw_step
from network.errors import DiagnosisError
from network.figures import Figure
from network.parameters import Progress

KEPT = 2
"""Seeds whose draws a process keeps in memory, the last ones asked for (some 17 MB a thousand draws)."""

MOST_DRAWS = 20_000
"""Some 350 MB."""

_memory: WeakKeyDictionary[Recalibration, dict[int, Draws]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Draws:
    """Drawn figures and the parameters that follow from them.

    Parameters
    ----------
    figures : ids of the figures that vary by themselves
    values : ndarray of shape (n_figures, n_draws)
        Of a derived figure what its step alone makes of it: independent of the figures it rests on.
    parameters : ndarray of shape (layout.size, n_draws)
    """

    figures: tuple[str, ...]
    values: Array
    parameters: Array

    @property
    def count(self) -> int:
        """Number of draws."""
        return int(self.parameters.shape[1])

    def first(self, count: int) -> Draws:
        """Return the first so many draws: those that fewer draws with the same seed would have been."""
        return (
            self
            if count == self.count
            else Draws(self.figures, self.values[:, :count], self.parameters[:, :count])
        )

    @cached_property
    def ranks(self) -> Array:
        """Ranks of each figure's values over the draws, as `unit_ranks`, shape (n_figures, n_draws)."""
        return unit_ranks(self.values)


def unit_ranks(values: Array) -> Array:
    """Return ranks along the last axis, centred, with a sum of squares of 1; ties in order of standing.

    Examples
    --------
    >>> unit_ranks(np.array([[10.0, 30.0, 20.0]])) @ np.array([1.0, 3.0, 2.0])
    array([1.41421356])
    """
    n = values.shape[-1]
    order = np.argsort(values, axis=-1, kind="stable")
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(n, dtype=float), values.shape), axis=-1)
    unit: Array = (ranks - (n - 1) / 2.0) / np.sqrt(n * (n * n - 1) / 12.0)
    return unit


def draws_of(
    calibration: Recalibration, count: int = 1000, seed: int = 0, progress: Progress | None = None
) -> Draws:
    """Return draws: from memory, from the cache folder, or made now (some seconds a thousand).

    Parameters
    ----------
    progress : called with (draws made, draws wanted) while they are made

    Raises
    ------
    DiagnosisError
        If the count or the seed is not usable.
    KnowledgeError, OtherFolder
        If the knowledge files no longer make this network.
    """
    if not 2 <= count <= MOST_DRAWS or seed < 0:
        raise DiagnosisError(
            f"{count} draws with seed {seed}: ask for 2 to {MOST_DRAWS} draws and a seed of 0 or more."
        )
    with calibration.lock:
        kept = _memory.setdefault(calibration, {})
        found = kept.pop(seed, None)
        if found is None or found.count < count:
            found = _read(calibration, count, seed) or _make(calibration, count, seed, progress)
        kept[seed] = found
        while len(kept) > KEPT:
            del kept[next(iter(kept))]
    return found.first(count)


def start_draws(
    calibration: Recalibration, count: int = 1000, seed: int = 0, progress: Progress | None = None
) -> Future[Draws]:
    """Make draws in the background; the future holds them, or the error that `draws_of` raises.

    `progress` is called from the background thread.
    """
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nocturne-draws")
    future = worker.submit(draws_of, calibration, count, seed, progress)
    worker.shutdown(wait=False)
    return future


def _make(calibration: Recalibration, count: int, seed: int, progress: Progress | None) -> Draws:
    """Draw, calibrate and store."""
    knowledge = calibration.knowledge
    groups = dict.fromkeys(calibration.groups.values())
    drawn = draw_figures(knowledge.figures, groups, calibration.figures, count, seed)
    alone = {name: _alone(knowledge.figures[name], drawn[name], seed) for name in calibration.movable}
    varying = tuple(figure for figure, values in alone.items() if np.ptp(values) > 0.0)
    values = np.array([alone[figure] for figure in varying]).reshape(len(varying), count)
    parameters = calibration.parameters({name: drawn[name] for name in calibration.figures}, progress)
    changed = np.flatnonzero((parameters != parameters[:, :1]).any(axis=1))
    # Rows that do not vary are the network's own: they are not stored.
    arrays = {"figures": np.array(varying), "values": values, "changed": changed, "rows": parameters[changed]}
    write_arrays(_path(calibration, seed), arrays)
    return Draws(varying, values, parameters)


def _alone(figure: Figure, drawn: Array, seed: int) -> Array:
    """Return draws of what is uncertain in a figure itself: of a derived one, its value moved by its step."""
    if not figure.formula:
        return drawn
    return moved(figure.kind, np.array(figure.value), draw_step(figure, len(drawn), seed))


def _path(calibration: Recalibration, seed: int) -> Path:
    return cache_folder() / f"draws-{calibration.key}-{seed}.npz"


def _read(calibration: Recalibration, count: int, seed: int) -> Draws | None:
    """Return stored draws, None where there are none, too few, or where they do not fit."""
    arrays = read_arrays(_path(calibration, seed))
    return None if arrays is None else _unpacked(calibration, arrays, count)


def _unpacked(calibration: Recalibration, arrays: Arrays, count: int) -> Draws | None:
    """Return the draws of a file whose arrays fit together and hold no NaN, otherwise None."""
    try:
        figures, values, changed, rows = (arrays[name] for name in ("figures", "values", "changed", "rows"))
    except KeyError:
        return None
    fits = (
        values.ndim == rows.ndim == 2
        and len(figures) == len(values)
        and len(changed) == len(rows)
        and values.shape[1] == rows.shape[1] >= count
        and (not len(changed) or 0 <= changed.min() <= changed.max() < calibration.layout.size)
        and not np.isnan(rows).any()
    )
    if not fits:
        return None
    parameters = np.repeat(calibration.own, rows.shape[1], axis=1)
    parameters[changed] = rows
    return Draws(tuple(figures.tolist()), values, parameters)
