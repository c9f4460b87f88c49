"""What is read off of nodes that need not be variables; made once for each kind of case.

A finding that hangs on others, and those between (a cramp between cramps and a knot), are sums of products
over the causes where nothing below the one between is observed:

    P(f <= k | x) = sum over s of (g(s) - g(s + 1)) P(m <= s | x),   g the contribution of m to f <= k

and P(m <= s | x) is a product again. So nodes between, which have many parents, join nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork
from model.engine.fast import Variants, ranges
from network.cpds import Array

MOST_PRODUCTS = 32
"""Products of one sum; where there are more, nodes between stay variables."""

Product = tuple[float, dict[int, Array]]
"""A number, and a vector over the states of each parent that is left."""


@dataclass(frozen=True)
class Leaves:
    """Nodes that follow from others: those that nothing hangs on, and those between.

    Parameters
    ----------
    cards : ndarray of shape (n_nodes,)
    by_columns : ndarray of bool, shape (n_nodes,)
        Which follow from columns: noisy leaves, nodes between and the leaves below these.
    variants : Variants
        Their columns: the products of P(node <= k | causes), k not the last state.
    scale : ndarray of shape (n_columns,)
        The number of each product.
    starts : ndarray of shape (n_columns,)
        Whether a column is the first of its state.
    first, n_columns : ndarrays of shape (n_nodes,)
        The first column of such a node, and how many there are.
    row : ndarray of shape (n_nodes,)
        Where a leaf with a full table and one parent stands in the next two, -1 for any other node.
    parent : ndarray of shape (n_rows,)
    given_parent : ndarray of shape (n_rows, most states, most states)
        P(state | state of the parent), 0 beyond the states.
    """

    cards: NDArray[np.int64]
    by_columns: NDArray[np.bool_]
    variants: Variants
    scale: Array
    starts: NDArray[np.bool_]
    first: NDArray[np.int64]
    n_columns: NDArray[np.int64]
    row: NDArray[np.int64]
    parent: NDArray[np.int64]
    given_parent: Array

    @classmethod
    def of(cls, compiled: CompiledNetwork, between: Sequence[int] = ()) -> Leaves:
        """Return what is read off in cases in which these nodes between, in order, are no variables."""
        cards, widest = np.array(compiled.cards, dtype=np.int64), max(compiled.cards, default=1)
        first, n_columns, row = np.zeros_like(cards), np.zeros_like(cards), np.full_like(cards, -1)
        _, noisy_leaf, narrow_leaf = compiled.leaves
        by_columns = noisy_leaf.copy()
        by_columns[[*between, *(c for node in between for c in compiled.children[node])]] = True
        columns: list[Product] = []
        starts: list[bool] = []
        narrow: list[tuple[int, Array]] = []
        for family in compiled.families:
            node = family.node
            if by_columns[node]:
                first[node] = len(columns)
                for k in range(cards[node] - 1):
                    columns += (found := products(compiled, between, node, k))
                    starts += [True] + [False] * (len(found) - 1)
                n_columns[node] = len(columns) - first[node]
            elif narrow_leaf[node]:
                assert family.dense is not None
                row[node] = len(narrow)
                narrow.append((family.parents[0], family.dense[..., 0]))
        given_parent = np.zeros((len(narrow), widest, widest))
        for whole, (_, table) in zip(given_parent, narrow, strict=True):
            whole[: table.shape[0], : table.shape[1]] = table
        return cls(
            cards,
            by_columns,
            Variants.of([vectors for _, vectors in columns], widest),
            np.array([scale for scale, _ in columns]),
            np.array(starts, dtype=bool),
            first,
            n_columns,
            row,
            np.array([parent for parent, _ in narrow], dtype=np.int64),
            given_parent,
        )

    def columns_of(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the columns of some nodes."""
        return ranges(self.first[nodes], self.n_columns[nodes])

    def at_most(self, nodes: NDArray[np.int64], joint: Array) -> Array:
        """Return P(node <= k, something else), k not the last state, of some nodes, one below the other.

        Parameters
        ----------
        joint : ndarray of shape (n_else, n_columns)
            P(column, something else), without the number of the product, for the columns of these nodes.
        """
        columns = self.columns_of(nodes)
        parts = joint.T * self.scale[columns, None]
        summed: Array = np.add.reduceat(parts, np.flatnonzero(self.starts[columns]), axis=0)
        return summed

    def from_columns(self, nodes: NDArray[np.int64], own: Array, joint: Array) -> Array:
        """Return P(node, something else) of some nodes.

        Parameters
        ----------
        own : ndarray of shape (n_else,)
            P(something else).
        joint : as for `at_most`

        Returns
        -------
        ndarray of shape (n_nodes, most states, n_else), 0 beyond the states of a node
        """
        last, widest = self.cards[nodes] - 1, self.given_parent.shape[1]
        at_most = np.vstack([own, self.at_most(nodes, joint)])
        start = 1 + np.cumsum(last) - last
        table, below = np.zeros((len(nodes), widest, len(own))), np.zeros((len(nodes), len(own)))
        for k in range(widest):
            rows = np.flatnonzero(last >= k)
            upto = at_most[np.where(k < last[rows], start[rows] + k, 0)]
            upto = np.maximum(upto, below[rows])  # whatever rounding says
            table[rows, k] = upto - below[rows]
            below[rows] = upto
        return table


def products(compiled: CompiledNetwork, between: Sequence[int], node: int, k: int) -> list[Product]:
    """Return the products, one at least, whose sum is P(node <= k | causes), over no node between."""
    family = compiled.families[node]
    if family.dense is not None:  # a leaf with one parent
        found: list[Product] = [(1.0, {family.parents[0]: family.dense[: k + 1, :, 0].sum(axis=0)})]
    else:
        leak, links = compiled.at_most[node]
        found = [(float(leak[k]), {p: link[k] for p, link in zip(family.parents, links, strict=True)})]
    for middle in reversed(between):  # those below first
        found = [part for one in found for part in _summed_out(compiled, middle, *one)]
    return found or [(0.0, {})]


def _summed_out(
    compiled: CompiledNetwork, middle: int, scale: float, vectors: dict[int, Array]
) -> list[Product]:
    """Return what a product becomes when a node between is summed out of it."""
    if middle not in vectors:
        return [(scale, vectors)]
    rest = {node: vector for node, vector in vectors.items() if node != middle}
    own, (leak, links) = vectors[middle], compiled.at_most[middle]
    found = [(scale * float(own[-1]), rest)]
    for state, step in enumerate(own[:-1] - own[1:]):
        joined = dict(rest)
        for parent, link in zip(compiled.families[middle].parents, links, strict=True):
            joined[parent] = joined.get(parent, 1.0) * link[state]
        found.append((scale * float(step * leak[state]), joined))
    return [one for one in found if one[0] != 0.0]


def may_stand_between(compiled: CompiledNetwork) -> tuple[int, ...]:
    """Return the noisy nodes on which only such nodes and noisy or one-parent leaves hang, in order.

    None where a sum over them would have more products than `MOST_PRODUCTS`.
    """
    _, noisy_leaf, narrow_leaf = compiled.leaves
    read_off = noisy_leaf | narrow_leaf
    between: set[int] = set()
    for family in reversed(compiled.families):
        children = compiled.children[family.node]
        if family.noisy and children and all(read_off[c] or c in between for c in children):
            between.add(family.node)
    n_products = dict.fromkeys(range(len(compiled.cards)), 1)
    for family in compiled.families:
        for parent in between.intersection(family.parents):
            n_products[family.node] *= 1 + (compiled.cards[parent] - 1) * n_products[parent]
    return tuple(sorted(between)) if max(n_products.values(), default=0) <= MOST_PRODUCTS else ()


def between(compiled: CompiledNetwork, may: Sequence[int], kept: Container[int]) -> tuple[int, ...]:
    """Return those of some nodes that are no variables of a case, in order.

    Parameters
    ----------
    may : as `may_stand_between` returns them
    kept : nodes that are observed, or must be variables
    """
    found: set[int] = set()
    for node in reversed(may):
        children = compiled.children[node]
        if node not in kept and all(
            child not in kept and (compiled.is_leaf[child] or child in found) for child in children
        ):
            found.add(node)
    return tuple(sorted(found))


def split_late(
    compiled: CompiledNetwork, between: Collection[int], hard: Collection[int], targets: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return what is found first, and what follows from columns over nodes between, in order.

    With the targets come the nodes between, and the parents, on which what follows hangs.
    """
    parents = [family.parents for family in compiled.families]
    late: set[int] = set()
    todo = [
        node
        for node in targets
        if node in between or (compiled.is_leaf[node] and not {*parents[node]}.isdisjoint(between))
    ]
    while todo:
        late.add(node := todo.pop())
        todo += [parent for parent in parents[node] if parent in between]
    above = sorted({parent for node in late for parent in parents[node]} - {*hard, *late})
    first = [*(node for node in targets if node not in late), *above]
    return tuple(dict.fromkeys(first)), tuple(sorted(late))
