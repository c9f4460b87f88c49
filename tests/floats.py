"""Tolerances, in one place, and the comparison that every numeric test uses.

`max(0, nan)` is 0 in Python, so a NaN can hide inside a largest error. `assert_close` therefore
asserts that every number is finite before it compares any.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDING = 1e-12
"""Same formula, other order of operations."""

ENGINE = 1e-10
"""Agreement of two exact engines (the bar of the design)."""

TABLE = 1e-9
"""A row of probabilities sums to one within this."""


def assert_close(actual: ArrayLike, expected: ArrayLike, atol: float = ROUNDING, rtol: float = 0.0) -> None:
    """Assert that two arrays have one shape, hold finite numbers and agree."""
    left, right = np.asarray(actual, dtype=float), np.asarray(expected, dtype=float)
    assert left.shape == right.shape, f"shapes differ: {left.shape} and {right.shape}"
    assert np.isfinite(left).all(), f"not finite: {left}"
    assert np.isfinite(right).all(), f"expected value not finite: {right}"
    np.testing.assert_allclose(left, right, atol=atol, rtol=rtol)


def assert_same_marginals(
    actual: Mapping[str, NDArray[np.float64]],
    expected: Mapping[str, NDArray[np.float64]],
    atol: float = ENGINE,
) -> None:
    """Assert that two mappings of node to P(state) name the same nodes and agree."""
    assert set(actual) == set(expected)
    for node in expected:
        try:
            assert_close(actual[node], expected[node], atol=atol)
        except AssertionError as error:
            raise AssertionError(f"{node}: {error}") from None
