"""The same answers through pgmpy, behind the interface of the exact engine: slow, independent, readable.

pgmpy's `VariableElimination` normalises what it returns for a Bayesian network, so P(evidence) is lost and
impossible evidence comes back as NaN; its virtual evidence swaps the model inside the inference object.
Handed the same distributions as the factors of a Markov network it does neither: the table it returns is

    P(targets, evidence) = sum over every other node of the product of the factors

whose total is P(evidence). So each query gets a Markov network of its own: the distributions of the nodes
that matter, cut down to the states observed, and one factor for each likelihood. Two queries share only the
tables made when the engine was built, and those are only read.

Nodes that matter are the targets, the evidence and their ancestors; the rest is barren and sums to one.
A noisy-OR is chained into narrow links, or split further where it is observed.

References
----------
Zhang and Poole (1994), A simple approach to Bayesian network computations (variable elimination).
Shachter (1986), Evaluating influence diagrams (barren nodes).
Diez and Galan (2003), Efficient computation for the noisy MAX.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from model.inference import Observed, Posteriors
from model.joint_states import joint_states
from network.chains import AUXILIARY, chained
from network.cpds import AnyOf, Array, NoisyOr
from network.errors import TooWide
from network.structure import ABSENT, PRESENT, Network, Node

if TYPE_CHECKING:
    from pgmpy.inference import VariableElimination

    from model.engine.most_probable import JointState

LINK_PARENTS = 3
"""Most parents of a noisy-OR before it is chained. Of 2 to 6, the fastest on the embedded network."""

TARGETS_AT_ONCE = 3
"""Targets of one query. A query costs mostly overhead, and the joint table of three targets stays small."""


LEAK_WITH_DIGITS = 1e-3
"""Smallest leak at which 1 less a product keeps 13 digits."""

LARGEST_TABLE = 2**24
"""Numbers in the largest table of a query (128 MB); pgmpy itself would fill the memory and be killed."""

ANCHOR = 0
"""A node with one state in every factor. pgmpy drops the total of a part that shares no node with the
targets; with an anchor no part is apart. Ids are strings, so a number never clashes with one."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A table over some nodes: `values` has one axis for each of them, in order."""

    nodes: tuple[str, ...]
    values: Array


class PgmpyEngine:
    """Exact inference by pgmpy's variable elimination.

    Parameters
    ----------
    network : Network
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._links: dict[str, tuple[Factor, ...]] = {}
        links: list[Factor] = []
        for node in chained(network, LINK_PARENTS).nodes:
            links.append(Factor((node.id, *node.parents), node.cpd.table()))
            if node.id in network:
                self._links[node.id] = tuple(links)
                links = []
        # pgmpy takes seconds to import: better when the engine is built than in the first query.
        _variable_elimination()

    def posteriors(
        self, evidence: Mapping[str, Observed], targets: Sequence[str] | None = None
    ) -> Posteriors:
        """Return P(target | evidence) for each target (all nodes if None) and the natural log of P(evidence).

        Parameters
        ----------
        evidence : mapping of node id to the index of a state, or to a likelihood of shape (n_states,)
        targets : sequence of node ids, optional

        Raises
        ------
        UnknownNode
            If the network has no node of that id.
        """
        wanted = list(self.network.index) if targets is None else [self.network.node(t).id for t in targets]
        hard = {node_id: int(seen) for node_id, seen in evidence.items() if not isinstance(seen, np.ndarray)}
        soft = {node_id: seen for node_id, seen in evidence.items() if isinstance(seen, np.ndarray)}
        marginals = {node_id: _certain(self.network.node(node_id), state) for node_id, state in hard.items()}
        _, log_evidence = self._joint([], hard, soft)
        if log_evidence == -np.inf:
            return Posteriors({}, -np.inf)
        unseen = [node_id for node_id in wanted if node_id not in hard]
        for start in range(0, len(unseen), TARGETS_AT_ONCE):
            group = unseen[start : start + TARGETS_AT_ONCE]
            try:
                joint, _ = self._joint(group, hard, soft)
            except TooWide:
                marginals |= {node_id: self._by_state(node_id, hard, soft, log_evidence) for node_id in group}
                continue
            for axis, node_id in enumerate(group):
                rest = tuple(other for other in range(len(group)) if other != axis)
                marginals[node_id] = joint.sum(axis=rest)
        return Posteriors({node_id: marginals[node_id] for node_id in wanted}, log_evidence)

    def most_probable(
        self, evidence: Mapping[str, Observed], nodes: Sequence[str], k: int = 5
    ) -> tuple[JointState, ...]:
        """Return the k most probable joint states of some nodes; see `model.joint_states`."""
        return joint_states(self, evidence, nodes, k)

    def _joint(
        self, targets: Sequence[str], hard: Mapping[str, int], soft: Mapping[str, Array]
    ) -> tuple[Array, float]:
        """Return P(targets | evidence), one axis for each target, and the natural log of P(evidence)."""
        factors, log_scale = _merged(self._factors(targets, hard, soft))
        table = _summed(factors, targets) if log_scale > -np.inf else np.zeros(())
        total = float(table.sum())
        if total <= 0.0:
            return table, -np.inf
        return table / total, log_scale + float(np.log(total))

    def _by_state(
        self, target: str, hard: Mapping[str, int], soft: Mapping[str, Array], log_evidence: float
    ) -> Array:
        """Return P(target | evidence) by putting each state but the last beside the evidence.

        A noisy-OR with many parents that is absent joins none of them; as a target it needs its whole chain.
        """
        rest = {node_id: likelihood for node_id, likelihood in soft.items() if node_id != target}
        n_states = len(self.network.node(target).states)
        found = soft.get(target, np.ones(n_states)).copy()
        for state in range(n_states - 1):
            found[state] *= np.exp(self._joint([], {**hard, target: state}, rest)[1] - log_evidence)
        found[-1] = max(0.0, 1.0 - found[:-1].sum())
        return found

    def _factors(
        self, targets: Sequence[str], hard: Mapping[str, int], soft: Mapping[str, Array]
    ) -> Iterator[Factor]:
        """Yield the distributions that matter at the observed states, and the likelihoods."""
        matter = self.network.ancestors((*targets, *hard, *soft))
        for node in self.network.nodes:
            if node.id not in matter:
                continue
            for factor in _observed(node, hard.get(node.id)) or self._links[node.id]:
                states = tuple(hard.get(other, slice(None)) for other in factor.nodes)
                left = tuple(other for other in factor.nodes if other not in hard)
                yield Factor(left, np.asarray(factor.values[states]))
        for node_id, likelihood in soft.items():
            yield Factor((node_id,), likelihood)


def _observed(node: Node, state: int | None) -> tuple[Factor, ...]:
    """Return P(state | parents) of an observed noisy-OR as factors that join no two parents, or nothing.

    Absent, it is a product: (1 - leak) * product of (1 - link_p[x_p]). Present, it is 1 less that product,
    which an auxiliary node of two states adds up (Diez and Galan 2003). The difference would lose
    digits where the leak is small; there, and for a certain OR, the chain is kept.
    """
    cpd = node.cpd.as_noisy_or() if isinstance(node.cpd, AnyOf) else node.cpd
    if not isinstance(cpd, NoisyOr):
        return ()
    kept, columns = 1.0 - np.asarray(cpd.leak), [1.0 - link for link in cpd.links]
    if state == ABSENT:
        alone = [Factor((parent,), column) for parent, column in zip(node.parents, columns, strict=True)]
        return (Factor((), kept), *alone)
    if state == PRESENT and cpd.leak >= LEAK_WITH_DIGITS and len(node.parents) > LINK_PARENTS:
        sign = f"{AUXILIARY}{node.id}"
        joined = [
            Factor((parent, sign), np.stack([np.ones_like(column), column], axis=1))
            for parent, column in zip(node.parents, columns, strict=True)
        ]
        return (Factor((sign,), np.array([1.0, -float(kept)])), *joined)
    return ()


def _merged(factors: Iterable[Factor]) -> tuple[list[Factor], float]:
    """Return one factor for each set of nodes, scaled to a largest entry of 1, and the log of the scale.

    A hundred findings could otherwise multiply to less than the smallest float; and pgmpy keeps factors in
    sets, so that of two equal ones over the same nodes one would vanish. Minus infinity tells that a factor
    is all zero: the evidence is impossible.
    """
    merged = {frozenset[str](): Factor((), np.ones(()))}
    log_scale = 0.0
    for factor in factors:
        key = frozenset(factor.nodes)
        if key in merged:
            nodes = merged[key].nodes
            aligned = factor.values.transpose([factor.nodes.index(node) for node in nodes])
            factor = Factor(nodes, merged[key].values * aligned)
        largest = float(np.abs(factor.values).max())
        if largest == 0.0:
            return [], -np.inf
        log_scale += float(np.log(largest))
        merged[key] = Factor(factor.nodes, factor.values / largest)
    return list(merged.values()), log_scale


def _summed(factors: Sequence[Factor], targets: Sequence[str]) -> Array:
    """Return the product of the factors summed over all but the targets, one axis for each target.

    Model and inference object are made here and dropped: nothing of a query is left for the next.
    """
    from pgmpy.factors.discrete import DiscreteFactor
    from pgmpy.models import DiscreteMarkovNetwork

    order = _elimination_order(factors, targets)
    product = DiscreteMarkovNetwork()
    product.add_nodes_from([ANCHOR, *order, *targets])
    for factor in factors:
        product.add_edges_from(combinations((ANCHOR, *factor.nodes), 2))
        product.add_factors(DiscreteFactor((ANCHOR, *factor.nodes), (1, *factor.values.shape), factor.values))
    asked = [ANCHOR, *targets]
    answer = _variable_elimination()(product).query(asked, elimination_order=order, show_progress=False)
    axes = [answer.variables.index(node) for node in asked]
    table: Array = np.asarray(answer.values, dtype=float).transpose(axes)[0]
    return table


def _elimination_order(factors: Sequence[Factor], targets: Sequence[str]) -> list[str]:
    """Return the nodes to sum out: next always the one that joins fewest strangers, then the smallest table.

    Where a table would be too large that way, the smallest table comes first. TooWide is raised where one
    would be too large that way too, before any is made.

    pgmpy's own "MinFill" adds no fill-in, and its default, a greedy contraction, made tables a thousand
    times larger on some cases of the embedded network.
    """
    try:
        return _greedy_order(factors, targets, by_size=False)
    except TooWide:
        return _greedy_order(factors, targets, by_size=True)


def _greedy_order(factors: Sequence[Factor], targets: Sequence[str], by_size: bool) -> list[str]:
    """Return the nodes in the order of the strangers that they join or of the sizes of their tables."""
    states: dict[str, int] = {
        node: card for factor in factors for node, card in zip(factor.nodes, factor.values.shape, strict=True)
    }
    near: dict[str, set[str]] = {node: set() for node in states}
    for factor in factors:
        for node in factor.nodes:
            near[node].update(factor.nodes)
            near[node].discard(node)

    def size(node: str) -> int:
        return states[node] * prod(states[other] for other in near[node])

    def cost(node: str) -> tuple[int, int]:
        others = near[node]
        strangers = sum(len(others - near[other]) - 1 for other in others)
        return (size(node), strangers) if by_size else (strangers, size(node))

    costs = {node: cost(node) for node in states if node not in targets}
    order: list[str] = []
    while costs:
        node = min(costs, key=costs.__getitem__)
        order.append(node)
        del costs[node]
        if size(node) > LARGEST_TABLE:
            raise TooWide(
                len(near[node]) + 1,
                [node, *sorted(near[node])],
                f"pgmpy would need a table of more than {LARGEST_TABLE:,} numbers. Ask the exact engine.",
            )
        others = near.pop(node)
        for other in others:
            near[other] |= others
            near[other] -= {node, other}
        touched = others.union(*(near[other] for other in others))
        costs.update({other: cost(other) for other in touched if other in costs})
    return order


def _certain(node: Node, state: int) -> Array:
    """Return the distribution that is certain of one state."""
    distribution: Array = np.eye(len(node.states))[state]
    return distribution


def _variable_elimination() -> type[VariableElimination]:
    """Return pgmpy's class; its import warns about pgmpy's own plans, which is silenced by name."""
    warnings.filterwarnings(
        "ignore", message=r"`pgmpy\.estimators\.StructureScore` is deprecated", category=FutureWarning
    )
    from pgmpy.inference import VariableElimination

    found: type[VariableElimination] = VariableElimination
    return found
