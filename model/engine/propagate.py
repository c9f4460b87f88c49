"""The two passes over a plan, in NumPy: readable, the oracle of the kernels, and what one cold query uses.

Upward, each bucket multiplies its inputs and sums its variable out; what the roots leave is P(evidence).
Downward, each bucket learns what the rest of the tree says about its separator (its *outside*), so that

    belief(variable) = sum over separator of outside * factors * messages

No division occurs, so zeros need no care. Arrays end with an axis over columns: variants of the case
that differ only in the weights of variables, or in the parameters. Numbers are rescaled on the way, the
logarithms of the scales kept per column.

References
----------
Shenoy and Shafer (1990), Axioms for probability and belief-function propagation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.engine.plan import Bucket, Plan
from network.cpds import Array

LARGEST_CANCELLATION = 3e5
"""Beyond this a sum of signed doubles has lost too many digits (3e5 * 3e-16 = 1e-10)."""

LARGEST_LONG_CANCELLATION = LARGEST_CANCELLATION * float(np.finfo(float).eps / np.finfo(np.longdouble).eps)
"""The same of the longest floats: 6e8 where their mantissa has 64 bits, as above where they are doubles."""


@dataclass(frozen=True)
class Upward:
    """What the upward pass leaves.

    `local` holds per bucket the product of its factors and weights, shape (card, *separator, n_columns) up
    to broadcasting, `messages` what was sent, shape (*separator, n_columns). `log_z` is the natural log of
    the total, shape (n_columns,), minus infinity where it is zero or (by rounding) below. `log_scales`
    holds per bucket the log of what was divided out of its message, its senders' included.
    """

    local: list[Array]
    messages: list[Array]
    log_z: Array
    log_scales: list[Array]


@dataclass(frozen=True)
class Downward:
    """What the downward pass leaves.

    `beliefs` holds per variable an array of shape (card, n_columns), proportional to P(state | evidence) and
    with its total known only up to a positive scale; `outside` per bucket an array of shape
    (*separator, n_columns), and `log_outside` the log of what was divided out of it. `cancellation` is the
    largest ratio, over buckets and columns, of the sum of
    absolute values to the absolute value of the sum: rounding errors of posteriors are at most a small
    multiple of it times 1e-16.
    """

    beliefs: list[Array]
    outside: list[Array]
    log_outside: list[Array]
    cancellation: float


def aligned(values: Array, scope: Sequence[int], onto: Sequence[int]) -> Array:
    """Return `values`, its axes (one per variable of `scope`, then columns) put in the order of `onto`.

    Variables of `onto` that are not in the scope get an axis of length 1.
    """
    position = {variable: axis for axis, variable in enumerate(onto)}
    order = sorted(range(len(scope)), key=lambda axis: position[scope[axis]])
    shape = [1] * len(onto)
    for axis, variable in enumerate(scope):
        shape[position[variable]] = values.shape[axis]
    return values.transpose(*order, len(scope)).reshape(*shape, values.shape[-1])


def upward(
    plan: Plan, scopes: Sequence[tuple[int, ...]], values: Sequence[Array], weights: Sequence[Array]
) -> Upward:
    """Sum out every variable in the order of the plan.

    Parameters
    ----------
    scopes, values : factors, each of shape (*cards of its scope, 1 or n_columns)
    weights : one array of shape (card, 1 or n_columns) per variable
    """
    local: list[Array] = []
    messages: list[Array] = []
    log_scales: list[Array] = []
    log_z: Array = np.zeros(1)
    for bucket in plan.buckets:
        clique = (bucket.variable, *bucket.separator)
        product = aligned(weights[bucket.variable], (bucket.variable,), clique)
        for factor in bucket.factors:
            product = product * aligned(values[factor], scopes[factor], clique)
        local.append(product)
        for sender in bucket.messages:
            product = product * aligned(messages[sender], plan.buckets[sender].separator, clique)
        message = product.sum(axis=0)
        if bucket.separator:
            scale = np.abs(message).max(axis=tuple(range(message.ndim - 1)))
            with np.errstate(divide="ignore"):
                log_z = log_z + np.log(scale)
            scale = np.where(scale > 0.0, scale, 1.0)
            message = message / scale
        else:
            scale = np.ones(1)
            with np.errstate(divide="ignore"):
                log_z = log_z + np.log(np.maximum(message, 0.0))
        messages.append(message)
        log_scales.append(sum((log_scales[sender] for sender in bucket.messages), np.log(scale)))
    return Upward(local, messages, log_z, log_scales)


def downward(plan: Plan, up: Upward) -> Downward:
    """Carry the rest of the tree to every bucket, from the last to the first."""
    n_steps = len(plan.buckets)
    outside: list[Array] = [np.ones(1)] * n_steps
    log_outside: list[Array] = [np.zeros(1)] * n_steps
    beliefs: list[Array] = [np.ones((card, 1)) for card in plan.cards]
    cancellation = 1.0
    for step in range(n_steps - 1, -1, -1):
        bucket = plan.buckets[step]
        clique = (bucket.variable, *bucket.separator)
        inside = [aligned(up.messages[s], plan.buckets[s].separator, clique) for s in bucket.messages]
        base = up.local[step] * outside[step]  # the outside has no axis for the variable: it comes first
        for position, sender in enumerate(bucket.messages):
            product = base
            for other, message in enumerate(inside):
                if other != position:
                    product = product * message
            outside[sender], scale = _summed_onto(product, clique, plan.buckets[sender])
            others = (up.log_scales[other] for other in bucket.messages if other != sender)
            log_outside[sender] = sum(others, log_outside[step] + np.log(scale))
        for message in inside:
            base = base * message
        axes = tuple(range(1, base.ndim - 1))
        beliefs[bucket.variable] = base.sum(axis=axes)
        cancellation = max(cancellation, _cancellation(base))
    return Downward(beliefs, outside, log_outside, cancellation)


def _summed_onto(product: Array, clique: Sequence[int], sender: Bucket) -> tuple[Array, Array]:
    """Return `product` summed onto a separator, divided by its largest absolute value, and that value."""
    away = tuple(axis for axis, variable in enumerate(clique) if variable not in sender.separator)
    summed: Array = product.sum(
        axis=away
    )  # the axes left are in the order of the separator: both follow the plan
    scale = np.abs(summed).max(axis=tuple(range(summed.ndim - 1)))
    scale = np.where(scale > 0.0, scale, 1.0)
    return summed / scale, scale


def _cancellation(product: Array) -> float:
    """Return the largest ratio over columns of the sum of absolute values to the absolute sum."""
    axes = tuple(range(product.ndim - 1))
    largest, total = np.abs(product).sum(axis=axes), np.abs(product.sum(axis=axes))
    if np.any(total == 0.0):
        return np.inf
    return float((largest / total).max())
