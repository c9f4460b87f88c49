"""The kernels behind the engine's methods: arrays in, arrays out, threads for many cases.

numba is imported here only when the kernels are first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork
from model.engine.threads import all_cores, share, together
from network.cpds import Array

ANSWERED, IMPOSSIBLE, DOUBTFUL, TOO_WIDE = 0, 1, 2, 3
CASES_AT_ONCE = 1024
"""Cases of one call: long enough to hide the call, short enough to tell how far it is."""

FEWEST_AT_ONCE = 4
"""Fewer cases than this are not worth handing to another core."""

SHARES = 4
"""Calls for each core, so that none waits long for the other's last."""

LANES = 16
"""Columns that the kernels handle at once."""


@dataclass(frozen=True)
class Variants:
    """Columns as arrays: column c multiplies weights of nodes[m] by vectors[m], m in first[c] : first[c + 1].

    `vectors` has shape (m, most states), 1 beyond the states of the node.
    """

    first: NDArray[np.int64]
    nodes: NDArray[np.int64]
    vectors: Array

    @classmethod
    def of(cls, columns: Sequence[Mapping[int, Array]], widest: int) -> Variants:
        """Return the arrays of columns given as mappings of node to vector."""
        first = np.cumsum([0, *(len(column) for column in columns)], dtype=np.int64)
        nodes = np.array([node for column in columns for node in column], dtype=np.int64)
        vectors = np.ones((len(nodes), widest))
        for row, vector in enumerate(vector for column in columns for vector in column.values()):
            vectors[row, : len(vector)] = vector
        return cls(first, nodes, vectors)

    def __len__(self) -> int:
        return len(self.first) - 1

    def as_mappings(self, cards: Sequence[int]) -> list[dict[int, Array]]:
        """Return every column as a mapping of node to vector."""
        return [
            {int(n): v[: cards[n]] for n, v in zip(self.nodes[a:b], self.vectors[a:b], strict=True)}
            for a, b in zip(self.first[:-1], self.first[1:], strict=True)
        ]

    def chosen(self, columns: NDArray[np.int64]) -> Variants:
        """Return some of the columns."""
        lengths = (self.first[1:] - self.first[:-1])[columns]
        first = np.concatenate([[0], np.cumsum(lengths)])
        arcs = np.repeat(self.first[columns] - first[:-1], lengths) + np.arange(first[-1])
        return Variants(first, self.nodes[arcs], self.vectors[arcs])


class FastEngine:
    """The compiled kernels with the arrays of one network."""

    def __init__(self, compiled: CompiledNetwork) -> None:
        from model.engine.kernels import drive
        from model.engine.kernels.tables import flat_tables, packed

        self.compiled = compiled
        self.drive: Any = drive
        self.tables: Any = flat_tables(compiled)
        self.numbers: NDArray[np.int64] = packed(self.tables)
        self.pools: Array = self.tables.pool[None]
        n = len(compiled.cards)
        self._no_flags = np.zeros(n, dtype=np.uint8)
        self._no_weights = np.ones((0, n, self.tables.widest))
        self._layout = lru_cache(maxsize=64)(self._lay_out)

    def flags(self, nodes: Iterable[int]) -> NDArray[np.uint8]:
        """Return an array with 1 at these nodes."""
        flags = self._no_flags.copy()
        flags[list(nodes)] = 1
        return flags

    def evidence_arrays(
        self, hard: Mapping[int, int], soft: Mapping[int, Array]
    ) -> tuple[NDArray[np.int8], NDArray[np.uint8], Array]:
        """Return states (1, n), -1 for none, flags (n,), likelihoods (0 or 1, n, most states) of a case."""
        states = np.full((1, len(self._no_flags)), -1, dtype=np.int8)
        for node, state in hard.items():
            states[0, node] = state
        if not soft:
            return states, self._no_flags, self._no_weights
        weights = np.ones((1, *self._no_weights.shape[1:]))
        for node, likelihood in soft.items():
            weights[0, node, : len(likelihood)] = likelihood
        return states, self.flags(soft), weights

    def solve(
        self, hard: Mapping[int, int], soft: Mapping[int, Array], targets: Sequence[int]
    ) -> tuple[dict[int, Array], float, int]:
        """Return posteriors by node, log P(evidence), and how the case ended."""
        flags, width, places = self._layout(tuple(targets))
        answers, log_evidence, status = np.empty((1, width)), np.empty(1), np.empty(1, dtype=np.int64)
        self.drive.solve_many(
            self.numbers,
            self.pools,
            *self.evidence_arrays(hard, soft),
            flags,
            answers,
            log_evidence,
            status,
        )
        row = answers[0]
        return {node: row[place] for node, place in places}, float(log_evidence[0]), int(status[0])

    def _lay_out(
        self, targets: tuple[int, ...]
    ) -> tuple[NDArray[np.uint8], int, tuple[tuple[int, slice], ...]]:
        """Return the flags of some targets, how many states they have, and where each one's answer lies."""
        order = sorted(set(targets))
        ends = np.cumsum([0, *(self.compiled.cards[node] for node in order)]).tolist()
        places = {node: slice(a, b) for node, a, b in zip(order, ends[:-1], ends[1:], strict=True)}
        return self.flags(order), ends[-1], tuple((node, places[node]) for node in targets)

    def solve_many(
        self,
        states: NDArray[np.int8],
        likelihoods: Mapping[int, Array],
        targets: Sequence[int],
        threads: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> tuple[Array, Array, NDArray[np.int64]]:
        """Return answers, log P(evidence) and endings of many cases.

        `targets` must ascend; the answers have one column per state of each, shape (n_cases, n_columns).
        """
        n_cases, n = states.shape
        width = sum(self.compiled.cards[node] for node in targets)
        answers = np.empty((n_cases, width))
        log_evidence, status = np.empty(n_cases), np.empty(n_cases, dtype=np.int64)
        target, soft = self.flags(targets), self.flags(likelihoods)

        def run(part: slice) -> None:
            weights = self._no_weights
            if likelihoods:
                weights = np.ones((part.stop - part.start, n, self.tables.widest))
                for node, values in likelihoods.items():
                    weights[:, node, : values.shape[1]] = values[part]
            self.drive.solve_many(
                self.numbers,
                self.pools,
                states[part],
                soft,
                weights,
                target,
                answers[part],
                log_evidence[part],
                status[part],
            )

        workers = threads or all_cores()
        at_once = min(max(-(-n_cases // (SHARES * workers)), FEWEST_AT_ONCE), CASES_AT_ONCE)
        share(run, n_cases, at_once, workers, on_progress)
        return answers, log_evidence, status

    def solve_columns(
        self,
        hard: Mapping[int, int],
        soft: Mapping[int, Array],
        wanted: Sequence[Sequence[int]],
        variants: Sequence[Variants],
        threads: int | None = None,
    ) -> tuple[Array, dict[int, Array], int]:
        """Return one case in groups of columns, each group with nodes of its own that are wanted.

        Returns
        -------
        log_z : ndarray of shape (n_columns,), log P(evidence) of each column
        beliefs : mapping of node to P(state | column), shape (most states, n_columns); what no group wants
            of a column is undefined
        status : int
        """
        states, soft_flags, weights = self.evidence_arrays(hard, soft)
        marked = np.array([self.flags(nodes) for nodes in wanted])
        group = np.cumsum([0, *(len(some) for some in variants)], dtype=np.int64)
        nodes = list(dict.fromkeys(node for some in wanted for node in some))
        place = np.zeros(len(self._no_flags), dtype=np.int64)
        place[nodes] = np.arange(len(nodes))
        arcs = np.cumsum([0, *(len(some.nodes) for some in variants)])
        first = [some.first[:-1] + start for some, start in zip(variants, arcs[:-1], strict=True)]
        columns = (
            np.concatenate([*first, arcs[-1:]]),
            np.concatenate([some.nodes for some in variants]),
            np.concatenate([some.vectors for some in variants]),
        )
        log_z = np.empty(group[-1])
        beliefs = np.empty((len(nodes), self.tables.widest, group[-1]))
        workers = max(1, min(threads or all_cores(), -(-int(group[-1]) // LANES)))

        def run(number: int) -> int:
            return int(
                self.drive.solve_columns(
                    self.numbers,
                    self.pools[0],
                    states[0],
                    soft_flags,
                    weights[0] if len(weights) else self._ones,
                    marked,
                    group,
                    *columns,
                    np.array([number, workers]),
                    place,
                    log_z,
                    beliefs,
                )
            )

        status = max(together(run, workers))
        return log_z, dict(zip(nodes, beliefs, strict=True)), status

    @cached_property
    def _ones(self) -> Array:
        return np.ones(self._no_weights.shape[1:])
