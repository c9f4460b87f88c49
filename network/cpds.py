"""Conditional probability distributions, one small class per shape of knowledge.

    Table         any discrete node
    Logistic      a condition or risk factor that is logistic in its risk factors
    NoisyOr       a finding that each present cause can produce by itself
    NoisyMax      the same for an ordered finding with more than two states
    AnyOf         deterministic OR
    Attributable  the share of a complaint that a drug is to blame for

Each keeps its own parameters, so that an engine can use the structure, and each can spell itself
out as a table of shape ``(n_states, *parent_cards)`` in which the last parent varies fastest.
Every array may carry leading axes (a batch of parameter draws); they come first in every result.
Binary states are ordered (absent, present): index 1 is "present".

References
----------
Pearl (1988), Probabilistic Reasoning in Intelligent Systems, chapter 4 (noisy-OR).
Henrion (1989), Some practical issues in constructing belief networks (leak).
Diez (1993), Parameter adjustment in Bayes networks: the generalized noisy OR-gate (noisy-MAX).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import reduce
from typing import Any, ClassVar, Protocol, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Cpd(Protocol):
    """What every conditional probability distribution answers."""

    kind: ClassVar[str]

    @property
    def parent_cards(self) -> tuple[int, ...]:
        """Number of states of each parent, in order."""
        ...

    @property
    def n_states(self) -> int:
        """Number of states of the node itself."""
        ...

    def table(self) -> Array:
        """Return P(state | parents), shape ``(..., n_states, *parent_cards)``."""
        ...


@dataclass(frozen=True, eq=False)
class Table:
    """A full table.

    Parameters
    ----------
    values : ndarray of shape (..., n_states, *parent_cards)
    n_parents : int
    """

    kind: ClassVar[str] = "table"
    values: Array
    n_parents: int

    @property
    def parent_cards(self) -> tuple[int, ...]:
        """Number of states of each parent, in order."""
        return self.values.shape[self.values.ndim - self.n_parents :]

    @property
    def n_states(self) -> int:
        """Number of states of the node itself."""
        return int(self.values.shape[self.values.ndim - self.n_parents - 1])

    def table(self) -> Array:
        """Return the table itself."""
        return self.values


@dataclass(frozen=True, eq=False)
class Logistic:
    """``logit P(present | base, r) = intercepts[base] + sum over k of log_odds[k][r_k]``.

    The first parents index the intercepts (age, sex); each further parent adds the log odds ratio
    of its state. An intercept of minus infinity is a structural zero.

    Parameters
    ----------
    intercepts : ndarray of shape (..., *base_cards)
    log_odds : tuple of ndarrays of shape (..., card), one per further parent, natural log
    n_base : int
    """

    kind: ClassVar[str] = "logistic"
    intercepts: Array
    log_odds: tuple[Array, ...]
    n_base: int

    @property
    def parent_cards(self) -> tuple[int, ...]:
        """Number of states of each parent, in order."""
        base = self.intercepts.shape[self.intercepts.ndim - self.n_base :]
        return base + tuple(column.shape[-1] for column in self.log_odds)

    @property
    def n_states(self) -> int:
        """Two: absent, present."""
        return 2

    def table(self) -> Array:
        """Return P(state | parents), shape ``(..., 2, *parent_cards)``."""
        logit = self.intercepts
        for column in self.log_odds:
            width = logit.ndim - (column.ndim - 1)
            logit = logit[..., None] + column.reshape(*column.shape[:-1], *([1] * width), column.shape[-1])
        present = 1.0 / (1.0 + np.exp(-logit))
        return np.stack([1.0 - present, present], axis=logit.ndim - len(self.parent_cards))


@dataclass(frozen=True, eq=False)
class NoisyOr:
    """``P(absent | x) = (1 - leak) * product over parents p of (1 - links[p][x_p])``.

    Parameters
    ----------
    leak : ndarray of shape (...)
        P(present) with every parent in its first state, in [0, 1].
    links : tuple of ndarrays of shape (..., card), one per parent
        Probability that this state of the parent alone produces the finding; 0 for the first state
        of a parent that is a cause.
    """

    kind: ClassVar[str] = "noisy_or"
    leak: Array
    links: tuple[Array, ...]

    @property
    def parent_cards(self) -> tuple[int, ...]:
        """Number of states of each parent, in order."""
        return tuple(link.shape[-1] for link in self.links)

    @property
    def n_states(self) -> int:
        """Two: absent, present."""
        return 2

    def table(self) -> Array:
        """Return P(state | parents), shape ``(..., 2, *parent_cards)``."""
        absent = _outer_product(1.0 - np.asarray(self.leak), [1.0 - link for link in self.links])
        return np.stack([absent, 1.0 - absent], axis=absent.ndim - len(self.links))


@dataclass(frozen=True, eq=False)
class NoisyMax:
    """The largest of independent contributions: ``P(f <= k | x) = leak(<= k) * product of link_p(<= k | x)``.

    Parameters
    ----------
    leak : ndarray of shape (..., n_states)
        Distribution with every parent in its first state.
    links : tuple of ndarrays of shape (..., card, n_states), one per parent
        Distribution of the contribution of each state of the parent; the first state contributes
        nothing (all mass on state 0).
    """

    kind: ClassVar[str] = "noisy_max"
    leak: Array
    links: tuple[Array, ...]

    @property
    def parent_cards(self) -> tuple[int, ...]:
        """Number of states of each parent, in order."""
        return tuple(link.shape[-2] for link in self.links)

    @property
    def n_states(self) -> int:
        """Number of states of the node itself."""
        return int(self.leak.shape[-1])

    def table(self) -> Array:
        """Return P(state | parents), shape ``(..., n_states, *parent_cards)``."""
        cumulative = [
            _outer_product(
                np.cumsum(self.leak, axis=-1)[..., k],
                [np.cumsum(link, axis=-1)[..., k] for link in self.links],
            )
            for k in range(self.n_states)
        ]
        axis = cumulative[0].ndim - len(self.links)
        return np.diff(np.stack(cumulative, axis=axis), axis=axis, prepend=0.0)


@dataclass(frozen=True, eq=False)
class AnyOf:
    """Deterministic OR of binary parents: present exactly when at least one parent is present."""

    kind: ClassVar[str] = "any_of"
    n_parents: int

    @property
    def parent_cards(self) -> tuple[int, ...]:
        """Two states for each parent."""
        return (2,) * self.n_parents

    @property
    def n_states(self) -> int:
        """Two: absent, present."""
        return 2

    def table(self) -> Array:
        """Return the 0/1 table, shape ``(2, 2, ..., 2)``."""
        return self.as_noisy_or().table()

    def as_noisy_or(self) -> NoisyOr:
        """Return the same distribution as a noisy-OR without leak and with certain links."""
        return NoisyOr(np.zeros(()), (np.array([0.0, 1.0]),) * self.n_parents)


@dataclass(frozen=True, eq=False)
class Attributable:
    """Attributable fraction among the exposed: ``1 - product over drugs taken of 1 / RR``.

    Parents are the complaint's cause, the drugs, and, where the relative risk depends on a band,
    that band as the last parent. A relative risk below 1 counts as 1. The fraction is a lower bound
    on the probability of causation (Greenland and Robins 1988).

    Parameters
    ----------
    relative_risks : ndarray of shape (..., n_drugs, n_bands)
        n_bands is 1 where the risk does not depend on a band.
    """

    kind: ClassVar[str] = "attributable"
    relative_risks: Array

    @property
    def parent_cards(self) -> tuple[int, ...]:
        """Cause, drugs, and the band where there is one."""
        n_drugs, n_bands = map(int, self.relative_risks.shape[-2:])
        return (2,) * (1 + n_drugs) + ((n_bands,) if n_bands > 1 else ())

    @property
    def n_states(self) -> int:
        """Two: absent, present."""
        return 2

    def table(self) -> Array:
        """Return P(state | parents), shape ``(..., 2, *parent_cards)``."""
        n_drugs, n_bands = self.relative_risks.shape[-2:]
        batch = self.relative_risks.shape[:-2]
        kept = 1.0 / np.maximum(self.relative_risks, 1.0)
        present = np.zeros((*batch, 2, *(2,) * n_drugs, n_bands))
        for taken in np.ndindex(*(2,) * n_drugs):
            factors = [kept[..., drug, :] for drug in range(n_drugs) if taken[drug]]
            product = reduce(np.multiply, factors, np.ones((*batch, n_bands)))
            present[(..., 1, *taken, slice(None))] = 1.0 - product
        if n_bands == 1:
            present = present[..., 0]
        return np.stack([1.0 - present, present], axis=len(batch))


CLASSES: dict[str, Any] = {cls.kind: cls for cls in (Table, Logistic, NoisyOr, NoisyMax, AnyOf, Attributable)}


def to_plain(cpd: Cpd) -> dict[str, Any]:
    """Return the parameters as lists and numbers that JSON can hold; `from_plain` reads them back."""
    plain: dict[str, Any] = {"kind": cpd.kind}
    for field in fields(cast(Any, cpd)):
        value = getattr(cpd, field.name)
        if isinstance(value, tuple):
            plain[field.name] = [np.asarray(item).tolist() for item in value]
        elif isinstance(value, int):
            plain[field.name] = value
        else:
            plain[field.name] = np.asarray(value).tolist()
    return plain


def from_plain(plain: dict[str, Any]) -> Cpd:
    """Return the distribution that `to_plain` spelled out."""
    cls = CLASSES[plain["kind"]]
    arguments: dict[str, Any] = {}
    for field in fields(cls):
        value = plain[field.name]
        if field.type == "int":
            arguments[field.name] = value
        elif field.type == "Array":
            arguments[field.name] = np.asarray(value, dtype=float)
        else:
            arguments[field.name] = tuple(np.asarray(item, dtype=float) for item in value)
    cpd: Cpd = cls(**arguments)
    return cpd


def first_draw(cpd: Cpd) -> Cpd:
    """Return the distribution of the first of a batch of draws (arrays with one leading axis)."""
    if isinstance(cpd, AnyOf):
        return cpd
    arguments: dict[str, Any] = {}
    for field in fields(cast(Any, cpd)):
        value = getattr(cpd, field.name)
        if isinstance(value, tuple):
            arguments[field.name] = tuple(item[0] for item in value)
        else:
            arguments[field.name] = value if isinstance(value, int) else value[0]
    drawn: Cpd = CLASSES[cpd.kind](**arguments)
    return drawn


def _outer_product(first: Array, factors: list[Array]) -> Array:
    """Return first[...] * factors[0][..., i] * factors[1][..., j] * ..., shape (..., i, j, ...)."""
    result = np.asarray(first, dtype=float)
    n_batch = result.ndim
    for position, factor in enumerate(factors):
        shaped = factor.reshape(*factor.shape[:-1], *([1] * position), factor.shape[-1])
        result = result[..., None] * shaped
    assert result.ndim == n_batch + len(factors)
    return result
