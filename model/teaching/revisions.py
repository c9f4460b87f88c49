"""Each revision beside the network's, in log-odds, and the reaction ratio over all of them.

    learner's change   l = logit(p after) - logit(p before), p cut at 1 % and 99 %
    network's change   m, the same of the network's posteriors
    reaction ratio     slope of l on m through the origin: sum(l m) / sum(m^2)

A ratio of 1 moves as the network moves, below 1 less (conservative), above 1 more; below 0 the other way.
A number at 1 % or less, or at 99 % or more, says no more than "beyond": revisions that begin or end there,
the learner's or the network's, are judged but left out of the ratio.

Much of the network is itself judgement. A revision is never called wrong that ends inside the network's 90 %
interval, or whose size lies inside the 90 % interval of the network's own change.

References
----------
Phillips and Edwards (1966), Journal of Experimental Psychology 72:346-354 (accuracy ratio in log-odds).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.teaching.belief import DECIBANS, Belief, Estimate, is_cut, log_odds
from model.teaching.regression import slopes
from model.teaching.rules import rule
from model.teaching.track import Track, TrackStep, quantiles

WITHIN, LIKE, LITTLE, MUCH, WRONG_WAY, MOVED_ALONE, STOOD_STILL, STEADY = (
    "within", "like", "little", "much", "wrong_way", "moved_alone", "stood_still", "steady",
)  # fmt: skip

FAULTS = (LITTLE, MUCH, WRONG_WAY, MOVED_ALONE, STOOD_STILL)
"""Verdicts that differ from the network beyond its own uncertainty."""


@dataclass(frozen=True)
class Revision:
    """One cause at one finding. Changes are in decibans (10 log10 of the odds).

    `verdict`:
        like         about the network's change
        within       differs, but ends inside the network's interval or moves inside that of its change
        little, much less than half, more than twice the network's change
        wrong_way    against it
        stood_still  no change where the network moved noticeably
        moved_alone  a change where the network hardly moved
        steady       neither moved noticeably
    """

    step: int
    items: tuple[str, ...]
    cause: str
    before: Estimate
    after: Estimate
    network_before: float
    network_after: float
    interval: tuple[float, float] | None
    verdict: str

    @property
    def is_cut(self) -> bool:
        """Whether it begins or ends where a number says no more than "beyond"."""
        ends = (self.before.point, self.after.point, self.network_before, self.network_after)
        return any(is_cut(p) for p in ends)

    @property
    def learner_decibans(self) -> float:
        """The learner's change."""
        return DECIBANS * (log_odds(self.after.point) - log_odds(self.before.point))

    @property
    def network_decibans(self) -> float:
        """The network's change."""
        return DECIBANS * (log_odds(self.network_after) - log_odds(self.network_before))


@dataclass(frozen=True)
class Reaction:
    """The reaction ratio with its 90 % range; `ratio` is None where the network did not move.

    `n_changes` counts pairs of changes, `n_findings` the findings behind them; `wrong_way` counts revisions
    against the network beyond its uncertainty.
    """

    ratio: float | None
    low: float
    high: float
    n_changes: int
    n_findings: int
    wrong_way: int

    def to_plain(self) -> dict[str, Any]:
        """Return the numbers by name; a range without an end is null."""
        ends = [x if np.isfinite(x) else None for x in (self.low, self.high)]
        return {
            "ratio": self.ratio, "low": ends[0], "high": ends[1], "n_changes": self.n_changes,
            "n_findings": self.n_findings, "wrong_way": self.wrong_way,
        }  # fmt: skip


def revisions(beliefs: Sequence[Belief | None], track: Track) -> tuple[Revision, ...]:
    """Return every revision of a cause that was named before and after a finding.

    A stage without a belief, or at which the findings clash, is passed over: the next one is compared with
    the last that had both.
    """
    return tuple(_revisions(beliefs, track))


def _revisions(beliefs: Sequence[Belief | None], track: Track) -> Iterator[Revision]:
    before: tuple[Belief, TrackStep] | None = None
    items: tuple[str, ...] = ()
    for position, (belief, step) in enumerate(zip(beliefs, track.steps, strict=True)):
        items += step.items
        if belief is None or step.clash:
            continue
        if before is not None:
            for cause in track.causes:
                if cause in before[0].estimates and cause in belief.estimates:
                    revision = _revision(position, items, cause, before, (belief, step))
                    verdict = _verdict(revision, track.causes.index(cause), before[1], step)
                    yield replace(revision, verdict=verdict)
        before, items = (belief, step), ()


def _revision(
    position: int,
    items: tuple[str, ...],
    cause: str,
    before: tuple[Belief, TrackStep],
    after: tuple[Belief, TrackStep],
) -> Revision:
    step = after[1]
    return Revision(
        step=position,
        items=items,
        cause=cause,
        before=before[0].estimates[cause],
        after=after[0].estimates[cause],
        network_before=before[1].due_to[cause],
        network_after=step.due_to[cause],
        interval=None if step.intervals is None else step.intervals[cause],
        verdict=STEADY,
    )


def _verdict(revision: Revision, row: int, before: TrackStep, after: TrackStep) -> str:
    """Return how one revision compares with the network's."""
    plain = _plain_verdict(revision.learner_decibans, revision.network_decibans)
    if plain in FAULTS and (_ends_inside(revision) or _moves_inside(revision, row, before, after)):
        return WITHIN
    return plain


def _plain_verdict(learner: float, network: float) -> str:
    """Return how two changes compare, the network's uncertainty left out."""
    noticeable = rule("noticeable_decibans")
    moved, network_moved = abs(learner) >= noticeable, abs(network) >= noticeable
    if not network_moved:
        return MOVED_ALONE if moved and abs(learner - network) >= noticeable else STEADY
    if not moved:
        return STOOD_STILL if abs(learner - network) >= noticeable else LIKE
    if learner * network < 0:
        return WRONG_WAY
    if abs(learner) < rule("half_way") * abs(network):
        return LITTLE
    return MUCH if abs(learner) > rule("double") * abs(network) else LIKE


def _ends_inside(revision: Revision) -> bool:
    """Whether the learner's estimate touches the network's interval."""
    if revision.interval is None:
        return False
    low, high = revision.interval
    return revision.after.low <= high and revision.after.high >= low


def _moves_inside(revision: Revision, row: int, before: TrackStep, after: TrackStep) -> bool:
    """Whether the learner's change lies inside the interval of the network's change over the draws."""
    if before.samples is None or after.samples is None:
        return False
    if before.samples.shape != after.samples.shape:
        return False
    change = _log_odds(after.samples[row]) - _log_odds(before.samples[row])
    low, high = quantiles(DECIBANS * change, rule("interval_level"))
    return low <= revision.learner_decibans <= high


def _log_odds(p: Any) -> Any:
    """Return the log-odds of an array, cut at the ends as `log_odds` cuts."""
    clip = rule("clip")
    p = np.clip(p, clip, 1 - clip)
    return np.log(p / (1 - p))


def reaction(changes: Iterable[tuple[float, float, object]], wrong_way: int = 0) -> Reaction:
    """Return the reaction ratio of changes, each (learner's, network's, label of the finding).

    Causes revised at one finding share its label: their errors go together.
    """
    given = list(changes)
    groups = [group for _, _, group in given]
    found = None
    if any(network for _, network, _ in given):
        x = [[network] for _, network, _ in given]
        found = slopes(x, [learner for learner, _, _ in given], groups, rule("interval_level"))
    counted = (len(given), len(set(groups)), wrong_way)
    if found is None:
        return Reaction(None, -np.inf, np.inf, *counted)
    return Reaction(found[0].value, found[0].low, found[0].high, *counted)


def reaction_of(made: Sequence[Revision]) -> Reaction:
    """Return the reaction ratio of one session's revisions."""
    changes = [(one.learner_decibans, one.network_decibans, one.step) for one in made if not one.is_cut]
    return reaction(changes, sum(one.verdict == WRONG_WAY for one in made))
