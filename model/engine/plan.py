"""The plan of a case: which variable to sum out when, and what that costs. No probability is computed here.

Summing out a variable multiplies everything that mentions it (its *bucket*) into one table over the
variable and its neighbours, and leaves a message over the neighbours (the *separator*). The buckets,
each joined to the one that takes its message, are a clique tree. The order is greedy: min-weight,
and where that is dear also min-fill, which is slower to find and often cheaper to run.

References
----------
Dechter (1999), Bucket elimination. Kjaerulff (1990), Triangulation of graphs. Koller and Friedman
(2009), chapters 9 and 10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from network.errors import TooWide

LARGEST_BUCKET = 2**24
"""Entries of the largest table a case may need (128 MB)."""

LARGEST_PLAN = 2**26
"""Entries of all tables of a case together."""

LARGEST_TREES = 2**21
"""Entries up to which the kernels spell noisy nodes out as trees; above, NumPy sums longer floats."""

WORTH_A_SECOND_ORDER = 8192
"""A min-weight plan of more entries than this is compared with a min-fill plan."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One step: the product over `variable` and `separator`, summed over `variable`.

    `separator` is sorted by elimination; `factors` and `messages` are positions of the inputs (factors
    of the case, earlier buckets); `parent` is the bucket that takes the message, -1 for none.
    """

    variable: int
    separator: tuple[int, ...]
    factors: tuple[int, ...]
    messages: tuple[int, ...]
    parent: int
    size: int


@dataclass(frozen=True)
class Plan:
    """An elimination order with everything that follows from it.

    Printed, it says what the case costs: width, largest clique, table entries, floating-point operations.
    """

    names: tuple[str, ...]
    cards: tuple[int, ...]
    buckets: tuple[Bucket, ...]
    rule: str

    @property
    def order(self) -> tuple[int, ...]:
        """Variables in the order they are summed out."""
        return tuple(bucket.variable for bucket in self.buckets)

    @property
    def widest(self) -> tuple[str, ...]:
        """Names of the clique with the largest table."""
        if not self.buckets:
            return ()
        bucket = max(self.buckets, key=lambda b: b.size)
        return tuple(self.names[v] for v in (bucket.variable, *bucket.separator))

    @property
    def width(self) -> int:
        """Variables in the widest clique, less one: the width of the order."""
        return max((len(bucket.separator) for bucket in self.buckets), default=0)

    @property
    def entries(self) -> int:
        """Entries of all tables together."""
        return sum(bucket.size for bucket in self.buckets)

    @property
    def operations(self) -> int:
        """Multiplications and additions of one upward pass."""
        return sum(bucket.size * (1 + len(bucket.factors) + len(bucket.messages)) for bucket in self.buckets)

    def __str__(self) -> str:
        """Return the plan for a person to read."""
        largest = max((bucket.size for bucket in self.buckets), default=0)
        lines = [
            f"Elimination of {len(self.buckets)} variables by {self.rule}",
            f"  width {self.width}; {self.entries:,} table entries; {self.operations:,} operations upward",
            f"  largest clique ({largest:,} entries): {', '.join(self.widest)}",
            "  step  sum out  |  given  |  entries",
        ]
        for step, bucket in enumerate(self.buckets):
            given = ", ".join(self.names[v] for v in bucket.separator) or "nothing"
            lines.append(f"  {step + 1:4d}  {self.names[bucket.variable]}  |  {given}  |  {bucket.size:,}")
        return "\n".join(lines)


def make_plan(
    cards: Sequence[int], scopes: Sequence[tuple[int, ...]], names: Sequence[str], limited: bool = True
) -> Plan:
    """Return a plan for factors over these scopes; one that is not `limited` is to be looked at only.

    Raises
    ------
    TooWide
        If a table would have more than `LARGEST_BUCKET` entries, or all together more than `LARGEST_PLAN`.
    """
    order, cost = min_weight_order(cards, scopes)
    rule = "min-weight"
    if cost > WORTH_A_SECOND_ORDER:
        other, other_cost = min_fill_order(cards, scopes)
        if other_cost < cost:
            order, rule = other, "min-fill"
    plan = Plan(tuple(names), tuple(cards), _buckets(cards, scopes, order), rule)
    largest = max((bucket.size for bucket in plan.buckets), default=0)
    if limited and (largest > LARGEST_BUCKET or plan.entries > LARGEST_PLAN):
        raise TooWide(
            plan.width + 1,
            plan.widest,
            f"The tables would hold {plan.entries:,} numbers. Enter more of these nodes as evidence, ask for "
            "fewer targets, or write their common children as noisy-OR.",
        )
    return plan


def neighbour_masks(n_variables: int, scopes: Sequence[tuple[int, ...]]) -> list[int]:
    """Return for each variable a bit mask of the variables it shares a factor with, itself left out."""
    masks = [0] * n_variables
    for scope in scopes:
        together = 0
        for variable in scope:
            together |= 1 << variable
        for variable in scope:
            masks[variable] |= together
    return [mask & ~(1 << variable) for variable, mask in enumerate(masks)]


def bits(mask: int) -> list[int]:
    """Return the positions of the bits that are set, in ascending order."""
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found


def min_weight_order(cards: Sequence[int], scopes: Sequence[tuple[int, ...]]) -> tuple[list[int], float]:
    """Return the order that always takes the variable with the smallest table, and its cost in entries."""

    def weight(variable: int, neighbours: list[int]) -> float:
        product = float(cards[variable])
        for neighbour in neighbours:
            product *= cards[neighbour]
        return product

    return _greedy(
        cards, scopes, lambda variable, masks: weight(variable, bits(masks[variable])), spread=False
    )


def min_fill_order(cards: Sequence[int], scopes: Sequence[tuple[int, ...]]) -> tuple[list[int], float]:
    """Return the order that always takes the variable whose neighbours are most nearly joined already.

    The missing pairs are weighed by the product of their numbers of states.
    """

    def fill(variable: int, masks: list[int]) -> float:
        neighbours = bits(masks[variable])
        missing = 0.0
        for neighbour in neighbours:
            for other in bits(masks[variable] & ~masks[neighbour] & ~((2 << neighbour) - 1)):
                missing += cards[neighbour] * cards[other]
        return missing

    return _greedy(cards, scopes, fill, spread=True)


def _greedy(
    cards: Sequence[int],
    scopes: Sequence[tuple[int, ...]],
    score: Callable[[int, list[int]], float],
    spread: bool,
) -> tuple[list[int], float]:
    """Eliminate the variable of the lowest score (the first of equals) until none is left.

    `spread` says that summing out a variable changes the score of its neighbours' neighbours too.
    """
    masks = neighbour_masks(len(cards), scopes)
    scores = {variable: score(variable, masks) for variable in range(len(cards))}
    order: list[int] = []
    total = 0.0
    while scores:
        variable = min(scores, key=lambda v: (scores[v], v))
        del scores[variable]
        order.append(variable)
        neighbours = bits(masks[variable])
        total += float(np.prod([cards[v] for v in neighbours], dtype=float)) * cards[variable]
        changed = masks[variable]
        for neighbour in neighbours:
            masks[neighbour] = (masks[neighbour] | masks[variable]) & ~(1 << neighbour) & ~(1 << variable)
            if spread:
                changed |= masks[neighbour]
        for touched in bits(changed):
            scores[touched] = score(touched, masks)
    return order, total


def _buckets(
    cards: Sequence[int], scopes: Sequence[tuple[int, ...]], order: Sequence[int]
) -> tuple[Bucket, ...]:
    """Return the buckets of an order: an input goes to the first of its variables to be summed out."""
    step_of = {variable: step for step, variable in enumerate(order)}
    factors: list[list[int]] = [[] for _ in order]
    messages: list[list[int]] = [[] for _ in order]
    members: list[set[int]] = [set() for _ in order]
    for position, scope in enumerate(scopes):
        if not scope:
            continue
        step = min(step_of[variable] for variable in scope)
        factors[step].append(position)
        members[step].update(scope)
    buckets = []
    for step, variable in enumerate(order):
        separator = tuple(sorted(members[step] - {variable}, key=step_of.__getitem__))
        parent = step_of[separator[0]] if separator else -1
        if separator:
            messages[parent].append(step)
            members[parent].update(separator)
        size = cards[variable]
        for other in separator:
            size *= cards[other]
        buckets.append(Bucket(variable, separator, tuple(factors[step]), tuple(messages[step]), parent, size))
    return tuple(buckets)
