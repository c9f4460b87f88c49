"""One case made ready: what becomes a variable, what is read off afterwards, and the plan.

An unobserved finding without children is not a variable. With one free parent its probabilities follow
from the parent's; with more, P(finding <= k | evidence) is P(evidence) with the finding's contributions
multiplied into the weights of its parents, divided by P(evidence): one *column* of an upward pass that
shares the plan. Only such a node with a full table and two or more free parents has to join the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork
from model.engine.plan import Plan, make_plan
from model.engine.slicing import NO_TREES, Factors, Merges, absorb_certain, either, follow_plan, slice_case
from network.cpds import Array


@dataclass(frozen=True)
class Case:
    """A case with its plan.

    `inner` are the targets that are variables or certain, `read_off` those that follow from them.
    """

    factors: Factors
    plan: Plan
    inner: tuple[int, ...]
    read_off: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """How a finding outside the plan follows from its free parents.

    With at most one free parent `table` is P(state | parent), shape (n_states, card) or (n_states,). With
    more, `at_most` gives for each state but the last P(finding <= state | x) as a number and one vector
    over the states of each parent.
    """

    parents: tuple[int, ...]
    table: Array | None
    at_most: tuple[tuple[float, tuple[Array, ...]], ...] = ()


def prepare(
    compiled: CompiledNetwork,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    targets: Iterable[int],
    trees: Mapping[int, Merges] = NO_TREES,
    read_off: bool = True,
    limited: bool = True,
) -> Case:
    """Slice the case and plan it; without `read_off` every target becomes a variable.

    Raises
    ------
    TooWide
        Before any probability is computed, unless the plan is not `limited`.
    """
    inner, outer = split_targets(compiled, hard, soft, targets) if read_off else (tuple(targets), ())
    needed = set(inner)
    for node in outer:
        needed.update(parent for parent in compiled.families[node].parents if parent not in hard)
    factors = slice_case(compiled, hard, soft, needed - set(hard), trees)
    plan = make_plan(factors.cards, factors.scopes, factors.names, limited)
    return Case(factors, plan, inner, outer)


def trees_of(case: Case, compiled: CompiledNetwork) -> dict[int, Merges]:
    """Return how every noisy node that the case splits is to be spelled out instead."""
    return {
        node: follow_plan(case.plan, case.factors, compiled.families[node])
        for node in case.factors.auxiliary_of
    }


def split_targets(
    compiled: CompiledNetwork, hard: Mapping[int, int], soft: Mapping[int, Array], targets: Iterable[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the targets that must be variables and those that can be read off."""
    outer = no_variables(compiled, hard, soft).tolist()
    return tuple(node for node in targets if not outer[node]), tuple(node for node in targets if outer[node])


def no_variables(
    compiled: CompiledNetwork, hard: Mapping[int, int], soft: Mapping[int, Array]
) -> NDArray[np.bool_]:
    """Mark the nodes that need not be variables of the case, shape (n_nodes,)."""
    parents, children = compiled.arcs
    leaf, noisy_leaf, _ = compiled.leaves
    observed = np.zeros(len(leaf), dtype=bool)
    observed[list(hard)] = True
    n_free = np.bincount(children[~observed[parents]], minlength=len(leaf))
    observed[list(soft)] = True
    marked: NDArray[np.bool_] = ~observed & (noisy_leaf | (leaf & (n_free <= 1)))
    return marked


def reading(compiled: CompiledNetwork, node: int, certain: Mapping[int, int]) -> Reading:
    """Return how a node outside the plan follows from its parents."""
    family = compiled.families[node]
    if family.dense is not None:
        states = [certain.get(parent) for parent in family.parents]
        table = family.dense[(slice(None), *(slice(None) if s is None else s for s in states), 0)]
        return Reading(tuple(p for p in family.parents if p not in certain), table)
    free = [k for k, parent in enumerate(family.parents) if parent not in certain]
    parents = tuple(family.parents[k] for k in free)
    if len(free) <= 1:
        leak, left = absorb_certain(family, certain)
        for _, link in left:
            leak = either(leak, link)
        return Reading(parents if left else (), leak[..., 0])
    leak_at_most, links_at_most = compiled.at_most[node]
    scale = leak_at_most
    for parent, link in zip(family.parents, links_at_most, strict=True):
        if parent in certain:
            scale = scale * link[:, certain[parent]]
    return Reading(
        parents,
        None,
        tuple((float(scale[k]), tuple(links_at_most[p][k] for p in free)) for k in range(len(scale) - 1)),
    )


def nothing_above(
    compiled: CompiledNetwork, node: int, certain: Mapping[int, int], found: Mapping[int, Array]
) -> NDArray[np.bool_]:
    """Return for each state but the last whether neither leak nor any parent can contribute more.

    What they contribute by themselves bounds P(finding > state | evidence), which makes a zero exact.
    """
    if compiled.families[node].dense is not None:
        how = reading(compiled, node, certain)
        assert how.table is not None
        own = how.table @ found[how.parents[0]] if how.parents else how.table
        return np.asarray(np.cumsum(own[:0:-1])[::-1] == 0.0)
    leak, free = absorb_certain(compiled.families[node], certain)
    bound = np.array([leak[k + 1 :, 0].sum() for k in range(leak.shape[0] - 1)])
    for parent, link in free:
        alone = link[..., 0] @ found[parent]  # (n_states,)
        bound = bound + np.array([alone[k + 1 :].sum() for k in range(len(bound))])
    nothing: NDArray[np.bool_] = bound == 0.0
    return nothing


def distribution(at_most: Array, nothing_more: NDArray[np.bool_]) -> Array:
    """Return P(state | evidence) of a finding with several free parents.

    Parameters
    ----------
    at_most : ndarray of shape (n_states - 1,)
        P(finding <= state | evidence), each with a rounding error.
    nothing_more : ndarray of bool, same shape
        See `nothing_above`.
    """
    cumulative = np.where(nothing_more, 1.0, np.clip(at_most, 0.0, 1.0))
    return np.maximum(np.diff(np.concatenate([[0.0], cumulative, [1.0]])), 0.0)
