"""One case with many subsets of its findings, from few plans: the fast way of `model.coalitions`.

Observing a finding high up in the network takes arcs out of play, so the subsets are grouped by which of
those they hold, and each group gets a plan of its own. Within a group the other findings come and go as
*columns*: variants of one plan in which the weights of a finding's states are multiplied by what was seen of
it. Groups run on all cores.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from model.engine.exact import ExactEngine
from model.engine.fast import ANSWERED
from model.engine.many import ManyPosteriors
from model.inference import Observed
from network.cpds import Array

WORTH_A_PLAN = 16
"""Columns in a group, on average, that repay the grouping: as many as the kernels handle at a time."""


def by_columns(
    engine: ExactEngine,
    ground: Mapping[str, Observed],
    players: Mapping[str, Observed],
    subsets: NDArray[np.bool_],
    targets: Sequence[str],
) -> ManyPosteriors | None:
    """Return P(target | ground and the players in the subset) for each subset, and log P(that evidence).

    Parameters
    ----------
    subsets : ndarray of shape (n_subsets, n_players)

    Returns
    -------
    ManyPosteriors or None
        None where a case for each subset is the better way: no kernels, groups too small, a target that is
        itself observed, or a group that the kernels leave to the NumPy engine.
    """
    if not engine.uses_kernels(len(subsets)) or {*targets} & {*ground, *players}:
        return None
    names = list(players)
    fixed = _fixed(engine, players)
    kept, group = np.unique(subsets[:, fixed], axis=0, return_inverse=True)
    while fixed and len(subsets) < WORTH_A_PLAN * len(kept):
        fixed.pop()
        kept, group = np.unique(subsets[:, fixed], axis=0, return_inverse=True)
    if len(subsets) < WORTH_A_PLAN:
        return None
    position = {node: engine.compiled.index[node] for node in (*names, *ground, *targets)}
    cards = engine.compiled.cards
    moving = [bit for bit in range(len(names)) if bit not in fixed]
    seen = {bit: _weights(players[names[bit]], cards[position[names[bit]]]) for bit in moving}
    wanted = [position[node] for node in (*targets, *(names[bit] for bit in moving))]
    marginals = {target: np.empty((len(subsets), cards[position[target]])) for target in targets}
    logs = np.empty(len(subsets))
    fast = engine.fast

    def run(number: int) -> bool:
        inside = [names[bit] for bit, there in zip(fixed, kept[number], strict=True) if there]
        hard, soft = engine.compiled.read_evidence({**ground, **{name: players[name] for name in inside}})
        rows = np.flatnonzero(group.ravel() == number)
        columns = [{position[names[bit]]: seen[bit] for bit in moving if subsets[row, bit]} for row in rows]
        log_z, beliefs, status = fast.solve_columns(hard, soft, wanted, columns, threads=1)
        logs[rows] = log_z[1:]
        impossible = np.isneginf(log_z[1:])
        for target, found in marginals.items():
            found[rows] = beliefs[position[target], : found.shape[1]].T
            found[rows[impossible]] = np.nan
        return status == ANSWERED

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if not all(pool.map(run, range(len(kept)))):
            return None
    return ManyPosteriors(marginals, logs)


def _fixed(engine: ExactEngine, players: Mapping[str, Observed]) -> list[int]:
    """Return the players that make the groups: at most half, those with most children, known for certain."""
    below = engine.network.children
    children = [0 if isinstance(value, np.ndarray) else len(below[node]) for node, value in players.items()]
    order = sorted(range(len(children)), key=lambda bit: -children[bit])
    return [bit for bit in order[: len(children) // 2] if children[bit]]


def _weights(observed: Observed, card: int) -> Array:
    """Return what the states of a node are multiplied by once it is observed."""
    return observed if isinstance(observed, np.ndarray) else np.eye(card)[observed]
