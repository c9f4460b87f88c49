"""An explanation told in sentences, from the templates in ``templates.yaml``.

    account(explanation)    where it started, what moved it, where it stands, who produced what, shares
    story(explanation)      the same without the shares in decibans

Every comparison is told from the side that shows the finding more often, so that no factor is below 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.evidence import Likelihood
from model.phrases import (
    EVEN,
    NEUTRAL_DECIBANS,
    cause_phrase,
    decibans,
    finding_phrase,
    from_to,
    inside,
    listed,
    of_thousand,
    percent,
    say,
    templates,
    times,
)
from network.structure import BINARY, FINDING_KINDS, PRESENT

if TYPE_CHECKING:
    from model.explanation import Contribution, Explanation
    from model.producers import Producer

SPOKEN = 8
"""Findings told one by one; the weaker ones share a sentence with those of little weight."""


def account(explanation: Explanation) -> tuple[str, ...]:
    """Return the explanation as sentences."""
    return *story(explanation), *shares(explanation)


def story(explanation: Explanation) -> tuple[str, ...]:
    """Return where it started, what moved it, where it stands, and who produced what."""
    told = [*_settled(explanation)] or [_end(explanation, last=False), *_findings(explanation)]
    if explanation.contributions:
        told.append(_end(explanation, last=True))
    if explanation.against is None:
        told += _produced(explanation)
    return tuple(told)


def shares(explanation: Explanation) -> tuple[str, ...]:
    """Return the shares in decibans, with what a deciban is; nothing where there are none."""
    if not explanation.contributions:
        return ()
    each = [
        f"{inside(_named(explanation, one))} {decibans(one.decibans)}" for one in explanation.contributions
    ]
    told = [say("shares", total=decibans(explanation.change_decibans), shares=", ".join(each))]
    if explanation.sampled:
        error = max(one.standard_error for one in explanation.contributions)
        told.append(say("sampled", error=decibans(error).lstrip("+")))
    return *told, say("deciban")


def _causes(explanation: Explanation) -> tuple[str, str]:
    """Return the cause and its rival as they stand inside a sentence."""
    return (
        inside(cause_phrase(explanation.cause, explanation.label)),
        inside(cause_phrase(explanation.against, explanation.label_against)),
    )


def _end(explanation: Explanation, last: bool) -> str:
    """Return the first or the last probability, or which of two causes leads and how far."""
    name = "posterior" if last else "baseline"
    cause = cause_phrase(explanation.cause, explanation.label)
    p = explanation.posterior if last else explanation.baseline
    if explanation.against is None:
        network = explanation.answer.network
        has_complaint = explanation.answer.observed().get(str(network.complaint)) == PRESENT
        key = name if last or has_complaint else "baseline_without_complaint"
        complaint = inside(network.node(str(network.complaint)).label) if has_complaint else ""
        return say(key, cause=cause, of_thousand=of_thousand(p), percent=percent(p), complaint=complaint)
    q = explanation.posterior_against if last else explanation.baseline_against
    leads = [(p, cause), (q or 0.0, cause_phrase(explanation.against, explanation.label_against))]
    (larger, more), (smaller, less) = sorted(leads, key=lambda lead: -lead[0])
    even = "_even" if larger <= EVEN * smaller else ""
    words = {"more": inside(more) if last else more, "less": inside(less)}
    if not even:
        words["ratio"] = times(larger / smaller)
    return say(f"contrast_{name}{even}", **words)


def _settled(explanation: Explanation) -> list[str]:
    """Return what is certain or impossible, and by which findings."""
    network, entered = explanation.answer.network, explanation.answer.evidence.active
    told = []
    for one in explanation.settled:
        if one.entered:
            told.append(say("settled_entered", cause=cause_phrase(one.cause, one.label)))
            continue
        key = "settled_certain" if one.certain else "settled_impossible"
        by = one.by or tuple(node for node in entered if node == network.complaint)
        names = [inside(finding_phrase(network.node(finding), entered[finding])) for finding in by]
        cause = inside(cause_phrase(one.cause, one.label))
        if names:
            told.append(say(key, cause=cause, findings=listed(names)))
        else:
            told.append(say(f"{key}_from_start", cause=cause))
    return told


def _findings(explanation: Explanation) -> list[str]:
    """Return what each finding did, the weak ones together, and what is missing."""
    if not explanation.contributions:
        return [say("no_findings")]
    cause, against = _causes(explanation)
    contrast = "" if explanation.against is None else "contrast_"
    strong = [one for one in explanation.contributions if one.direction != "neutral"]
    spent = [one for one in strong if abs(one.last_decibans) < NEUTRAL_DECIBANS]
    lively = [one for one in strong if one not in spent]
    told = [say(f"{contrast}others", cause=cause)] if lively else []
    told += [_sentence(explanation, one) for one in lively[:SPOKEN]]
    for way in ("for", "against"):
        if some := [inside(_named(explanation, one)) for one in spent if one.direction == way]:
            told.append(say(f"{contrast}spent_{way}", findings=listed(some), cause=cause, against=against))
    if weak := [inside(_named(explanation, one)) for one in [*lively[SPOKEN:], *explanation.neutral]]:
        told.append(say("neutral", findings=listed(weak)))
    for missing in explanation.expected_but_missing:
        told.append(say("missing", finding=missing.label, percent=percent(missing.expected), cause=cause))
    return told


def _sentence(explanation: Explanation, one: Contribution) -> str:
    """Return what one finding did."""
    cause, against = _causes(explanation)
    without, after = from_to(one.without, explanation.posterior)
    contrast = "" if explanation.against is None else "contrast_"
    key = one.direction if contrast else {"for": "raised", "against": "lowered"}[one.direction]
    if (one.last_decibans > 0) != (one.decibans > 0):
        key = f"turned_{one.direction}"
    words = {"cause": cause, "against": against, "without": without, "after": after}
    return say(contrast + key, finding=_named(explanation, one), clause=_clause(explanation, one), **words)


def _clause(explanation: Explanation, one: Contribution) -> str:
    """Return who shows the finding more often, and how many times."""
    cause, against = _causes(explanation)
    people = say("with_cause", cause=cause)
    others = say("without_cause") if explanation.against is None else say("with_cause", cause=against)
    more, less = (people, others) if one.likelihood_ratio >= 1 else (others, people)
    ratio = max(one.likelihood_ratio, 1 / one.likelihood_ratio)
    clause: str = templates()["clauses"][_manner(explanation, one)]
    return clause.format(who=more, whom=less, ratio=times(ratio))


def _manner(explanation: Explanation, one: Contribution) -> str:
    """Return how people come by the finding: they report it, have it, lack it, ..."""
    node = explanation.answer.network.node(one.finding)
    if isinstance(one.value, Likelihood):
        return "uncertain"
    if node.states == BINARY:
        return "lacking" if one.value == BINARY[0] else "symptom" if node.kind == "symptom" else "found"
    return "answer" if node.kind in FINDING_KINDS else "group"


def _produced(explanation: Explanation) -> list[str]:
    """Return who most likely produced the findings, one sentence for each producer."""
    groups: dict[str, list[str]] = {}
    for one in explanation.produced:
        first = one.producers[0]
        shown = _visible(explanation, first)
        said = f"{inside(one.label)} ({percent(shown.probability)})"
        groups.setdefault(_by(shown), []).append(said)
    return [sentence.replace("{findings}", listed(findings)) for sentence, findings in groups.items()]


def _visible(explanation: Explanation, producer: Producer) -> Producer:
    """Return the producer, or what produced it where it is a latent node, which people never see."""
    hidden = producer.node is not None and explanation.answer.network.node(producer.node).kind == "latent"
    return _visible(explanation, producer.origin) if hidden and producer.origin else producer


def _by(producer: Producer) -> str:
    """Return the sentence about a producer, its findings left open."""
    if producer.node is None:
        return say("produced_leak", findings="{findings}")
    words = {"producer": inside(cause_phrase(producer.node, producer.label)), "findings": "{findings}"}
    if producer.origin is None:
        return say("produced", **words)
    if producer.origin.node is None:
        return say("produced_as_part", **words)
    return say("produced_through", origin=inside(producer.origin.label), **words)


def _named(explanation: Explanation, one: Contribution) -> str:
    return finding_phrase(explanation.answer.network.node(one.finding), one.value)
