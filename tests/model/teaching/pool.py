"""Generated cases with the network's track, made once for all tests that need many."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from model.teaching.cases import Case
from model.teaching.generate import generate_case
from model.teaching.records import CaseRecord, Change, first_words
from model.teaching.revisions import WRONG_WAY, revisions
from model.teaching.scores import score
from model.teaching.simulated import SimulatedLearner, track_case
from model.teaching.track import Track
from tests.model.believed import ddx

CASES = 38


@lru_cache(maxsize=1)
def pool() -> tuple[tuple[Case, Track], ...]:
    cases = [generate_case(ddx(), seed) for seed in range(CASES)]
    return tuple((case, track_case(ddx(), case)) for case in cases)


def record(learner: SimulatedLearner, case: Case, beside: Track, rng: np.random.Generator) -> CaseRecord:
    """What a simulated learner's case leaves, without the parts of a debrief that take time."""
    beliefs = learner.beliefs(beside, rng)
    made = revisions(beliefs, beside)
    stated = {cause: beliefs[-1].point(cause) for cause in beside.causes}
    scored = score(stated, case.answer)
    network = score(beside.steps[-1].due_to, case.answer)
    return CaseRecord(
        case=case.id,
        title=case.title,
        kind=case.kind,
        when="2026-11-22",
        answer=case.answer,
        stated=stated,
        brier=scored.brier_mean,
        log_bits=scored.log_bits,
        network_brier=network.brier_mean,
        network_log_bits=network.log_bits,
        start_brier=score(beside.start, case.answer).brier_mean,
        cost=0.0,
        changes=tuple(
            Change(one.step, one.learner_decibans, one.network_decibans, one.verdict == WRONG_WAY, one.is_cut)
            for one in made
        ),
        first=first_words(beliefs[0], beside),
        safety_missed=0,
        closed_early=False,
    )
