"""P(target, finding | evidence) of every pair at once: what "what should I ask next?" needs.

A finding outside the plan with several parents is a column per state. Everything else, a variable of the
plan or a finding with one free parent, needs P(target, variable): a column per state of each target, or of
each variable, whichever are fewer. Of every set of states one is had by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.engine.case import Reading, nothing_above, reading, split_targets
from model.engine.columns import Columns, run_columns
from model.engine.compile import CompiledNetwork
from model.engine.fast import Variants
from model.inference import Observed
from network.cpds import Array

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

ALL_BUT_ZERO = 1e-12
"""A probability this small may be a rounding error, and is looked at again."""


@dataclass(frozen=True, eq=False)
class Pairwise:
    """Joint posteriors of pairs.

    Parameters
    ----------
    findings : node ids
    table : ndarray of shape (n_findings, most states, n_columns)
        P(finding, state of a target | evidence), the states of all targets side by side; 0 beyond the
        states of a finding.
    columns : which columns are whose
    cards : states of each finding
    log_evidence : minus infinity where the evidence is impossible; the rest is empty then
    """

    findings: tuple[str, ...]
    table: Array
    columns: Mapping[str, slice]
    cards: tuple[int, ...]
    log_evidence: float

    @cached_property
    def tables(self) -> Mapping[str, Array]:
        """The table of each finding, shape (n_states, n_columns)."""
        return {
            finding: table[:card]
            for finding, table, card in zip(self.findings, self.table, self.cards, strict=True)
        }

    def joint(self, finding: str, target: str) -> Array:
        """Return P(finding, target | evidence), shape (n_states of finding, n_states of target)."""
        return self.tables[finding][:, self.columns[target]]


@dataclass(frozen=True)
class LeafColumns:
    """The columns of all noisy leaves, whatever the case: P(finding <= k | parents), k not the last state.

    `scale` is the leak's part of each column, shape (n_columns,); `start[node]` its first one.
    """

    variants: Variants
    scale: Array
    start: Mapping[int, int]

    @classmethod
    def of(cls, compiled: CompiledNetwork) -> LeafColumns:
        """Return the columns of a network."""
        columns: list[Mapping[int, Array]] = []
        scale: list[float] = []
        start: dict[int, int] = {}
        for node, (leak, links) in compiled.at_most.items():
            if compiled.is_leaf[node]:
                start[node] = len(columns)
                parents = compiled.families[node].parents
                for k in range(compiled.cards[node] - 1):
                    columns.append({p: link[k] for p, link in zip(parents, links, strict=True)})
                    scale.append(float(leak[k]))
        return cls(Variants.of(columns, max(compiled.cards, default=1)), np.array(scale), start)


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
    outer = set(split_targets(compiled, hard, soft, asked)[1]) - set(aims)
    narrow = {node: reading(compiled, node, hard) for node in outer if compiled.families[node].noisy is None}
    wide = [node for node in asked if node in outer and node not in narrow]
    above = (parent for how in narrow.values() for parent in how.parents)
    variables = list(dict.fromkeys([*(node for node in asked if node not in outer), *above]))
    first = np.cumsum([0, *(compiled.cards[aim] for aim in aims)])
    aims_first = first[-1] - len(aims) <= sum(compiled.cards[v] - 1 for v in variables)
    fixed = [(n, x) for n in (aims if aims_first else variables) for x in range(1, compiled.cards[n])]
    answer = _answer(engine, hard, soft, aims, variables if aims_first else [], fixed, wide)
    if answer.log_evidence == -np.inf:
        return Pairwise((), np.zeros((0, 0, 0)), {}, (), -np.inf)
    of_aims = _side_by_side(answer.joint(aims, slice(None)), aims, compiled.cards)
    own = of_aims[:, 0]
    if aims_first:
        place = np.array([first[aims.index(n)] + x for n, x in fixed], dtype=np.int64)
        joint = answer.joint(variables, slice(0, 1 + len(fixed)))
        found = dict(zip(variables, _from_target_columns(joint, first, place), strict=True))
    else:
        found = _from_variable_columns(of_aims, fixed, compiled)
    table = np.zeros((len(asked), max(compiled.cards), len(own)))
    row = {node: position for position, node in enumerate(asked)}
    _write_wide(table, [row[node] for node in wide], wide, of_aims[:, 1 + len(fixed) :].T, own, engine)
    for node, how in narrow.items():
        values = _below(how, found, own)
        table[row[node], : len(values)] = values
    for node in found.keys() & row.keys():
        table[row[node]] = found[node]
    if wide:
        _clear_impossible(table, row, wide, engine, evidence, hard)
    names = compiled.names
    return Pairwise(
        tuple(names[node] for node in asked),
        table,
        {names[a]: slice(int(first[k]), int(first[k + 1])) for k, a in enumerate(aims)},
        tuple(compiled.cards[node] for node in asked),
        answer.log_evidence,
    )


def _answer(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    aims: Sequence[int],
    variables: Sequence[int],
    fixed: Sequence[tuple[int, int]],
    wide: Sequence[int],
) -> Columns:
    """Return the columns: the case itself, one for each (node, state) of `fixed`, those of wide findings."""
    compiled, leaves = engine.compiled, engine.leaf_columns
    nodes, states = np.array(fixed, dtype=np.int64).reshape(-1, 2).T
    first = np.array([0, *range(len(fixed) + 1)])  # the case itself multiplies nothing
    variants = [Variants(first, nodes, np.eye(max(compiled.cards))[states])]
    wanted = [list(dict.fromkeys([*aims, *variables]))]
    if wide:
        variants.append(leaves.variants.chosen(_columns_of(wide, compiled, leaves)))
        wanted.append(list(aims))
    return run_columns(engine, hard, soft, wanted, variants)


def _columns_of(wide: Sequence[int], compiled: CompiledNetwork, leaves: LeafColumns) -> NDArray[np.int64]:
    """Return the columns of some noisy leaves among those of all."""
    return np.array(
        [leaves.start[node] + k for node in wide for k in range(compiled.cards[node] - 1)], dtype=np.int64
    )


def _side_by_side(joint: Array, nodes: Sequence[int], cards: Sequence[int]) -> Array:
    """Return the states of all nodes one after the other, shape (states of all, n_columns)."""
    inside = np.arange(joint.shape[1]) < np.array([cards[node] for node in nodes])[:, None]
    return joint[inside] if len(nodes) else joint.reshape(0, joint.shape[-1])


def _from_target_columns(joint: Array, first: NDArray[np.int64], place: NDArray[np.int64]) -> Array:
    """Return P(variable, states of the targets), from columns for the case and every state but the first."""
    table = np.zeros((*joint.shape[:-1], first[-1]))
    table[..., place] = joint[..., 1:]
    others = np.add.reduceat(table, first[:-1], axis=-1)
    table[..., first[:-1]] = np.maximum(joint[..., :1] - others, 0.0)
    return table


def _from_variable_columns(
    of_aims: Array, fixed: Sequence[tuple[int, int]], compiled: CompiledNetwork
) -> dict[int, Array]:
    """Return P(variable, states of the targets), from columns for every state but the first."""
    tables = {node: np.zeros((max(compiled.cards), len(of_aims))) for node, _ in fixed}
    for column, (node, state) in enumerate(fixed):
        tables[node][state] = of_aims[:, 1 + column]
    for table in tables.values():
        table[0] = np.maximum(of_aims[:, 0] - table.sum(axis=0), 0.0)
    return tables


def _below(how: Reading, found: Mapping[int, Array], own: Array) -> Array:
    """Return P(finding, states of the targets) of a finding with one free parent or none."""
    assert how.table is not None
    if not how.parents:
        return np.outer(how.table, own)
    below: Array = how.table @ found[how.parents[0]][: how.table.shape[1]]
    return below


def _write_wide(
    table: Array, rows: Sequence[int], wide: Sequence[int], at_most: Array, own: Array, engine: ExactEngine
) -> None:
    """Write P(finding, states of the targets) from P(finding <= k, states of the targets) of each column."""
    if not wide:
        return
    compiled, leaves = engine.compiled, engine.leaf_columns
    at_most = at_most * leaves.scale[_columns_of(wide, compiled, leaves), None]
    last = np.array([compiled.cards[node] - 1 for node in wide])
    start, place = np.cumsum(last) - last, np.array(rows)
    below = np.zeros((len(wide), len(own)))
    for k in range(int(last.max()) + 1):
        upto = np.where((k < last)[:, None], at_most[np.minimum(start + k, len(at_most) - 1)], own)
        table[place, k] = np.maximum(upto - below, 0.0)
        below = np.maximum(upto, below)


def _clear_impossible(
    table: Array,
    row: Mapping[int, int],
    wide: Sequence[int],
    engine: ExactEngine,
    evidence: Mapping[str, Observed],
    hard: Mapping[int, int],
) -> None:
    """Put exact zeros where a difference left a rounding error: states that nothing can bring about."""
    compiled = engine.compiled
    likely = table[[row[node] for node in wide]].sum(axis=2)
    inside = np.arange(likely.shape[1]) < np.array([compiled.cards[node] for node in wide])[:, None]
    for position in np.flatnonzero((inside & (likely < ALL_BUT_ZERO)).any(axis=1)).tolist():
        node = wide[position]
        parents = [parent for parent in compiled.families[node].parents if parent not in hard]
        own = engine.posteriors(evidence, [compiled.names[parent] for parent in parents]).marginals
        found = {parent: own[compiled.names[parent]] for parent in parents}
        nothing = nothing_above(compiled, node, hard, found)
        table[row[node], 1 : compiled.cards[node]][nothing] = 0.0
