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

from model.engine import conditioning
from model.engine.case import no_variables, nothing_above, reading
from model.engine.columns import Columns
from model.engine.fast import Variants, ranges
from model.engine.leaves import Leaves
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
class _Parts:
    """Which finding is answered how, as node positions.

    Parameters
    ----------
    leaves : what is read off in this case
    is_variable, is_wide : (n_findings,)
        Variables of the plan; findings with columns of their own. The others are narrow: they follow from one
        parent, or from none that is free.
    variables : variables among the findings, and the free parents of narrow ones
    aims_first : whether there is a column for each state of a target rather than of a variable
    fixed, states : (n_columns,), the node and the state of each of these columns
    """

    asked: NDArray[np.int64]
    leaves: Leaves
    is_variable: NDArray[np.bool_]
    is_wide: NDArray[np.bool_]
    variables: NDArray[np.int64]
    aims_first: bool
    fixed: NDArray[np.int64]
    states: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        engine: ExactEngine,
        hard: Mapping[int, int],
        soft: Mapping[int, Array],
        asked: Sequence[int],
        aims: NDArray[np.int64],
    ) -> _Parts:
        """Return the parts of a case."""
        compiled = engine.compiled
        between = engine.between({*hard, *soft, *aims.tolist()})
        leaves = engine.leaves(between)
        cards = leaves.cards
        outer = no_variables(compiled, hard, soft)
        outer[list(between)] = True
        outer[aims] = False
        is_wide = outer & leaves.by_columns
        nodes = np.array(asked, dtype=np.int64)
        narrow = nodes[(outer & ~is_wide)[nodes]].tolist()
        above = [p for node in narrow for p in compiled.families[node].parents if p not in hard]
        variables = np.array(list(dict.fromkeys([*nodes[~outer[nodes]].tolist(), *above])), dtype=np.int64)
        aims_first = bool((cards[aims] - 1).sum() <= (cards[variables] - 1).sum())
        chosen = aims if aims_first else variables
        further = cards[chosen] - 1
        states = ranges(np.ones_like(chosen), further)
        fixed = np.repeat(chosen, further)
        return cls(nodes, leaves, ~outer[nodes], is_wide[nodes], variables, aims_first, fixed, states)


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
    aims = np.array(engine.positions(targets), dtype=np.int64)
    asked = (
        [n for n in range(len(compiled.cards)) if n not in hard]
        if findings is None
        else engine.positions(findings)
    )
    parts = _Parts.of(engine, hard, soft, asked, aims)
    leaves, answer = parts.leaves, _answer(engine, hard, soft, parts, aims)
    if answer.log_evidence == -np.inf:
        return Pairwise((), np.zeros((0, 0, 0)), {}, (), -np.inf)
    cards = leaves.cards[aims]
    first, n_fixed = np.append(0, np.cumsum(cards)), len(parts.fixed)
    of_aims = _side_by_side(answer.joint(aims, slice(None)), cards)
    own = of_aims[:, 0]
    if parts.aims_first:
        joint = answer.joint(parts.variables, slice(0, 1 + n_fixed))
        found = _from_target_columns(joint, first, ranges(first[:-1] + 1, cards - 1))
    else:
        found = _from_variable_columns(of_aims[:, : 1 + n_fixed], parts, leaves)
    table = np.zeros((len(asked), max(compiled.cards, default=1), len(own)))
    _write_variables(table, parts, found, own, engine, hard)
    wide = parts.asked[parts.is_wide]
    if len(wide):
        from_columns = leaves.from_columns(wide, own, of_aims[:, 1 + n_fixed :])
        _clear_impossible(from_columns, wide, engine, evidence, hard)
        table[parts.is_wide] = from_columns
    names, ends = compiled.names, first.tolist()
    return Pairwise(
        tuple(names[node] for node in asked),
        table,
        {
            names[a]: slice(start, stop)
            for a, start, stop in zip(aims.tolist(), ends[:-1], ends[1:], strict=True)
        },
        tuple(compiled.cards[node] for node in asked),
        answer.log_evidence,
    )


def _answer(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    parts: _Parts,
    aims: NDArray[np.int64],
) -> Columns:
    """Return the columns: the case itself, one for each fixed state, those of wide findings."""
    leaves, n = parts.leaves, len(parts.fixed)
    first = np.append(0, np.arange(n + 1))  # the case itself multiplies nothing
    variants = [Variants(first, parts.fixed, np.eye(max(engine.compiled.cards, default=1))[parts.states])]
    wanted = [np.append(aims, parts.variables) if parts.aims_first else aims]
    if parts.is_wide.any():
        variants.append(leaves.variants.chosen(leaves.columns_of(parts.asked[parts.is_wide])))
        wanted.append(aims)
    return conditioning.columns(engine, hard, soft, wanted, variants)


def _side_by_side(joint: Array, cards: NDArray[np.int64]) -> Array:
    """Return the states of all nodes one after the other, shape (states of all, n_columns)."""
    beside: Array = joint[np.arange(joint.shape[1]) < cards[:, None]]
    return beside


def _from_target_columns(joint: Array, first: NDArray[np.int64], place: NDArray[np.int64]) -> Array:
    """Return P(variable, states of the targets), from columns for the case and every state but the first."""
    table = np.zeros((*joint.shape[:-1], first[-1]))
    table[..., place] = joint[..., 1:]
    others = np.add.reduceat(table, first[:-1], axis=-1)
    table[..., first[:-1]] = np.maximum(joint[..., :1] - others, 0.0)
    return table


def _from_variable_columns(of_aims: Array, parts: _Parts, leaves: Leaves) -> Array:
    """Return P(variable, states of the targets), from columns for every state but the first."""
    table = np.zeros((len(parts.variables), int(leaves.cards.max()), len(of_aims)))
    rows = np.repeat(np.arange(len(parts.variables)), leaves.cards[parts.variables] - 1)
    table[rows, parts.states] = of_aims[:, 1:].T
    table[:, 0] = np.maximum(of_aims[:, 0] - table.sum(axis=1), 0.0)
    return table


def _write_variables(
    table: Array, parts: _Parts, found: Array, own: Array, engine: ExactEngine, hard: Mapping[int, int]
) -> None:
    """Write P(finding, states of the targets) of variables, and of what follows from them."""
    compiled, leaves = engine.compiled, parts.leaves
    place = np.full(len(compiled.cards), -1)
    place[parts.variables] = np.arange(len(parts.variables))
    table[parts.is_variable] = found[place[parts.asked[parts.is_variable]]]
    narrow = np.flatnonzero(~parts.is_variable & ~parts.is_wide)
    row = leaves.row[parts.asked[narrow]]
    above = np.full(len(narrow), -1)
    above[row >= 0] = place[leaves.parent[row[row >= 0]]]
    simple = above >= 0
    table[narrow[simple]] = leaves.given_parent[row[simple]] @ found[above[simple]]
    for position in narrow[~simple].tolist():
        how = reading(compiled, int(parts.asked[position]), hard)
        assert how.table is not None
        if how.parents:
            table[position, : len(how.table)] = how.table @ found[place[how.parents[0]], : how.table.shape[1]]
        else:
            table[position, : len(how.table)] = np.outer(how.table, own)


def _clear_impossible(
    table: Array,
    wide: NDArray[np.int64],
    engine: ExactEngine,
    evidence: Mapping[str, Observed],
    hard: Mapping[int, int],
) -> None:
    """Put exact zeros where a difference left a rounding error: states that nothing can bring about."""
    compiled = engine.compiled
    inside = np.arange(table.shape[1]) < np.array(compiled.cards)[wide, None]
    doubtful = inside & (table.sum(axis=2) < ALL_BUT_ZERO)
    for position in np.flatnonzero(doubtful.any(axis=1)).tolist():
        node = int(wide[position])
        parents = [parent for parent in compiled.families[node].parents if parent not in hard]
        own = engine.posteriors(evidence, [compiled.names[parent] for parent in parents]).marginals
        found = {parent: own[compiled.names[parent]] for parent in parents}
        nothing = nothing_above(compiled, node, hard, found)
        table[position, 1 : compiled.cards[node]][nothing] = 0.0
