"""Noisy-OR and noisy-MAX found again in full tables.

A file of another format holds tables only, and a table of seven parents ties them all together in any exact
engine. Most wide tables were written from a noisy-OR; the product form

    P(state <= k | x) = P(state <= k | all parents in their first state) * product of ratio_p(k, x_p)

can be read off the rows in which one parent is away from its first state, and holds or fails on the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from network.cpds import Array, Cpd, NoisyMax, NoisyOr, Table

NARROWEST = 3
"""A table of fewer parents gains nothing."""

CLOSE_TO_ONE = 1e-15
"""Largest error of a probability: the rounding of a sum near one."""

RELATIVE = 1e-9
"""Largest relative error, so that a rare state keeps its odds."""


def recognised(cpd: Table) -> Cpd:
    """Return the noisy-OR or noisy-MAX whose table this is, or the table itself.

    Zeros stay exact, and no probability moves by more than rounding.
    """
    if cpd.n_parents < NARROWEST:
        return cpd
    with np.errstate(divide="ignore", invalid="ignore"):
        found = _noisy_or(cpd) if cpd.n_states == 2 else _noisy_max(cpd)
    # Whatever the table was, only one that the parameters give back is taken for a product; NaN never is.
    table = found.table()
    apart = np.abs(table - cpd.values)
    same = (apart <= CLOSE_TO_ONE) & (apart <= RELATIVE * cpd.values)
    return found if same.all() else cpd


def _noisy_or(cpd: Table) -> NoisyOr:
    """Return the noisy-OR that agrees where at most one parent is away from its first state."""
    absent, present = cpd.values
    leak: Array = present[_none(cpd)]
    links = [(present[alone] - leak) / absent[_none(cpd)] for alone in _each(cpd)]
    return NoisyOr(np.asarray(leak), tuple(np.clip(link, 0.0, 1.0) for link in links))


def _noisy_max(cpd: Table) -> NoisyMax:
    """Return the noisy-MAX that agrees where at most one parent is away from its first state."""
    leak: Array = np.stack([state[_none(cpd)] for state in cpd.values])
    below = np.cumsum(leak)[:, None]
    links = []
    for alone in _each(cpd):
        rows = np.cumsum(np.stack([state[alone] for state in cpd.values]), axis=0)
        # Where the leak leaves nothing at or below k, neither does the product: any ratio will do.
        ratio = np.where(below > 0.0, rows / below, 0.0)
        ratio[:, 0] = ratio[-1] = 1.0
        links.append(np.clip(np.diff(ratio.T, axis=1, prepend=0.0), 0.0, 1.0))
    return NoisyMax(leak, tuple(links))


def _none(cpd: Table) -> tuple[int, ...]:
    """Return the index of the row in which every parent is in its first state."""
    return (0,) * cpd.n_parents


def _each(cpd: Table) -> Iterator[tuple[slice | int, ...]]:
    """Yield, for each parent, the index of the rows in which it alone may be away from its first state."""
    for axis in range(cpd.n_parents):
        yield tuple(slice(None) if other == axis else 0 for other in range(cpd.n_parents))
