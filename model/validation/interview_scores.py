"""What an order of questions achieves over people, from arrays: a row a person, a column an answer more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.validation.scores import Estimate, Mask, estimate
from network.cpds import Array

Whole = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Stops:
    """Where the program says that asking may stop, each of shape (n_people,).

    Parameters
    ----------
    fired : whether it did before the end of the interview
    answered, put : answers and questions until then
    first : whether a true cause is first there
    level : urgency there, a position among the levels
    """

    fired: Mask
    answered: Whole
    put: Whole
    first: Mask
    level: Whole


@dataclass(frozen=True, eq=False)
class Measured:
    """One order of questions over one population.

    Parameters
    ----------
    first, first_three : ndarrays of bool, shape (n_people, 1 + n_steps)
        A true cause ranks there after 0, 1, 2 ... answers; where the story runs out, the last value stays.
    level : the same shape, urgency as a position among the levels
    put : the same shape, questions put by then, warning signs and those without an answer among them
    answered : ndarray of shape (n_people,), answers in all
    first_told, first_story : ndarrays of bool, shape (n_people,)
        A true cause is first with all that could be asked, and with the whole story, signs among it.
    level_told, level_story : the same for urgency
    stops : in the program's order only
    """

    first: Mask
    first_three: Mask
    level: Whole
    put: Whole
    answered: Whole
    first_told: Mask
    first_story: Mask
    level_told: Whole
    level_story: Whole
    stops: Stops | None

    @property
    def to_first(self) -> Array:
        """Answers until a true cause is first and stays so to the end; infinite where it is not."""
        stays = np.logical_and.accumulate(self.first[:, ::-1], axis=1)[:, ::-1]
        steps: Array = np.where(stays.any(axis=1), np.argmax(stays, axis=1), np.inf)
        return steps

    def after_put(self, values: Mask, n_put: int) -> Mask:
        """Return what `values` were when so many questions had been put, shape (n_people,)."""
        column = (self.put <= n_put).sum(axis=1) - 1
        there: Mask = values[np.arange(len(values)), column]
        return there


@dataclass(frozen=True)
class AfterAnswers:
    """After so many answers; `kept` counts those only whose true cause is first with the whole story.

    `first_put` and `first_three_put` count every question that was put. `urgency` is the share in whom the
    urgency of all that could be asked is reached.
    """

    first: Estimate
    first_three: Estimate
    kept: Estimate
    urgency: Estimate
    first_put: Estimate
    first_three_put: Estimate
    median_put: float

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            name: value.to_plain() if isinstance(value, Estimate) else value
            for name, value in vars(self).items()
        }


@dataclass(frozen=True)
class StopScore:
    """Where the stop fires, over a group.

    `fired` is the share in whom it fired before the interview ended, `ran_out` the share whose story had no
    more answers before. Medians count those in whom it did not fire as never; the rest is of those in whom it
    did. `below` maps levels below the urgency of all that could be asked to people.
    """

    fired: Estimate
    ran_out: Estimate
    median_answered: float | None
    median_put: float | None
    first: Estimate
    urgency: Estimate
    urgency_story: Estimate
    below: Mapping[int, int]

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        plain = {
            name: value.to_plain() if isinstance(value, Estimate) else value
            for name, value in vars(self).items()
        }
        return plain | {"below": {str(levels): n for levels, n in self.below.items()}}


@dataclass(frozen=True)
class OrderScore:
    """One order over a group of people; `told` and `story` are first with all of it known."""

    n: int
    after: Mapping[int, AfterAnswers]
    median_to_first: float | None
    told: Estimate
    story: Estimate
    stop: StopScore | None

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it; a median that is never reached is null."""
        return {
            "n": self.n,
            "after": {str(k): one.to_plain() for k, one in self.after.items()},
            "median_to_first": self.median_to_first,
            "first_with_all_that_can_be_asked": self.told.to_plain(),
            "first_with_the_whole_story": self.story.to_plain(),
            "stop": None if self.stop is None else self.stop.to_plain(),
        }


def order_score(measured: Measured, members: Mask, shown: tuple[int, ...]) -> OrderScore:
    """Return the scores of one order over a group.

    Parameters
    ----------
    members : ndarray of bool, shape (n_people,), at least one of them
    shown : numbers of answers to report on
    """

    def share(values: Mask, of: Mask | None = None) -> Estimate:
        return estimate(values.astype(float), members if of is None else members & of)

    reached = measured.level == measured.level_told[:, None]
    after = {
        k: AfterAnswers(
            first=share(measured.first[:, k]),
            first_three=share(measured.first_three[:, k]),
            kept=share(measured.first[:, k], measured.first_story),
            urgency=share(reached[:, k]),
            first_put=share(measured.after_put(measured.first, k)),
            first_three_put=share(measured.after_put(measured.first_three, k)),
            median_put=float(np.median(measured.put[members, k])),
        )
        for k in shown
        if k < measured.first.shape[1]
    }
    return OrderScore(
        n=int(members.sum()),
        after=after,
        median_to_first=_median(measured.to_first[members]),
        told=share(measured.first_told),
        story=share(measured.first_story),
        stop=None if measured.stops is None else _stop_score(measured, measured.stops, members),
    )


def _stop_score(measured: Measured, stops: Stops, members: Mask) -> StopScore:
    fired = stops.fired
    ran_out = ~fired & (measured.answered < measured.first.shape[1] - 1)
    below = (measured.level_told - stops.level)[members & fired]

    def share(values: Mask, of: Mask) -> Estimate:
        return estimate(values.astype(float), members & of)

    return StopScore(
        fired=share(fired, members),
        ran_out=share(ran_out, members),
        median_answered=_median(np.where(fired, stops.answered, np.inf)[members]),
        median_put=_median(np.where(fired, stops.put, np.inf)[members]),
        first=share(stops.first, fired),
        urgency=share(stops.level == measured.level_told, fired),
        urgency_story=share(stops.level == measured.level_story, fired),
        below={levels: int((below == levels).sum()) for levels in sorted(set(below[below > 0].tolist()))},
    )


def _median(steps: Array) -> float | None:
    """Return the median; None where fewer than half get there."""
    middle = float(np.median(steps))
    return middle if np.isfinite(middle) else None
