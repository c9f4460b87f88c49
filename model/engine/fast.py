"""The kernels behind the engine's methods: arrays in, arrays out, threads for many cases.

numba is imported here only when the kernels are first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork
from model.engine.plan import LARGEST_PLAN
from model.threads import all_cores, free_cores, share, together
from network.cpds import Array

Nodes = Sequence[int] | NDArray[np.int64]
Parts = Sequence[Mapping[int, int]]
WHOLE: Parts = ({},)
"""A case that is not divided: one part, in which nothing more is observed."""

ANSWERED, IMPOSSIBLE, DOUBTFUL, TOO_WIDE = 0, 1, 2, 3
CASES_AT_ONCE = 1024
"""Cases of one call: long enough to hide the call, short enough to tell how far it is."""

FEWEST_AT_ONCE = 4
"""Fewer cases than this are not worth handing to another core."""

SHARES = 4
"""Calls for each core, so that none waits long for the other's last."""

EXTRA = 2
"""What stands behind the answers of a case: log P(evidence) and how it ended."""

LANES = 16
"""Columns that the kernels handle at once."""


def ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return so many consecutive numbers from each start on, all in a row."""
    before = np.cumsum(lengths) - lengths
    found: NDArray[np.int64] = np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
    return found


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

    @classmethod
    def joined(cls, groups: Sequence[Variants]) -> Variants:
        """Return the columns of all groups, one after the other."""
        arcs = [0, *accumulate(len(some.nodes) for some in groups)]
        first = [some.first[:-1] + arc for some, arc in zip(groups, arcs, strict=False)]
        return cls(
            np.concatenate([*first, arcs[-1:]]),
            np.concatenate([some.nodes for some in groups]),
            np.concatenate([some.vectors for some in groups]),
        )

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
        begin = self.first[columns]
        lengths = self.first[columns + 1] - begin
        arcs = ranges(begin, lengths)
        return Variants(np.append(0, np.cumsum(lengths)), self.nodes[arcs], self.vectors[arcs])


class Layout(NamedTuple):
    """Where the answers of some targets lie in a row of so many numbers: a slice for each name."""

    flags: NDArray[np.uint8]
    width: int
    names: tuple[str, ...]
    places: tuple[slice, ...]


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
        self._no_states = np.full((1, n), -1, dtype=np.int8)
        self._no_weights = np.ones((0, n, self.tables.widest))
        self._layout = lru_cache(maxsize=64)(self._lay_out)

    def flags(self, nodes: Iterable[int]) -> NDArray[np.uint8]:
        """Return an array with 1 at these nodes."""
        flags = self._no_flags.copy()
        flags[list(nodes)] = 1
        return flags

    def evidence_arrays(
        self, hard: Mapping[int, int], soft: Mapping[int, Array], parts: Parts = WHOLE
    ) -> tuple[NDArray[np.int8], Array]:
        """Return states (n_parts, n), -1 for none, and likelihoods (0 or 1, n, most states) of a case."""
        states = np.repeat(self._no_states, len(parts), axis=0)
        for node, state in hard.items():
            states[:, node] = state
        for number, part in enumerate(parts):
            for node, state in part.items():
                states[number, node] = state
        if not soft:
            return states, self._no_weights
        weights = np.ones((1, *self._no_weights.shape[1:]))
        for node, likelihood in soft.items():
            weights[0, node, : len(likelihood)] = likelihood
        return states, weights

    def solve(
        self,
        hard: Mapping[int, int],
        soft: Mapping[int, Array],
        targets: Sequence[str] | None,
        most: int = LARGEST_PLAN,
    ) -> tuple[dict[str, Array], float, int]:
        """Return posteriors of some nodes (all if None), log P(evidence), and how the case ended.

        Where its tables would hold more than `most` numbers it ends as too wide, and these take the place of
        log P(evidence).
        """
        answers, logs, endings = self.solve_parts(hard, soft, WHOLE, targets, most)
        return self.named(answers[0], targets), float(logs[0]), int(endings[0])

    def solve_parts(
        self,
        hard: Mapping[int, int],
        soft: Mapping[int, Array],
        parts: Parts,
        targets: Sequence[str] | None,
        most: int = LARGEST_PLAN,
    ) -> tuple[Array, Array, Array]:
        """Return posteriors (n_parts, states of all targets), log P(evidence) and endings of a case's parts.

        `named` reads a row of the posteriors.
        """
        layout = self._layout(None if targets is None else tuple(targets))
        answers = np.empty((len(parts), layout.width + EXTRA))
        states, weights = self.evidence_arrays(hard, soft, parts)
        if len(parts) == 1:  # small networks are answered in less time than it takes to share work
            self.drive.solve_many(self.numbers, self.pools, states, weights, layout.flags, most, answers)
            return answers[:, :-2], answers[:, -2], answers[:, -1]
        workers = min(len(parts), free_cores())
        bounds = [len(parts) * number // workers for number in range(workers + 1)]

        def run(number: int) -> None:
            some = slice(bounds[number], bounds[number + 1])
            self.drive.solve_many(
                self.numbers, self.pools, states[some], weights, layout.flags, most, answers[some]
            )

        together(run, workers)
        return answers[:, :-2], answers[:, -2], answers[:, -1]

    def named(self, answers: Array, targets: Sequence[str] | None) -> dict[str, Array]:
        """Return the posterior of each target from a row of `solve_parts`."""
        layout = self._layout(None if targets is None else tuple(targets))
        return dict(zip(layout.names, map(answers.__getitem__, layout.places), strict=True))

    def _lay_out(self, targets: tuple[str, ...] | None) -> Layout:
        """Return where the answers of some targets will lie."""
        positions = self.compiled.positions(targets)
        order = sorted(set(positions))
        ends = np.cumsum([0, *(self.compiled.cards[node] for node in order)]).tolist()
        places = {node: slice(a, b) for node, a, b in zip(order, ends[:-1], ends[1:], strict=True)}
        names = tuple(self.compiled.names[node] for node in positions)
        return Layout(self.flags(order), ends[-1], names, tuple(places[node] for node in positions))

    def solve_many(
        self,
        states: NDArray[np.int8],
        likelihoods: Mapping[int, Array],
        targets: Sequence[int],
        threads: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> tuple[Array, Array, Array]:
        """Return answers, log P(evidence) and endings of many cases.

        `targets` must ascend; the answers have one column per state of each, shape (n_cases, n_columns).
        """
        n_cases, n = states.shape
        width = sum(self.compiled.cards[node] for node in targets)
        answers, target = np.empty((n_cases, width + EXTRA)), self.flags(targets)

        def run(part: slice) -> None:
            weights = self._no_weights
            if likelihoods:
                weights = np.ones((part.stop - part.start, n, self.tables.widest))
                for node, values in likelihoods.items():
                    weights[:, node, : values.shape[1]] = values[part]
            self.drive.solve_many(
                self.numbers, self.pools, states[part], weights, target, LARGEST_PLAN, answers[part]
            )

        workers = threads or all_cores()
        at_once = min(max(-(-n_cases // (SHARES * workers)), FEWEST_AT_ONCE), CASES_AT_ONCE)
        share(run, n_cases, at_once, workers, on_progress)
        return answers[:, :width], answers[:, width], answers[:, width + 1]

    def solve_columns(
        self,
        hard: Mapping[int, int],
        soft: Mapping[int, Array],
        wanted: Sequence[Nodes],
        variants: Sequence[Variants],
        threads: int | None = None,
        most: int = LARGEST_PLAN,
        parts: Parts = WHOLE,
    ) -> tuple[Array, Array, NDArray[np.int64], int]:
        """Return the parts of a case in groups of columns, each group with nodes of its own that are wanted.

        Where the tables would hold more than `most` numbers the case ends as too wide, and log_z[0, 0] says
        how many.

        Returns
        -------
        log_z : ndarray of shape (n_parts, n_columns), log P(evidence) of each column
        beliefs : ndarray of shape (n_parts, n_places, most states, n_columns), P(state | column); what no
            group wants of a column is undefined
        place : ndarray of shape (n_nodes,), where the beliefs of a wanted node lie
        status : int, the worst; impossible only where that is the whole case
        """
        states, weights = self.evidence_arrays(hard, soft, parts)
        marked = np.zeros((len(wanted), states.shape[1]), dtype=np.uint8)
        for flags, nodes in zip(marked, wanted, strict=True):
            flags[nodes] = 1
        every = np.flatnonzero(marked.any(axis=0))
        place = np.zeros(states.shape[1], dtype=np.int64)
        place[every] = np.arange(len(every))
        bounds = np.array([0, *accumulate(len(some) for some in variants)])
        columns, n_columns = Variants.joined(variants), int(bounds[-1])
        log_z = np.empty((len(parts), n_columns))
        beliefs = np.empty((len(parts), len(every), self.tables.widest, n_columns))
        shares = len(parts) if len(parts) > 1 else -(-n_columns // LANES)
        workers = max(1, min(threads or free_cores(), shares))

        def run(number: int) -> int:
            return int(
                self.drive.solve_columns(
                    self.numbers,
                    self.pools[0],
                    states,
                    weights,
                    marked,
                    bounds,
                    columns.first,
                    columns.nodes,
                    columns.vectors,
                    np.array([number, workers]),
                    most,
                    place,
                    log_z,
                    beliefs,
                )
            )

        status = max(together(run, workers))
        return log_z, beliefs, place, status
