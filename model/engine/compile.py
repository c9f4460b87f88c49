"""A network laid out for fast access: compiled once, then only read.

Two kinds of family remain. *Dense*: the whole table P(node | parents). *Noisy*: noisy-OR, noisy-MAX and
deterministic OR with two parents or more, as the distribution of the contribution of each state of each
parent and of the leak,

    P(node <= k | x) = leak(<= k) * product over parents p of contribution_p(<= k | x_p)

References
----------
Diez and Galan (2003), Efficient computation for the noisy MAX.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.inference import Observed
from network.cpds import AnyOf, Array, Cpd, NoisyMax, NoisyOr
from network.errors import EvidenceError, TooWide, UnknownNode, UnknownState
from network.structure import Network

LARGEST_TABLE = 2**24
"""Entries of the largest table that is spelled out (128 MB of float64)."""


@dataclass(frozen=True, eq=False)
class Noisy:
    """A noisy family in the form the engine uses.

    Parameters
    ----------
    leak : ndarray of shape (n_states, n_sets)
        Distribution of the leak's contribution.
    links : tuple of ndarrays of shape (n_states, card, n_sets), one per parent
        Distribution of the contribution of each state of the parent.
    """

    leak: Array
    links: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Family:
    """One node with its parents, all by position, and its distribution in one of the two forms.

    `dense` has shape (n_states, *parent_cards, n_sets); exactly one of `dense` and `noisy` is given.
    n_sets is 1, or the number of parameter sets.
    """

    node: int
    parents: tuple[int, ...]
    dense: Array | None
    noisy: Noisy | None


@dataclass(frozen=True, eq=False)
class CompiledNetwork:
    """Every family of a network, by position in topological order."""

    network: Network
    names: tuple[str, ...]
    index: Mapping[str, int]
    cards: tuple[int, ...]
    families: tuple[Family, ...]
    is_leaf: tuple[bool, ...]

    @cached_property
    def at_most(self) -> Mapping[int, tuple[Array, tuple[Array, ...]]]:
        """P(contribution <= k) of each noisy node's leak (n_states,) and parents (n_states, card)."""
        return {
            family.node: (
                np.cumsum(family.noisy.leak[..., 0], axis=0),
                tuple(np.cumsum(link[..., 0], axis=0) for link in family.noisy.links),
            )
            for family in self.families
            if family.noisy is not None
        }

    @cached_property
    def arcs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Parent and child of every arc."""
        pairs = [(parent, family.node) for family in self.families for parent in family.parents]
        parents, children = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return parents, children

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Those that have a node as parent, of each node, in order."""
        found: list[list[int]] = [[] for _ in self.families]
        for family in self.families:
            for parent in dict.fromkeys(family.parents):
                found[parent].append(family.node)
        return tuple(map(tuple, found))

    @cached_property
    def leaves(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Nobody's parents; which of them are noisy; which have a full table and one parent."""
        leaf = np.array(self.is_leaf, dtype=bool)
        noisy = np.array([family.noisy is not None for family in self.families], dtype=bool)
        single = np.array([len(family.parents) == 1 for family in self.families], dtype=bool)
        return leaf, leaf & noisy, leaf & ~noisy & single

    @cached_property
    def ancestor_masks(self) -> tuple[int, ...]:
        """For each node a bit mask of itself and everything above it."""
        masks: list[int] = []
        for family in self.families:
            mask = 1 << family.node
            for parent in family.parents:
                mask |= masks[parent]
            masks.append(mask)
        return tuple(masks)

    def read_evidence(self, evidence: Mapping[str, Observed]) -> tuple[dict[int, int], dict[int, Array]]:
        """Return states and likelihoods by position.

        Raises
        ------
        UnknownNode, UnknownState
            If a node or the position of a state does not exist.
        EvidenceError
            If a likelihood has the wrong length, is negative, not finite, or zero throughout.
        """
        hard: dict[int, int] = {}
        soft: dict[int, Array] = {}
        for name, observed in evidence.items():
            position = self.index.get(name)
            if position is None:
                raise UnknownNode(name, self.index)
            if isinstance(observed, np.ndarray):
                soft[position] = check_likelihood(name, observed, self.cards[position])
            elif 0 <= int(observed) < self.cards[position]:
                hard[position] = int(observed)
            else:
                raise UnknownState(name, observed, self.network.nodes[position].states)
        return hard, soft

    def positions(self, names: Sequence[str] | None) -> list[int]:
        """Return the positions of some nodes, of all if None.

        Raises
        ------
        UnknownNode
            If there is none of that id.
        """
        if names is None:
            return list(range(len(self.names)))
        try:
            return [self.index[name] for name in names]
        except KeyError as error:
            raise UnknownNode(str(error.args[0]), self.index) from None


def check_likelihood(name: str, likelihood: Array, n_states: int) -> Array:
    """Return the likelihood as floats, or say what is wrong with it."""
    values = np.asarray(likelihood, dtype=float)
    if values.shape != (n_states,):
        raise EvidenceError(
            f"the likelihood of {name!r} has shape {values.shape}; it needs one number per state: {n_states}."
        )
    if not np.isfinite(values).all() or values.min() < 0.0 or values.max() == 0.0:
        raise EvidenceError(
            f"the likelihood of {name!r} is {values.tolist()}; "
            "its numbers must be finite, none below 0, one above 0."
        )
    return values


def compile_network(network: Network) -> CompiledNetwork:
    """Return the network laid out for the engine.

    Raises
    ------
    TooWide
        If one table by itself is larger than `LARGEST_TABLE`.
    """
    cards = network.cards()
    families = tuple(
        compile_family(position, tuple(network.index[p] for p in node.parents), node.cpd, node.id)
        for position, node in enumerate(network.nodes)
    )
    return CompiledNetwork(
        network=network,
        names=tuple(node.id for node in network.nodes),
        index=network.index,
        cards=cards,
        families=families,
        is_leaf=tuple(not network.children[node.id] for node in network.nodes),
    )


def compile_family(node: int, parents: tuple[int, ...], cpd: Cpd, name: str) -> Family:
    """Return one family, noisy where its structure can be used."""
    if is_noisy(cpd):
        return Family(node, parents, None, noisy_form(cpd))
    if np.prod(cpd.parent_cards, dtype=float) * cpd.n_states > LARGEST_TABLE:
        raise TooWide(
            len(parents) + 1,
            (name, *(f"parent {k + 1}" for k in range(len(parents)))),
            "Give the node fewer parents, or write it as a noisy-OR.",
        )
    table = np.asarray(cpd.table(), dtype=float)
    batched = table.ndim > 1 + len(parents)
    return Family(node, parents, np.moveaxis(table, 0, -1) if batched else table[..., None], None)


def is_noisy(cpd: Cpd) -> bool:
    """Return whether the distribution is used as contributions of its parents rather than as a table."""
    return isinstance(cpd, NoisyOr | NoisyMax | AnyOf) and len(cpd.parent_cards) > 1


def noisy_form(cpd: Cpd) -> Noisy:
    """Return leak and contributions with the states first and the parameter sets last."""
    if isinstance(cpd, AnyOf):
        cpd = cpd.as_noisy_or()
    if isinstance(cpd, NoisyOr):
        leak = np.atleast_1d(np.asarray(cpd.leak, dtype=float))
        columns = [np.atleast_2d(np.asarray(link, dtype=float)).T for link in cpd.links]
        return Noisy(np.stack([1.0 - leak, leak]), tuple(np.stack([1.0 - c, c]) for c in columns))
    assert isinstance(cpd, NoisyMax)
    leak = np.atleast_2d(cpd.leak).T
    links = [np.transpose(link if link.ndim == 3 else link[None], (2, 1, 0)) for link in cpd.links]
    return Noisy(leak / leak.sum(axis=0), tuple(link / link.sum(axis=0) for link in links))
