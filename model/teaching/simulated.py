"""Simulated learners: one who reasons as the network does, and three with a known habit.

In log-odds, with `base` for the complaint alone, x_0 for what was told at the start and x_t for what is known
at step t:

    perfect             says x_t
    base-rate neglect   says even + (x_t - base): every cause starts alike
    conservatism        says base + w (x_t - base)
    anchoring           says x_0 + w (x_t - x_0)

Answers are cut at 1 % and 99 % and rounded to whole per cents, after noise in log-odds where it is asked for.
They are used to check that a known habit is found, and can be played against in a lesson.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.teaching.belief import Belief, Estimate, log_odds
from model.teaching.cases import Case
from model.teaching.practice import PracticeSession
from model.teaching.track import Track, track_of

if TYPE_CHECKING:
    from model.differential import Differential

Habit = Callable[[float, float, float, int], float]
"""Log-odds said, from those of the complaint alone, of the start and of now, and the number of causes."""


def perfect(base: float, first: float, now: float, n_causes: int) -> float:
    """Say what the network says."""
    return now


def base_rate_neglect(base: float, first: float, now: float, n_causes: int) -> float:
    """Let every cause start alike, at one in as many as there are."""
    return -math.log(n_causes - 1) + (now - base)


def conservative(weight: float) -> Habit:
    """Give every finding the same share of its weight."""
    return lambda base, first, now, n_causes: base + weight * (now - base)


def anchored(weight: float) -> Habit:
    """Take the first findings whole, and of later ones a share of their weight."""
    return lambda base, first, now, n_causes: first + weight * (now - first)


def track_case(ddx: Differential, case: Case) -> Track:
    """Return the network beside a case in which everything is revealed in turn, without intervals."""
    steps = range(len(case.later) + 1)
    evidences = [case.evidence(ddx.network, step) for step in steps]
    items = [
        tuple(one.item for one in (case.start if not step else case.later[step - 1 : step])) for step in steps
    ]
    return track_of(ddx, evidences, items)


@dataclass(frozen=True)
class SimulatedLearner:
    """A learner with a habit. `noise` is the standard deviation of what is said, in natural log-odds."""

    habit: Habit
    noise: float = 0.0
    rounded: bool = True

    def beliefs(self, beside: Track, rng: np.random.Generator) -> tuple[Belief, ...]:
        """Return what the learner says at each step of a case."""
        return tuple(self._belief(beside, step.due_to, rng) for step in beside.steps)

    def work(self, ddx: Differential, case: Case, beside: Track, rng: np.random.Generator) -> PracticeSession:
        """Return the learner's finished session with a case."""
        session = PracticeSession.start(ddx.network, case)
        for step, belief in enumerate(self.beliefs(beside, rng)):
            session = (session.next_finding() if step else session).commit(belief)
        return session.stop()

    def _belief(self, beside: Track, due_to: Mapping[str, float], rng: np.random.Generator) -> Belief:
        said = {}
        for cause in beside.causes:
            first, now = log_odds(beside.steps[0].due_to[cause]), log_odds(due_to[cause])
            start = beside.start[cause]
            odds = self.habit(math.log(start / (1 - start)), first, now, len(beside.causes))
            p = 1 / (1 + math.exp(-odds - self.noise * rng.standard_normal()))
            said[cause] = round(p, 2) if self.rounded else p
        ranking = sorted(said, key=lambda cause: -said[cause])
        return Belief({cause: Estimate(p, p) for cause, p in said.items()}, tuple(ranking))
