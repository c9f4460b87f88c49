"""What answers are compared by: the causes, or without a complaint the last state of every node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model import Answer
from views.shared.words import MOST_MOVERS, NOTICEABLE, percent


@dataclass(frozen=True, slots=True)
class Followed:
    """One probability that answers are compared by."""

    node: str
    state: str
    label: str

    def p(self, answer: Answer) -> float:
        """Return it in one answer."""
        return answer.posterior(self.node)[self.state]


def followed(answer: Answer) -> list[Followed]:
    """Return everything that answers of this network are compared by, most probable first."""
    network = answer.network
    if network.causes:
        found = [Followed(node, "present", network.node(node).label) for node in network.causes]
    else:
        found = [
            Followed(node.id, node.states[-1], f"{node.label}: {node.state_label(node.states[-1])}")
            for node in network.nodes
        ]
    return sorted(found, key=lambda one: -one.p(answer))


def movers(before: Answer, after: Answer) -> list[str]:
    """Return what moved most, largest first: "Pain from a clot 1 % → 20 %", on one line."""
    moved = sorted(followed(after), key=lambda one: -abs(one.p(after) - one.p(before)))
    return [
        f"{one.label} {percent(one.p(before))}\u00a0→\u00a0{percent(one.p(after))}"
        for one in moved[:MOST_MOVERS]
        if abs(one.p(after) - one.p(before)) >= NOTICEABLE
    ]


def by_difference(pairs: Sequence[tuple[Answer, Answer]]) -> list[Followed]:
    """Return what is compared in several pairs of answers, the largest difference in any of them first."""

    def largest(one: Followed) -> tuple[float, float]:
        return (
            max(abs(one.p(after) - one.p(before)) for before, after in pairs),
            max(one.p(after) for _, after in pairs),
        )

    return sorted(followed(pairs[0][0]), key=largest, reverse=True)
