# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""A compiled network as flat arrays, which is what the kernels read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork
from model.engine.kernels.jit import kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.uint8]


class Tables(NamedTuple):
    """A compiled network in flat arrays (n nodes, m arcs).

    A dense table lies at `offset` with `stride` for its own state and `arc_at` for each parent's. A noisy
    family has its leak at `offset` (n_states numbers), followed by the same cumulated, and for each parent
    at `arc_at` its contribution, shape (card, n_states), followed by the same cumulated.
    """

    card: Ints  # (n,)
    first: Ints  # (n + 1,) where the parents of a node begin
    parent: Ints  # (m,)
    noisy: Ints  # (n,) 0 or 1
    leaf: Ints  # (n,) 0 or 1
    offset: Ints  # (n,)
    stride: Ints  # (n,)
    arc_at: Ints  # (m,)
    pool: Floats
    widest: int  # most states of a node
    most_parents: int
    scratch: int  # numbers that slicing may have to write


def flat_tables(compiled: CompiledNetwork) -> Tables:
    """Return the arrays of a compiled network."""
    n = len(compiled.cards)
    offset, stride, noisy = (np.zeros(n, dtype=np.int64) for _ in range(3))
    first: list[int] = [0]
    parent: list[int] = []
    arc_at: list[int] = []
    pool: list[Floats] = []
    used = 0

    def put(values: Floats) -> int:
        nonlocal used
        pool.append(np.ascontiguousarray(values, dtype=float).ravel())
        used += values.size
        return used - values.size

    scratch = 1
    for family in compiled.families:
        node = family.node
        if family.dense is not None:
            table = family.dense[..., 0]
            strides = [s // table.itemsize for s in np.ascontiguousarray(table).strides]
            offset[node], stride[node] = put(table), strides[0]
            arc_at += strides[1:]
        else:
            assert family.noisy is not None
            noisy[node] = 1
            leak = family.noisy.leak[:, 0]
            offset[node] = put(np.concatenate([leak, np.cumsum(leak)]))
            for link in family.noisy.links:
                rows = link[..., 0].T
                arc_at.append(put(np.concatenate([rows, np.cumsum(rows, axis=1)])))
            most = max(compiled.cards[p] for p in (node, *family.parents))
            scratch += compiled.cards[node] * most**2 * len(family.parents)  # spelled out as a tree
        parent += family.parents
        first.append(len(parent))
    return Tables(
        card=np.array(compiled.cards, dtype=np.int64),
        first=np.array(first, dtype=np.int64),
        parent=np.array(parent, dtype=np.int64),
        noisy=noisy,
        leaf=np.array(compiled.is_leaf, dtype=np.int64),
        offset=offset,
        stride=stride,
        arc_at=np.array(arc_at, dtype=np.int64),
        pool=np.concatenate([*pool, np.zeros(1)]),
        widest=max(compiled.cards, default=1),
        most_parents=max((len(f.parents) for f in compiled.families), default=0),
        scratch=scratch,
    )


def packed(tables: Tables) -> Ints:
    """Return everything but the pool in one array: a call hands over two arrays in place of twelve."""
    whole = (tables.card, tables.first, tables.parent, tables.noisy, tables.leaf, tables.offset)
    sizes = (tables.card.size, tables.parent.size, tables.widest, tables.most_parents, tables.scratch)
    return np.concatenate([sizes, *whole, tables.stride, tables.arc_at]).astype(np.int64)


@kernel
def unpacked(numbers, pool):
    """Return the tables of an array made by `packed` and a pool."""
    n, m = numbers[0], numbers[1]
    card, first, parent = 5, 5 + n, 6 + 2 * n
    noisy = parent + m
    leaf, offset, stride, arc_at = noisy + n, noisy + 2 * n, noisy + 3 * n, noisy + 4 * n
    return Tables(
        numbers[card:first],
        numbers[first:parent],
        numbers[parent:noisy],
        numbers[noisy:leaf],
        numbers[leaf:offset],
        numbers[offset:stride],
        numbers[stride:arc_at],
        numbers[arc_at : arc_at + m],
        pool,
        numbers[2],
        numbers[3],
        numbers[4],
    )
