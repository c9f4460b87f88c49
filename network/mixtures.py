"""States of a graded finding in which the causes are the answer in stated shares, not as often as they occur.

A book or an examination asks about dangerous causes more often; who asks for advice has the commoner ones.
No prior is edited: the finding hangs on the causes, and a state s of it is

    P(s | cause c alone) = rate * share_c / odds(P(c)) * t,

so that by Bayes a cause that holds alone is the answer in proportion to its share, however common it is. t
is the largest number that keeps every factor below those of the states that follow. As only ratios between
causes matter, the rate is a small number by convention, and two causes at once are rarer than elsewhere by t:
what is written or asked about has one answer as a rule. Being lowest of the states keeps this a product, and
no engine has to take it apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from network.cpds import Array
from network.errors import Fault
from network.knowledge import Knowledge, due_to_id, file_of
from network.schema import Observation

SUM = 1e-6
"""How far the shares may be off from one."""


def check_shares(where: tuple[str, str, str], shares: Mapping[str, Array]) -> Iterator[Fault]:
    """Yield a fault where the shares of the network itself (the first draw) do not add up to one.

    Parameters
    ----------
    where : file, entry and field
    shares : cause to its share of the answers, shape (n_draws,)
    """
    total = float(sum(share[0] for share in shares.values()))
    if abs(total - 1.0) > SUM:
        remedy = f"Make it 1; {len(shares)} causes that share alike have {1 / max(len(shares), 1):.7f} each."
        yield Fault(*where, f"the shares add up to {total:.6g}.", remedy)


def factors(
    shares: Mapping[str, Array], marginals: Mapping[str, Array], above: Mapping[str, Array]
) -> dict[str, Array]:
    """Return the factor of each cause, share / odds times the largest t that keeps it below `above`.

    Parameters
    ----------
    shares, marginals : cause to its share of the answers and to P(cause), shape (n_draws,) each
    above : cause to the factor of the next state, shape (n_draws,)
    """
    wanted = {
        cause: share * (1.0 - marginals[cause]) / np.maximum(marginals[cause], np.finfo(float).tiny)
        for cause, share in shares.items()
    }
    room = np.minimum.reduce([above[cause] / x for cause, x in wanted.items()])
    return {cause: x * room for cause, x in wanted.items()}


def in_front(column: Array, before: Sequence[Array]) -> Array:
    """Return a column with states before it, itself scaled to what they leave.

    Parameters
    ----------
    column : ndarray of shape (n_draws, n_states)
    before : P(state) of each state before, shape (n_draws,) each

    Examples
    --------
    >>> in_front(np.array([[0.5, 0.5]]), [np.array([0.1]), np.array([0.1])])
    array([[0.1, 0.1, 0.4, 0.4]])
    """
    ahead = np.stack(list(before), axis=1)
    return np.concatenate([ahead, column * (1.0 - ahead.sum(axis=1, keepdims=True))], axis=1)


def mixture_faults(observation: Observation, knowledge: Knowledge) -> Iterator[Fault]:
    """Yield what is wrong with the states that are solved from shares."""
    if not observation.mixtures:
        return
    where = (file_of(observation), observation.id)
    if observation.leak_distribution is None:
        yield Fault(*where, "mixtures", "needs a leak_distribution.", "Name a figure for each other state.")
    if list(observation.mixtures) != observation.states[: len(observation.mixtures)]:
        fault = f"names {', '.join(observation.mixtures)}, which are not the first states in their order."
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
