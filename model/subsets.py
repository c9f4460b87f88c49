"""All subsets of a case's findings at once, from few plans: the fast way of `model.coalitions`.

P(ground, subset) is wanted for every subset of some findings, the *players*. A noisy-OR that is observed
absent is a product of one vector for each parent, so it comes and goes without a plan of its own: as a
*column*, in which the weights of nodes are multiplied by vectors. Present, it is one less that product,

    P(finding present, rest) = P(rest) - P(finding absent, rest)

and both terms are columns of the same lattice: nothing ties the parents of a finding together. Digits
cancel where findings are rare. The sum of absolute values is carried along, and a subset that lost too many
digits is left to the engine. A player that would cost most of them, or is no such product, gets plans with
and without it; one high up in the network gets a plan for each of its states, whose sum is the case without
it. What a player does is thus a small matrix, from its options to (out, in).

References
----------
Heckerman (1989), A tractable inference algorithm for diagnosing multiple diseases, UAI (sums over subsets of
positive findings). Kennes and Smets (1990), Computational aspects of the Möbius transformation, UAI.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork
from model.engine.exact import ExactEngine
from model.engine.fast import ANSWERED, IMPOSSIBLE, Variants
from model.inference import Observed
from network.cpds import Array

LARGEST_CANCELLATION = 1e6
"""A sum of signed terms that lost more digits than this is not used (1e6 * 1e-16 = 1e-10)."""

EXPECTED_CANCELLATION = LARGEST_CANCELLATION / 10
"""What single findings may be expected to cost together: findings that clash cost more."""

WORTH_A_PLAN = 32
"""Columns that repay a plan: twice as many as the kernels handle at a time."""

WIDE = 6
"""Parents from which on a noisy node that stays a variable makes every column dear."""


@dataclass(frozen=True, eq=False)
class Player:
    """How a finding comes and goes.

    Parameters
    ----------
    matrix : ndarray of shape (2, n_options), what its options count when it is out and when it is in
    plans : what is observed under each option; empty for a player that is a column
    vectors : what the second option of a column multiplies the weights of nodes by
    """

    matrix: Array
    plans: tuple[Mapping[str, Observed], ...]
    vectors: Mapping[int, Array]

    @property
    def is_tie(self) -> bool:
        """Whether its plans are one without it and one with it."""
        return bool(self.plans) and not self.plans[0]


def log_of_all_subsets(
    engine: ExactEngine, ground: Mapping[str, Observed], players: Mapping[str, Observed]
) -> Array:
    """Return log P(ground and the players in the subset) for every subset.

    Parameters
    ----------
    engine : one that uses its kernels
    ground : evidence that is possible and names no player

    Returns
    -------
    ndarray of shape (2 ** n_players,)
        In the order of `all_subsets`; NaN where too many digits cancelled.
    """
    roles = _roles(engine, ground, players)
    planned = [bit for bit, role in enumerate(roles) if role.plans]
    moving = [bit for bit, role in enumerate(roles) if not role.plans]
    columns = Columns.of(engine, [roles[bit].vectors for bit in moving])
    cases = [
        {**ground, **{node: value for option in options for node, value in option.items()}}
        for options in product(*(roles[bit].plans for bit in planned))
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        logs = np.array(list(pool.map(columns.logs, cases)))
    return _in_and_out(logs, roles, [*planned, *reversed(moving)])


def count_of_ties(
    engine: ExactEngine, ground: Mapping[str, Observed], players: Mapping[str, Observed]
) -> int:
    """Return how many players take plans with and without them: each doubles the work, and more."""
    return sum(role.is_tie for role in _roles(engine, ground, players))


def _in_and_out(logs: Array, roles: Sequence[Player], axes: Sequence[int]) -> Array:
    """Return the log of every subset from the logs of every option.

    Parameters
    ----------
    logs : ndarray of shape (n_cases, n_columns)
    axes : the players, the slowest axis of `logs` first
    """
    largest = np.max(logs, where=np.isfinite(logs), initial=-np.inf)
    reference = float(largest) if np.isfinite(largest) else 0.0
    values = np.exp(np.where(np.isnan(logs), -np.inf, logs) - reference)
    matrices = [roles[bit].matrix for bit in axes]
    total = _applied(matrices, values)
    absolute = _applied([np.abs(matrix) for matrix in matrices], values)
    unanswered = _applied([np.abs(matrix) for matrix in matrices], np.isnan(logs).astype(float)) > 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(total) + reference
    # All that is 0 is impossible; a difference that is 0 or below has lost all its digits.
    lost = (total * LARGEST_CANCELLATION <= absolute) & (absolute > 0.0)
    # The first player is the last axis: the lowest bit of a subset's number.
    order = [axes.index(bit) for bit in reversed(range(len(roles)))]
    return np.where(lost | unanswered, np.nan, found).transpose(order).ravel()


def _applied(matrices: Sequence[Array], values: Array) -> Array:
    """Return values by option as values by (out, in), one axis for each player."""
    values = values.reshape([matrix.shape[1] for matrix in matrices])
    for axis, matrix in enumerate(matrices):
        values = np.moveaxis(np.tensordot(matrix, values, axes=(1, axis)), 0, axis)
    return values


def _roles(
    engine: ExactEngine, ground: Mapping[str, Observed], players: Mapping[str, Observed]
) -> list[Player]:
    """Return how each player comes and goes."""
    compiled = engine.compiled
    alone = engine.posteriors(ground, list(players)).marginals
    roles: dict[str, Player] = {}
    losses: dict[str, float] = {}
    for name, observed in players.items():
        node = compiled.index[name]
        weights = observed if isinstance(observed, np.ndarray) else np.eye(compiled.cards[node])[observed]
        is_leaf = not _is_above(compiled, node, {*ground, *players} - {name})
        roles[name] = _as_column(compiled, node, weights, is_leaf) or _with_and_without(name, observed)
        out, within = roles[name].matrix[1]
        if within < 0.0:
            losses[name] = float((out - within) / max(weights @ alone[name], np.finfo(float).tiny))
    for name in _too_lossy(losses):
        roles[name] = _with_and_without(name, players[name])
    n_columns = 1 << sum(not role.plans for role in roles.values())
    for name in sorted(players, key=lambda name: -len(engine.network.children[name])):
        state, node = players[name], compiled.index[name]
        if node in roles[name].vectors and not isinstance(state, np.ndarray) and n_columns > WORTH_A_PLAN:
            roles[name] = _each_state(name, int(state), compiled.cards[node])
            n_columns //= 2
    return list(roles.values())


def _too_lossy(losses: Mapping[str, float]) -> list[str]:
    """Return the players that cost the most digits, such that the others together do not cost too many."""
    budget, found = EXPECTED_CANCELLATION, []
    for name in sorted(losses, key=lambda name: losses[name]):
        budget /= losses[name]
        if budget < 1.0:
            found.append(name)
    return found


def _is_above(compiled: CompiledNetwork, node: int, others: set[str]) -> bool:
    """Return whether a node is an ancestor of others."""
    return any(compiled.ancestor_masks[compiled.index[other]] >> node & 1 for other in others)


def _with_and_without(name: str, observed: Observed) -> Player:
    """Return a player with a plan without it and one with it."""
    return Player(np.eye(2), ({}, {name: observed}), {})


def _each_state(name: str, state: int, n_states: int) -> Player:
    """Return a player with a plan for each of its states."""
    plans = tuple({name: each} for each in range(n_states))
    return Player(np.stack([np.ones(n_states), np.eye(n_states)[state]]), plans, {})


def _as_column(compiled: CompiledNetwork, node: int, weights: Array, is_leaf: bool) -> Player | None:
    """Return a player as vectors that multiply weights of nodes, None where it is no such product.

    Parameters
    ----------
    weights : ndarray of shape (n_states,), 1 at the observed state or a likelihood
    is_leaf : whether nothing below the node is observed
    """
    family = compiled.families[node]
    if family.noisy is None or not is_leaf:
        wide = family.noisy is not None and len(family.parents) >= WIDE
        return None if wide else Player(np.eye(2), (), {node: weights})
    # The sum over states k of weights[k] P(k | parents) has a term in P(<= k) where the weights change.
    changes = np.flatnonzero(np.diff(weights))
    if len(changes) > 1:
        return None
    at = int(changes[0]) if len(changes) else 0
    leak, links = compiled.at_most[node]
    vectors = {parent: link[at] for parent, link in zip(family.parents, links, strict=True)}
    within = [weights[-1], (weights[at] - weights[-1]) * leak[at]]
    return Player(np.array([[1.0, 0.0], within]), (), vectors)


@dataclass(frozen=True, eq=False)
class Columns:
    """Every combination of some vectors, packed as the kernels read them.

    Parameters
    ----------
    nodes : the nodes that vectors belong to
    vectors : ndarray of shape (n_columns, n_nodes, most states)
    """

    engine: ExactEngine
    nodes: tuple[int, ...]
    vectors: Array

    @classmethod
    def of(cls, engine: ExactEngine, moving: Sequence[Mapping[int, Array]]) -> Columns:
        """Return a column for each subset of some players, in the order of `all_subsets`."""
        count = 1 << len(moving)
        inside = (np.arange(count)[:, None] >> np.arange(len(moving)) & 1).astype(bool)
        nodes = tuple(sorted({node for vectors in moving for node in vectors}))
        place = {node: position for position, node in enumerate(nodes)}
        packed = np.ones((count, len(nodes), engine.fast.tables.widest))
        for bit, vectors in enumerate(moving):
            for node, vector in vectors.items():
                packed[inside[:, bit], place[node], : len(vector)] *= vector
        return cls(engine, nodes, packed)

    def logs(self, evidence: Mapping[str, Observed]) -> Array:
        """Return log P(evidence) in every column; NaN where the kernels leave the case to NumPy."""
        fast, compiled = self.engine.fast, self.engine.compiled
        hard, soft = compiled.read_evidence(evidence)
        count, n_nodes, most_states = self.vectors.shape
        first: NDArray[np.int64] = np.arange(count + 1, dtype=np.int64) * n_nodes
        nodes = np.tile(np.array(self.nodes, dtype=np.int64), count)
        variants = Variants(first, nodes, self.vectors.reshape(-1, most_states))
        logs, _, _, status = fast.solve_columns(hard, soft, [[]], [variants], threads=1)
        if status == ANSWERED:
            of_case: Array = logs[0]
            return of_case
        impossible = status == IMPOSSIBLE or not self.engine.posteriors(evidence, ()).possible
        return np.full(count, -np.inf if impossible else np.nan)
