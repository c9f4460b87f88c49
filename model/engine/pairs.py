"""P(target, finding | evidence) of every pair at once: what "what should I ask next?" needs.

A finding outside the plan with several free parents is a column per state. Everything else, a variable
of the plan or a finding with one free parent, needs P(target, variable): a column per state of each
target, or of each variable, whichever are fewer. Of every set of states one is had by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.engine.case import reading, split_targets
from model.engine.columns import Columns, run_columns
from model.inference import Observed
from network.cpds import Array

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine


@dataclass(frozen=True)
class Pairwise:
    """Joint posteriors of pairs.

    `tables[finding]` is P(finding, state of a target | evidence), shape (n_states of the finding, n_columns),
    the states of all targets side by side; `columns[target]` says which are whose. Empty where the
    evidence is impossible.
    """

    tables: Mapping[str, Array]
    columns: Mapping[str, slice]
    log_evidence: float

    def joint(self, finding: str, target: str) -> Array:
        """Return P(finding, target | evidence), shape (n_states of finding, n_states of target)."""
        return self.tables[finding][:, self.columns[target]]


def pairwise(
    engine: ExactEngine,
    evidence: Mapping[str, Observed],
    findings: Sequence[str] | None,
    targets: Sequence[str],
) -> Pairwise:
    """Return P(target, finding | evidence) for all findings and targets.

    Parameters
    ----------
    findings : sequence of node ids, optional
        All nodes without hard evidence if None.
    """
    compiled = engine.compiled
    hard, soft = compiled.read_evidence(evidence)
    aims = engine.positions(targets)
    asked = (
        [n for n in range(len(compiled.cards)) if n not in hard]
        if findings is None
        else engine.positions(findings)
    )
    outer = [node for node in split_targets(compiled, hard, soft, asked)[1] if node not in aims]
    readings = {node: reading(compiled, node, hard) for node in outer}
    wide = [node for node in outer if readings[node].table is None]
    inner = [node for node in asked if node not in readings]
    variables = list(
        dict.fromkeys([*inner, *(p for n in outer if n not in wide for p in readings[n].parents)])
    )
    aims_first = sum(compiled.cards[a] - 1 for a in aims) <= sum(compiled.cards[v] - 1 for v in variables)
    fixed = [(n, x) for n in (aims if aims_first else variables) for x in range(1, compiled.cards[n])]
    columns: list[Mapping[int, Array]] = [{n: np.eye(compiled.cards[n])[x]} for n, x in fixed]
    for node in wide:
        columns += [
            dict(zip(readings[node].parents, vectors, strict=True)) for _, vectors in readings[node].at_most
        ]
    wanted = list(dict.fromkeys([*aims, *variables, *(p for node in wide for p in readings[node].parents)]))
    answer = run_columns(engine, hard, soft, wanted, [*columns, {}])  # the last column is the case itself
    if answer.log_evidence == -np.inf:
        return Pairwise({}, {}, -np.inf)
    first = np.concatenate([[0], np.cumsum([compiled.cards[a] for a in aims])]).astype(np.int64)
    of_aims = _weighted(answer, aims)  # (states of all targets, n_columns)
    if aims_first:
        place = np.array([first[aims.index(n)] + x for n, x in fixed], dtype=np.int64)
        tables = {v: _from_target_columns(_weighted(answer, [v]), first, place) for v in variables}
    else:
        tables = _from_variable_columns(of_aims, fixed)
    at = len(fixed)
    for node in wide:
        scales = np.array([scale for scale, _ in readings[node].at_most])
        at_most = of_aims[:, at : at + len(scales)] * scales
        at += len(scales)
        tables[node] = np.maximum(
            np.diff(np.column_stack([at_most, of_aims[:, -1]]), axis=1, prepend=0.0).T, 0.0
        )
    for node in outer:
        how = readings[node]
        if how.table is not None:
            tables[node] = (
                how.table @ tables[how.parents[0]] if how.parents else np.outer(how.table, of_aims[:, -1])
            )
    names = compiled.names
    return Pairwise(
        {names[node]: tables[node] for node in asked},
        {
            names[a]: slice(int(start), int(stop))
            for a, start, stop in zip(aims, first[:-1], first[1:], strict=True)
        },
        answer.log_evidence,
    )


def _weighted(answer: Columns, nodes: Sequence[int]) -> Array:
    """Return P(state, column | evidence) of some nodes, shape (states of all of them, n_columns)."""
    if not nodes:
        return np.zeros((0, len(answer.ratio)))
    beliefs = np.concatenate([answer.beliefs[node] for node in nodes])
    return np.where(answer.ratio > 0.0, beliefs, 0.0) * answer.ratio


def _from_target_columns(weighted: Array, first: NDArray[np.int64], place: NDArray[np.int64]) -> Array:
    """Return P(variable, states of the targets), given a column for every state of a target but its first."""
    table = np.zeros((len(weighted), first[-1]))
    table[:, place] = weighted[:, : len(place)]
    others = np.add.reduceat(table, first[:-1], axis=1) if len(first) > 1 else table
    table[:, first[:-1]] = np.maximum(weighted[:, -1:] - others, 0.0)
    return table


def _from_variable_columns(of_aims: Array, fixed: Sequence[tuple[int, int]]) -> dict[int, Array]:
    """Return P(variable, states of the targets), from columns for every state but the first."""
    rows: dict[int, list[Array]] = {}
    for column, (node, _) in enumerate(fixed):
        rows.setdefault(node, []).append(of_aims[:, column])
    return {
        node: np.stack([np.maximum(of_aims[:, -1] - np.sum(some, axis=0), 0.0), *some])
        for node, some in rows.items()
    }
