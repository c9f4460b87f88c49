"""A case against the network: how each finding moves it, and where text, findings and answer disagree.

A warning is a question to the author, not a fault: much of the network is judgement, and it may be the one
that is wrong. What a machine cannot read in the text it does not judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.evidence import Evidence, band_limits
from model.phrases import listed, percent
from model.teaching.belief import DECIBANS, log_odds
from model.teaching.cases import START, Case, CaseFinding, all_causes, cause_labels, item_label
from model.teaching.rules import count, rule
from model.teaching.wording import say
from network.errors import ImpossibleEvidence
from network.structure import BINARY, Network

if TYPE_CHECKING:
    from model.differential import Differential


@dataclass(frozen=True)
class ReviewStep:
    """The network after one more finding. `item` is None for the complaint alone.

    `shift_decibans` is the change of each cause since the step before, cut at 1 % and 99 %.
    """

    item: str | None
    label: str
    state: str
    when: str
    due_to: Mapping[str, float]
    shift_decibans: Mapping[str, float]


@dataclass(frozen=True)
class CaseWarning:
    """Where something disagrees; `code` names the kind."""

    code: str
    text: str


@dataclass(frozen=True)
class Review:
    """What the network makes of a case.

    `final` is P(due to each cause | every finding of the case), `told` the same without what must be asked.
    `rank_of_answer` is the worst rank of a declared answer, None where the findings clash.
    """

    case: Case
    trajectory: tuple[ReviewStep, ...]
    told: Mapping[str, float]
    final: Mapping[str, float]
    rank_of_answer: int | None
    warnings: tuple[CaseWarning, ...]
    clash: tuple[str, ...]


def review(ddx: Differential, case: Case) -> Review:
    """Return the trajectory of the network over a case, told findings first, and every warning."""
    steps, clash = _trajectory(ddx, case)
    n_told = len(case.told)
    if clash:
        warnings = (_warning("review_impossible", findings=listed(list(clash))), *_text_warnings(ddx, case))
        return Review(case, steps, {}, {}, None, warnings, clash)
    told, final = steps[n_told].due_to, steps[-1].due_to
    warnings = (*_answer_warnings(ddx, case, final), *_text_warnings(ddx, case))
    ranks = [_rank(final, cause) for cause in case.answer]
    return Review(case, steps, told, final, max(ranks), warnings, ())


def _trajectory(ddx: Differential, case: Case) -> tuple[tuple[ReviewStep, ...], tuple[str, ...]]:
    """Return a step for the complaint alone and each finding; it ends at a clash."""
    network = ddx.network
    evidence = Evidence.of(network)
    order: list[CaseFinding | None] = [None, *case.told, *(f for f in case.findings if f not in case.told)]
    steps: list[ReviewStep] = []
    for finding in order:
        if finding is not None:
            evidence = evidence.with_finding(finding.item, finding.state)
        try:
            answer = ddx.query(evidence)
        except ImpossibleEvidence as error:
            return tuple(steps), error.clash
        due_to = {cause: answer.due_to(cause) for cause in all_causes(network)}
        steps.append(_step(network, finding, due_to, steps[-1].due_to if steps else due_to))
    return tuple(steps), ()


def _step(
    network: Network, finding: CaseFinding | None, due_to: Mapping[str, float], before: Mapping[str, float]
) -> ReviewStep:
    shift = {cause: DECIBANS * (log_odds(p) - log_odds(before[cause])) for cause, p in due_to.items()}
    if finding is None:
        label = network.node(str(network.complaint)).label
        return ReviewStep(None, label, BINARY[1], START, due_to, shift)
    label = item_label(network, finding.item)
    return ReviewStep(finding.item, label, finding.state, finding.when, due_to, shift)


def _rank(due_to: Mapping[str, float], cause: str) -> int:
    return 1 + sum(p > due_to[cause] for p in due_to.values())


def _warning(code: str, **words: object) -> CaseWarning:
    return CaseWarning(code.removeprefix("review_"), say(code, **words))


def _answer_warnings(ddx: Differential, case: Case, final: Mapping[str, float]) -> Iterator[CaseWarning]:
    """Yield where the network's final numbers disagree with the declared answer."""
    labels = cause_labels(ddx.network)
    allowed = {"atypical": count("atypical_rank"), "two_causes": len(case.answer)}.get(case.kind, 1)
    first = max(final, key=lambda cause: final[cause])
    for cause in case.answer:
        rank = _rank(final, cause)
        if rank > allowed:
            words = {"other": labels[first], "percent": percent(final[first]), "cause": labels[cause]}
            yield _warning("review_not_first", rank=rank, yours=percent(final[cause]), **words)
        if len(case.answer) > 1 and final[cause] < rule("two_causes_raised"):
            threshold = percent(rule("two_causes_raised"))
            yield _warning(
                "review_too_low", cause=labels[cause], percent=percent(final[cause]), threshold=threshold
            )
    if case.kind not in ("atypical", "two_causes") and first in case.answer:
        second = max((cause for cause in final if cause != first), key=lambda cause: final[cause])
        if final[first] - final[second] < rule("margin"):
            words = {"cause": labels[first], "percent": percent(final[first]), "other": labels[second]}
            yield _warning("review_close", margin=percent(rule("margin")), **words)
    if case.distractor is not None:
        yield from _distractor_warnings(ddx, case, final)


def _distractor_warnings(ddx: Differential, case: Case, final: Mapping[str, float]) -> Iterator[CaseWarning]:
    """Yield where the distractor is not there, or may be responsible."""
    cause = str(case.distractor)
    label = item_label(ddx.network, cause)
    evidence = {finding.item: finding.state for finding in case.findings}
    present = ddx.query(evidence).posterior(cause)[BINARY[1]]
    if present < rule("distractor_present"):
        yield _warning("review_distractor_absent", cause=label, percent=percent(present))
    if final[cause] > rule("distractor_due"):
        yield _warning("review_distractor_due", cause=label, percent=percent(final[cause]))


STEM = 7
"""Letters of a word that are compared: "pregnant" and "pregnancy" are one word."""
AGE = re.compile(r"\b(?:I am|I'm|aged|age)\s+(\d{1,3})\b|\b(\d{1,3})(?:-| )years?(?:-| )old\b", re.IGNORECASE)


def _text_warnings(ddx: Differential, case: Case) -> Iterator[CaseWarning]:
    """Yield where the words give the answer away, or say something else than the findings."""
    network = ddx.network
    title, text = _stems(case.title), _stems(case.vignette)
    for stem, word in _answer_words(network, case).items():
        if stem in title:
            yield _warning("review_title", word=word)
        if stem in text:
            yield _warning("review_vignette", word=word)
    for node in network.of_kind("risk_factor"):
        finding = case.finding(node.id)
        stem = _stem(node.label)
        if node.states == BINARY and " " not in node.label and stem in text:
            if finding is not None and finding.state == BINARY[0]:
                words = {"word": node.label, "item": node.label, "state": finding.state}
                yield _warning("review_contradicts", **words)
            elif finding is None or finding.when != START:
                yield _warning("review_untold", item=node.label, word=node.label)
        elif finding is not None and finding.when == START and band_limits(node.states[0])[0] == 0.0:
            yield from _age_warnings(network, case, node.label, finding)


def _age_warnings(network: Network, case: Case, label: str, finding: CaseFinding) -> Iterator[CaseWarning]:
    """Yield where the text states another age than the findings, or one that the network does not take."""
    low, high = band_limits(finding.state)
    for match in AGE.finditer(case.vignette):
        years = float(match[1] or match[2])
        if (says := network.refusal(finding.item, years)) is not None:
            yield _warning("review_refused", word=match[0], says=says)
        elif not low <= years < high:
            yield _warning("review_contradicts", word=match[0], item=label, state=finding.state)


def _answer_words(network: Network, case: Case) -> dict[str, str]:
    """Return the stems of words that name an answer: those of its id, which no other cause shares."""
    shared = [stem for cause in all_causes(network) if cause not in case.answer for stem in _parts(cause)]
    found = {stem: word for cause in case.answer for stem, word in _parts(cause).items()}
    return {stem: word for stem, word in found.items() if stem not in shared}


def _parts(cause: str) -> dict[str, str]:
    """Return the long words of a cause's id by stem; "other_cause" names nothing."""
    return {_stem(word): word for word in cause.split("_") if len(word) >= STEM}


def _stem(word: str) -> str:
    return word.lower()[:STEM]


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in re.findall(r"[^\W\d_]{4,}", text)}
