"""A case as factors: the families that matter, sliced by the evidence.

    hard evidence   picks a slice of every table the node occurs in
    likelihoods     multiply the weights of the node's states
    barren nodes    (no evidence and no target below them) are left out
    noisy families  fall apart: P(node <= k | x) is a product with one term per parent, so an absent
                    finding weighs each parent by itself; any other observation is a difference of such
                    products, one term per state of an auxiliary variable that stands between the parents

A family with one or two free parents left is spelled out without any difference. The difference can
cancel where the observation is all but impossible given the rest; `propagate` measures that. The engine
then sums in longer floats, and where these do not do asks for `trees`: the same node as a tree of binary
(maximum) nodes, all numbers positive, and tables that are many times as large.

References
----------
Diez and Galan (2003), Efficient computation for the noisy MAX. Shachter (1988) for barren nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np

from model.engine.compile import CompiledNetwork, Family
from model.engine.plan import Plan
from network.cpds import Array

Merges = Sequence[tuple[int, int]]
"""Pairs of positions, of free parents and then of pairs before, in which the parents of a node are joined."""

NO_TREES: Mapping[int, Merges] = {}

SMALLEST_WEIGHT = 1e-100
"""Weights are rescaled before they come near the smallest number a float holds."""


@dataclass
class Factors:
    """A case ready to be planned: variables, the weight of each of their states, factors over two or more.

    Every array ends with an axis over parameter sets; it has length 1 where there is one set.

    `variable_of` maps nodes to variables; auxiliary variables belong to no node. `certain` holds the
    state of every node that is observed or follows from what is observed. `log_scale` is the logarithm
    of what was taken out of the numbers, shape (n_sets,).
    """

    names: list[str] = field(default_factory=list)
    cards: list[int] = field(default_factory=list)
    weights: list[Array] = field(default_factory=list)
    scopes: list[tuple[int, ...]] = field(default_factory=list)
    values: list[Array] = field(default_factory=list)
    variable_of: dict[int, int] = field(default_factory=dict)
    auxiliary_of: dict[int, int] = field(default_factory=dict)
    certain: dict[int, int] = field(default_factory=dict)
    log_scale: Array = field(default_factory=lambda: np.zeros(1))

    def in_long_doubles(self) -> Factors:
        """Return the same factors in the longest floats of the machine."""
        return replace(
            self,
            weights=[array.astype(np.longdouble) for array in self.weights],
            values=[array.astype(np.longdouble) for array in self.values],
        )

    @property
    def possible(self) -> bool:
        """False once some factor is zero throughout."""
        return bool(np.any(self.log_scale > -np.inf))

    def add_variable(self, name: str, card: int, node: int | None = None) -> int:
        """Add a variable with weight 1 in every state and return its position."""
        self.names.append(name)
        self.cards.append(card)
        self.weights.append(np.ones((card, 1)))
        if node is not None:
            self.variable_of[node] = len(self.cards) - 1
        return len(self.cards) - 1

    def multiply(self, scope: tuple[int, ...], values: Array) -> None:
        """Multiply by a factor of shape (*cards of the scope, n_sets)."""
        if not scope:
            with np.errstate(divide="ignore"):
                self.log_scale = self.log_scale + np.log(values)
        elif len(scope) == 1:
            weights = self.weights[scope[0]] * values
            largest = np.abs(weights).max(axis=0)
            if np.any(largest < SMALLEST_WEIGHT):
                with np.errstate(divide="ignore"):
                    self.log_scale = self.log_scale + np.log(largest)
                weights = weights / np.where(largest > 0.0, largest, 1.0)
            self.weights[scope[0]] = weights
        else:
            self.scopes.append(scope)
            self.values.append(values)


def slice_case(
    compiled: CompiledNetwork,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    targets: Set[int],
    trees: Mapping[int, Merges] = NO_TREES,
    families: Mapping[int, Family] | None = None,
) -> Factors:
    """Return the case as factors.

    Parameters
    ----------
    hard, soft : mapping of node position to state, or to likelihoods of shape (n_states,)
    targets : set of positions
        Nodes that become variables, unless their state is certain.
    trees : mapping of position to pairs
        Noisy nodes to be spelled out as trees, see `follow_plan`.
    families : mapping of position to Family
        Families that replace the compiled ones: other parameter sets.
    """
    relevant = relevant_nodes(compiled, [*hard, *soft, *targets])
    inner = {parent for position in relevant for parent in compiled.families[position].parents} | targets
    factors = Factors(certain=dict(hard))
    for position in relevant:
        family = compiled.families[position] if families is None else families[position]
        likelihood = soft.get(position)
        if family.dense is not None:
            _slice_dense(factors, compiled.names[position], family, likelihood)
        elif position in inner and position not in hard:
            _slice_inner_noisy(factors, compiled.names[position], family, likelihood, trees.get(position))
        else:
            if likelihood is None:
                likelihood = np.eye(compiled.cards[position])[hard[position]]
            _slice_observed_noisy(factors, compiled.names[position], family, likelihood, trees.get(position))
        if not factors.possible:
            break
    return factors


def relevant_nodes(compiled: CompiledNetwork, nodes: list[int]) -> list[int]:
    """Return the given nodes and everything above them, in topological order."""
    mask = 0
    for node in nodes:
        mask |= compiled.ancestor_masks[node]
    return [position for position in range(len(compiled.cards)) if mask >> position & 1]


def _slice_dense(factors: Factors, name: str, family: Family, likelihood: Array | None) -> None:
    """Add a family with a full table."""
    assert family.dense is not None
    nodes = (family.node, *family.parents)
    states = [factors.certain.get(node) for node in nodes]
    values = family.dense[tuple(slice(None) if state is None else state for state in states)]
    free = tuple(node for node, state in zip(nodes, states, strict=True) if state is None)
    _add_family(factors, name, family.node, free, values, likelihood)


def _add_family(
    factors: Factors, name: str, node: int, free: tuple[int, ...], values: Array, likelihood: Array | None
) -> None:
    """Add a sliced table over the free nodes of a family; the node itself is new where it is among them."""
    if node in free:
        if likelihood is not None:
            values = values * likelihood.reshape(-1, *(1,) * (values.ndim - 1))
        if len(free) == 1:
            possible = np.flatnonzero(np.any(values != 0.0, axis=-1))
            if len(possible) == 1:
                factors.certain[node] = int(possible[0])
                factors.multiply((), values[possible[0]])
                return
        factors.add_variable(name, values.shape[0], node)
    factors.multiply(tuple(factors.variable_of[n] for n in free), values)


def absorb_certain(family: Family, certain: Mapping[int, int]) -> tuple[Array, list[tuple[int, Array]]]:
    """Return the leak with every certain parent's contribution taken in, and the free parents.

    Returns
    -------
    leak : ndarray of shape (n_states, n_sets)
    free : list of (node, contribution of shape (n_states, card, n_sets))
    """
    assert family.noisy is not None
    leak, free = family.noisy.leak, []
    for parent, link in zip(family.parents, family.noisy.links, strict=True):
        if parent in certain:
            leak = either(leak, link[:, certain[parent]])
        else:
            free.append((parent, link))
    if np.all(leak[:-1] == 0.0):  # already in the highest state: nothing can add to it
        free = []
    return leak, free


def either(first: Array, second: Array) -> Array:
    """Return the distribution of the larger of two independent contributions, without any difference.

    Shapes (n_states, *a, n_sets) and (n_states, *b, n_sets) give (n_states, *a, *b, n_sets).
    """
    a, b = first.shape[1:-1], second.shape[1:-1]
    first = first.reshape(first.shape[0], *a, *(1,) * len(b), first.shape[-1])
    second = second.reshape(second.shape[0], *(1,) * len(a), *b, second.shape[-1])
    at_most_first, at_most_second = np.cumsum(first, axis=0), np.cumsum(second, axis=0)
    return np.concatenate(
        [first[:1] * second[:1], first[1:] * at_most_second[1:] + at_most_first[:-1] * second[1:]]
    )


def _slice_inner_noisy(
    factors: Factors, name: str, family: Family, likelihood: Array | None, merges: Merges | None
) -> None:
    """Add a noisy family whose node is itself a variable."""
    leak, free = absorb_certain(family, factors.certain)
    if len(free) > 2 and merges is not None:
        leak, free = _tree(factors, name, leak, free, merges)
    if len(free) <= 2:
        for _, link in free:
            leak = either(leak, link)
        _add_family(factors, name, family.node, (family.node, *(node for node, _ in free)), leak, likelihood)
        return
    n_states = leak.shape[0]
    auxiliary = factors.add_variable(f"_{name}", n_states)
    factors.auxiliary_of[family.node] = auxiliary
    variable = factors.add_variable(name, n_states, family.node)
    difference = np.eye(n_states) - np.eye(n_states, k=-1)  # P(k) = P(<= k) - P(<= k - 1)
    factors.multiply((variable, auxiliary), difference[..., None])
    if likelihood is not None:
        factors.multiply((variable,), likelihood[:, None])
    factors.multiply((auxiliary,), np.cumsum(leak, axis=0))
    for node, link in free:
        factors.multiply((auxiliary, factors.variable_of[node]), np.cumsum(link, axis=0))


def _slice_observed_noisy(
    factors: Factors, name: str, family: Family, likelihood: Array, merges: Merges | None
) -> None:
    """Add a noisy family whose node is observed and nobody's parent: only its parents stay."""
    leak, free = absorb_certain(family, factors.certain)
    coefficient = likelihood - np.append(likelihood[1:], 0.0)  # sum of L(k) P(k), by parts, over P(<= k)
    used = np.flatnonzero(coefficient)
    if len(used) == 1 and used[0] == len(likelihood) - 1:  # the same likelihood in every state
        factors.multiply((), np.full(leak.shape[1:], likelihood[0]))
        return
    if len(used) == 1:
        factors.multiply((), coefficient[used[0]] * leak[: used[0] + 1].sum(axis=0))
        for node, link in free:
            factors.multiply((factors.variable_of[node],), link[: used[0] + 1].sum(axis=0))
        return
    if len(free) > 2 and merges is not None:
        leak, free = _tree(factors, name, leak, free, merges)
    if len(free) <= 2:
        for _, link in free:
            leak = either(leak, link)
        scope = tuple(factors.variable_of[node] for node, _ in free)
        factors.multiply(scope, np.tensordot(likelihood, leak, axes=1))
        return
    used = np.arange(used[0], used[-1] + 1)
    auxiliary = factors.add_variable(f"_{name}", len(used))
    factors.auxiliary_of[family.node] = auxiliary
    factors.multiply((auxiliary,), coefficient[used, None] * np.cumsum(leak, axis=0)[used])
    for node, link in free:
        factors.multiply((auxiliary, factors.variable_of[node]), np.cumsum(link, axis=0)[used])


def _tree(
    factors: Factors, name: str, leak: Array, free: list[tuple[int, Array]], merges: Merges
) -> tuple[Array, list[tuple[int, Array]]]:
    """Join the free parents two by two until two are left; return the leak and what is left to be joined.

    Every pair is a node of the same states, the larger of two contributions; the first takes in the leak. It
    is entered under a negative position, which no node has.
    """
    n_states = leak.shape[0]
    nothing, keep = np.eye(n_states)[0][:, None], np.eye(n_states)[..., None]
    found = list(free)
    for step, (first, second) in enumerate(merges[:-1]):
        (one, contribution), (other, further) = found[first], found[second]
        position = -len(factors.cards) - 1
        table = either(either(leak, contribution), further)
        _add_family(factors, f"_{name}_{step + 1}", position, (position, one, other), table, None)
        found.append((position, keep))
        leak = nothing
    return leak, [found[place] for place in merges[-1]]


def follow_plan(plan: Plan, factors: Factors, family: Family) -> Merges:
    """Return the pairs in which the parents of a noisy node are joined: where the plan joins them.

    Every parent wanders from its own step towards the root; those that meet in a step are a pair. So the
    tree widens the cliques of a plan that splits the node far less than a chain.

    Returns
    -------
    list of pairs of positions: of the free parents, followed by the pairs before
    """
    step_of = {variable: step for step, variable in enumerate(plan.order)}
    free = [parent for parent in family.parents if parent not in factors.certain]
    place = [step_of[factors.variable_of[parent]] for parent in free]
    merges: list[tuple[int, int]] = []
    for step in range(len(plan.buckets) + 1):
        here = [item for item, at in enumerate(place) if at == step]
        while len(here) > 1:
            merges.append((here[0], here[1]))
            place.append(step)
            here = [len(place) - 1, *here[2:]]
        if here and step < len(plan.buckets):
            parent = plan.buckets[step].parent
            place[here[0]] = parent if parent >= 0 else len(plan.buckets)
    return merges
