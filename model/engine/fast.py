"""The kernels behind the engine's methods: arrays in, arrays out, threads for many cases.

numba is imported here only when the kernels are first asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork
from network.cpds import Array

ANSWERED, IMPOSSIBLE, DOUBTFUL, TOO_WIDE = 0, 1, 2, 3
CASES_AT_ONCE = 1024
"""Cases of one task of the thread pool: long enough to hide the call, short enough to share the work."""


class FastEngine:
    """The compiled kernels with the arrays of one network."""

    def __init__(self, compiled: CompiledNetwork) -> None:
        from model.engine.kernels import drive
        from model.engine.kernels.slice import room
        from model.engine.kernels.tables import flat_tables

        self.compiled = compiled
        self.drive: Any = drive
        self.room: Any = room
        self.tables: Any = flat_tables(compiled)

    @cached_property
    def _ones(self) -> Array:
        ones = np.ones((len(self.compiled.cards), self.tables.widest))
        ones.flags.writeable = False
        return ones

    def evidence_arrays(
        self, hard: Mapping[int, int], soft: Mapping[int, Array]
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8], Array]:
        """Return states (-1 for none), flags and likelihoods of one case, as the kernels read them."""
        n = len(self.compiled.cards)
        states, flags = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.uint8)
        weights = np.ones((n, self.tables.widest))
        for node, state in hard.items():
            states[node] = state
        for node, likelihood in soft.items():
            flags[node] = 1
            weights[node, : len(likelihood)] = likelihood
        return states, flags, weights

    def flags(self, nodes: Sequence[int]) -> NDArray[np.uint8]:
        """Return an array with 1 at these nodes."""
        flags = np.zeros(len(self.compiled.cards), dtype=np.uint8)
        flags[list(nodes)] = 1
        return flags

    def solve(
        self, hard: Mapping[int, int], soft: Mapping[int, Array], targets: Sequence[int]
    ) -> tuple[dict[int, Array], float, int]:
        """Return posteriors by node, log P(evidence), and how the case ended."""
        states, flags, weights = self.evidence_arrays(hard, soft)
        out = np.zeros((len(self.compiled.cards), self.tables.widest))
        log_evidence, status = self.drive.solve(
            self.tables, self.room(self.tables), states, flags, weights, self.flags(targets), out
        )
        if status != ANSWERED:
            return {}, float(log_evidence), int(status)
        for node, state in hard.items():
            out[node] = 0.0
            out[node, state] = 1.0
        cards = self.compiled.cards
        return {node: out[node, : cards[node]] for node in targets}, float(log_evidence), ANSWERED

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
        target, soft = self.flags(targets), self.flags(list(likelihoods))

        def run(start: int) -> int:
            part = slice(start, min(start + CASES_AT_ONCE, n_cases))
            weights = np.ones((0, n, self.tables.widest))
            if likelihoods:
                weights = np.ones((part.stop - start, n, self.tables.widest))
                for node, values in likelihoods.items():
                    weights[:, node, : values.shape[1]] = values[part]
            self.drive.solve_many(
                self.tables,
                states[part],
                soft,
                weights,
                target,
                answers[part],
                log_evidence[part],
                status[part],
            )
            return len(states[part])

        workers = threads or os.cpu_count() or 1
        with ThreadPoolExecutor(workers) as pool:
            for done in pool.map(run, range(0, n_cases, CASES_AT_ONCE)):
                if on_progress is not None:
                    on_progress(done)
        return answers, log_evidence, status

    def solve_columns(
        self,
        hard: Mapping[int, int],
        soft: Mapping[int, Array],
        wanted: Sequence[int],
        columns: Sequence[Mapping[int, Array]],
        threads: int | None = None,
    ) -> tuple[Array, Array, int]:
        """Return one case in many columns, each multiplying the weights of some nodes by vectors.

        Returns
        -------
        log_z : ndarray of shape (1 + n_columns,)
            log P(evidence) of the case itself and of each column.
        beliefs : ndarray of shape (n_nodes, most states, n_columns)
            P(state | column) of the wanted nodes.
        status : int
        """
        states, flags, weights = self.evidence_arrays(hard, soft)
        marked = self.flags([node for node in wanted if node not in hard])
        workers = max(1, min(threads or os.cpu_count() or 1, (len(columns) + 15) // 16))
        bounds = np.linspace(0, len(columns), workers + 1).astype(int)
        log_z = np.zeros(1 + len(columns))
        beliefs = np.zeros((len(self.compiled.cards), self.tables.widest, len(columns)))

        def run(part: int) -> int:
            some = columns[bounds[part] : bounds[part + 1]]
            first = np.concatenate([[0], np.cumsum([len(column) for column in some])]).astype(np.int64)
            nodes = np.array([node for column in some for node in column], dtype=np.int64)
            vectors = np.ones((len(nodes), self.tables.widest))
            for row, vector in enumerate(vector for column in some for vector in column.values()):
                vectors[row, : len(vector)] = vector
            own, found = np.zeros(1 + len(some)), np.zeros((*beliefs.shape[:2], len(some)))
            status = self.drive.solve_columns(
                self.tables, states, flags, weights, marked, first, nodes, vectors, own, found
            )
            log_z[0] = own[0]
            log_z[1 + bounds[part] : 1 + bounds[part + 1]] = own[1:]
            beliefs[:, :, bounds[part] : bounds[part + 1]] = found
            return int(status)

        if workers == 1:
            return log_z, beliefs, run(0)
        with ThreadPoolExecutor(workers) as pool:
            return log_z, beliefs, max(pool.map(run, range(workers)))
