"""Inputs asked back: how often each cause produces each finding, and how often it is there without any.

The context is that of the calibration: the cause and what it implies are present, every other cause and risk
factor that can produce a finding is absent; where the rate depends on a band (age), the answer is the mean
over the people who have the cause. Latents, kinds of a condition and findings that stand between are left
open.
"""

from __future__ import annotations

from collections.abc import Iterator

from model.checking.causes import ABSENT, PRESENT
from model.checking.inputs import Inputs, State
from model.checking.report import Row
from network import schema
from network.knowledge import due_to_id


def finding_rows(inputs: Inputs) -> Iterator[Row]:
    """Yield a row for every figure of the latents, symptoms, signs and tests."""
    around = _Surroundings(inputs)
    for finding in around.findings:
        if finding.leak_distribution is not None:
            for state, figure in finding.leak_distribution.items():
                p = around.among_plain(finding, state, "", ABSENT)
                yield inputs.row(finding.id, "distribution", f"{state}, without the causes", figure, p)
        if finding.leak is not None:
            for band, evidence in inputs.bands(finding.by if isinstance(finding.leak, dict) else ()):
                figure = finding.leak[band] if isinstance(finding.leak, dict) else finding.leak
                p = around.p(finding, PRESENT, "", ABSENT, evidence)
                yield inputs.row(finding.id, "leak", ", ".join(filter(None, ("leak", band))), figure, p)
        if finding.specificity is not None:
            p = inputs.p(finding.id, ABSENT, {_subject(finding.links[0]): ABSENT}, around.specific(finding))
            yield inputs.row(finding.id, "specificity", "specificity", finding.specificity, p)
        for link in finding.links:
            yield from _link(inputs, around, finding, link)
        for state, mixture in finding.mixtures.items():
            yield from _mixture(inputs, around, finding, state, mixture)


def _link(
    inputs: Inputs, around: _Surroundings, finding: schema.Observation, link: schema.Link
) -> Iterator[Row]:
    subject = _subject(link)
    state = inputs.states(subject).index(link.state if subject == link.parent else "present")
    name = subject if link.state == "present" or subject != link.parent else f"{subject}={link.state}"
    if link.sensitivity is not None:
        p = around.p(finding, PRESENT, subject, state, {})
        yield inputs.row(finding.id, "sensitivity", f"sensitivity, {name}", link.sensitivity, p)
    for level, figure in (link.distribution or {}).items():
        p = around.among_plain(finding, level, subject, state)
        yield inputs.row(finding.id, "distribution", f"{level}, given {name}", figure, p)


def _mixture(
    inputs: Inputs, around: _Surroundings, finding: schema.Observation, state: str, mixture: schema.Mixture
) -> Iterator[Row]:
    """Yield the share of the answers of each cause, and how often the state occurs by convention.

    By Bayes a cause that holds alone is the answer in proportion to P(state | it alone) times its odds.
    """
    level = finding.states.index(state)
    alone = {link.parent: around.p(finding, level, link.parent, PRESENT, {}) for link in finding.links}
    odds = {parent: p / (1.0 - p) for parent in alone if (p := inputs.p(parent, PRESENT, {})) < 1.0}
    answers = {parent: alone[parent] * odds[parent] for parent in alone}
    shares = mixture.shares
    for parent, p in answers.items():
        figure = shares if isinstance(shares, str) else shares[parent]
        share = p / sum(answers.values())
        yield inputs.row(finding.id, "share of a setting", f"share of {parent}, {state}", figure, share)
    rate = around.p(finding, level, "", ABSENT, {})
    yield inputs.row(finding.id, "rate of a setting", f"rate of {state}", mixture.rate, rate)


def _subject(link: schema.Link) -> str:
    """Return the node that the link's figure speaks of."""
    return link.of or link.parent


class _Surroundings:
    """Which causes can produce findings, what implies what, and which findings share a context."""

    def __init__(self, inputs: Inputs) -> None:
        knowledge = inputs.knowledge
        self.inputs = inputs
        self.findings = (*knowledge.network.latents, *knowledge.observations)
        self.between = {entry.id for entry in (*self.findings, *knowledge.network.splits)}
        parents = {link.parent for finding in self.findings for link in finding.links}
        self.producers = sorted(parents - self.between)
        self.implied: dict[str, tuple[str, ...]] = {}
        self.left_open: dict[str, tuple[str, ...]] = {}
        for condition in knowledge.conditions:
            self.implied[due_to_id(condition.id)] = (condition.id,)
        for split in knowledge.network.splits:
            self.implied[split.id] = (split.parent,)
        for attribution in knowledge.network.drug_attribution:
            self.implied[attribution.id] = (due_to_id(attribution.condition), attribution.condition)
            self.left_open[attribution.id] = tuple(drug.parent for drug in attribution.drugs)
        self.asked_of: dict[str, list[str]] = {}
        for finding in self.findings:
            for link in finding.links:
                self.asked_of.setdefault(_subject(link), []).append(finding.id)

    def specific(self, finding: schema.Observation) -> list[str]:
        """Return the findings whose specificity is asked of the same people."""
        subject = _subject(finding.links[0])
        tests = [other for other in self.findings if other.specificity]
        return [other.id for other in tests if _subject(other.links[0]) == subject]

    def p(self, finding: schema.Observation, level: int, subject: str, state: int, band: State) -> float:
        """Return P(finding = level | the subject in its state, nothing else); no subject: nothing at all."""
        context = self._context(subject, state)
        if not subject:
            silent = {link.parent: ABSENT for link in finding.links if link.parent in self.between}
            return self.inputs.p(finding.id, level, {**context, **silent, **band})
        together = self.asked_of[subject]
        if not finding.by:
            return self.inputs.p(finding.id, level, {**context, **band}, together)
        by = finding.by[0]
        people = {subject: state}
        shares = [self.inputs.p(by, position, people) for position in range(len(self.inputs.states(by)))]
        return sum(
            share * self.inputs.p(finding.id, level, {**context, by: position}, together)
            for position, share in enumerate(shares)
            if share > 0.0
        )

    def among_plain(self, finding: schema.Observation, level: str, subject: str, state: int) -> float:
        """Return P(finding = level | as `p`, no state of a mixture)."""
        position = {one: finding.states.index(one) for one in finding.states}
        p = self.p(finding, position[level], subject, state, {})
        mixed = sum(self.p(finding, position[one], subject, state, {}) for one in finding.mixtures)
        return p / (1.0 - mixed)

    def _context(self, subject: str, state: int) -> State:
        """Return the evidence: the subject and what it implies present, every other producer absent."""
        implied = self.implied.get(subject, ())
        quiet = [node for node in self.producers if node not in self.left_open.get(subject, ())]
        present = {subject: state} if subject else {}
        return {**dict.fromkeys(quiet, ABSENT), **dict.fromkeys(implied, PRESENT), **present}
