"""Do the findings fit together? Conflict, the group that clashes, surprising findings, an out-of-scope alarm.

The conflict of findings e1 ... en, the complaint c being given, is

    conf(e) = log [ P(e1 | c) ... P(en | c) / P(e1, ..., en | c) ]

above 0 where they are less likely together than if they were independent (Jensen and others 1990), in
decibans here. A group clashes when its conflict reaches `CLASH_DECIBANS`; groups are searched from pairs up,
so the first found is a smallest. A finding is surprising when fewer than one in twenty people alike in all
else have it, and the other findings are part of the reason.

References
----------
Jensen, Chamberlain, Nordahl and Jensen (1990), Analysis in HUGIN of data conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from model.coalitions import Coalitions, Subsets, each_left_out, nobody_and_everyone
from model.evidence import Evidence
from model.explanation import DECIBANS_PER_NAT
from model.phrases import (
    EVEN,
    NEUTRAL_DECIBANS,
    OTHER_CAUSE,
    decibans,
    finding_phrase,
    inside,
    listed,
    percent,
    say,
    times,
)
from model.result import Answer
from network.cpds import Array
from network.structure import FINDING_KINDS, PRESENT

if TYPE_CHECKING:
    from model.differential import Differential

CLASH_DECIBANS = 10.0
"""Ten times less likely together than if independent: what Jeffreys (1961) calls strong begins there."""

SURPRISING = 1 / 20
"""The customary line of significance."""

LARGEST_GROUP = 4
"""Larger groups tell a person nothing that the conflict of the whole does not."""

MOST_GROUPS = 1024
"""Groups of one size that are looked at; above, only smaller groups."""


@dataclass(frozen=True)
class Surprise:
    """A finding with P(what was observed | everything else), and the same given the complaint alone."""

    finding: str
    label: str
    probability: float
    alone: float


@dataclass(frozen=True)
class Clash:
    """A smallest group of findings that hardly go together, and its conflict in decibans."""

    findings: tuple[str, ...]
    labels: tuple[str, ...]
    decibans: float


@dataclass(frozen=True)
class Fit:
    """Whether the findings fit together.

    `conflict_decibans` is 0 with fewer than two findings. `other_cause` is P(a cause outside the list
    explains the complaint, alone or with others | e), `other_cause_before` the same for the complaint alone;
    both are None where the complaint is not present or the network has no such node.
    """

    answer: Answer = field(repr=False)
    conflict_decibans: float
    clash: Clash | None
    surprising: tuple[Surprise, ...]
    other_cause: float | None
    other_cause_before: float | None

    @property
    def out_of_scope(self) -> bool:
        """Whether the case may lie outside the list.

        The unlisted causes lead the differential, or they have gained while findings clash.
        """
        if self.other_cause is None or self.other_cause_before is None:
            return False
        if self.answer.ranking[0].condition == OTHER_CAUSE:
            return True
        gained = _log_odds(self.other_cause) - _log_odds(self.other_cause_before)
        return self.clash is not None and gained * DECIBANS_PER_NAT >= NEUTRAL_DECIBANS

    def to_plain(self) -> dict[str, Any]:
        """Return it as `nocturne fit --json` prints it."""
        clash = self.clash
        return {
            **self.answer.frame(),
            "conflict_decibans": self.conflict_decibans,
            "clash": clash and {"findings": list(clash.findings), "decibans": clash.decibans},
            "surprising": [
                {"finding": one.finding, "probability": one.probability, "alone": one.alone}
                for one in self.surprising
            ],
            "other_cause": self.other_cause,
            "other_cause_before": self.other_cause_before,
            "out_of_scope": self.out_of_scope,
            "account": list(self.account),
        }

    @property
    def account(self) -> tuple[str, ...]:
        """Return the same in sentences."""
        told = [self._conflict()]
        if self.clash is not None:
            named = listed(self._named(finding) for finding in self.clash.findings)
            told.append(say("clash", conflict=decibans(self.clash.decibans), findings=named))
        complaint = None if self.other_cause is None else self.answer.network.complaint
        for one in self.surprising:
            words = {"percent": percent(one.probability), "alone": percent(one.alone)}
            if complaint is not None:
                words["complaint"] = inside(self.answer.network.node(complaint).label)
            key = "surprising" if complaint is not None else "surprising_without_complaint"
            told.append(say(key, finding=self._named(one.finding), **words))
        if self.out_of_scope:
            before, after = percent(self.other_cause_before or 0.0), percent(self.other_cause or 0.0)
            told.append(say("out_of_scope", before=before, after=after))
        if self.conflict_decibans or self.clash:
            told.append(say("conflict_unit"))
        return tuple(told)

    def __str__(self) -> str:
        return self.answer.framed(self.account)

    def _conflict(self) -> str:
        """Return how the findings go together as a whole."""
        if len(self.answer.evidence.active) < 2:
            return say("fit_none")
        ratio = 10.0 ** (abs(self.conflict_decibans) / 10.0)
        if ratio <= EVEN:
            return say("fit_even", conflict=decibans(self.conflict_decibans))
        key = "fit_together" if self.conflict_decibans < 0 else "fit_strained"
        if self.conflict_decibans >= CLASH_DECIBANS:
            key = "fit_apart"
        return say(key, ratio=times(ratio), conflict=decibans(self.conflict_decibans))

    def _named(self, finding: str) -> str:
        return inside(finding_phrase(self.answer.network.node(finding), self.answer.evidence.active[finding]))


def _log_odds(p: float) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log(p) - np.log1p(-p))


def fit(ddx: Differential, evidence: Mapping[str, Any] | Evidence | None, complaint: bool = True) -> Fit:
    """Return whether the findings fit together.

    Raises
    ------
    UnknownNode, UnknownState, EvidenceError, ImpossibleEvidence
    """
    answer = ddx.query(evidence, complaint)
    case = Coalitions.of(ddx.engine, answer)
    n = len(case.players)
    few = np.concatenate([nobody_and_everyone(n), np.eye(n, dtype=bool), each_left_out(n)])
    groups = _groups(n, min(MOST_GROUPS, case.most_subsets))
    logs = case.log_evidence(np.concatenate([few, groups]))
    ground, whole = logs[:2]
    alone = logs[2 : 2 + n] - ground
    conflicts = (groups @ alone - (logs[len(few) :] - ground)) * DECIBANS_PER_NAT
    before = after = None
    if OTHER_CAUSE in ddx.network.causes and case.ground.get(str(ddx.network.complaint)) == PRESENT:
        ends = case.posteriors(nobody_and_everyone(n), [OTHER_CAUSE]).marginals[OTHER_CAUSE]
        before, after = ends[:, PRESENT].tolist()
    return Fit(
        answer=answer,
        conflict_decibans=float(alone.sum() - (whole - ground)) * DECIBANS_PER_NAT if n > 1 else 0.0,
        clash=_smallest_clash(case, groups, conflicts),
        surprising=_surprising(case, alone, whole - logs[2 + n : len(few)]),
        other_cause=after,
        other_cause_before=before,
    )


def _surprising(case: Coalitions, alone: Array, expected: Array) -> tuple[Surprise, ...]:
    """Return the surprising observations, the most surprising first.

    Parameters
    ----------
    alone, expected : ndarrays of shape (n_players,)
        Log probability of each finding given the complaint alone, and given all the others as well.
    """
    network = case.engine.network
    found = [
        Surprise(name, network.node(name).label, float(np.exp(expected[bit])), float(np.exp(alone[bit])))
        for bit, (name, value) in enumerate(case.players.items())
        if not isinstance(value, np.ndarray)
        and network.node(name).kind in FINDING_KINDS
        and np.exp(expected[bit]) < SURPRISING
        and (alone[bit] - expected[bit]) * DECIBANS_PER_NAT >= NEUTRAL_DECIBANS
    ]
    return tuple(sorted(found, key=lambda one: one.probability))


def _groups(n: int, most: int) -> Subsets:
    """Return the groups in which a clash is looked for, smaller ones first, shape (n_groups, n).

    Sizes with more groups than the engine can be asked about are left out.
    """
    found = [np.zeros((0, n), dtype=bool)]
    for size in range(2, min(LARGEST_GROUP, n) + 1):
        if comb(n, size) > most:
            break
        members = np.array(list(combinations(range(n), size)))
        found.append(np.zeros((len(members), n), dtype=bool))
        np.put_along_axis(found[-1], members, True, axis=1)
    return np.concatenate(found)


def _smallest_clash(case: Coalitions, groups: Subsets, conflicts: Array) -> Clash | None:
    """Return the group of the largest conflict among the smallest that clash, or None.

    Parameters
    ----------
    conflicts : ndarray of shape (n_groups,), in decibans
    """
    clashing = np.flatnonzero(conflicts >= CLASH_DECIBANS)
    if not len(clashing):
        return None
    size = groups.sum(axis=1)
    smallest = clashing[size[clashing] == size[clashing].min()]
    worst = smallest[np.argmax(conflicts[smallest])]
    group = tuple(name for name, inside in zip(case.players, groups[worst], strict=True) if inside)
    labels = tuple(case.engine.network.node(name).label for name in group)
    return Clash(group, labels, float(conflicts[worst]))
