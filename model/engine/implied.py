"""What the evidence settles above it: states of causes that are the only ones left.

A condition that a finding cannot be without, a cause whose heading is denied: such states follow from zeros
of tables alone, without a sum. Put beside the evidence they change no answer, make the case narrower, and
show what is impossible where signed terms would only cancel to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork, Family
from network.cpds import Array

Possible = NDArray[np.bool_]


def with_implied(
    compiled: CompiledNetwork, hard: Mapping[int, int], soft: Mapping[int, Array]
) -> dict[int, int] | None:
    """Return the states observed and those above that are the only possible ones, None if there are none.

    The network is gone through once, from the leaves upward, so not every contradiction is seen. A node with
    a likelihood keeps that alone.
    """
    possible: list[Possible] = [np.ones(card, dtype=bool) for card in compiled.cards]
    for node, likelihood in soft.items():
        possible[node] &= likelihood > 0.0
    for node, state in hard.items():
        possible[node] &= np.arange(compiled.cards[node]) == state
    for family in reversed(compiled.families):
        if not possible[family.node].all():
            _look_up(family, possible)
    if not all(states.any() for states in possible):
        return None
    settled = {
        node: int(states.argmax())
        for node, states in enumerate(possible)
        if states.sum() == 1 and len(states) > 1 and node not in soft
    }
    return {**hard, **settled}


def _look_up(family: Family, possible: list[Possible]) -> None:
    """Strike out the states of the parents with which none of the node's possible states can be."""
    node = possible[family.node]
    if family.noisy is not None:
        highest = int(np.flatnonzero(node)[-1]) if node.any() else -1
        for parent, link in zip(family.parents, family.noisy.links, strict=True):
            possible[parent] &= np.any(link[: highest + 1] != 0.0, axis=(0, -1))
        return
    assert family.dense is not None
    left = np.any(family.dense[node] != 0.0, axis=(0, -1))
    for axis, parent in enumerate(family.parents):
        left = left & possible[parent].reshape(-1, *(1,) * (len(family.parents) - 1 - axis))
    for axis, parent in enumerate(family.parents):
        others = tuple(other for other in range(len(family.parents)) if other != axis)
        possible[parent] &= np.any(left, axis=others)
