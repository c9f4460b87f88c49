"""Findings that can hardly hold together: they are asked back when they are entered.

The rules are the network's. Impossible evidence is refused, a conflict (`model.fit`) is weighed; here nothing
is refused and no probability changes. A finding that is paused, unknown or uncertain asks nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.evidence import Evidence
from network.decisions import Clause

LEAD = "Please check:"


@dataclass(frozen=True)
class AskedBack:
    """What is asked back of whoever entered it; `because` holds the (node, state) pairs in question."""

    rule: str
    question: str
    reason: str
    because: tuple[Clause, ...]

    @property
    def line(self) -> str:
        """The question and its reason in one line."""
        return f"{LEAD} {self.question} {self.reason}"

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "rule": self.rule, "question": self.question, "reason": self.reason,
            "because": [list(clause) for clause in self.because],
        }  # fmt: skip


def contradictions(evidence: Evidence) -> tuple[AskedBack, ...]:
    """Return what is asked back about findings, in the order of the network's rules."""
    active = evidence.active

    def held(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
        return tuple((node, state) for node, state in clauses if active.get(node) == state)

    found = []
    for rule in evidence.network.contradictions:
        met = held(rule.any_of)
        if held(rule.all_of) == rule.all_of and (met or not rule.any_of):
            found.append(AskedBack(rule.id, rule.question, rule.reason, (*rule.all_of, *met)))
    return tuple(found)
