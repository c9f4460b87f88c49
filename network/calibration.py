"""Arithmetic that turns published figures into parameters.

All arrays carry a leading axis of draws (length 1 for the network itself), so that the same code
re-calibrates a thousand drawn sets of figures at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from network.cpds import Array, Cpd, NoisyOr
from network.errors import NetworkError

LARGEST_SUMMED_TABLE = 2**14
"""Nodes with more combinations of their parents have no table here: nothing is summed over them."""

MOST_AXES = 50
"""Nodes that are summed over at once: numpy names axes by letters."""

LARGEST_INTERMEDIATE = 2**24
"""Numbers in a table on the way (128 MB); 250 draws of the built-in network at once need half a million."""


@dataclass
class Ancestry:
    """The network as far as it is built: enough to sum over the ancestors of the next node.

    Tables have shape (n_draws, n_states, *parent_cards); a node too wide for one has its distribution only.
    """

    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables: dict[str, Array] = field(default_factory=dict)
    cpds: dict[str, Cpd] = field(default_factory=dict)

    def add(self, node: str, parents: Sequence[str], cpd: Cpd) -> None:
        """Take in one more node; its parents must be in already."""
        self.parents[node] = tuple(parents)
        self.cpds[node] = cpd
        if np.prod(cpd.parent_cards, dtype=float) <= LARGEST_SUMMED_TABLE:
            self.tables[node] = cpd.table()

    def given_parents(self, node: str, known: Mapping[str, int]) -> Array:
        """Return P(node | parents) with some parents in known states, one axis for each of the others."""
        parents, cpd = self.parents[node], self.cpds[node]
        if isinstance(cpd, NoisyOr):
            quiet = 1.0 - cpd.leak
            for parent, link in zip(parents, cpd.links, strict=True):
                if parent in known:
                    quiet = quiet * (1.0 - link[:, known[parent]])
            open_ = [link for parent, link in zip(parents, cpd.links, strict=True) if parent not in known]
            return NoisyOr(1.0 - quiet, tuple(open_)).table()
        index = [known.get(parent, slice(None)) for parent in parents]
        return self.tables[node][(slice(None), slice(None), *index)]

    def joint(self, targets: Sequence[str]) -> Array:
        """Return P(targets), shape (n_draws, *cards of targets), summed over everything above them."""
        relevant = self._above(targets)
        if len(relevant) > MOST_AXES:
            raise NetworkError(
                f"{', '.join(targets)}: {len(relevant)} nodes stand above; at most {MOST_AXES} are summed."
            )
        label = {node: position + 1 for position, node in enumerate(relevant)}
        operands: list[Any] = []
        for node in relevant:
            operands += [
                self.tables[node],
                [0, label[node], *(label[parent] for parent in self.parents[node])],
            ]
        return contract(operands, [0, *(label[target] for target in targets)])

    def given(self, targets: Sequence[str], condition: str, state: int) -> Array:
        """Return P(targets | condition = state), shape (n_draws, *cards of targets)."""
        joint = self.joint([*targets, condition])[..., state]
        total = joint.reshape(len(joint), -1).sum(axis=1)
        conditional: Array = joint / total.reshape(-1, *[1] * len(targets))
        return conditional

    def _above(self, targets: Sequence[str]) -> list[str]:
        """Return the targets and their ancestors, parents first."""
        wanted, todo = set(), list(targets)
        while todo:
            node = todo.pop()
            if node not in self.tables:
                raise NetworkError(
                    f"{node!r} has too many parents to be a parent of others that are calibrated. Drop some."
                )
            if node not in wanted:
                wanted.add(node)
                todo.extend(self.parents[node])
        return [node for node in self.parents if node in wanted]


def contract(operands: list[Any], output: list[int]) -> Array:
    """Return the sum of products of arrays: `operands` alternates arrays and their axis labels.

    Raises
    ------
    NetworkError
        Before anything is summed, if a table on the way would be larger than memory allows.
    """
    shapes, axes = [operand.shape for operand in operands[::2]], [tuple(labels) for labels in operands[1::2]]
    path, largest = _order(tuple(zip(shapes, axes, strict=True)), tuple(output))
    if largest > LARGEST_INTERMEDIATE:
        raise NetworkError(
            f"calibration would need a table of {largest:.2g} numbers; at most {LARGEST_INTERMEDIATE:,} are "
            "made. Give the nodes fewer parents."
        )
    result: Array = np.einsum(*operands, output, optimize=path)
    return result


@lru_cache(maxsize=4096)
def _order(
    operands: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...], output: tuple[int, ...]
) -> tuple[list[Any], float]:
    """Return in which order to sum arrays of these shapes and axes, and the numbers in the largest table.

    Finding the order costs more than following it, and each draw and each iteration asks for the same.
    """
    placeholders: list[Any] = []
    for shape, axes in operands:
        placeholders += [np.broadcast_to(0.0, shape), list(axes)]
    path, report = np.einsum_path(*placeholders, list(output), optimize="greedy")
    return path, float(report.split("Largest intermediate:")[1].split()[0])


def logit(p: Array) -> Array:
    """Return log(p / (1 - p)); minus infinity at 0."""
    with np.errstate(divide="ignore"):
        result: Array = np.log(p) - np.log1p(-p)
    return result


def expit(x: Array) -> Array:
    """Return 1 / (1 + exp(-x))."""
    with np.errstate(over="ignore"):
        result: Array = 1.0 / (1.0 + np.exp(-x))
    return result


def solve_intercept(target: Array, offsets: Array, weights: Array) -> Array:
    """Return b with ``sum over r of weights[..., r] * expit(b + offsets[..., r]) = target``.

    Parameters
    ----------
    target : ndarray of shape (...)
        Mean probability that must come out, in [0, 1]; 0 and 1 are structural.
    offsets : ndarray of shape (..., n), log odds
    weights : ndarray of shape (..., n), sums to one along the last axis

    Returns
    -------
    ndarray of shape (...)
        Natural-log odds; minus infinity where the target is 0.

    Notes
    -----
    Each term lies at or below the target at ``logit(target) - max(offsets)`` and at or above it at
    ``logit(target) - min(offsets)``: that is the bracket of a safeguarded Newton search.
    """
    level = logit(target)
    fixed = ~np.isfinite(level)
    level = np.where(fixed, 0.0, level)
    wanted = np.where(fixed, 0.5, target)
    low, high = level - offsets.max(axis=-1), level - offsets.min(axis=-1)
    guess = level - (weights * offsets).sum(axis=-1)
    for _ in range(100):
        p = expit(guess[..., None] + offsets)
        excess = (weights * p).sum(axis=-1) - wanted
        low, high = np.where(excess <= 0, guess, low), np.where(excess >= 0, guess, high)
        slope = (weights * p * (1.0 - p)).sum(axis=-1)
        newton = guess - excess / slope
        step = np.where((newton >= low) & (newton <= high), newton, (low + high) / 2)
        if np.all(np.abs(step - guess) <= 1e-14 * (1.0 + np.abs(guess))):
            break
        guess = step
    return np.where(fixed, logit(target), guess)


def relative_risk(odds_ratio: Array, baseline: Array) -> Array:
    """Return the relative risk of an odds ratio at a baseline risk (Zhang and Yu 1998).

    Examples
    --------
    >>> float(relative_risk(np.array(3.0), np.array(0.0)))
    3.0
    """
    return odds_ratio / (1.0 - baseline + baseline * odds_ratio)
