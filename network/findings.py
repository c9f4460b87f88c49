"""Links and leaks of findings, solved so that published sensitivities and specificities come back.

For a parent with sensitivity s and leak l the link is ``1 - (1 - s) / (1 - l)``. Three things make it
less plain, and all are handled by one product, P(no other contribution | context):

- where X and ``due_to_X`` are both parents, the sensitivity of the severe form is P(finding | both);
- an age-dependent leak is averaged over the ages of the people who have the cause;
- where a latent or another finding stands between, it is averaged over what the cause makes of it.

Context: the cause and what it implies are present, every other cause and risk factor is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from network.calibration import Ancestry, contract
from network.cpds import Array, NoisyMax, NoisyOr
from network.errors import Fault

Value = Callable[[str], Array]
"""Looks up a figure's value by id: shape (n_draws,)."""

SLACK = 1e-9
"""How far below its leak a sensitivity may lie before it is a fault: rounding only."""

LARGEST_SWEEPS = 100
SETTLED = 1e-14
"""Rounds over the links of a finding, at most, and the largest move of a link at which they end."""

BISECTIONS = 60
"""Halvings of [0, 1] until neighbouring floats are reached."""


@dataclass(frozen=True)
class LinkSpec:
    """One entry of a finding's `links`, with its value looked up; `of` is the ancestor it speaks of."""

    parent: str
    state: int
    sensitivity: Array
    of: str | None


@dataclass(frozen=True)
class FindingSpec:
    """A binary finding before it is solved.

    `leaks` has shape (n_draws, n_bands); n_bands is 1 without a band. Exactly one of `leaks` and
    `specificity` is given.
    """

    node: str
    file: str
    band: str | None
    leaks: Array | None
    specificity: Array | None
    links: tuple[LinkSpec, ...]


@dataclass
class Surroundings:
    """What a finding hangs in: the network so far, what implies what, and which nodes mediate.

    A mediator is a latent, a split or a finding that stands between a cause and another finding.
    """

    ancestry: Ancestry
    cards: Mapping[str, int]
    implies: Mapping[str, tuple[str, ...]]
    mediators: set[str]

    def expectation(
        self, links: Mapping[str, Array], subject: str, state: int, selected: tuple[str, int] | None = None
    ) -> Array:
        """Return E[product over parents p of (1 - links[p][x_p]) | context], shape (n_draws,).

        Context: `subject` is in `state` and what it implies is present; every other cause and risk factor
        is absent; bands are distributed as among those with the subject. With `selected`, a (node, state),
        only that part of the expectation is summed.
        """
        present = {subject: state} | dict.fromkeys(self.implies.get(subject, ()), 1)
        free = self._free([*links, *([selected[0]] if selected else [])], present)
        label = {node: position + 1 for position, node in enumerate(free)}
        operands: list[Any] = []
        for node in free:
            operands += self._factor(node, present, subject, label)
        total = contract(operands, [0]) if operands else np.ones(1)
        constant = np.ones(1)
        for parent, link in links.items():
            if parent in label:
                operands += [1.0 - link, [0, label[parent]]]
            else:
                constant = constant * (1.0 - link[:, present.get(parent, 0)])
        if selected and selected[0] in label:
            node, chosen = selected
            operands += [np.eye(self.cards[node])[chosen][None], [0, label[node]]]
        value = contract(operands, [0]) if operands else np.ones(1)
        result: Array = constant * value / total
        return result

    def _free(self, nodes: list[str], present: Mapping[str, int]) -> list[str]:
        """Return the mediators and bands among `nodes` and above them, parents first."""
        found, todo = set(), list(nodes)
        while todo:
            node = todo.pop()
            if node in found or not (node in self.mediators or self._is_band(node)):
                continue
            if node in present and node not in self.mediators:
                continue
            found.add(node)
            if node in self.mediators:
                todo.extend(self.ancestry.parents[node])
        return [node for node in self.ancestry.parents if node in found]

    def _is_band(self, node: str) -> bool:
        """Whether a node is neither a cause nor a mediator but has bands that are averaged over."""
        return self.cards[node] > 2 and node not in self.mediators

    def _factor(
        self, node: str, present: Mapping[str, int], subject: str, label: Mapping[str, int]
    ) -> list[Any]:
        """Return the einsum operand of one free node: its table with the causes filled in."""
        if node not in self.mediators:
            return [self.ancestry.given([node], subject, present[subject]), [0, label[node]]]
        known = {
            parent: present.get(parent, 0) for parent in self.ancestry.parents[node] if parent not in label
        }
        table = self.ancestry.given_parents(node, known)
        axes = [0, label[node], *(label[one] for one in self.ancestry.parents[node] if one in label)]
        if node in present:
            table = table * np.eye(self.cards[node])[present[node]].reshape(1, -1, *[1] * (table.ndim - 2))
        return [table, axes]


def solve_noisy_or(
    spec: FindingSpec, around: Surroundings, faults: list[Fault]
) -> tuple[tuple[str, ...], NoisyOr]:
    """Return the parents and the distribution of a binary finding; what cannot be met becomes a fault."""
    if spec.specificity is None:
        assert spec.leaks is not None
        return _with_leaks(spec, spec.leaks, around, faults)
    target = spec.links[0].of or spec.links[0].parent
    own_forms = {target} | {node for node, implied in around.implies.items() if target in implied}
    if {link.of or link.parent for link in spec.links} <= own_forms:
        return _with_leaks(spec, 1.0 - spec.specificity[:, None], around, faults)
    others = tuple(dict.fromkeys(link.parent for link in spec.links if link.parent != target))
    weights = around.ancestry.given(others, target, 0)

    def specificity(leak: Array) -> Array:
        parents, cpd = _with_leaks(spec, leak[:, None], around, [])
        links = dict(zip(parents, cpd.links, strict=True))
        return _mean_negative(leak, [links[node] for node in others], weights)

    low, high = np.zeros_like(spec.specificity), 1.0 - spec.specificity
    best = specificity(low)[0]
    if best < spec.specificity[0] - SLACK:
        problem = f"specificity {spec.specificity[0]:.4g} is out of reach: at most {best:.4g}."
        remedy = "Lower it, or the sensitivities of the other parents."
        faults.append(Fault(spec.file, spec.node, "specificity", problem, remedy))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        too_quiet = specificity(middle) > spec.specificity
        low, high = np.where(too_quiet, middle, low), np.where(too_quiet, high, middle)
    return _with_leaks(spec, middle[:, None], around, faults)


def _mean_negative(leak: Array, links: list[Array], weights: Array) -> Array:
    """Return the mean P(negative) over people without the tested condition, shape (n_draws,).

    `weights` is P(other parents | condition absent), shape (n_draws, *cards of the other parents).
    """
    for axis, link in enumerate(links):
        shape = [len(link), *[1] * axis, link.shape[-1], *[1] * (len(links) - axis - 1)]
        weights = weights * (1.0 - link).reshape(shape)
    result: Array = (1.0 - leak) * weights.reshape(len(weights), -1).sum(axis=1)
    return result


def _with_leaks(
    spec: FindingSpec, leaks: Array, around: Surroundings, faults: list[Fault]
) -> tuple[tuple[str, ...], NoisyOr]:
    """Return parents and distribution for known leaks of shape (n_draws, n_bands)."""
    n_draws = len(leaks)
    leak = leaks.min(axis=1)
    links: dict[str, Array] = {}
    if spec.band is not None:
        links[spec.band] = 1.0 - (1.0 - leaks) / (1.0 - leak)[:, None]
    for link in spec.links:
        links.setdefault(link.parent, np.zeros((n_draws, around.cards[link.parent])))
    order = sorted(spec.links, key=lambda link: _rank(link, around))
    # Each link is exact given the others; only a node between makes two of them depend on each other.
    mediated = any(link.parent in around.mediators for link in order)
    found: list[Fault] = []
    for _ in range(LARGEST_SWEEPS if mediated else 1):
        found = []
        moved = 0.0
        for link in order:
            before = links[link.parent][:, link.state].copy()
            found += _solve_link(spec, link, leak, links, around)
            moved = max(moved, np.abs(links[link.parent][:, link.state] - before).max())
        if moved < SETTLED:
            break
    faults.extend(found)
    return tuple(links), NoisyOr(leak, tuple(links.values()))


def _solve_link(
    spec: FindingSpec, link: LinkSpec, leak: Array, links: dict[str, Array], around: Surroundings
) -> list[Fault]:
    """Set one link so that its sensitivity comes back, the other links being as they are."""
    subject, state = (link.of, 1) if link.of else (link.parent, link.state)
    column = links[link.parent][:, link.state]
    column[:] = 0.0
    quiet = (1.0 - leak) * around.expectation(links, subject, state)
    reach = (1.0 - leak) * around.expectation(links, subject, state, (link.parent, link.state))
    missing = quiet - (1.0 - link.sensitivity)
    # A drawn reach may be 0: then no link makes a difference.
    solved = np.divide(missing, reach, out=np.zeros_like(missing), where=reach > 0.0)
    column[:] = np.clip(solved, 0.0, 1.0)
    return _out_of_range(spec, link, solved, quiet, reach)


def _rank(link: LinkSpec, around: Surroundings) -> int:
    """Order of solving: mediators, conditions, what runs through mediators, severe forms, what drugs did."""
    subject = link.of or link.parent
    if subject in around.mediators:
        return 0
    return 1 + 2 * len(around.implies.get(subject, ())) + (link.of is not None)


def _out_of_range(
    spec: FindingSpec, link: LinkSpec, solved: Array, quiet: Array, reach: Array
) -> list[Fault]:
    """Return a fault where the first draw (the network itself) asks for a link outside [0, 1]."""
    where = (spec.file, spec.node, f"links.{link.parent}")
    sensitivity, floor = link.sensitivity[0], 1.0 - quiet[0]
    if solved[0] < -SLACK:
        problem = f"sensitivity {sensitivity:.4g} lies below the rate without it, {floor:.4g}."
        remedy = "A cause cannot make its finding rarer: raise the sensitivity or lower the leak."
        return [Fault(*where, problem, remedy)]
    if solved[0] > 1 + SLACK:
        ceiling = floor + reach[0]
        problem = (
            f"sensitivity {sensitivity:.4g} is out of reach through {link.parent}: at most {ceiling:.4g}."
        )
        return [Fault(*where, problem, "Lower it or strengthen the node between.")]
    return []


def solve_noisy_max(
    node: str, file: str, leak: Array, links: Mapping[str, Array], faults: list[Fault]
) -> tuple[tuple[str, ...], NoisyMax]:
    """Return parents and distribution of a graded finding.

    On cumulative columns F_link = F_published / F_leak.

    Parameters
    ----------
    leak : ndarray of shape (n_draws, n_states)
    links : parent id to ndarray of shape (n_draws, n_states), the published distribution given the parent
    """
    silent = np.zeros_like(leak)
    silent[:, 0] = 1.0
    below = np.cumsum(normalised(node, file, "leak_distribution", leak, faults), axis=1)
    columns = []
    for parent, published in links.items():
        field = f"links.{parent}"
        ratio = np.cumsum(normalised(node, file, field, published, faults), axis=1) / below
        steps = np.diff(ratio, axis=1, prepend=0.0)
        if steps[0].min() < -SLACK:
            faults.append(
                Fault(
                    file, node, field,
                    "is milder than the distribution without it.",
                    "Cumulated from the first state, the ratio to the leak must lie at or below 1 and rise.",
                )
            )  # fmt: skip
        kept = np.maximum.accumulate(np.clip(ratio, 0.0, 1.0), axis=1)
        kept[:, -1] = 1.0
        columns.append(np.stack([silent, np.diff(kept, axis=1, prepend=0.0)], axis=1))
    return tuple(links), NoisyMax(np.diff(below / below[:, -1:], axis=1, prepend=0.0), tuple(columns))


def normalised(node: str, file: str, field: str, shares: Array, faults: list[Fault]) -> Array:
    """Return shares that sum to one; a sum that is off in the network itself is a fault."""
    total = shares.sum(axis=1, keepdims=True)
    if abs(total[0, 0] - 1.0) > 1e-6:
        faults.append(
            Fault(file, node, field, f"the shares add up to {total[0, 0]:.6g}.", "They must add up to 1.")
        )
    result: Array = shares / total
    return result
