"""`ExactEngine`: exact answers about one network, compiled once, shared by every session."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.engine import conditioning, derivatives, draws, late, many, most_probable, pairs, propagate
from model.engine.case import Case, distribution, nothing_above, prepare, reading, trees_of
from model.engine.columns import columns_upward
from model.engine.compile import CompiledNetwork, compile_network
from model.engine.fast import FastEngine
from model.engine.implied import with_implied
from model.engine.leaves import Leaves, between, may_stand_between, split_late
from model.engine.many import ManyPosteriors
from model.engine.plan import Plan
from model.engine.warm_up import is_compiled
from model.inference import Observed, Posteriors
from network.cpds import Array, Cpd
from network.errors import TooWide
from network.structure import Network

TOLERATED_CANCELLATION = 1e8
"""What is still accepted where trees would be too wide."""

WORTH_THE_KERNELS = 100
"""A batch of so many cases repays the import of numba, once the kernels are compiled."""

WORTH_COMPILING = 2_000
"""A batch of so many cases repays the minute that the kernels take to compile."""

KernelChoice = Literal["auto", "numpy", "numba"]


class ExactEngine:
    """Exact inference on a discrete network.

    Stateless between queries, so one engine may serve many threads.

    Parameters
    ----------
    network : Network
    kernels : "auto", "numpy" or "numba"
        "numpy" never imports numba; "numba" compiles the kernels on first use; "auto" uses them once
        `warm_up` has been called in this process, and for batches that repay loading or compiling them.

    Examples
    --------
    >>> from tests.networks import asia
    >>> answer = ExactEngine(asia()).posteriors({"dysp": 1}, ["lung"])
    >>> round(float(answer.marginals["lung"][1]), 6)
    0.102759
    """

    def __init__(self, network: Network, kernels: KernelChoice = "auto") -> None:
        self.network = network
        self.kernels = kernels
        self.compiled: CompiledNetwork = compile_network(network)

    def posteriors(
        self, evidence: Mapping[str, Observed], targets: Sequence[str] | None = None
    ) -> Posteriors:
        """Return P(target | evidence) for each target (all nodes if None) and the natural log of P(evidence).

        Parameters
        ----------
        evidence : mapping of node id to the position of a state, or to likelihoods of shape (n_states,)
        targets : sequence of node ids, optional

        Raises
        ------
        UnknownNode, UnknownState, EvidenceError
            If the evidence or a target does not fit the network.
        TooWide
            If the tables needed would not fit into memory, not even in parts.
        """
        return late.posteriors(self, evidence, targets)

    def by_numpy(
        self, hard: Mapping[int, int], soft: Mapping[int, Array], positions: Sequence[int]
    ) -> Posteriors:
        """Return the answer of the readable implementation."""
        case, up, down = self.solve(hard, soft, positions)
        if up is None or down is None:
            return Posteriors({}, -np.inf)
        found = _inner_posteriors(case, down, self.compiled.cards)
        found |= self._read_off(case, found)
        marginals = {self.compiled.names[node]: found[node] for node in positions}
        return Posteriors(marginals, float(case.factors.log_scale[0] + up.log_z[0]))

    def posteriors_many(
        self,
        states: NDArray[np.integer],
        targets: Sequence[str] | None = None,
        likelihoods: Mapping[str, Array] | None = None,
        threads: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> ManyPosteriors:
        """Return P(target | evidence) of many cases on all cores; see `model.engine.many`."""
        return many.posteriors_many(self, states, targets, likelihoods or {}, threads, on_progress)

    def leave_one_out(
        self,
        evidence: Mapping[str, Observed],
        findings: Sequence[str] | None = None,
        targets: Sequence[str] = (),
    ) -> many.LeaveOneOut:
        """Return what the rest says of each finding, and targets without it; see `model.engine.many`."""
        return many.leave_one_out(self, evidence, findings, targets)

    def pairwise(
        self, evidence: Mapping[str, Observed], findings: Sequence[str] | None, targets: Sequence[str]
    ) -> pairs.Pairwise:
        """Return P(target, finding | evidence) of all pairs; see `model.engine.pairs`."""
        return pairs.pairwise(self, evidence, findings, targets)

    def most_probable(
        self, evidence: Mapping[str, Observed], nodes: Sequence[str], k: int = 5
    ) -> tuple[most_probable.JointState, ...]:
        """Return the k most probable joint states of some nodes; see `model.engine.most_probable`."""
        return most_probable.most_probable(self, evidence, nodes, k)

    def posteriors_of_draws(
        self, evidence: Mapping[str, Observed], drawn: Network, targets: Sequence[str]
    ) -> ManyPosteriors:
        """Return P(target | evidence) under many parameter sets; see `model.engine.draws`."""
        return draws.posteriors_of_draws(self, evidence, drawn, targets)

    def posteriors_of_sets(
        self, evidence: Mapping[str, Observed], cpds: Mapping[str, Cpd], targets: Sequence[str]
    ) -> ManyPosteriors:
        """Return P(target | evidence) where some distributions are many; see `model.engine.draws`."""
        return draws.posteriors_of_sets(self, evidence, cpds, targets)

    def derivatives(self, evidence: Mapping[str, Observed], of: Sequence[tuple[str, int]]) -> dict[str, Cpd]:
        """Return derivatives of P(node = state) to every parameter; see `model.engine.derivatives`."""
        return derivatives.derivatives(self, evidence, of)

    def uses_kernels(self, n_cases: int = 1) -> bool:
        """Return whether a job of so many cases goes to the kernels."""
        if self.kernels != "auto":
            return self.kernels == "numba"
        if "model.engine.kernels.drive" in sys.modules or n_cases >= WORTH_COMPILING:
            return True
        return n_cases >= WORTH_THE_KERNELS and is_compiled()

    @cached_property
    def fast(self) -> FastEngine:
        """The kernels with this network's arrays; numba is imported when they are first asked for."""
        return FastEngine(self.compiled)

    @cached_property
    def leaves(self) -> Callable[[tuple[int, ...]], Leaves]:
        """What is read off of leaves and of nodes `between`, by these."""
        return lru_cache(maxsize=64)(partial(Leaves.of, self.compiled))

    @cached_property
    def _may_stand_between(self) -> tuple[int, ...]:
        return may_stand_between(self.compiled)

    def between(self, kept: Container[int]) -> tuple[int, ...]:
        """Return the nodes between that are no variables of a case; those kept are observed, or must be."""
        return between(self.compiled, self._may_stand_between, kept)

    @cached_property
    def cutset(self) -> tuple[int, ...]:
        """Positions of the nodes on which a wide case is divided."""
        return conditioning.cutset(self)

    def plan(self, evidence: Mapping[str, Observed], targets: Sequence[str] | None = None) -> Plan:
        """Return the plan that `posteriors` would follow; print it to see what the case costs."""
        hard, soft = self.compiled.read_evidence(evidence)
        return prepare(self.compiled, hard, soft, self.found_first(hard, soft, targets)).plan

    def found_first(
        self, hard: Mapping[int, int], soft: Mapping[int, Array], targets: Sequence[str] | None
    ) -> tuple[int, ...]:
        """Return the targets that do not follow from columns, and what the others follow from."""
        between = self.between({*hard, *soft})
        return split_late(self.compiled, between, hard, self.positions(targets))[0]

    def positions(self, targets: Sequence[str] | None) -> list[int]:
        """Return the positions of some nodes, of all if None."""
        return self.compiled.positions(targets)

    def solve(
        self,
        hard: Mapping[int, int],
        soft: Mapping[int, Array],
        targets: Sequence[int],
        read_off: bool = True,
    ) -> tuple[Case, propagate.Upward | None, propagate.Downward | None]:
        """Return the case and both passes in NumPy; None for the passes where the evidence is impossible.

        Where signed terms have cancelled too far, states that follow from the evidence are put beside it;
        what cancels then is summed again in longer floats, and where that is not enough the noisy nodes are
        spelled out as trees.
        """
        case = prepare(self.compiled, hard, soft, targets, read_off=read_off)
        if not case.factors.possible:
            return case, None, None
        up, down = _passes(case)
        if down.cancellation > propagate.LARGEST_CANCELLATION and case.factors.auxiliary_of:
            settled = with_implied(self.compiled, hard, soft)
            if settled is None:
                return case, None, None
            if len(settled) > len(hard):
                return self.solve(settled, soft, targets, read_off)
            long_up, long_down = _passes(replace(case, factors=case.factors.in_long_doubles()))
            if long_down.cancellation < propagate.LARGEST_LONG_CANCELLATION:
                return case, long_up, long_down
            trees = trees_of(case, self.compiled)
            try:
                case = prepare(self.compiled, hard, soft, targets, trees, read_off)
            except TooWide:
                if not down.cancellation < TOLERATED_CANCELLATION:
                    raise
                return case, up, down
            if not case.factors.possible:
                return case, None, None
            up, down = _passes(case)
        if np.all(up.log_z == -np.inf):
            return case, None, None
        return case, up, down

    def _read_off(self, case: Case, found: Mapping[int, Array]) -> dict[int, Array]:
        """Return the posteriors of the findings that are no variables of the plan."""
        readings = {node: reading(self.compiled, node, case.factors.certain) for node in case.read_off}
        answers: dict[int, Array] = {}
        columns: list[Mapping[int, Array]] = [{}]
        for node, how in readings.items():
            if how.table is not None:
                answers[node] = how.table @ found[how.parents[0]] if how.parents else how.table
            else:
                for _, vectors in how.at_most:
                    variables = [case.factors.variable_of[parent] for parent in how.parents]
                    columns.append(dict(zip(variables, vectors, strict=True)))
        logs = columns_upward(case, columns) if len(columns) > 1 else np.zeros(1)
        ratios = iter(np.exp(logs[1:] - logs[0]))
        for node, how in readings.items():
            if how.table is None:
                at_most = np.array([scale * next(ratios) for scale, _ in how.at_most])
                nothing_more = nothing_above(self.compiled, node, case.factors.certain, found)
                answers[node] = distribution(at_most, nothing_more)
        return answers


def _passes(case: Case) -> tuple[propagate.Upward, propagate.Downward]:
    factors = case.factors
    up = propagate.upward(case.plan, factors.scopes, factors.values, factors.weights)
    return up, propagate.downward(case.plan, up)


def _inner_posteriors(case: Case, down: propagate.Downward, cards: Sequence[int]) -> dict[int, Array]:
    """Return the posterior of every node that is a variable or certain."""
    found: dict[int, Array] = {}
    for node, state in case.factors.certain.items():
        if node >= 0:
            found[node] = np.eye(cards[node])[state]
    for node, variable in case.factors.variable_of.items():
        if node >= 0:
            belief = np.maximum(down.beliefs[variable][:, 0], 0.0)
            found[node] = (belief / belief.sum()).astype(float)
    return found
