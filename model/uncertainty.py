"""How sure is that? Intervals of every posterior, stability of the order, and the figures behind the spread.

Every figure is drawn from what is believed about it (`network.distributions`), the network is calibrated
anew for each draw, and the case is answered under each:

    90 % interval   5th to 95th percentile of the answers
    rank stability  share of the draws in which a cause comes first, or among the first three
    drivers         squared rank correlation over the draws of a figure and the log-odds of the top cause

Draws are not weighted by how well they explain this patient: one patient says next to nothing about a
sensitivity. What the structure of the network leaves out is in none of the intervals.

References
----------
Doubilet, Begg, Weinstein, Braun and McNeil (1985), Medical Decision Making 5:157-177 (drawing all
numbers at once; how often each option comes first). Helton and Davis (2003), Reliability Engineering
and System Safety 81:23-69 (rank correlation over a sample). Pradhan, Henrion, Provan, Del Favero and
Huang (1996), Artificial Intelligence 85:363-397 (imprecise numbers in diagnostic networks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from model.draws import Draws, draws_of
from model.drivers import Driver, drivers
from model.evidence import Evidence
from model.parameter_sets import SetPosteriors
from model.recalibration import Recalibration, recalibration
from model.result import Answer
from network.cpds import Array
from network.errors import DiagnosisError
from network.parameters import Progress
from network.structure import Network

if TYPE_CHECKING:
    from model.differential import Differential

LEVEL = 0.90
"""Probability of the intervals."""


@dataclass(frozen=True)
class Spread:
    """A posterior over the draws. `point` is the answer of the network itself; `low` to `high` hold 90 %."""

    point: float
    mean: float
    median: float
    low: float
    high: float

    @classmethod
    def of(cls, point: float, drawn: Array) -> Spread:
        """Return the spread of drawn posteriors of shape (n_draws,)."""
        low, median, high = np.quantile(drawn, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]).tolist()
        return cls(point, float(drawn.mean()), median, low, high)

    def to_plain(self) -> dict[str, float]:
        """Return the numbers by name."""
        return {
            "point": self.point, "mean": self.mean, "median": self.median, "low": self.low, "high": self.high,
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.point:.1%} ({self.low:.1%} to {self.high:.1%})"


@dataclass(frozen=True)
class CredibleCause:
    """One cause. `first` and `in_first_three` are the shares of the draws in which it ranks there.

    `present` is None for other_cause.
    """

    condition: str
    label: str
    due_to: Spread
    present: Spread | None
    first: float
    in_first_three: float


@dataclass(frozen=True)
class CredibleDifferential:
    """The differential with its uncertainty. Causes stand in the order of the answer, most probable first.

    `draws` counts the draws asked for, `possible` those under which the evidence was possible. `samples`
    holds P(due to) of each cause in those, shape (n_causes, possible), for charts.
    """

    answer: Answer
    causes: tuple[CredibleCause, ...]
    headings: Mapping[str, Spread]
    drivers: tuple[Driver, ...]
    draws: int
    possible: int
    seed: int
    samples: Array = field(repr=False, compare=False)

    def due_to(self, condition: str) -> CredibleCause:
        """Return one cause.

        Raises
        ------
        NoComplaint, UnknownNode
        """
        self.answer.due_to(condition)
        return next(
            cause for cause in self.causes if condition in (cause.condition, f"due_to_{cause.condition}")
        )

    def to_plain(self) -> dict[str, Any]:
        """Return everything as JSON holds it."""
        return {
            **self.answer.frame(),
            "draws": self.draws,
            "possible": self.possible,
            "seed": self.seed,
            "level": LEVEL,
            "causes": {
                cause.condition: {
                    "due_to": cause.due_to.to_plain(),
                    "present": cause.present.to_plain() if cause.present else None,
                    "first": cause.first,
                    "in_first_three": cause.in_first_three,
                }
                for cause in self.causes
            },
            "headings": {heading: spread.to_plain() for heading, spread in self.headings.items()},
            "drivers": [
                {
                    "figure": driver.figure,
                    "share": driver.share,
                    "sign": driver.sign,
                    "sets": [{"node": node, "parameter": parameter} for node, parameter in driver.sets],
                }
                for driver in self.drivers
            ],
        }

    def __str__(self) -> str:
        lines = [
            f"{cause.due_to!s:>28}  {cause.label}: first in {cause.first:.0%} of draws, "
            f"in the first three in {cause.in_first_three:.0%}"
            for cause in self.causes
        ]
        if self.drivers:
            lines.append(f"What the spread of the first rests on (share of {self.causes[0].label}):")
            lines += [f"{driver.share:7.1%}  {driver.figure}" for driver in self.drivers]
        if self.possible < self.draws:
            lines.append(
                f"The evidence was impossible in {self.draws - self.possible} of {self.draws} draws."
            )
        return self.answer.framed(lines)


def credible(
    ddx: Differential,
    evidence: Mapping[str, Any] | Evidence | None = None,
    draws: int = 1000,
    seed: int = 0,
    complaint: bool = True,
    progress: Progress | None = None,
) -> CredibleDifferential:
    """Return the differential with 90 % intervals, the stability of its order and what the spread rests on.

    Parameters
    ----------
    evidence, complaint : as for `Differential.query`
    draws : int, 2 or more
    seed : int
        The same seed gives the same draws, and the first hundred of a thousand draws are the hundred draws of
        that seed.
    progress : callable of (draws made, draws wanted), optional
        Called while draws are made, which happens once for a network.

    Raises
    ------
    NoFigures
        If the network was not built from a knowledge folder.
    UnknownNode, UnknownState, EvidenceError, ImpossibleEvidence
    DiagnosisError
        If the draws cannot be made as asked, or the evidence is impossible under nearly all of them.
    """
    calibration = recalibration(ddx.network, ddx.folder)
    answer = ddx.query(evidence, complaint)
    return spread(answer, calibration, draws_of(calibration, draws, seed, progress), seed)


def spread(answer: Answer, calibration: Recalibration, draws: Draws, seed: int) -> CredibleDifferential:
    """Return the uncertainty of an answered case.

    Parameters
    ----------
    answer : the answer of the network itself
    calibration : of the same network
    draws : drawn parameter sets
    seed : the seed of the draws, for the record

    Raises
    ------
    DiagnosisError
        If the evidence is impossible under nearly every draw.
    """
    network = answer.network
    found = calibration.engine.posteriors(draws.parameters, answer.observed(), spread_nodes(network))
    possible = np.isfinite(found.log_evidence)
    if possible.sum() < 2:
        raise DiagnosisError(
            f"the evidence is impossible in {(~possible).sum()} of {draws.count} draws of the figures: "
            "there is nothing to take an interval of."
        )
    order = {cause.condition: cause for cause in answer.ranking}
    nodes = {of or node: node for node, of in network.causes.items()}
    samples = found.present(nodes[condition] for condition in order)[:, possible]
    place = np.argsort(np.argsort(-samples, axis=0, kind="stable"), axis=0)
    causes = tuple(
        CredibleCause(
            condition=cause.condition,
            label=cause.label,
            due_to=Spread.of(cause.due_to, samples[row]),
            present=None if cause.present is None else _spread(answer, found, cause.condition, possible),
            first=float((place[row] == 0).mean()),
            in_first_three=float((place[row] < 3).mean()),
        )
        for row, cause in enumerate(order.values())
    )
    return CredibleDifferential(
        answer=answer,
        causes=causes,
        headings={
            heading.id: _spread(answer, found, heading.id, possible) for heading in network.of_kind("heading")
        },
        drivers=drivers(calibration.uses, draws, samples[0], possible) if causes else (),
        draws=draws.count,
        possible=int(possible.sum()),
        seed=seed,
        samples=samples,
    )


def spread_nodes(network: Network) -> list[str]:
    """Return the nodes whose spread is shown: causes, conditions, headings."""
    conditions = [of for of in network.causes.values() if of is not None]
    return [*network.causes, *conditions, *(heading.id for heading in network.of_kind("heading"))]


def _spread(answer: Answer, found: SetPosteriors, node: str, possible: Array) -> Spread:
    return Spread.of(answer.present(node), found.present([node])[0][possible])
