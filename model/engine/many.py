"""Many cases at once, each with its own evidence: arrays in, arrays out, on all cores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.engine.compile import CompiledNetwork, check_likelihood
from model.engine.fast import IMPOSSIBLE
from model.inference import Observed
from network.cpds import Array
from network.errors import EvidenceError

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

CHECKED_AT_ONCE = 2**16
"""Rows looked at together, so that a check takes little memory beside a long table."""


@dataclass(frozen=True)
class ManyPosteriors:
    """The answers to many cases.

    `marginals` maps each target to an array of shape (n_cases, n_states), `log_evidence` has shape
    (n_cases,). Where the evidence of a case is impossible its log evidence is minus infinity and its rows
    hold NaN.
    """

    marginals: Mapping[str, Array]
    log_evidence: Array

    @property
    def possible(self) -> NDArray[np.bool_]:
        """Which cases have a probability above zero, shape (n_cases,)."""
        return self.log_evidence > -np.inf


@dataclass(frozen=True)
class LeaveOneOut:
    """One case without each of its findings in turn.

    `expected` maps each finding to P(state | all other evidence), shape (n_states,). `without` maps each
    target to its posterior without each finding, shape (n_findings, n_states), findings in the order of
    `expected`; `log_evidence` has shape (n_findings,).
    """

    expected: Mapping[str, Array]
    without: Mapping[str, Array]
    log_evidence: Array


def posteriors_many(
    engine: ExactEngine,
    states: NDArray[np.integer],
    targets: Sequence[str] | None,
    likelihoods: Mapping[str, Array],
    threads: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> ManyPosteriors:
    """Return P(target | evidence) of many cases.

    Parameters
    ----------
    states : integer ndarray of shape (n_cases, n_nodes)
        Position of the observed state, nodes in network order; -1 where a node is not observed.
    targets : sequence of node ids, optional
        All nodes if None.
    likelihoods : mapping of node id to ndarray of shape (n_cases, n_states)
        A row of ones says nothing.
    threads : int, optional
        As many as there are cores if None.
    on_progress : function, optional
        Told the number of cases each time some are done.

    Raises
    ------
    EvidenceError
        If a shape is wrong or a number is not a state or a likelihood.
    TooWide
        If a case needs tables that would not fit into memory.
    """
    compiled = engine.compiled
    positions = sorted(set(engine.positions(targets)))
    table = _read_states(compiled, states)
    weights = _read_likelihoods(engine, likelihoods, len(table))
    names, cards = compiled.names, compiled.cards
    wanted = [names[node] for node in positions]
    if engine.uses_kernels(len(table)):
        answers, log_evidence, status = engine.fast.solve_many(
            table, weights, positions, threads, on_progress
        )
        left = np.flatnonzero(status > IMPOSSIBLE)
    else:
        answers = np.empty((len(table), sum(cards[node] for node in positions)))
        log_evidence, left = np.empty(len(table)), np.arange(len(table))
    for row in left.tolist():
        answer = engine.posteriors(_evidence_of(names, table[row], weights, row), wanted)
        log_evidence[row] = answer.log_evidence
        numbers = (answer.marginals[names[n]] for n in positions) if answer.possible else ()
        answers[row] = np.concatenate([np.empty(0), *numbers]) if answer.possible else np.nan
    columns = np.cumsum([0, *(cards[node] for node in positions)])
    marginals = {
        names[node]: answers[:, start:stop]
        for node, start, stop in zip(positions, columns[:-1], columns[1:], strict=True)
    }
    return ManyPosteriors(marginals, log_evidence)


def _evidence_of(
    names: Sequence[str], states: NDArray[np.int8], weights: Mapping[int, Array], row: int
) -> dict[str, Observed]:
    """Return the evidence of one case by name."""
    evidence: dict[str, Observed] = {names[i]: int(states[i]) for i in np.flatnonzero(states >= 0).tolist()}
    for node, values in weights.items():
        if np.any(values[row] != 1.0):
            evidence.setdefault(names[node], values[row])
    return evidence


def leave_one_out(
    engine: ExactEngine,
    evidence: Mapping[str, Observed],
    findings: Sequence[str] | None,
    targets: Sequence[str],
) -> LeaveOneOut:
    """Return what the rest of the evidence says about each finding, and about the targets.

    Each finding is taken out in turn: a small batch. P(observed state | rest) is P(all) / P(rest); only
    findings with more than two states, or with a likelihood, are asked for by themselves.

    Parameters
    ----------
    findings : sequence of node ids, optional
        Keys of the evidence; all of them if None.
    """
    compiled = engine.compiled
    hard, soft = compiled.read_evidence(evidence)
    taken = list(evidence) if findings is None else list(findings)
    states = np.full((len(taken) + 1, len(compiled.cards)), -1, dtype=np.int8)
    for node, state in hard.items():
        states[:, node] = state
    likelihoods = {
        compiled.names[node]: np.tile(values, (len(taken) + 1, 1)) for node, values in soft.items()
    }
    for row, name in enumerate(taken):
        states[row, compiled.index[name]] = -1
        if name in likelihoods:
            likelihoods[name][row] = 1.0
    answers = posteriors_many(engine, states, targets, likelihoods)
    whole = answers.log_evidence[-1]
    expected: dict[str, Array] = {}
    for row, name in enumerate(taken):
        position = compiled.index[name]
        if position in hard and compiled.cards[position] == 2 and answers.possible[row]:
            p = min(float(np.exp(whole - answers.log_evidence[row])), 1.0)
            expected[name] = np.array([1.0 - p, p]) if hard[position] else np.array([p, 1.0 - p])
        else:
            rest = {node: observed for node, observed in evidence.items() if node != name}
            alone = engine.posteriors(rest, [name])
            expected[name] = (
                alone.marginals[name] if alone.possible else np.full(compiled.cards[position], np.nan)
            )
    return LeaveOneOut(
        expected,
        {target: values[:-1] for target, values in answers.marginals.items()},
        answers.log_evidence[:-1],
    )


def _read_states(compiled: CompiledNetwork, states: NDArray[np.integer]) -> NDArray[np.int8]:
    """Return the states of many cases as small integers, or say what is wrong."""
    n = len(compiled.cards)
    if states.ndim != 2 or states.shape[1] != n:
        raise EvidenceError(
            f"the states have shape {states.shape}; they need one column per node: (n_cases, {n})."
        )
    for start in range(0, len(states), CHECKED_AT_ONCE):
        part = states[start : start + CHECKED_AT_ONCE]
        wrong = (part < -1) | (part >= np.array(compiled.cards))
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise EvidenceError(
                f"case {start + row}: node {compiled.names[column]!r} has no state at position "
                f"{part[row, column]}. Positions: 0 to {compiled.cards[column] - 1}; -1 for not observed."
            )
    return np.ascontiguousarray(states, dtype=np.int8)


def _read_likelihoods(
    engine: ExactEngine, likelihoods: Mapping[str, Array], n_cases: int
) -> dict[int, Array]:
    """Return likelihoods by position, or say what is wrong."""
    found = {}
    for name, values in likelihoods.items():
        card = len(engine.network.node(name).states)
        if values.shape != (n_cases, card):
            raise EvidenceError(
                f"the likelihoods of {name!r} have shape {values.shape}, not ({n_cases}, {card})."
            )
        bad = ~np.isfinite(values).all(axis=1) | (values < 0.0).any(axis=1) | (values == 0.0).all(axis=1)
        if bad.any():
            check_likelihood(f"{name}, case {np.flatnonzero(bad)[0]}", values[np.flatnonzero(bad)[0]], card)
        found[engine.compiled.index[name]] = np.asarray(values, dtype=float)
    return found
