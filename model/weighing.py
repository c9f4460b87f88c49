"""What each finding weighs for a cause: Shapley shares, and what taking one finding away does.

The numbers behind `model.explanation`. Up to 12 findings every subset is evaluated; where there are more, or
many of them tie most causes together, random orders of entry are, and every share has a standard error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.coalitions import (
    Coalitions,
    SampledOrders,
    Subsets,
    all_subsets,
    each_left_out,
    nobody_and_everyone,
    shapley,
)
from network.cpds import Array
from network.structure import PRESENT


@dataclass(frozen=True, eq=False)
class Weighed:
    """Every finding of a case weighed, in the order of its players; logarithms are natural.

    `shares` add up to the change in log odds, their standard `errors` are 0 where every subset was evaluated.
    `last` is what each finding adds to the log odds when it enters last. `joint` holds
    log P(findings, cause = state) of all findings, then without each, shape (1 + n_findings, 2).
    """

    shares: Array
    errors: Array
    last: Array
    joint: Array
    sampled: bool

    @property
    def without(self) -> Array:
        """P(cause | all findings but one) for each finding left out, shape (n_findings,)."""
        absent, present = self.joint[1:].T
        p: Array = np.exp(present - np.logaddexp(absent, present))
        return p


def weigh(case: Coalitions, targets: Sequence[str]) -> Weighed:
    """Return what each finding weighs for a cause, or for it against another one.

    Parameters
    ----------
    targets : the cause, and the other one where there is a contrast; neither is certain or impossible
    """
    n = len(case.players)
    taken_away = np.concatenate([nobody_and_everyone(n)[1:], each_left_out(n)])
    sampled = case.is_sampled
    if sampled:
        orders = SampledOrders.draw(n, case.order_pairs)
        subsets, which = orders.distinct_subsets()
        joint, worth = _worth(case, np.concatenate([taken_away, subsets]), targets)
        few, worth_of_few = joint[: n + 1], worth[: n + 1]
        shares, errors = orders.shares(worth[n + 1 :][which])
    else:
        joint, worth = _worth(case, all_subsets(n), targets)
        rows = taken_away @ (1 << np.arange(n))
        few, worth_of_few = joint[rows], worth[rows]
        shares, errors = shapley(worth), np.zeros(n)
    return Weighed(shares, errors, worth_of_few[0] - worth_of_few[1:], few, sampled)


def _worth(case: Coalitions, subsets: Subsets, targets: Sequence[str]) -> tuple[Array, Array]:
    """Return log P(subset, cause = state), shape (n_subsets, 2), and the log odds, shape (n_subsets,)."""
    joint = case.log_joint(subsets, targets[0])
    rival = joint[:, 0] if len(targets) == 1 else case.log_evidence(subsets, {targets[1]: PRESENT})
    return joint, joint[:, PRESENT] - rival


def settled_joint(case: Coalitions, target: str) -> Array:
    """Return `Weighed.joint` of a cause that is certain or impossible: minus infinity where it cannot be."""
    n = len(case.players)
    found = case.posteriors(np.concatenate([nobody_and_everyone(n)[1:], each_left_out(n)]), [target])
    with np.errstate(divide="ignore"):
        joint: Array = found.log_evidence[:, None] + np.log(found.marginals[target])
    return joint
