"""The room's beliefs about one case beside the network's at the same findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.evidence import Evidence
from model.teaching.belief import Belief
from model.teaching.cases import Case, all_causes, cause_labels
from model.teaching.track import track_of

if TYPE_CHECKING:
    from model.differential import Differential


@dataclass(frozen=True)
class CauseInRoom:
    """One cause. `points` holds the middles of the learners who named it, in no order that tells who.

    `quartiles` are the 25th, 50th and 75th percentile, None where nobody named it. `first_places` counts who
    put it first. `network` and `interval` are None where the findings clash or intervals were not asked for.
    """

    cause: str
    label: str
    points: tuple[float, ...]
    quartiles: tuple[float, float, float] | None
    first_places: int
    network: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Distribution:
    """The room at one step: causes in the order of the network's answer. `n` counts who submitted."""

    n: int
    causes: tuple[CauseInRoom, ...]
    clash: tuple[str, ...]


def distribution(
    ddx: Differential, case: Case, step: int | None, beliefs: Sequence[Belief], draws: int = 0
) -> Distribution:
    """Return the distribution of beliefs about a case.

    Parameters
    ----------
    step : findings revealed in turn so far, None for all (a self-run class)
    draws : draws behind the network's intervals; 0 leaves them out
    """
    evidence = case.evidence(ddx.network, step)
    return distribution_at(ddx, evidence, beliefs, draws)


def distribution_at(
    ddx: Differential, evidence: Evidence, beliefs: Sequence[Belief], draws: int = 0
) -> Distribution:
    """Return the distribution of beliefs beside the network at any evidence; see `distribution`."""
    beside = track_of(ddx, [evidence], [()], draws).steps[0]
    causes = [
        _cause(ddx, cause, beliefs, beside.due_to, beside.intervals) for cause in all_causes(ddx.network)
    ]
    causes.sort(key=lambda one: -(one.network or 0.0))
    return Distribution(len(beliefs), tuple(causes), beside.clash)


def _cause(
    ddx: Differential,
    cause: str,
    beliefs: Sequence[Belief],
    due_to: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float]] | None,
) -> CauseInRoom:
    points = sorted(belief.point(cause) for belief in beliefs if cause in belief.estimates)
    quartiles = None
    if points:
        low, middle, high = np.quantile(points, [0.25, 0.5, 0.75]).tolist()
        quartiles = (low, middle, high)
    return CauseInRoom(
        cause=cause,
        label=cause_labels(ddx.network)[cause],
        points=tuple(points),
        quartiles=quartiles,
        first_places=sum(belief.top == cause for belief in beliefs),
        network=due_to.get(cause),
        interval=None if intervals is None else intervals[cause],
    )
