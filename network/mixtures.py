"""States of a graded finding in which the causes are the answer in stated shares, not as often as they occur.

A book or an examination asks about each cause about equally often; who asks for advice has the commoner ones.
No prior is edited: the finding hangs on the causes, and a state s with rate r gets

    P(s | X alone) = share_X * r / P(X),

so that by Bayes X brought on the state in share_X of the people in it, whatever P(X) is. P(X | s) is
that share and what second causes add to it, which are as common as in anybody who has the first.
Without any cause the state does not occur. The other states of the finding share what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from network.cpds import Array
from network.errors import Fault
from network.knowledge import Knowledge, due_to_id, file_of
from network.schema import Observation

LARGEST = 0.25
"""P(state | X alone) at most: a state may take no more than that from the others."""

SUM = 1e-6
"""How far the shares may be off from one."""


def solve_mixture(
    where: tuple[str, str, str],
    rate: Array,
    shares: Mapping[str, Array],
    marginals: Mapping[str, Array],
    faults: list[Fault],
) -> dict[str, Array]:
    """Return P(state | each cause alone), shape (n_draws,) each.

    Parameters
    ----------
    where : file, entry and field, for faults
    rate : P(state), shape (n_draws,)
    shares, marginals : cause to its share of the answers and to P(cause), shape (n_draws,) each
    faults : gets what the network itself (the first draw) asks in vain; a drawn weight is cut at `LARGEST`
    """
    total = float(sum(share[0] for share in shares.values()))
    if abs(total - 1.0) > SUM:
        remedy = f"Make it 1; {len(shares)} causes that share alike have {1 / max(len(shares), 1):.7f} each."
        faults.append(Fault(*where, f"the shares add up to {total:.6g}.", remedy))
    weights: dict[str, Array] = {}
    for cause, share in shares.items():
        wanted = np.divide(
            share * rate, marginals[cause], out=np.ones_like(share), where=marginals[cause] > 0
        )
        if wanted[0] > LARGEST:
            problem = f"{cause} is too rare for this rate: it would need a weight of {wanted[0]:.3g}."
            faults.append(Fault(*where, problem, f"Lower the rate; a weight may be {LARGEST} at most."))
        weights[cause] = np.minimum(wanted, LARGEST)
    return weights


def widened(column: Array, weights: Sequence[Array]) -> Array:
    """Return a column with the weights behind it, itself scaled to what they leave.

    Parameters
    ----------
    column : ndarray of shape (n_draws, n_states)
    weights : ndarrays of shape (n_draws,)

    Examples
    --------
    >>> widened(np.array([[0.5, 0.5]]), [np.array([0.2])])
    array([[0.4, 0.4, 0.2]])
    """
    behind = np.stack(list(weights), axis=1)
    return np.concatenate([column * (1.0 - behind.sum(axis=1, keepdims=True)), behind], axis=1)


def mixture_faults(observation: Observation, knowledge: Knowledge) -> Iterator[Fault]:
    """Yield what is wrong with the states that are solved from shares."""
    if not observation.mixtures:
        return
    where = (file_of(observation), observation.id)
    if observation.leak_distribution is None:
        yield Fault(*where, "mixtures", "needs a leak_distribution.", "Name a figure for each other state.")
    if list(observation.mixtures) != observation.states[len(observation.plain_states) :]:
        fault = f"names {', '.join(observation.mixtures)}, which are not the last states in their order."
        yield Fault(*where, "mixtures", fault, f"States: {', '.join(observation.states)}.")
    parents = [link.parent for link in observation.links]
    for cause in (*(due_to_id(condition.id) for condition in knowledge.conditions), knowledge.other_cause.id):
        if cause not in parents:
            fault = f"{cause!r} has no link: it could never be the answer in these states."
            yield Fault(*where, "links", fault, f"Write - parent: {cause}.")
    for state, mixture in observation.mixtures.items():
        if isinstance(mixture.shares, dict) and set(mixture.shares) != set(parents):
            odd = sorted(set(mixture.shares) ^ set(parents))
            fault = f"shares and links do not name the same causes: {', '.join(odd)}."
            yield Fault(*where, f"mixtures.{state}.shares", fault, "Give a share to each parent.")
