"""How far one figure must move, everything else as published, until another cause comes first.

The margin is the log-odds of the first cause less those of its best rival. Where it is below zero at an
end of the figure's interval it is zero in between; the zero nearest to the published value is closed in on
with networks calibrated anew at a grid of values, several figures at once. A change that comes and goes
again between the value and an end is not looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.recalibration import Recalibration
from model.result import Answer
from model.swings import Swings
from network.calibration import logit
from network.cpds import Array

GRID = 16
"""Values at which each figure is tried in one pass."""

PASSES = 4
"""Each pass narrows the place of the change by `GRID`: to 1 / 65536 of the way to the end of the interval.
The last step, between two neighbours, is linear."""


@dataclass(frozen=True)
class TippingPoint:
    """Where the order changes: at `value` the cause `rival` draws level with the first.

    `move` is the distance from the published value, as a share of the way to the end of the interval on that
    side: 1 is the end.
    """

    value: float
    rival: str
    label: str
    move: float

    def to_plain(self) -> dict[str, Any]:
        """Return the point as JSON holds it."""
        return {"value": self.value, "rival": self.rival, "move": self.move}

    def __str__(self) -> str:
        return f"beyond {self.value:.4g}, {self.label} comes first"


@dataclass
class _Search:
    """One figure on its way to one end: the margin is above zero at `near` and below at `far`."""

    k: int
    figure: str
    start: float
    end: float
    near: float
    far: float
    rival: int = -1
    crossing: float = np.nan


def tipping_points(
    calibration: Recalibration,
    swings: Swings,
    touching: Sequence[int],
    answer: Answer,
    nodes: Sequence[str],
    at_ends: Array,
) -> dict[int, TippingPoint]:
    """Return the nearest tipping point of each figure that has one, by its position in `swings`.

    Parameters
    ----------
    touching : positions of the figures that can matter
    nodes : the causes, in the order of the first axis of `at_ends`
    at_ends : ndarray of shape (n_causes, n_touching, 2), P(cause | evidence) at the figures' low and high
    """
    published = np.array([[answer.due_to(node)] for node in nodes])
    first = int(np.argmax(published))
    gaps = margin(at_ends.reshape(len(nodes), -1), first)[0].reshape(-1, 2)
    searches = [
        _Search(k, swings.figures[k], float(swings.value[k]), end, float(swings.value[k]), end)
        for place, k in enumerate(touching)
        for side, end in enumerate((float(swings.low[k]), float(swings.high[k])))
        if gaps[place, side] < 0.0
    ]
    for _ in range(PASSES if searches else 0):
        _narrow(searches, calibration, answer.observed(), nodes, first)
    found: dict[int, TippingPoint] = {}
    for search in searches:
        node = nodes[search.rival]
        point = TippingPoint(
            value=search.crossing,
            rival=answer.network.causes[node] or node,
            label=answer.network.node(node).label,
            move=abs(search.crossing - search.start) / abs(search.end - search.start),
        )
        if search.k not in found or point.move < found[search.k].move:
            found[search.k] = point
    return found


def margin(posteriors: Array, first: int) -> tuple[Array, Array]:
    """Return log-odds of the first cause less those of its best rival, and which rival that is.

    Parameters
    ----------
    posteriors : ndarray of shape (n_causes, n_sets); NaN (impossible evidence) gives an infinite margin
    """
    odds = logit(np.clip(posteriors, 0.0, 1.0))
    others = np.where(np.arange(len(odds))[:, None] == first, -np.inf, odds)
    rival = np.argmax(np.where(np.isnan(others), -np.inf, others), axis=0)
    with np.errstate(invalid="ignore"):
        gap = odds[first] - np.take_along_axis(others, rival[None], axis=0)[0]
    return np.where(np.isnan(gap), np.inf, gap), rival


def _narrow(
    searches: Sequence[_Search],
    calibration: Recalibration,
    observed: Mapping[str, Any],
    nodes: Sequence[str],
    first: int,
) -> None:
    """Try a grid of values of every figure and keep the first cell in which the margin changes sign."""
    grids = np.array([np.linspace(search.near, search.far, GRID + 1) for search in searches])
    moves = [(search.figure, float(x)) for search, grid in zip(searches, grids, strict=True) for x in grid]
    columns = calibration.parameters(calibration.moved(moves))
    gaps, rivals = margin(calibration.engine.posteriors(columns, observed, nodes).present(nodes), first)
    gaps, rivals = gaps.reshape(grids.shape), rivals.reshape(grids.shape)
    for search, grid, gap, rival in zip(searches, grids, gaps, rivals, strict=True):
        cell = int(np.argmax(gap < 0.0)) if np.any(gap < 0.0) else GRID
        cell = max(cell, 1)
        search.near, search.far, search.rival = float(grid[cell - 1]), float(grid[cell]), int(rival[cell])
        before, after = float(gap[cell - 1]), float(gap[cell])
        part = before / (before - after) if np.isfinite(before - after) and before > after else 1.0
        search.crossing = search.near + min(max(part, 0.0), 1.0) * (search.far - search.near)
