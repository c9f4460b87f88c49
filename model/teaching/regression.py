"""Slopes through the origin, with ranges that allow for numbers given together.

    y_i = sum over k of b_k x_ik + error_i

Several causes move at one finding, and one learner gives them all: errors within a group (one step of one
case) go together. The range uses the sandwich estimator over groups and Student's t with n_groups - n_slopes
degrees of freedom.

References
----------
Liang and Zeger (1986), Biometrika 73:13-22. Cameron and Miller (2015), Journal of Human Resources 50:317-372.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from network.cpds import Array


@dataclass(frozen=True)
class Slope:
    """A slope and the range that holds it with the level asked for; infinite where nothing can be said."""

    value: float
    low: float
    high: float


def slopes(x: ArrayLike, y: ArrayLike, groups: Sequence[object], level: float) -> tuple[Slope, ...] | None:
    """Return the slope of y on each column of x, None where the columns do not determine them.

    Parameters
    ----------
    x : array of shape (n, n_slopes)
    y : array of shape (n,)
    groups : n labels; errors of one group may go together
    level : probability of the range

    Examples
    --------
    >>> [one] = slopes([[1.0], [2.0], [-1.0]], [0.5, 1.0, -0.5], ["a", "b", "c"], 0.9)
    >>> round(one.value, 6), round(one.low, 6), round(one.high, 6)
    (0.5, 0.5, 0.5)
    """
    columns, target = np.atleast_2d(np.asarray(x, float)), np.asarray(y, float)
    if not len(target) or np.linalg.matrix_rank(columns) < columns.shape[1]:
        return None
    inverse = np.linalg.inv(columns.T @ columns)
    coefficients = inverse @ columns.T @ target
    half = _half_widths(columns, target - columns @ coefficients, groups, inverse, level)
    return tuple(Slope(float(b), float(b - h), float(b + h)) for b, h in zip(coefficients, half, strict=True))


def _half_widths(x: Array, residuals: Array, groups: Sequence[object], inverse: Array, level: float) -> Array:
    """Return half the width of each range, shape (n_slopes,)."""
    from scipy.special import stdtrit

    labels = list(dict.fromkeys(groups))
    place = np.array([labels.index(group) for group in groups])
    scores = np.zeros((len(labels), x.shape[1]))
    np.add.at(scores, place, x * residuals[:, None])
    free = len(labels) - x.shape[1]
    if free < 1:
        return np.full(x.shape[1], np.inf)
    spread = inverse @ (scores.T @ scores) @ inverse * len(labels) / free
    half: Array = stdtrit(free, (1 + level) / 2) * np.sqrt(np.maximum(np.diag(spread), 0.0))
    return half
