"""Why a patient was missed: which finding weighed against the stated cause, and by how much.

The weight of a finding is what the log-odds of the true cause lose when it is added last (leave-one-out):

    weight = 10 log10 [odds(cause | all) / odds(cause | all but the finding)]    decibans, negative: against
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from model.validation.contenders import Coded, posteriors
from model.validation.scores import ranks
from network.calibration import logit
from network.cpds import Array
from network.patients import LabelledPatient
from network.structure import FINDING_KINDS, SETTING_KIND, Network

if TYPE_CHECKING:
    from model.differential import Differential

DECIBANS = 10.0 / np.log(10.0)
SHOWN = 3
"""Findings that a miss names."""


@dataclass(frozen=True)
class Weight:
    """A finding's weight for the true cause in decibans; `linked` where an arc joins the two.

    Minus infinity, null in JSON, where the finding alone rules the cause out.
    """

    finding: str
    state: str
    decibans: float
    linked: bool

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        decibans = self.decibans if np.isfinite(self.decibans) else None
        return {"finding": self.finding, "state": self.state, "decibans": decibans, "linked": self.linked}


@dataclass(frozen=True)
class Miss:
    """A patient whose stated cause is not first.

    `cause` is the right answer that ranks best, `rank` its place from 1, `first` what ranks above all.
    `weigh` works out what the findings weigh for the cause.
    """

    patient: str
    cause: str
    p: float
    rank: int
    first: str
    first_p: float
    weigh: Callable[[], Sequence[Weight]] = field(repr=False, compare=False)

    @cached_property
    def against(self) -> tuple[Weight, ...]:
        """The findings that weighed most against the cause, heaviest first; each is a question of its own."""
        weights = [weight for weight in self.weigh() if weight.decibans < 0.0]
        return tuple(sorted(weights, key=lambda weight: weight.decibans)[:SHOWN])

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "patient": self.patient, "cause": self.cause, "p": self.p, "rank": self.rank, "first": self.first,
            "first_p": self.first_p, "against": [weight.to_plain() for weight in self.against],
        }  # fmt: skip


def misses(
    ddx: Differential,
    patients: Sequence[LabelledPatient],
    cases: Sequence[Coded],
    p: Array,
    setting: Coded,
) -> tuple[Miss, ...]:
    """Return the patients whose right cause is not first, with what weighed against it.

    Parameters
    ----------
    cases : what was told of each patient
    p : ndarray of shape (n_patients, n_causes), P(due to cause) of those cases
    """
    causes = [condition or node for node, condition in ddx.network.causes.items()]
    place = ranks(p)
    found = []
    for row, (patient, case) in enumerate(zip(patients, cases, strict=True)):
        column = min((causes.index(cause) for cause in patient.right), key=lambda at: place[row, at])
        if place[row, column] == 0:
            continue
        first = int(np.argmax(p[row]))
        found.append(
            Miss(
                patient.id, causes[column], float(p[row, column]), int(place[row, column]) + 1,
                causes[first], float(p[row, first]),
                partial(weights_of, ddx, case, setting, column, float(p[row, column])),
            )
        )  # fmt: skip
    return tuple(found)


def weights_of(ddx: Differential, case: Coded, setting: Coded, column: int, p: float) -> tuple[Weight, ...]:
    """Return what each finding of a case weighs for the cause at a column, whose P(due to) is `p`."""
    told = [finding for finding in case if finding in ddx.network]
    without = [{other: case[other] for other in case if other != finding} for finding in told]
    rest = posteriors(ddx, without, setting)[0][:, column]
    with np.errstate(invalid="ignore"):  # ruled out with and without it: NaN, which is not below 0
        gained = DECIBANS * (logit(np.array(p)) - logit(rest))
    joined = linked(ddx.network, list(ddx.network.causes)[column])
    return tuple(
        Weight(finding, case[finding], float(x), finding in joined)
        for finding, x in zip(told, gained, strict=True)
    )


def linked(network: Network, cause: str) -> frozenset[str]:
    """Return the nodes that an arc joins to a cause or its condition, through findings and latents alone.

    Risk factors are those above the condition.
    """
    condition = network.causes[cause]
    joined = {cause} | ({condition} if condition else set())
    above = network.ancestors([cause])
    for node in network.nodes:
        if node.kind in (*FINDING_KINDS, SETTING_KIND, "latent") and joined & set(node.parents):
            joined.add(node.id)
    return frozenset(joined | above)
