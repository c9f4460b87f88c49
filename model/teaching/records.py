"""`CaseRecord`: what one finished case leaves in a learner's progress, checked when it comes from a file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from model.teaching.belief import DECIBANS, Belief, is_cut, log_odds
from model.teaching.errors import ProgressError
from model.teaching.revisions import WRONG_WAY
from model.teaching.track import Track

if TYPE_CHECKING:
    from model.teaching.debrief import Debrief


@dataclass(frozen=True)
class Change:
    """One revision: the learner's and the network's change in decibans, and the stage it was made at.

    `cut` where one of its ends lies beyond 1 % or 99 %; then it is left out of ratios.
    """

    step: int
    learner: float
    network: float
    wrong_way: bool = False
    cut: bool = False


@dataclass(frozen=True)
class FirstWord:
    """The first belief about one cause, in decibans: the learner's and what it could rest on.

    `base` is the network's log-odds given the complaint alone, `first` what the findings told at the start
    add to that.
    """

    learner: float
    base: float
    first: float


@dataclass(frozen=True)
class CaseRecord:
    """One finished case.

    `stated` holds the final probability of each cause that was named, `answer` the causes that were true. A
    cause that was not named counts as 0 in scores, and is no judgement in the calibration curve.
    """

    case: str
    title: str
    kind: str
    when: str
    answer: tuple[str, ...]
    stated: Mapping[str, float]
    brier: float
    log_bits: float
    network_brier: float | None
    network_log_bits: float | None
    start_brier: float
    cost: float
    changes: tuple[Change, ...]
    first: tuple[FirstWord, ...]
    safety_missed: int
    closed_early: bool

    def to_plain(self) -> dict[str, Any]:
        """Return the record as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Any, causes: tuple[str, ...]) -> CaseRecord:
        """Return the record that `to_plain` spelled out.

        Raises
        ------
        ProgressError
        """
        try:
            record = cls(
                case=_text(plain["case"]),
                title=_text(plain["title"]),
                kind=_text(plain["kind"]),
                when=_text(plain["when"]),
                answer=tuple(_cause(cause, causes) for cause in plain["answer"]),
                stated={_cause(cause, causes): _number(p, 0, 1) for cause, p in plain["stated"].items()},
                brier=_number(plain["brier"], 0, 1),
                log_bits=_number(plain["log_bits"], 0),
                network_brier=_optional(plain["network_brier"]),
                network_log_bits=_optional(plain["network_log_bits"]),
                start_brier=_number(plain["start_brier"], 0, 1),
                cost=_number(plain["cost"], 0),
                changes=tuple(_change(one) for one in plain["changes"]),
                first=tuple(
                    FirstWord(*(_number(one[key]) for key in ("learner", "base", "first")))
                    for one in plain["first"]
                ),
                safety_missed=int(_number(plain["safety_missed"], 0)),
                closed_early=bool(plain["closed_early"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ProgressError(f"an entry of the progress file is incomplete: {error}.") from None
        return record


def record_of(found: Debrief, when: str) -> CaseRecord:
    """Return the record of a debriefed session."""
    session, scores = found.session, found.scores
    belief = session.belief
    return CaseRecord(
        case=session.case.id,
        title=session.case.title,
        kind=session.case.kind,
        when=when,
        answer=session.case.answer,
        stated={} if belief is None else {cause: one.point for cause, one in belief.estimates.items()},
        brier=scores.learner.brier_mean,
        log_bits=scores.learner.log_bits,
        network_brier=scores.network.brier_mean if scores.network else None,
        network_log_bits=scores.network.log_bits if scores.network else None,
        start_brier=scores.start.brier_mean,
        cost=session.cost,
        changes=tuple(
            Change(one.step, one.learner_decibans, one.network_decibans, one.verdict == WRONG_WAY, one.is_cut)
            for one in found.revisions
        ),
        first=first_words(session.beliefs[0], found.track),
        safety_missed=len(found.safety),
        closed_early=found.closure is not None,
    )


def first_words(belief: Belief | None, beside: Track) -> tuple[FirstWord, ...]:
    """Return the first belief about each cause named in it, with what it could rest on.

    Numbers beyond 1 % or 99 %, the learner's or the network's, are left out.
    """
    step = beside.steps[0]
    if belief is None or step.clash:
        return ()
    words = []
    for cause, estimate in belief.estimates.items():
        now, start = step.due_to[cause], beside.start[cause]
        if is_cut(estimate.point) or is_cut(now) or not 0 < start < 1:
            continue
        base = DECIBANS * math.log(start / (1 - start))
        first = DECIBANS * log_odds(now) - base
        words.append(FirstWord(DECIBANS * log_odds(estimate.point), base, first))
    return tuple(words)


def _change(plain: Any) -> Change:
    return Change(
        int(_number(plain["step"], 0)),
        _number(plain["learner"]),
        _number(plain["network"]),
        bool(plain["wrong_way"]),
        bool(plain["cut"]),
    )


LONGEST_TEXT = 200


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ProgressError(f"{str(value)[:40]!r} is no short text.")
    return value


def _cause(value: Any, causes: tuple[str, ...]) -> str:
    if value not in causes:
        raise ProgressError(f"no cause is called {str(value)[:40]!r}; the file is of another network.")
    return str(value)


def _number(value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ProgressError(f"{str(value)[:40]!r} is no number.")
    if not low <= value <= high:
        raise ProgressError(f"{value} lies outside {low:g} to {high:g}.")
    return float(value)


def _optional(value: Any) -> float | None:
    return None if value is None else _number(value, 0)
