"""What `pairwise` needs of the leaves of a network, whatever the case; made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork
from model.engine.fast import Variants, ranges
from network.cpds import Array


@dataclass(frozen=True)
class Leaves:
    """Nodes that are nobody's parent.

    Parameters
    ----------
    cards : ndarray of shape (n_nodes,)
    variants : Variants
        The columns of the noisy ones: P(node <= k | each parent), k not the last state.
    scale : ndarray of shape (n_columns,)
        The leak's part of each column.
    first : ndarray of shape (n_nodes,)
        The first column of a noisy leaf.
    row : ndarray of shape (n_nodes,)
        Where a leaf with a full table and one parent stands in the next two, -1 for any other node.
    parent : ndarray of shape (n_rows,)
    given_parent : ndarray of shape (n_rows, most states, most states)
        P(state | state of the parent), 0 beyond the states.
    """

    cards: NDArray[np.int64]
    variants: Variants
    scale: Array
    first: NDArray[np.int64]
    row: NDArray[np.int64]
    parent: NDArray[np.int64]
    given_parent: Array

    @classmethod
    def of(cls, compiled: CompiledNetwork) -> Leaves:
        """Return what `pairwise` needs of a network."""
        cards, widest = np.array(compiled.cards, dtype=np.int64), max(compiled.cards, default=1)
        first, row = np.zeros_like(cards), np.full_like(cards, -1)
        columns: list[Mapping[int, Array]] = []
        scale: list[float] = []
        narrow: list[tuple[int, Array]] = []
        for family in compiled.families:
            node = family.node
            if not compiled.is_leaf[node]:
                continue
            if family.noisy is not None:
                leak, links = compiled.at_most[node]
                first[node] = len(columns)
                for k in range(cards[node] - 1):
                    columns.append({p: link[k] for p, link in zip(family.parents, links, strict=True)})
                    scale.append(float(leak[k]))
            elif family.dense is not None and len(family.parents) == 1:
                row[node] = len(narrow)
                narrow.append((family.parents[0], family.dense[..., 0]))
        given_parent = np.zeros((len(narrow), widest, widest))
        for whole, (_, table) in zip(given_parent, narrow, strict=True):
            whole[: table.shape[0], : table.shape[1]] = table
        parent = np.array([parent for parent, _ in narrow], dtype=np.int64)
        return cls(cards, Variants.of(columns, widest), np.array(scale), first, row, parent, given_parent)

    def columns_of(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the columns of some noisy leaves."""
        return ranges(self.first[nodes], self.cards[nodes] - 1)

    def from_columns(self, nodes: NDArray[np.int64], own: Array, joint: Array) -> Array:
        """Return P(leaf, something else) of some noisy leaves.

        Parameters
        ----------
        own : ndarray of shape (n_else,)
            P(something else).
        joint : ndarray of shape (n_else, n_columns)
            P(column, something else), without the leak's part, for the columns of these leaves.

        Returns
        -------
        ndarray of shape (n_nodes, most states, n_else), 0 beyond the states of a leaf
        """
        last, widest = self.cards[nodes] - 1, self.given_parent.shape[1]
        at_most = np.vstack([own, joint.T * self.scale[self.columns_of(nodes), None]])
        start = 1 + np.cumsum(last) - last
        table, below = np.zeros((len(nodes), widest, len(own))), np.zeros((len(nodes), len(own)))
        for k in range(widest):
            rows = np.flatnonzero(last >= k)
            upto = at_most[np.where(k < last[rows], start[rows] + k, 0)]
            upto = np.maximum(upto, below[rows])  # whatever rounding says
            table[rows, k] = upto - below[rows]
            below[rows] = upto
        return table
