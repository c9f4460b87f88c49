"""Urgency: rules from evidence, kept apart from the probabilities and never silenced by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.evidence import Evidence
from network.structure import RedFlag

LEVELS = ("routine", "soon", "same_day", "emergency")
"""From least to most urgent."""


@dataclass(frozen=True)
class RaisedFlag:
    """A rule that the evidence meets; `because` holds the (node, state) pairs that met it."""

    id: str
    level: str
    reason: str
    action: str
    because: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Urgency:
    """The most urgent level met and every flag that was raised, most urgent first.

    `level` is None where nothing was raised: that says nothing about safety.
    """

    level: str | None
    flags: tuple[RaisedFlag, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """What was found, one sentence each."""
        return tuple(flag.reason for flag in self.flags)

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each flag: its level, what was found, what to do."""
        return tuple(
            f"{flag.level.replace('_', ' ').upper()}: {flag.reason} {flag.action}" for flag in self.flags
        )

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "level": self.level,
            "reasons": list(self.reasons),
            "flags": [
                {"id": flag.id, "level": flag.level, "reason": flag.reason, "action": flag.action}
                for flag in self.flags
            ],
        }


def urgency(evidence: Evidence) -> Urgency:
    """Return the urgency of what was entered: every red flag of the network is evaluated."""
    raised = [flag for flag in (_raise(rule, evidence) for rule in evidence.network.red_flags) if flag]
    raised.sort(key=lambda flag: -LEVELS.index(flag.level))
    return Urgency(raised[0].level if raised else None, tuple(raised))


def _raise(rule: RedFlag, evidence: Evidence) -> RaisedFlag | None:
    """Return the flag if all of its `all_of` and one of its `any_of` hold."""
    met = tuple(clause for clause in rule.any_of if evidence.suggests(*clause))
    if not all(evidence.suggests(*clause) for clause in rule.all_of) or (rule.any_of and not met):
        return None
    return RaisedFlag(rule.id, rule.level, rule.reason, rule.action, (*rule.all_of, *met))
