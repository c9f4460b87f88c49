"""One case under many parameter sets, in NumPy: both passes with an axis over sets, some sets at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.engine import propagate
from model.engine.compile import CompiledNetwork, Family
from model.engine.plan import Plan, make_plan
from model.engine.slicing import Factors, slice_case
from network.cpds import Array
from network.errors import TooWide
from network.structure import ABSENT, PRESENT

LARGEST_CANCELLATION = 1e5
"""Beyond this a sum of signed terms has lost too many digits: chains instead, as in the engine."""

WORKSPACE = 2**21
"""Numbers of one pass that are held at once: a few sets of a large case, many of a small one."""


@dataclass
class SetCase:
    """One case whose families have an axis over sets; `chains` are nodes that would lose digits otherwise."""

    compiled: CompiledNetwork
    hard: dict[int, int]
    soft: Mapping[int, Array]
    families: Mapping[int, Family]
    chains: frozenset[int] = frozenset()

    def solved(self, nodes: Sequence[int], n_sets: int) -> tuple[dict[int, Array], Array]:
        """Return P(state | evidence) of some nodes, shape (n_states, n_sets) each, and log P(evidence).

        Where digits cancel the case is solved again with its noisy nodes as chains, unless they are too wide.
        """
        found, log_z, cancellation, auxiliary = self._passes(nodes, n_sets)
        if cancellation > LARGEST_CANCELLATION and auxiliary:
            self.chains = auxiliary
            with contextlib.suppress(TooWide):
                found, log_z, _, _ = self._passes(nodes, n_sets)
        return found, log_z

    def without(self, absent: Sequence[int], n_sets: int) -> Array:
        """Return log P(evidence, these nodes absent), shape (n_sets,): one upward pass, a smaller graph."""
        if any(self.hard.get(node) == PRESENT for node in absent):
            return np.full(n_sets, -np.inf)
        factors = self._factors(self.hard | dict.fromkeys(absent, ABSENT), set())
        log_z = np.full(n_sets, -np.inf)
        for part, plan, values, weights in self._parts(factors, n_sets):
            up = propagate.upward(plan, factors.scopes, values, weights)
            log_z[part] = up.log_z + _part(factors.log_scale, part)
        return log_z

    def _passes(
        self, nodes: Sequence[int], n_sets: int
    ) -> tuple[dict[int, Array], Array, float, frozenset[int]]:
        """Return beliefs, log P(evidence), the worst cancellation and the nodes that it may come from."""
        factors = self._factors(self.hard, set(nodes) - set(self.hard))
        found = {node: np.full((self.compiled.cards[node], n_sets), np.nan) for node in nodes}
        log_z, cancellation = np.full(n_sets, -np.inf), 1.0
        for part, plan, values, weights in self._parts(factors, n_sets):
            up = propagate.upward(plan, factors.scopes, values, weights)
            down = propagate.downward(plan, up)
            cancellation = max(cancellation, down.cancellation)
            log_z[part] = up.log_z + _part(factors.log_scale, part)
            for node in nodes:
                if node in factors.certain:
                    found[node][:, part] = np.eye(self.compiled.cards[node])[:, factors.certain[node], None]
                    continue
                belief = np.maximum(down.beliefs[factors.variable_of[node]], 0.0)
                total = belief.sum(axis=0)
                found[node][:, part] = belief / np.where(total > 0.0, total, np.nan)
        return found, log_z, cancellation, frozenset(factors.auxiliary_of)

    def _factors(self, hard: Mapping[int, int], targets: set[int]) -> Factors:
        return slice_case(self.compiled, hard, self.soft, targets, self.chains, self.families)

    def _parts(self, factors: Factors, n_sets: int) -> Iterator[tuple[slice, Plan, list[Array], list[Array]]]:
        """Yield some sets at a time: which, plan, values of the factors, weights; nothing if impossible."""
        if not factors.possible:
            return
        plan = make_plan(factors.cards, factors.scopes, factors.names)
        at_once = max(1, WORKSPACE // max(plan.entries, 1))
        for start in range(0, n_sets, at_once):
            part = slice(start, min(start + at_once, n_sets))
            values = [_part(array, part) for array in factors.values]
            yield part, plan, values, [_part(array, part) for array in factors.weights]


def _part(array: Array, part: slice) -> Array:
    """Return some of the sets of an array whose last axis is over sets, or has length 1."""
    return array if array.shape[-1] == 1 else array[..., part]
