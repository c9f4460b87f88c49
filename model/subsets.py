"""One case with many subsets of its findings, from few plans: the fast way of `model.coalitions`.

Observing a finding high up in the network takes arcs out of play, and a wide noisy-OR ties its parents
together only where it is observed. So the subsets are grouped by which of those findings they hold, and each
group gets a plan of its own. Within a group the other findings come and go as *columns*: variants of one plan
in which the weights of nodes are multiplied by vectors. A noisy-OR or noisy-MAX at its first state is a
product of one vector for each parent, and takes no variable. Groups run on all cores.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.engine.exact import ExactEngine
from model.engine.fast import ANSWERED
from model.engine.many import ManyPosteriors
from model.inference import Observed
from network.cpds import Array

WORTH_A_PLAN = 16
"""Columns in a group, on average, that repay the grouping: as many as the kernels handle at a time."""

WIDE = 6
"""Parents from which on a noisy node makes a plan so much larger that it is left out where not observed."""


@dataclass(frozen=True)
class Player:
    """What observing a finding does to a plan.

    Parameters
    ----------
    log_scale, vectors : as a column, a number (its natural log) and vectors that multiply weights of nodes
    reach : how much a plan changes where it is observed; 0 for one that is best a column
    wide : whether it must not be a column
    """

    log_scale: float
    vectors: Mapping[int, Array]
    reach: int
    wide: bool


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
    names, compiled, cards = list(players), engine.compiled, engine.compiled.cards
    known = [_player(engine, name, value) for name, value in players.items()]
    fixed = [bit for bit in sorted(range(len(known)), key=lambda bit: -known[bit].reach) if known[bit].reach]
    kept, group = np.unique(subsets[:, fixed], axis=0, return_inverse=True)
    while fixed and len(subsets) < WORTH_A_PLAN * len(kept):
        fixed.pop()
        kept, group = np.unique(subsets[:, fixed], axis=0, return_inverse=True)
    moving = [bit for bit in range(len(known)) if bit not in fixed]
    if len(subsets) < WORTH_A_PLAN or any(known[bit].wide for bit in moving):
        return None
    aims = [compiled.index[target] for target in targets]
    wanted = list(dict.fromkeys([*aims, *(node for bit in moving for node in known[bit].vectors)]))
    found = [np.empty((len(subsets), cards[aim])) for aim in aims]
    logs, fast = np.empty(len(subsets)), engine.fast

    def run(number: int) -> bool:
        inside = [names[bit] for bit, there in zip(fixed, kept[number], strict=True) if there]
        hard, soft = compiled.read_evidence({**ground, **{name: players[name] for name in inside}})
        rows = np.flatnonzero(group.ravel() == number)
        chosen = [[known[bit] for bit in moving if subsets[row, bit]] for row in rows]
        log_z, beliefs, status = fast.solve_columns(
            hard, soft, wanted, [_product(some) for some in chosen], 1
        )
        logs[rows] = log_z[1:] + [sum(one.log_scale for one in some) for some in chosen]
        for aim, marginals in zip(aims, found, strict=True):
            marginals[rows] = np.where(np.isneginf(logs[rows]), np.nan, beliefs[aim, : cards[aim]]).T
        return status == ANSWERED

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if not all(pool.map(run, range(len(kept)))):
            return None
    return ManyPosteriors(dict(zip(targets, found, strict=True)), logs)


def _player(engine: ExactEngine, name: str, observed: Observed) -> Player:
    """Return what observing a finding does to a plan."""
    compiled = engine.compiled
    node = compiled.index[name]
    family, children = compiled.families[node], len(engine.network.children[name])
    if isinstance(observed, np.ndarray):
        return Player(0.0, {node: observed}, reach=0, wide=False)
    if family.noisy is not None and observed == 0 and not children:
        vectors = {p: link[0, :, 0] for p, link in zip(family.parents, family.noisy.links, strict=True)}
        with np.errstate(divide="ignore"):
            return Player(float(np.log(family.noisy.leak[0, 0])), vectors, reach=0, wide=False)
    wide = family.noisy is not None and len(family.parents) >= WIDE
    reach = children + (len(family.parents) if family.noisy is not None else 0)
    return Player(0.0, {node: np.eye(compiled.cards[node])[observed]}, reach, wide)


def _product(players: Sequence[Player]) -> dict[int, Array]:
    """Return what several findings multiply together."""
    vectors: dict[int, Array] = {}
    for player in players:
        for node, vector in player.vectors.items():
            vectors[node] = vectors[node] * vector if node in vectors else vector
    return vectors
