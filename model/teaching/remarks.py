"""The sentences of a debrief: what and why, never a score alone. The words are in ``wording.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.evidence import Evidence
from model.phrases import from_to, listed, percent
from model.teaching.cases import cause_labels, item_label
from model.teaching.revisions import FAULTS, WITHIN, WRONG_WAY, Revision
from model.teaching.rules import count, rule
from model.teaching.wording import say

if TYPE_CHECKING:
    from model.differential import Differential
    from model.teaching.debrief import Debrief

SURE = 0.5
"""More probable than not."""
REASONS = 3
"""Findings named as the reason in one sentence."""


@dataclass(frozen=True)
class Remark:
    """One sentence of feedback; `code` names its kind in ``wording.yaml``."""

    code: str
    text: str
    cause: str | None = None
    item: str | None = None


def notice() -> str:
    """Return what stands beside every piece of feedback."""
    return say("notice")


def remarks(ddx: Differential, found: Debrief) -> tuple[Remark, ...]:
    """Return the remarks of a debrief, the most useful first."""
    told = [*_case(ddx, found), *_open(ddx, found), *_order(ddx, found), *_misjudged(ddx, found)]
    return (*told, *_revised(ddx, found), *_ratio(found), *_numbers(found))


def _remark(code: str, about: str | None = None, at: str | None = None, /, **words: object) -> Remark:
    """Return a remark about a cause, at an item; the words fill the sentence."""
    return Remark(code, say(code, **words), about, at)


def _case(ddx: Differential, found: Debrief) -> Iterator[Remark]:
    """Say the answer, what was only there, urgency, and what cannot hold together."""
    case, labels = found.session.case, cause_labels(ddx.network)
    yield _remark("answer", causes=listed([labels[cause] for cause in case.answer]))
    last = found.track.last
    if case.distractor and last is not None:
        present = ddx.query(last.evidence).present(case.distractor)
        label = item_label(ddx.network, case.distractor)
        yield _remark("distractor", case.distractor, label=label, percent=percent(present))
    if found.contradiction:
        yield _remark("contradiction", findings=listed(list(found.contradiction)))
    for flag in found.urgency.flags:
        level = say(f"level_{flag.level}")
        yield _remark("urgent", level=level, reason=flag.reason, action=flag.action)


def _open(ddx: Differential, found: Debrief) -> Iterator[Remark]:
    """Say what was left unasked."""
    if found.safety:
        items = listed([must.label for must in found.safety])
        yield _remark("safety", None, found.safety[0].item, items=items)
    if found.closure is not None:
        mattered = found.closure.items
        items = listed([item_label(ddx.network, item) for item in mattered[: count("shown_remarks")]])
        yield _remark("closure", None, mattered[0], reason=found.closure.reason, items=items)


def _order(ddx: Differential, found: Debrief) -> Iterator[Remark]:
    """Say whether the first place agrees, and where order and numbers do not."""
    belief, last, labels = found.session.belief, found.track.last, cause_labels(ddx.network)
    if belief is None or belief.top is None or last is None:
        return
    first = max(last.due_to, key=lambda cause: last.due_to[cause])
    p = percent(last.due_to[first])
    if belief.top == first:
        yield _remark("rank_first", first, cause=labels[first], percent=p)
    else:
        yours = percent(last.due_to[belief.top])
        yield _remark(
            "rank_differs", first, cause=labels[belief.top], other=labels[first], percent=p, yours=yours
        )
    for one, other in belief.disagreements[:1]:
        yield _remark("order_disagrees", other, first=labels[one], second=labels[other])


def _misjudged(ddx: Differential, found: Debrief) -> Iterator[Remark]:
    """Say which answer was missed or which cause was thought sure, with the network's reasons.

    Where the learner's number lies inside the network's interval, the network would have erred alike: then
    nothing is called missed.
    """
    belief, last, labels = found.session.belief, found.track.last, cause_labels(ddx.network)
    if belief is None or last is None:
        return
    for cause in labels:
        p, is_answer = belief.point(cause), cause in found.session.case.answer
        if (p >= SURE) == is_answer or _inside(p, cause, last.intervals):
            continue
        code = "missed" if is_answer else "sure_and_wrong"
        reasons = _reasons(ddx, last.evidence, cause, is_answer)
        if reasons:
            yield _remark(code, cause, cause=labels[cause], percent=percent(p), findings=listed(reasons))
        else:
            yield _remark(f"{code}_bare", cause, cause=labels[cause], percent=percent(p))


def _inside(p: float, cause: str, intervals: Mapping[str, tuple[float, float]] | None) -> bool:
    """Whether a number lies inside the network's interval of a cause."""
    if intervals is None:
        return False
    low, high = intervals[cause]
    return low <= p <= high


def _reasons(ddx: Differential, evidence: Evidence, cause: str, for_it: bool) -> list[str]:
    """Return the labels of the strongest findings for or against a cause."""
    why = ddx.explain(evidence, cause)
    shares = why.for_it if for_it else why.against_it
    return [one.label for one in shares[:REASONS]]


def _revised(ddx: Differential, found: Debrief) -> Iterator[Remark]:
    """Say which revisions differ beyond the network's uncertainty, the wrong way first, then the largest."""
    wrong = [one for one in found.revisions if one.verdict in FAULTS]
    wrong.sort(key=lambda one: (one.verdict != WRONG_WAY, -_gap(one)))
    for one in wrong[: count("shown_remarks")]:
        yield _revision(ddx, one)
    within = sum(one.verdict == WITHIN for one in found.revisions)
    if found.revisions and not wrong:
        yield _remark("all_within")
    elif within:
        yield _remark("some_within", count=within)


def _gap(one: Revision) -> float:
    return abs(one.learner_decibans - one.network_decibans)


def _revision(ddx: Differential, one: Revision) -> Remark:
    """Return the sentence about one revision."""
    finding = listed([item_label(ddx.network, item) for item in one.items])
    before, after = from_to(one.before.point, one.after.point)
    was, now = from_to(one.network_before, one.network_after)
    words = {
        "finding": finding,
        "cause": cause_labels(ddx.network)[one.cause],
        "before": before,
        "after": after,
        "was": was,
        "now": now,
    }
    return _remark(one.verdict, one.cause, one.items[-1] if one.items else None, **words)


def _ratio(found: Debrief) -> Iterator[Remark]:
    """Say how far the learner moved beside the network."""
    if found.reaction.ratio is None:
        return
    low, high = 1 - rule("habit_margin"), 1 + rule("habit_margin")
    code = "ratio_like"
    if found.reaction.high < low:
        code = "ratio_less"
    elif found.reaction.low > high:
        code = "ratio_more"
    yield _remark(code, ratio=f"{found.reaction.ratio:.2f}")


def _numbers(found: Debrief) -> Iterator[Remark]:
    """Say the scores, last, with what they are measured against, and what asking cost."""
    scores = found.scores
    words = {"brier": f"{scores.learner.brier_mean:.3f}", "start": f"{scores.start.brier_mean:.3f}"}
    if scores.network is None:
        yield _remark("score_alone", **words)
    else:
        yield _remark("score", network=f"{scores.network.brier_mean:.3f}", **words)
    if found.session.cost:
        yield _remark("cost", cost=f"{found.session.cost:g}", path=f"{found.path.cost:g}")
