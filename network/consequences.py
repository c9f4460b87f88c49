"""What follows from figures: derived rows, worked out from the rows that their formulas are over.

Proportions are moved on the scale of their log-odds and ratios on that of their logarithm, so that a move
never leaves what they can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

import numpy as np

from network.cpds import Array
from network.figures import PROPORTIONS, RATIOS, Figure, foundations
from network.formulas import read_formula

SMALLEST, LARGEST = 1e-300, 1.0 - 2.0**-53
"""Proportions that are drawn stay inside (0, 1): 0 and 1 are statements about structure, not draws."""


def consequences(
    figures: Mapping[str, Figure],
    values: Mapping[str, Array],
    wanted: Iterable[str],
    steps: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Return the values of some rows and of all rows that they rest on, every formula worked out.

    Parameters
    ----------
    figures : every row of the folder, without circles
    values : row id to ndarray of one shape for all
        Holds every row behind the wanted ones that has no formula. A derived row that stands here too is set:
        its values hold, other than those that are NaN, which follow from its formula.
    wanted : row ids
    steps : derived row to what is added to its log-odds (its logarithm, for a ratio), same shape

    Notes
    -----
    Where bases contradict a formula (shares that add up to more than one), what follows is kept inside what
    the row can be; where nothing follows (0 / 0), the row has its published value.
    """
    steps = steps or {}
    rows = foundations(figures, wanted)
    shape = next((array.shape for array in values.values()), ())
    found = {name: values[name] for name in rows if not figures[name].formula}
    for name in derived_in_order(figures, rows):
        row = figures[name]
        with np.errstate(all="ignore"):  # what does not follow is dealt with in the next line
            worked_out = read_formula(row.formula).value(found, dict(row.readings))
        made = moved(row.kind, _inside(row, np.broadcast_to(worked_out, shape)), steps.get(name))
        given = values.get(name)
        found[name] = made if given is None else np.where(np.isnan(given), made, given)
    return found


def derived_in_order(figures: Mapping[str, Figure], rows: Iterable[str]) -> list[str]:
    """Return the derived ones among some rows, each after the rows it rests on.

    Raises
    ------
    graphlib.CycleError
    """
    graph = {name: figures[name].derived_from for name in rows if figures[name].formula}
    return [name for name in TopologicalSorter(graph).static_order() if name in graph]


def scaled(kind: str, values: Array) -> Array:
    """Return log-odds of proportions and logarithms of ratios; anything else as it is.

    Infinite at the ends of what the kind can be.
    """
    with np.errstate(divide="ignore"):
        if kind in PROPORTIONS:
            return np.asarray(np.log(values) - np.log1p(-np.asarray(values)))
        return np.asarray(np.log(values) if kind in RATIOS else values)


def moved(kind: str, values: Array, step: Array | float | None) -> Array:
    """Return values moved by `step` on the scale of their kind; 0 and 1 stay, and so does all without a step.

    Examples
    --------
    >>> moved("sensitivity", np.array([0.2, 1.0]), np.log(4.0))
    array([0.5, 1. ])
    >>> moved("odds_ratio", np.array([3.0]), np.log(2.0))
    array([6.])
    """
    if step is None:
        return values
    if kind in PROPORTIONS:
        raised = values * np.exp(step)
        return np.asarray(raised / (1.0 - values + raised))
    return np.asarray(values * np.exp(step) if kind in RATIOS else values + step)


def _inside(row: Figure, values: Array) -> Array:
    """Return values kept inside what the row can be; a row of exactly 0 or 1 is structure and stays free."""
    if row.kind in RATIOS:
        return np.maximum(np.nan_to_num(values, nan=row.value), SMALLEST)
    if row.kind in PROPORTIONS and 0.0 < row.value < 1.0:
        return np.clip(np.nan_to_num(values, nan=row.value), SMALLEST, LARGEST)
    return values
