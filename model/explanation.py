"""Why? What each finding did to the probability of a cause, and why this cause rather than that one.

The worth of a set S of findings is the log odds of the cause,

    worth(S) = log [ P(due_to | complaint, S) / P(not due_to | complaint, S) ]

or, for a contrast, log [ P(A | complaint, S) / P(B | complaint, S) ]. A finding's share is its Shapley value:
its mean effect over all orders of entry. Shares add up to the whole change, from the complaint alone to all
findings, and are given in decibans, 10 log10 of a factor on the odds. Every subset of the findings is
evaluated where there are at most 12; where there are more, or many that tie most causes together, random
orders of entry are.

References
----------
Good (1985), Weight of evidence: a brief survey.
Shapley (1953), A value for n-person games.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from model.coalitions import Coalitions, nobody_and_everyone
from model.evidence import Evidence, Finding, plain_finding
from model.phrases import NEUTRAL_DECIBANS
from model.producers import Produced, produced
from model.questions import cause_node
from model.result import Answer
from model.settled import Settled, settled_causes
from model.weighing import Weighed, settled_joint, weigh
from network.cpds import Array
from network.errors import DiagnosisError
from network.structure import ABSENT, FINDING_KINDS, PRESENT

if TYPE_CHECKING:
    from model.differential import Differential

DECIBANS_PER_NAT = 10.0 / float(np.log(10.0))

EXPECTED = 1 / 2
"""What more than half of the people with the cause have is missed where it is absent."""


@dataclass(frozen=True)
class Contribution:
    """What one finding did.

    `decibans` is its Shapley share, positive for the cause; `standard_error` is 0 where every subset was
    evaluated. `without` is the posterior if this finding alone were taken away. `likelihood_ratio` is what
    it multiplies the odds by when it enters last: how many times as frequent it is among people with the
    cause as among those without (or with the other cause), alike in every other finding.
    """

    finding: str
    label: str
    value: Finding
    decibans: float
    standard_error: float
    without: float
    likelihood_ratio: float

    @property
    def direction(self) -> str:
        """Return "for", "against" or "neutral"."""
        if abs(self.decibans) < NEUTRAL_DECIBANS:
            return "neutral"
        return "for" if self.decibans > 0 else "against"

    @property
    def last_decibans(self) -> float:
        """The weight of the finding as the last to enter: less than its share, or the other way, at times."""
        return float(np.log(self.likelihood_ratio)) * DECIBANS_PER_NAT


@dataclass(frozen=True)
class Missing:
    """A finding that is absent although most people with the cause have it, more of them than without.

    `expected` is P(not absent | the cause explains the complaint, all other findings).
    """

    finding: str
    label: str
    expected: float


@dataclass(frozen=True)
class Explanation:
    """Why a cause stands where it stands.

    `baseline` and `posterior` are P(due_to | complaint alone) and P(due_to | all findings). With another
    cause in `against`, contributions are for `cause` rather than `against`. Where `settled` holds something,
    the odds are 0 or infinite and there are no contributions.
    """

    answer: Answer = field(repr=False)
    cause: str
    label: str
    baseline: float
    posterior: float
    contributions: tuple[Contribution, ...]
    expected_but_missing: tuple[Missing, ...]
    produced: tuple[Produced, ...]
    against: str | None = None
    label_against: str | None = None
    baseline_against: float | None = None
    posterior_against: float | None = None
    settled: tuple[Settled, ...] = ()
    sampled: bool = False

    @property
    def for_it(self) -> tuple[Contribution, ...]:
        """Findings for the cause, strongest first."""
        return tuple(c for c in self.contributions if c.direction == "for")

    @property
    def against_it(self) -> tuple[Contribution, ...]:
        """Findings against the cause, strongest first."""
        return tuple(c for c in self.contributions if c.direction == "against")

    @property
    def neutral(self) -> tuple[Contribution, ...]:
        """Findings that hardly matter here."""
        return tuple(c for c in self.contributions if c.direction == "neutral")

    @property
    def change_decibans(self) -> float:
        """The whole change, from the complaint alone to all findings: the sum of the shares."""
        return sum(c.decibans for c in self.contributions)

    def to_plain(self) -> dict[str, Any]:
        """Return the explanation as `nocturne explain --json` prints it."""
        from model.account import account

        network = self.answer.network
        return {
            **self.answer.frame(),
            "cause": self.cause,
            "against": self.against,
            "baseline": self.baseline,
            "posterior": self.posterior,
            "baseline_against": self.baseline_against,
            "posterior_against": self.posterior_against,
            "change_decibans": self.change_decibans,
            "contributions": [
                {
                    "finding": c.finding,
                    "value": plain_finding(network, c.finding, c.value),
                    "decibans": c.decibans,
                    "standard_error": c.standard_error,
                    "direction": c.direction,
                    "posterior_without": c.without,
                    "likelihood_ratio": c.likelihood_ratio,
                }
                for c in self.contributions
            ],
            "expected_but_missing": [
                {"finding": m.finding, "expected": m.expected} for m in self.expected_but_missing
            ],
            "produced": [one.to_plain() for one in self.produced],
            "settled": [{"cause": s.cause, "certain": s.certain, "by": list(s.by)} for s in self.settled],
            "sampled": self.sampled,
            "account": list(account(self)),
        }

    def __str__(self) -> str:
        from model.account import account

        return self.answer.framed(account(self))


def explain(
    ddx: Differential,
    evidence: Mapping[str, Any] | Evidence | None,
    cause: str,
    against: str | None = None,
    complaint: bool = True,
) -> Explanation:
    """Return why a cause is as probable as it is, or why it is likelier than another.

    Parameters
    ----------
    evidence : mapping or Evidence, as for `Differential.query`
    cause, against : condition or `due_to_*` node id

    Raises
    ------
    NoComplaint, UnknownNode
        If the network has no causes, or a cause is unknown.
    DiagnosisError
        If a cause is contrasted with itself; otherwise as `Differential.query`.
    """
    network = ddx.network
    targets = [cause_node(network, name) for name in (cause, against) if name is not None]
    if len(set(targets)) < len(targets):
        raise DiagnosisError(f"{cause!r} is contrasted with itself. Name another cause.")
    answer = ddx.query(evidence, complaint)
    case = Coalitions.of(ddx.engine, answer)
    settled = settled_causes(case, answer, targets)
    weighed = None if settled else weigh(case, targets)
    joint = settled_joint(case, targets[0]) if weighed is None else weighed.joint
    names = [network.causes[target] or target for target in targets]
    labels = [network.node(target).label for target in targets]
    after = [answer.present(target) for target in targets]
    before = _baselines(case, targets) if case.players else after
    other = against is not None
    return Explanation(
        answer=answer,
        cause=names[0],
        label=labels[0],
        baseline=before[0],
        posterior=after[0],
        contributions=() if weighed is None else _contributions(case, answer, weighed),
        expected_but_missing=_expected_but_missing(case, joint),
        produced=produced(ddx.engine, answer.observed()),
        against=names[1] if other else None,
        label_against=labels[1] if other else None,
        baseline_against=before[1] if other else None,
        posterior_against=after[1] if other else None,
        settled=settled,
        sampled=weighed is not None and weighed.sampled,
    )


def _baselines(case: Coalitions, targets: Sequence[str]) -> list[float]:
    """Return P(cause) before any finding."""
    nobody = case.posteriors(nobody_and_everyone(len(case.players))[:1], targets)
    return [float(nobody.marginals[target][0, PRESENT]) for target in targets]


def _contributions(case: Coalitions, answer: Answer, weighed: Weighed) -> tuple[Contribution, ...]:
    """Return what each finding did, strongest first."""
    network, entered = answer.network, answer.evidence.active
    found = [
        Contribution(
            finding=name,
            label=network.node(name).label,
            value=entered[name],
            decibans=float(weighed.shares[bit]) * DECIBANS_PER_NAT,
            standard_error=float(weighed.errors[bit]) * DECIBANS_PER_NAT,
            without=float(weighed.without[bit]),
            likelihood_ratio=float(np.exp(weighed.last[bit])),
        )
        for bit, name in enumerate(case.players)
    ]
    return tuple(sorted(found, key=lambda c: -abs(c.decibans)))


def _expected_but_missing(case: Coalitions, joint: Array) -> tuple[Missing, ...]:
    """Return findings that are absent though most people with the cause have them.

    P(absent | cause, the rest) = P(cause, all) / P(cause, the rest), and the same without the cause.

    Parameters
    ----------
    joint : ndarray of shape (1 + n_findings, 2), as in `Weighed`
    """
    network = case.engine.network
    with np.errstate(invalid="ignore"):  # nothing is expected of an impossible cause
        absent = joint[0] - joint[1:]
    found = [
        Missing(name, network.node(name).label, 1.0 - float(np.exp(absent[bit, PRESENT])))
        for bit, (name, value) in enumerate(case.players.items())
        if not isinstance(value, np.ndarray)
        and value == ABSENT
        and network.node(name).kind in FINDING_KINDS
        and np.exp(absent[bit, PRESENT]) < 1.0 - EXPECTED
        and (absent[bit, ABSENT] - absent[bit, PRESENT]) * DECIBANS_PER_NAT >= NEUTRAL_DECIBANS
    ]
    return tuple(sorted(found, key=lambda one: -one.expected))
