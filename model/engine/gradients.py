"""From the derivative to each number of a factor to the derivative to each parameter of the distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from network.cpds import AnyOf, Array, Attributable, Cpd, Logistic, NoisyMax, NoisyOr, Table


@dataclass(frozen=True)
class Slice:
    """Which numbers of a family one factor holds.

    `kind` is "table" (`index` into the table), "leak" (cumulated leak at the states `used`) or "link"
    (cumulated contribution of the parent at position `parent`, of one `state` or of all, at the same).
    """

    kind: str
    index: tuple[int | slice, ...] = ()
    used: Sequence[int] = ()
    parent: int = -1
    state: int | None = None


def in_own_form(cpd: Cpd, parts: Sequence[tuple[Slice, Array]], n: int) -> Cpd:
    """Return the derivatives to the parameters of `cpd` in a distribution of the same kind.

    Parameters
    ----------
    parts : sequence of (slice, ndarray of shape (*shape of the slice, n))
    n : int
        Number of posteriors differentiated; the leading axis of every array returned.
    """
    if isinstance(cpd, NoisyOr | NoisyMax | AnyOf):
        return _noisy(cpd, parts, n)
    table = np.zeros((n, cpd.n_states, *cpd.parent_cards))
    for where, change in parts:
        table[(slice(None), *where.index)] += np.moveaxis(change, -1, 0)
    if isinstance(cpd, Logistic):
        return _logistic(cpd, table)
    if isinstance(cpd, Attributable):
        return _attributable(cpd, table)
    return Table(table, len(cpd.parent_cards))


def _logistic(cpd: Logistic, table: Array) -> Logistic:
    """Return derivatives to intercepts and log odds: dP / dlogit = P (1 - P)."""
    p = cpd.table()
    slope = p[0] * p[1] * (table[:, 1] - table[:, 0])
    n_parents = len(cpd.parent_cards)
    intercepts = slope.sum(axis=tuple(range(1 + cpd.n_base, 1 + n_parents)))
    log_odds = tuple(
        slope.sum(axis=tuple(axis for axis in range(1, 1 + n_parents) if axis != 1 + cpd.n_base + k))
        for k in range(len(cpd.log_odds))
    )
    return Logistic(intercepts, log_odds, cpd.n_base)


def _attributable(cpd: Attributable, table: Array) -> Attributable:
    """Return derivatives to the risks: with P = 1 - product of 1/RR, dP / dRR = (1 - P) / RR; 0 below 1."""
    n_drugs, n_bands = cpd.relative_risks.shape
    by_band = (table[:, 1] - table[:, 0]).reshape(len(table), *(2,) * (1 + n_drugs), n_bands)
    spared = 1.0 - cpd.table()[1].reshape(*(2,) * (1 + n_drugs), n_bands)
    slopes = np.zeros((len(table), n_drugs, n_bands))
    for drug in range(n_drugs):
        taken = (slice(None), 1, *(1 if d == drug else slice(None) for d in range(n_drugs)), slice(None))
        product = by_band[taken] * spared[taken[1:]]
        total = product.sum(axis=tuple(range(1, product.ndim - 1)))
        ratio = cpd.relative_risks[drug]
        slopes[:, drug] = np.where(ratio > 1.0, total / ratio, 0.0)
    return Attributable(slopes)


def _noisy(cpd: NoisyOr | NoisyMax | AnyOf, parts: Sequence[tuple[Slice, Array]], n: int) -> Cpd:
    """Return derivatives to leak and links from those to the cumulated contributions."""
    n_states = cpd.n_states
    leak = np.zeros((n, n_states))
    links = [np.zeros((n, card, n_states)) for card in cpd.parent_cards]
    for where, change in parts:
        used = list(where.used)
        if where.kind == "leak":
            leak[:, used] += change.T
        elif where.state is None:
            links[where.parent][:, :, used] += change.transpose(2, 1, 0)
        else:
            links[where.parent][:, where.state, used] += change.T
    if isinstance(cpd, NoisyMax):  # P(<= k) is the sum of the entries up to k
        upto = [np.flip(np.cumsum(np.flip(values, -1), axis=-1), -1) for values in (leak, *links)]
        return NoisyMax(upto[0], tuple(upto[1:]))
    return NoisyOr(-leak[:, 0], tuple(-values[..., 0] for values in links))  # P(absent) is 1 - link
