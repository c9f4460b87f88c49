"""`Track`: the network beside a learner, one step for each stage of the session, with 90 % intervals.

The network sees exactly what the learner saw. Where the findings cannot hold together, the step names a
smallest clashing set and has no numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from model.evidence import Evidence
from model.teaching.cases import all_causes
from model.teaching.practice import PracticeSession
from network.cpds import Array
from network.errors import DiagnosisError, ImpossibleEvidence

if TYPE_CHECKING:
    from model.differential import Differential

DRAWS = 200


@dataclass(frozen=True)
class TrackStep:
    """The network at one stage.

    `items` were learnt at this stage. `due_to` is P(due to each cause | evidence), empty where the findings
    clash; `intervals` holds the 90 % interval of each, None where the network's figures are not at hand.
    `samples` are the drawn posteriors, shape (n_causes, n_draws), for charts and for intervals of changes.
    """

    items: tuple[str, ...]
    evidence: Evidence = field(repr=False)
    due_to: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]] | None = None
    clash: tuple[str, ...] = ()
    samples: Array | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Track:
    """All steps of one session. `start` is P(due to each cause | the complaint alone)."""

    causes: tuple[str, ...]
    start: Mapping[str, float]
    steps: tuple[TrackStep, ...]

    @property
    def last(self) -> TrackStep | None:
        """The last step at which the findings hold together, None if there is none."""
        return next((step for step in reversed(self.steps) if not step.clash), None)


def track(ddx: Differential, session: PracticeSession, draws: int = DRAWS) -> Track:
    """Return the network beside a session.

    Parameters
    ----------
    draws : draws of the figures behind each interval; 0 leaves the intervals out
    """
    evidences = [session.evidence_at(stage) for stage in range(len(session.stages))]
    items = [tuple(one.item for one in stage.learnt) for stage in session.stages]
    return track_of(ddx, evidences, items, draws)


def track_of(
    ddx: Differential, evidences: Sequence[Evidence], items: Sequence[tuple[str, ...]], draws: int = 0
) -> Track:
    """Return the network's answers to a row of growing evidence; see `track`."""
    causes = all_causes(ddx.network)
    start = ddx.query({})
    pairs = zip(evidences, items, strict=True)
    steps = tuple(_step(ddx, evidence, learnt, draws) for evidence, learnt in pairs)
    return Track(causes, {cause: start.due_to(cause) for cause in causes}, steps)


def _step(ddx: Differential, evidence: Evidence, items: tuple[str, ...], draws: int) -> TrackStep:
    """Return one step, a clash included."""
    causes = all_causes(ddx.network)
    try:
        if not draws:
            answer = ddx.query(evidence)
            return TrackStep(items, evidence, {cause: answer.due_to(cause) for cause in causes})
        sure = ddx.credible(evidence, draws=draws)
    except ImpossibleEvidence as error:
        return TrackStep(items, evidence, {}, clash=error.clash)
    except DiagnosisError:
        # No figures, or findings impossible under nearly every draw: an answer without intervals.
        return _step(ddx, evidence, items, draws=0)
    found = {cause.condition: cause for cause in sure.causes}
    rows = [list(found).index(cause) for cause in causes]
    # Draws under which the evidence is impossible are left out, and then two steps do not pair.
    samples = sure.samples[rows] if sure.possible == sure.draws else None
    return TrackStep(
        items=items,
        evidence=evidence,
        due_to={cause: found[cause].due_to.point for cause in causes},
        intervals={cause: (found[cause].due_to.low, found[cause].due_to.high) for cause in causes},
        samples=samples,
    )


def quantiles(values: Array, level: float) -> tuple[float, float]:
    """Return the interval that holds the middle `level` of the values."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return low, high
