"""What is certain or impossible, and which findings make it so.

Odds of 0 or infinity have no logarithm, so there is nothing to share out. Exactly 0 and 1 come from the
structure of a network, such as a cause without its condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.coalitions import Coalitions
from model.result import Answer
from network.structure import ABSENT, PRESENT


@dataclass(frozen=True)
class Settled:
    """A posterior of exactly 0 or 1: `by` are findings that make it so, none of them to spare.

    `by` is empty where the complaint, as it was entered or assumed, settles it alone.
    """

    node: str
    cause: str
    label: str
    certain: bool
    by: tuple[str, ...]

    @property
    def entered(self) -> bool:
        """Whether the cause itself was entered."""
        return self.by == (self.node,)


def settled_causes(case: Coalitions, answer: Answer, targets: Sequence[str]) -> tuple[Settled, ...]:
    """Return which odds are 0 or infinite, and by which findings.

    Parameters
    ----------
    answer : the answer to the whole case
    targets : a cause, or two that are contrasted
    """
    network = case.engine.network
    found = []
    for target in targets:
        # In a contrast, a cause that is certain leaves the odds finite.
        for state in (ABSENT, PRESENT) if len(targets) == 1 else (ABSENT,):
            if answer.posteriors.marginals[target][1 - state] == 0.0:
                by = _settling(case, target, state)
                cause = network.causes[target] or target
                found.append(Settled(target, cause, network.node(target).label, state == PRESENT, by))
    return tuple(found)


def _settling(case: Coalitions, target: str, state: int) -> tuple[str, ...]:
    """Return findings that make a state certain: drop each in turn and keep what is needed."""
    kept = np.ones((1, len(case.players)), dtype=bool)
    for bit in range(len(case.players)):
        kept[0, bit] = False
        kept[0, bit] = case.posteriors(kept, [target]).marginals[target][0, 1 - state] > 0.0
    return tuple(name for name, needed in zip(case.players, kept[0], strict=True) if needed)
