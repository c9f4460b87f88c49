"""One case under many parameter sets, in NumPy: both passes with an axis over sets, some sets at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from model.engine import propagate
from model.engine.compile import CompiledNetwork, Family
from model.engine.plan import Plan, make_plan
from model.engine.slicing import Factors, Merges, follow_plan, slice_case
from network.cpds import AnyOf, Array
from network.errors import TooWide
from network.structure import ABSENT, PRESENT

WORKSPACE = 2**21
"""Numbers of one pass that are held at once: a few sets of a large case, many of a small one."""


@dataclass
class SetCase:
    """One case whose families have an axis over sets.

    Where digits cancel, it is summed in longer floats (`long`), or some nodes are spelled out as `trees`.
    """

    compiled: CompiledNetwork
    hard: dict[int, int]
    soft: Mapping[int, Array]
    families: Mapping[int, Family]
    trees: Mapping[int, Merges] = field(default_factory=dict)
    long: bool = False

    def posteriors(self, nodes: Sequence[int], n_sets: int) -> tuple[dict[int, Array], Array]:
        """Return P(state | evidence) of some nodes, NaN where impossible, and log P(evidence).

        A deterministic OR that nothing hangs on is read off its parents.
        """
        roll_ups = {node: self.compiled.families[node].parents for node in nodes if self._is_roll_up(node)}
        inner = {node for node in nodes if node not in roll_ups}
        inner |= {above[0] for above in roll_ups.values() if len(above) == 1}
        found, log_z = self.solved(sorted(inner), n_sets)
        for node, above in roll_ups.items():
            if len(above) == 1:
                found[node] = found[above[0]]
                continue
            with np.errstate(invalid="ignore"):  # impossible in a set: NaN, as below
                absent = np.exp(self.without(above, n_sets) - log_z)
            found[node] = np.stack([absent, 1.0 - absent])
        for values in found.values():
            values[:, log_z == -np.inf] = np.nan
        return found, log_z

    def _is_roll_up(self, node: int) -> bool:
        """Whether a node is a deterministic OR that nothing hangs on."""
        free = self.compiled.is_leaf[node] and node not in self.hard and node not in self.soft
        return free and isinstance(self.compiled.network.nodes[node].cpd, AnyOf)

    def solved(self, nodes: Sequence[int], n_sets: int) -> tuple[dict[int, Array], Array]:
        """Return P(state | evidence) of some nodes, shape (n_states, n_sets) each, and log P(evidence).

        Where digits cancel the case is summed again in longer floats, and where that is not enough with its
        noisy nodes as trees, unless they are too wide.
        """
        factors = self._factors(self.hard, set(nodes) - set(self.hard), {})
        found, log_z, cancellation = self._passes(factors, nodes, n_sets)
        if cancellation > propagate.LARGEST_CANCELLATION and factors.auxiliary_of:
            longer = self._passes(factors.in_long_doubles(), nodes, n_sets)
            self.long = longer[2] < propagate.LARGEST_LONG_CANCELLATION
            if self.long:
                return longer[:2]
            self.trees = self._trees(factors)
            with contextlib.suppress(TooWide):
                factors = self._factors(self.hard, set(nodes) - set(self.hard), self.trees)
                found, log_z, _ = self._passes(factors, nodes, n_sets)
        return found, log_z

    def without(self, absent: Sequence[int], n_sets: int) -> Array:
        """Return log P(evidence, these nodes absent), shape (n_sets,): one upward pass, a smaller graph."""
        if any(self.hard.get(node) == PRESENT for node in absent):
            return np.full(n_sets, -np.inf)
        hard = self.hard | dict.fromkeys(absent, ABSENT)
        factors = self._factors(hard, set(), {})
        if self.trees:
            factors = self._factors(hard, set(), self._trees(factors))
        if self.long:
            factors = factors.in_long_doubles()
        log_z = np.full(n_sets, -np.inf)
        for part, plan, values, weights in self._parts(factors, n_sets):
            up = propagate.upward(plan, factors.scopes, values, weights)
            log_z[part] = up.log_z + _part(factors.log_scale, part)
        return log_z

    def _passes(
        self, factors: Factors, nodes: Sequence[int], n_sets: int
    ) -> tuple[dict[int, Array], Array, float]:
        """Return beliefs, log P(evidence) and the worst cancellation."""
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
        return found, log_z, cancellation

    def _factors(self, hard: Mapping[int, int], targets: set[int], trees: Mapping[int, Merges]) -> Factors:
        return slice_case(self.compiled, hard, self.soft, targets, trees, self.families)

    def _trees(self, factors: Factors) -> dict[int, Merges]:
        """Return how every noisy node that is split is to be spelled out instead."""
        plan = make_plan(factors.cards, factors.scopes, factors.names)
        return {node: follow_plan(plan, factors, self.families[node]) for node in factors.auxiliary_of}

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
