"""One case with every subset of its findings: what Shapley shares and conflicts are made of.

The findings that come and go are the *players*. What else is observed, the complaint above all, is the
*ground* on which they stand. Subsets are rows of truth values, one column per player.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import comb

import numpy as np
from numpy.typing import NDArray

from model.engine.exact import ExactEngine
from model.engine.many import ManyPosteriors
from model.inference import Engine, Observed
from model.result import Answer
from model.subsets import WORTH_A_PLAN, count_of_ties, log_of_all_subsets
from network.cpds import Array
from network.structure import ABSENT, PRESENT

Subsets = NDArray[np.bool_]
"""Which players are in, shape (n_subsets, n_players)."""

MOST_SUBSETS = 4096
"""Subsets evaluated for one answer: all of them for up to 12 findings."""

MOST_WORK = 1 << 16
"""Subsets evaluated for one answer, doubled for each finding that ties causes together."""

MOST_SAMPLED = 256
"""Subsets met by random orders where not all are evaluated: each is a large case then."""

FEWEST_PAIRS = 4
"""Orders, each with its reverse, that a standard error takes at least."""

WORTH_THE_LATTICE = 8
"""One subset in so many asked for repays answering all of them together."""

MOST_ONE_BY_ONE = 256
"""`MOST_SUBSETS` for an engine that answers one case at a time."""


@dataclass(frozen=True)
class Coalitions:
    """A case taken apart.

    Parameters
    ----------
    ground : what is observed in every subset, by node
    players : the findings that come and go, by node, in the order of the columns of a subset
    """

    engine: Engine
    ground: Mapping[str, Observed]
    players: Mapping[str, Observed]

    @classmethod
    def of(cls, engine: Engine, answer: Answer) -> Coalitions:
        """Return the case of an answer: the complaint is the ground, every other finding a player."""
        complaint = answer.network.complaint
        observed = answer.observed()
        ground = {node: value for node, value in observed.items() if node == complaint}
        players = {node: value for node, value in observed.items() if node != complaint}
        return cls(engine, ground, players)

    @property
    def most_subsets(self) -> int:
        """How many subsets the engine can be asked about in reasonable time."""
        return MOST_SUBSETS if isinstance(self.engine, ExactEngine) else MOST_ONE_BY_ONE

    @property
    def is_sampled(self) -> bool:
        """Whether there are too many findings, or too many that tie causes together, to take all subsets."""
        if 1 << len(self.players) > self.most_subsets:
            return True
        if MOST_WORK >> 2 * len(self.players) or not isinstance(self.engine, ExactEngine):
            return False  # whatever the findings are
        ties = count_of_ties(self.engine, self.ground, self.players)
        return 1 << len(self.players) + ties > MOST_WORK

    @property
    def order_pairs(self) -> int:
        """How many random orders, each with its reverse, there is time for."""
        return max(FEWEST_PAIRS, min(MOST_SAMPLED, self.most_subsets) // (2 * len(self.players)))

    def posteriors(self, subsets: Subsets, targets: Sequence[str]) -> ManyPosteriors:
        """Return P(target | ground, players in the subset) for each subset, and log P(that evidence)."""
        if isinstance(self.engine, ExactEngine):
            return self._at_once(self.engine, subsets, targets)
        network = self.engine.network
        marginals = {t: np.full((len(subsets), len(network.node(t).states)), np.nan) for t in targets}
        logs = np.empty(len(subsets))
        for row, subset in enumerate(subsets):
            players = zip(self.players.items(), subset, strict=True)
            evidence = {**self.ground, **{node: value for (node, value), there in players if there}}
            answer = self.engine.posteriors(evidence, targets)
            logs[row] = answer.log_evidence
            for target, found in answer.marginals.items():
                marginals[target][row] = found
        return ManyPosteriors(marginals, logs)

    def log_evidence(self, subsets: Subsets, given: Mapping[str, Observed] | None = None) -> Array:
        """Return log P(ground, given, players in the subset), shape (n_subsets,).

        Parameters
        ----------
        given : further evidence that stands in every subset, such as a cause present or absent
        """
        case = replace(self, ground={**self.ground, **(given or {})})
        found = case._in_lattice(subsets)
        left = np.isnan(found)
        if left.any():
            found[left] = case.posteriors(subsets[left], [self.engine.network.nodes[0].id]).log_evidence
        return found

    def log_joint(self, subsets: Subsets, target: str) -> Array:
        """Return log P(ground, players in the subset, target = state), shape (n_subsets, 2)."""
        threads = 2 if isinstance(self.engine, ExactEngine) else 1
        with ThreadPoolExecutor(threads) as pool:
            sides = pool.map(lambda state: self.log_evidence(subsets, {target: state}), (ABSENT, PRESENT))
            return np.stack(list(sides), axis=1)

    def _in_lattice(self, subsets: Subsets) -> Array:
        """Return log P(evidence) of each subset where it pays to answer them all together; NaN elsewhere."""
        n = len(self.players)
        worth_it = MOST_SUBSETS >= 1 << n <= WORTH_THE_LATTICE * len(subsets) and len(subsets) >= WORTH_A_PLAN
        if worth_it and isinstance(self.engine, ExactEngine) and self.engine.uses_kernels(len(subsets)):
            return log_of_all_subsets(self.engine, self.ground, self.players)[subsets @ (1 << np.arange(n))]
        return np.full(len(subsets), np.nan)

    def _at_once(self, engine: ExactEngine, subsets: Subsets, targets: Sequence[str]) -> ManyPosteriors:
        network = engine.network
        states = np.full((len(subsets), len(network)), -1, dtype=np.int8)
        likelihoods: dict[str, Array] = {}
        entries = [(node, value, np.ones(len(subsets), dtype=bool)) for node, value in self.ground.items()]
        entries += [(node, value, subsets[:, bit]) for bit, (node, value) in enumerate(self.players.items())]
        for node, value, rows in entries:
            if isinstance(value, np.ndarray):
                likelihoods[node] = np.where(rows[:, None], value, 1.0)
            else:
                states[rows, network.index[node]] = value
        return engine.posteriors_many(states, targets, likelihoods)


def all_subsets(n: int) -> Subsets:
    """Return every subset of n players; player 0 is the last to change, bit 0 of the row number.

    Examples
    --------
    >>> all_subsets(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    return (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(bool)


def nobody_and_everyone(n: int) -> Subsets:
    """Return the empty subset and the full one."""
    return np.repeat([[False], [True]], n, axis=1)


def each_left_out(n: int) -> Subsets:
    """Return the subsets that lack exactly one player, in the order of the players."""
    return ~np.eye(n, dtype=bool)


def shapley(values: Array) -> Array:
    """Return each player's exact Shapley share of ``values[-1] - values[0]``.

        share(i) = sum over subsets S without i of |S|! (n - |S| - 1)! / n! * (values[S and i] - values[S])

    Parameters
    ----------
    values : ndarray of shape (2**n_players,), worth of each subset in the order of `all_subsets`

    Returns
    -------
    ndarray of shape (n_players,)
        Shares add up to the difference.

    References
    ----------
    Shapley (1953), A value for n-person games.

    Examples
    --------
    >>> shapley(np.array([0.0, 1.0, 2.0, 5.0])).tolist()
    [2.0, 3.0]
    """
    n = len(values).bit_length() - 1
    number = np.arange(len(values))
    weight = np.array([1.0 / (n * comb(n - 1, size)) for size in range(n)])
    shares = np.empty(n)
    for player in range(n):
        without = number[(number >> player & 1) == 0]
        gained = values[without | 1 << player] - values[without]
        shares[player] = np.sum(weight[np.bitwise_count(without)] * gained)
    return shares


@dataclass(frozen=True)
class SampledOrders:
    """Random orders of entry, each with its reverse, for cases with too many players for all subsets.

    A player's share is its mean effect over the orders (Castro, Gomez and Tejada 2009). The reverse of each
    order, an antithetic sample, lowers the variance (Mitchell, Cooper, Frank and Holmes 2022).

    Parameters
    ----------
    orders : ndarray of shape (n_orders, n_players); rows 2k and 2k + 1 are reverses of each other
    """

    orders: NDArray[np.int64]

    @classmethod
    def draw(cls, n_players: int, pairs: int, seed: int = 0) -> SampledOrders:
        """Return random orders and their reverses, the same for the same seed.

        Parameters
        ----------
        pairs : orders drawn, 2 or more, each with its reverse: a standard error needs two
        """
        generator = np.random.default_rng(seed)
        forward = np.array([generator.permutation(n_players) for _ in range(pairs)])
        return cls(np.stack([forward, forward[:, ::-1]], axis=1).reshape(-1, n_players))

    def distinct_subsets(self) -> tuple[Subsets, NDArray[np.int64]]:
        """Return the subsets met on the way, and which of them each order has after 0, 1, ... entries.

        Returns
        -------
        ndarray of shape (n_subsets, n_players), ndarray of shape (n_orders, n_players + 1)
        """
        n_orders, n = self.orders.shape
        place = np.argsort(self.orders, axis=1)  # when each player enters
        met = (place[:, None, :] < np.arange(n + 1)[None, :, None]).reshape(-1, n)
        subsets, which = np.unique(met, axis=0, return_inverse=True)
        return subsets, which.reshape(n_orders, n + 1)

    def shares(self, values: Array) -> tuple[Array, Array]:
        """Return mean shares and their standard errors, each of shape (n_players,).

        Parameters
        ----------
        values : ndarray of shape (n_orders, n_players + 1), worth after 0, 1, ... entries
        """
        steps = np.diff(values, axis=1)
        by_player = np.empty_like(steps)
        np.put_along_axis(by_player, self.orders, steps, axis=1)
        pairs = by_player.reshape(-1, 2, by_player.shape[1]).mean(axis=1)
        return pairs.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
