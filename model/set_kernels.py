"""One case under many parameter sets, by the compiled kernels: each set is a pool of numbers of its own.

The kernels read a network as flat arrays whose numbers lie in one pool (`model.engine.kernels.tables`).
For each set the numbers that the case reads are written into a copy of the pool and the case is solved.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import Family
from model.engine.fast import ANSWERED, IMPOSSIBLE, FastEngine
from network.cpds import Array

SETS_AT_ONCE = 64
"""Pools that a thread holds: some 7 MB."""


@dataclass(frozen=True)
class Solved:
    """Answers by position, shape (n_states, n_sets); `left` are the sets that are left to NumPy."""

    marginals: dict[int, Array]
    log_evidence: Array
    left: NDArray[np.int64]


def solve_sets(
    fast: FastEngine,
    families: Mapping[int, Family],
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    targets: Sequence[int],
    n_sets: int,
) -> Solved:
    """Return P(target | evidence) and log P(evidence) under each set, on all cores.

    Parameters
    ----------
    families : the families that the case reads, with an axis over sets (or of length 1)
    """
    cards = fast.compiled.cards
    states, flags, weights = fast.evidence_arrays(hard, soft)
    wanted = fast.flags(targets)
    marginals = {node: np.full((cards[node], n_sets), np.nan) for node in targets}
    log_evidence, status = np.full(n_sets, -np.inf), np.empty(n_sets, dtype=np.int64)

    def run(start: int) -> None:
        part = np.arange(start, min(start + SETS_AT_ONCE, n_sets))
        pools = _pools(fast, families, hard, part)
        room, out = fast.room(fast.tables), np.zeros((len(cards), fast.tables.widest))
        for row, place in enumerate(part):
            tables = fast.tables._replace(pool=pools[row])
            log_z, status[place] = fast.drive.solve(tables, room, states, flags, weights, wanted, out)
            if status[place] != ANSWERED:
                continue
            log_evidence[place] = log_z
            for node in targets:
                if node in hard:
                    marginals[node][:, place] = np.eye(cards[node])[hard[node]]
                else:
                    marginals[node][:, place] = out[node, : cards[node]]

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        list(threads.map(run, range(0, n_sets, SETS_AT_ONCE)))
    return Solved(marginals, log_evidence, np.flatnonzero((status != ANSWERED) & (status != IMPOSSIBLE)))


def part_of(family: Family, sets: NDArray[np.int64]) -> Family:
    """Return a family with some of its parameter sets."""

    def cut(values: Array) -> Array:
        return values if values.shape[-1] == 1 else values[..., sets]

    if family.dense is not None:
        return replace(family, dense=cut(family.dense))
    assert family.noisy is not None
    noisy = replace(
        family.noisy, leak=cut(family.noisy.leak), links=tuple(cut(link) for link in family.noisy.links)
    )
    return replace(family, noisy=noisy)


def _pools(
    fast: FastEngine, families: Mapping[int, Family], hard: Mapping[int, int], sets: NDArray[np.int64]
) -> Array:
    """Return the kernels' numbers under some sets, shape (n_sets, size of the pool).

    Of a table only the rows of the observed parents' states are written: the case reads no others.
    """
    tables = fast.tables
    pools = np.repeat(tables.pool[None], len(sets), axis=0)
    for node, whole in families.items():
        family = part_of(whole, sets)
        offset, first = int(tables.offset[node]), int(tables.first[node])
        if family.dense is not None:
            shape = family.dense.shape[:-1]
            rows = (slice(None), *(hard.get(parent, slice(None)) for parent in family.parents))
            place = pools[:, offset : offset + int(np.prod(shape))].reshape(len(sets), *shape)
            place[(slice(None), *rows)] = np.moveaxis(family.dense[rows], -1, 0)
            continue
        assert family.noisy is not None
        leak = family.noisy.leak  # (n_states, n_sets or 1)
        _put(pools, offset, np.concatenate([leak, np.cumsum(leak, axis=0)]))
        for arc, link in enumerate(family.noisy.links):
            values = link.transpose(1, 0, 2)  # (card, n_states, n_sets or 1)
            both = np.concatenate([values, np.cumsum(values, axis=1)])
            _put(pools, int(tables.arc_at[first + arc]), both.reshape(-1, both.shape[-1]))
    return pools


def _put(pools: Array, offset: int, values: Array) -> None:
    """Write values of shape (size, n_sets or 1) into every pool."""
    pools[:, offset : offset + len(values)] = values.T
