"""Scores of probabilities against stated diagnoses, with bootstrap intervals.

    first, first three   a right cause ranks there
    every cause          all causes of a patient with several rank in the first three
    log loss             -ln of what the right causes hold after dividing by the sum over causes
    binary log loss      mean over causes of -ln P(cause is there or not, as stated)
    Brier                mean squared difference of P and 0 or 1; skill = 1 - Brier / Brier of the prior

An answer that is accepted without being stated counts as right, and in no binary score. Intervals hold
90 % of resamples of the patients.

References
----------
Brier (1950), Monthly Weather Review 78:1-3. Efron and Tibshirani (1993), An Introduction to the Bootstrap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from network.cpds import Array
from network.patients import LabelledPatient

LEVEL = 0.90
RESAMPLES = 2000
FLOOR = 1e-12
"""Smallest probability that enters a logarithm: a method that says never is charged 28 nats."""

Mask = NDArray[np.bool_]
MEASURES = ("first", "first_three", "every_cause", "log_loss", "binary_log_loss")


@dataclass(frozen=True)
class Estimate:
    """A mean over patients with its bootstrap interval; NaN where no patient counts."""

    value: float
    low: float
    high: float
    n: int

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it; nothing to average is null."""
        return _plain(asdict(self))


@dataclass(frozen=True)
class CauseScore:
    """One cause: the patients who have it, how often it ranks first or among three, Brier score and skill."""

    cause: str
    n: int
    first: float
    first_three: float
    brier: float
    skill: float

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it; nothing to average is null."""
        return _plain(asdict(self))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with null for NaN."""
    return {key: None if x != x else x for key, x in values.items()}


@dataclass(frozen=True, eq=False)
class Labels:
    """The stated diagnoses as arrays.

    Parameters
    ----------
    stated : ndarray of bool, shape (n_patients, n_causes)
    right : the same with further answers that count
    """

    stated: Mask
    right: Mask

    @classmethod
    def of(cls, patients: Sequence[LabelledPatient], causes: Sequence[str]) -> Labels:
        """Return the labels of patients."""
        stated = np.array([[cause in patient.diagnoses for cause in causes] for patient in patients], bool)
        right = np.array([[cause in patient.right for cause in causes] for patient in patients], bool)
        return cls(stated.reshape(len(patients), -1), right.reshape(len(patients), -1))


def measures(p: Array, labels: Labels) -> dict[str, Array]:
    """Return each measure of each patient, shape (n_patients,); NaN where it does not apply.

    Parameters
    ----------
    p : ndarray of shape (n_patients, n_causes), P(cause)
    """
    rank = ranks(p)
    best = np.where(labels.right, rank, rank.shape[1]).min(axis=1, initial=rank.shape[1])
    worst = np.where(labels.stated, rank, -1).max(axis=1, initial=-1)
    several = labels.stated.sum(axis=1) > 1
    share = np.where(labels.right, p, 0.0).sum(axis=1) / p.sum(axis=1)
    counts = ~(labels.right & ~labels.stated)
    said = np.log(np.maximum(np.where(labels.stated, p, 1.0 - p), FLOOR))
    return {
        "first": (best == 0).astype(float),
        "first_three": (best < 3).astype(float),
        "every_cause": np.where(several, (worst < 3).astype(float), np.nan),
        "log_loss": -np.log(np.maximum(share, FLOOR)),
        "binary_log_loss": -np.where(counts, said, 0.0).sum(axis=1) / counts.sum(axis=1),
    }


def ranks(p: Array) -> NDArray[np.intp]:
    """Return the place of each cause, 0 for the most probable, shape (n_patients, n_causes)."""
    places: NDArray[np.intp] = np.argsort(np.argsort(-p, axis=1, kind="stable"), axis=1)
    return places


def estimate(values: Array, members: Mask, seed: int = 0) -> Estimate:
    """Return the mean of the members' values with its bootstrap interval.

    Parameters
    ----------
    values : ndarray of shape (n_patients,); NaN does not count
    members : ndarray of bool, shape (n_patients,)
    """
    counted = values[members & ~np.isnan(values)]
    n = len(counted)
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    drawn = np.random.default_rng(seed).integers(0, n, size=(RESAMPLES, n))
    low, high = np.quantile(counted[drawn].mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    return Estimate(float(counted.mean()), low, high, n)


def cause_scores(
    p: Array, prior: Array, labels: Labels, causes: Sequence[str], members: Mask
) -> tuple[CauseScore, ...]:
    """Return the scores of each cause over some patients.

    Parameters
    ----------
    p, prior : ndarrays of shape (n_patients, n_causes)
    """
    rank = ranks(p)
    scores = []
    for column, cause in enumerate(causes):
        stated = labels.stated[:, column]
        counts = members & (stated | ~labels.right[:, column])
        theirs = rank[members & stated, column]
        brier, base = (_mean((q[counts, column] - stated[counts]) ** 2) for q in (p, prior))
        skill = 1.0 - brier / base if base > 0.0 else np.nan
        scores.append(CauseScore(cause, len(theirs), _mean(theirs == 0), _mean(theirs < 3), brier, skill))
    return tuple(scores)


def _mean(values: Array | Mask) -> float:
    return float(np.mean(values)) if len(values) else np.nan


def discordant(measure: Mapping[str, Array], against: Mapping[str, Array], members: Mask) -> tuple[int, int]:
    """Return how many patients only the one, and only the other method ranks right first."""
    ours, theirs = (method["first"][members] > 0.5 for method in (measure, against))
    return int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
