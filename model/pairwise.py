"""How each target and each finding that was not asked go together: P(target present, finding = state | e).

One table serves everything that asks "what if the answer were …": the information in a finding, the posterior
after each of its answers, the signal to stop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np

from model.inference import Engine, Observed
from network.cpds import Array
from network.structure import PRESENT, Network


class PairTables(Protocol):
    """The states of all targets side by side: `columns[target]` says which columns are whose."""

    @property
    def table(self) -> Array:
        """P(finding, state of a target | e), shape (n_findings, most states, n_columns)."""
        ...

    @property
    def tables(self) -> Mapping[str, Array]:
        """The table of each finding, shape (n_states of the finding, n_columns)."""
        ...

    @property
    def columns(self) -> Mapping[str, slice]:
        """The columns of each target."""
        ...


@runtime_checkable
class PairEngine(Protocol):
    """An engine that answers for all pairs at once."""

    network: Network

    def pairwise(
        self, evidence: Mapping[str, Observed], findings: Sequence[str], targets: Sequence[str]
    ) -> PairTables:
        """Return P(target, finding | evidence) of all pairs."""
        ...


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every target with every finding, given the evidence.

    Findings with fewer states than the largest are padded with probability zero.

    Parameters
    ----------
    findings, targets : tuples of node ids; targets are binary
    answers : ndarray of shape (n_findings, n_states)
        P(finding = state | e).
    joint : ndarray of shape (n_findings, n_states, n_targets)
        P(target present, finding = state | e).
    """

    findings: tuple[str, ...]
    targets: tuple[str, ...]
    answers: Array
    joint: Array

    @cached_property
    def after(self) -> Array:
        """P(target present | finding = state, e), shape (n_findings, n_states, n_targets); else 0."""
        answers = self.answers[..., None]
        return np.divide(self.joint, answers, out=np.zeros_like(self.joint), where=answers > 0.0)

    @cached_property
    def gain_bits(self) -> Array:
        """Mutual information of every finding with every target, in bits, shape (n_findings, n_targets).

            I(T; F | e) = sum over states of both of P(t, f | e) log2 [P(t, f | e) / (P(t | e) P(f | e))]

        Shannon (1948). Rounding below zero is cut off: mutual information is never negative.
        """
        present = self.joint.sum(axis=1, keepdims=True)  # P(target present | e) as this finding sees it
        answers = self.answers[..., None]
        gain = _terms(self.joint, answers * present)
        gain += _terms(np.maximum(answers - self.joint, 0.0), answers * np.maximum(1.0 - present, 0.0))
        gains: Array = np.maximum(gain.sum(axis=1), 0.0)
        return gains


def pairs(
    engine: Engine, observed: Mapping[str, Observed], findings: Sequence[str], targets: Sequence[str]
) -> Pairs:
    """Return P(target present, finding = state | e) for all pairs.

    An engine that answers for all pairs at once is asked so. Any other is asked once for each target, which
    answers for all findings: P(t, f | e) = P(t | e) P(f | t, e).

    Parameters
    ----------
    observed : mapping of node id to the position of a state, or to likelihoods; it must be possible
    findings : sequence of node ids without evidence
    targets : sequence of ids of binary nodes
    """
    if isinstance(engine, PairEngine):
        return _from_engine(engine, observed, findings, targets)
    base = engine.posteriors(observed, [*targets, *findings]).marginals
    n_states = max((len(base[finding]) for finding in findings), default=1)
    answers = _stacked(base, findings, n_states)
    joint = np.zeros((len(findings), n_states, len(targets)))
    for position, target in enumerate(targets):
        present = float(base[target][PRESENT])
        if present >= 1.0:
            joint[:, :, position] = answers
        elif present > 0.0:
            given = engine.posteriors({**observed, target: PRESENT}, findings).marginals
            joint[:, :, position] = present * _stacked(given, findings, n_states)
    return Pairs(tuple(findings), tuple(targets), answers, np.minimum(joint, answers[..., None]))


def _from_engine(
    engine: PairEngine, observed: Mapping[str, Observed], findings: Sequence[str], targets: Sequence[str]
) -> Pairs:
    """Return the pairs of an engine that computes them together."""
    found = engine.pairwise(observed, findings, targets)
    answers = found.table[:, :, found.columns[targets[0]]].sum(axis=2)
    joint = found.table[:, :, [found.columns[target].start + PRESENT for target in targets]]
    return Pairs(tuple(findings), tuple(targets), answers, np.minimum(joint, answers[..., None]))


def _stacked(marginals: Mapping[str, Array], findings: Sequence[str], n_states: int) -> Array:
    """Return the distributions of the findings in one array, padded with zeros."""
    result = np.zeros((len(findings), n_states))
    for row, finding in enumerate(findings):
        values = marginals[finding]
        result[row, : len(values)] = values
    return result


def _terms(joint: Array, independent: Array) -> Array:
    """Return p log2(p / q), 0 where p is 0."""
    usable = (joint > 0.0) & (independent > 0.0)
    ratio = np.divide(joint, independent, out=np.ones_like(joint), where=usable)
    return np.asarray(joint * np.log2(ratio))
