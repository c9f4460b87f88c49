"""Urgency: syndromes in the evidence, and causes that have become too probable to wait.

A rule is raised by any of its pictures. What is entered can only complete a picture, so more findings of a
syndrome never lower the level. A posterior may raise the level, where a picture has a trigger; it never
lowers what the evidence raised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.evidence import Evidence
from model.phrases import inside, percent
from network.cpds import Array
from network.decisions import Clause, Picture, RedFlag
from network.structure import Network

LEVELS = ("routine", "soon", "same_day", "emergency")
"""From least to most urgent."""

Probabilities = Mapping[str, float]
"""P(node present | evidence) by node."""

UNKNOWN_PROBABILITIES: Probabilities = {}
"""Where no posterior is at hand: no trigger holds."""


@dataclass(frozen=True)
class Exceeded:
    """The most probable cause that a trigger names, and the threshold it meets, a row of the figures."""

    node: str
    probability: float
    threshold: float
    figure: str

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "node": self.node, "probability": self.probability,
            "threshold": self.threshold, "figure": self.figure,
        }  # fmt: skip


@dataclass(frozen=True)
class RaisedFlag:
    """A rule that holds.

    `because` holds the (node, state) pairs that met it, `exceeded` the posterior that did, None where the
    evidence alone raised it. `clinician` tells a colleague what `reason` and `action` tell the patient;
    `basis`, `sources` and `guidance` are those of the rule.
    """

    id: str
    level: str
    reason: str
    action: str
    clinician: str
    because: tuple[Clause, ...]
    exceeded: Exceeded | None = None
    basis: str = "judgement"
    sources: tuple[str, ...] = ()
    guidance: tuple[tuple[str, str], ...] = ()

    @property
    def rests_on(self) -> str:
        """What the rule rests on in words: pages of guidance, else keys of sources, else a judgement."""
        return "; ".join(title for title, _ in self.guidance) or ", ".join(self.sources) or self.basis

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "id": self.id,
            "level": self.level,
            "reason": self.reason,
            "action": self.action,
            "clinician": self.clinician,
            "because": [list(clause) for clause in self.because],
            "exceeded": self.exceeded and self.exceeded.to_plain(),
            "basis": self.basis,
            "sources": list(self.sources),
            "guidance": [{"title": title, "address": address} for title, address in self.guidance],
        }


@dataclass(frozen=True)
class Urgency:
    """The most urgent level met and every flag that was raised, most urgent first.

    `level` is None where nothing was raised: that says nothing about safety.
    """

    level: str | None
    flags: tuple[RaisedFlag, ...]

    @property
    def leading(self) -> tuple[RaisedFlag, ...]:
        """The flags of the level that stands."""
        return tuple(flag for flag in self.flags if flag.level == self.level)

    @property
    def covered(self) -> tuple[RaisedFlag, ...]:
        """The flags that the level covers."""
        return tuple(flag for flag in self.flags if flag.level != self.level)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What was found, one sentence each."""
        return tuple(flag.reason for flag in self.flags)

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each flag of the level that stands, with what to do; then what it covers."""
        lines = [f"{level_words(flag.level)}: {flag.reason} {flag.action}" for flag in self.leading]
        return (*lines, *(f"Covered by it: {flag.reason}" for flag in self.covered))

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "level": self.level,
            "reasons": list(self.reasons),
            "flags": [flag.to_plain() for flag in self.flags],
        }


def level_words(level: str) -> str:
    """Return a level as it is printed.

    Examples
    --------
    >>> level_words("same_day")
    'SAME DAY'
    """
    return level.replace("_", " ").upper()


def urgency(evidence: Evidence, probabilities: Probabilities = UNKNOWN_PROBABILITIES) -> Urgency:
    """Return the urgency of what was entered: every red flag of the network is evaluated.

    Parameters
    ----------
    probabilities : at least of the nodes that `watched` names; without them no posterior raises anything
    """
    held = held_clauses(evidence)
    raised = [
        flag for rule in evidence.network.red_flags if (flag := _raise(rule, evidence, held, probabilities))
    ]
    raised.sort(key=lambda flag: -LEVELS.index(flag.level))
    return Urgency(raised[0].level if raised else None, tuple(raised))


def watched(network: Network) -> tuple[str, ...]:
    """Return the nodes whose posterior may raise the urgency."""
    triggers = [picture.trigger for flag in network.red_flags for picture in flag.pictures]
    return tuple(dict.fromkeys(node for trigger in triggers if trigger for node in trigger.nodes))


def held_clauses(evidence: Evidence) -> frozenset[Clause]:
    """Return the clauses of the network's rules that hold."""
    clauses = {
        clause for flag in evidence.network.red_flags for clause in flag.clauses if clause[0] in evidence
    }
    return frozenset(clause for clause in clauses if evidence.suggests(*clause))


def levels(
    patterns: Sequence[Evidence], pattern_of: NDArray[np.intp], probabilities: Mapping[str, Array]
) -> tuple[str | None, ...]:
    """Return the level of each of many cases, None where nothing is raised.

    Parameters
    ----------
    patterns : the different evidence of the cases, as far as the rules name it
    pattern_of : position of each case's evidence among them, shape (n_cases,)
    probabilities : P(present) of each node that `watched` names, shape (n_cases,); NaN raises nothing
    """
    names = (None, *LEVELS)
    if not patterns:
        return ()
    held = [held_clauses(evidence) for evidence in patterns]
    reached = np.array([names.index(urgency(evidence).level) for evidence in patterns])[pattern_of]
    for flag in patterns[0].network.red_flags:
        for picture in flag.pictures:
            if picture.trigger is None or not all(node in probabilities for node in picture.trigger.nodes):
                continue
            met = np.array([_needs_met(picture, clauses) for clauses in held], dtype=bool)[pattern_of]
            largest = np.max([probabilities[node] for node in picture.trigger.nodes], axis=0)
            raised = met & picture.trigger.met_by(largest)
            reached[raised] = np.maximum(reached[raised], names.index(flag.level))
    return tuple(names[position] for position in reached)


def _raise(
    rule: RedFlag, evidence: Evidence, held: frozenset[Clause], probabilities: Probabilities
) -> RaisedFlag | None:
    """Return the flag if one of its pictures is whole; `because` names what met any of those that are."""
    whole = [picture for picture in rule.pictures if _is_whole(picture, held, probabilities)]
    if not whole:
        return None
    because = tuple(
        dict.fromkeys(clause for picture in whole for clause in picture.clauses if clause in held)
    )
    exceeded = next((found for picture in whole if (found := _exceeded(picture, probabilities))), None)
    reason = rule.reason
    if exceeded is not None:
        label = evidence.network.node(exceeded.node).label
        reason = reason.format(cause=inside(label), probability=percent(exceeded.probability))
    return RaisedFlag(
        id=rule.id, level=rule.level, reason=reason, action=rule.action, clinician=rule.clinician,
        because=because, exceeded=exceeded,
        basis=rule.basis, sources=rule.sources, guidance=rule.guidance,
    )  # fmt: skip


def _is_whole(picture: Picture, held: frozenset[Clause], probabilities: Probabilities) -> bool:
    exceeded = picture.trigger is None or _exceeded(picture, probabilities) is not None
    return exceeded and _needs_met(picture, held)


def _needs_met(picture: Picture, held: frozenset[Clause]) -> bool:
    return all(sum(clause in held for clause in need.of) >= need.count for need in picture.needs)


def _exceeded(picture: Picture, probabilities: Probabilities) -> Exceeded | None:
    """Return the most probable cause of a trigger that is met; none where a posterior is missing."""
    trigger = picture.trigger
    if trigger is None or not all(node in probabilities for node in trigger.nodes):
        return None
    node = max(trigger.nodes, key=lambda one: probabilities[one])
    if not trigger.met_by(np.array(probabilities[node])):
        return None
    return Exceeded(node, probabilities[node], trigger.threshold, trigger.figure)
