"""One case in many columns: variants that multiply the weights of some nodes by vectors, sharing one plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.engine import propagate
from model.engine.case import Case
from model.engine.fast import ANSWERED, IMPOSSIBLE, TOO_WIDE, Nodes, Variants
from model.engine.plan import LARGEST_PLAN
from network.cpds import Array

if TYPE_CHECKING:
    from model.engine.exact import ExactEngine

LARGEST_WORKSPACE = 2**22
"""Numbers that one pass over several columns may hold at once (32 MB)."""


@dataclass(frozen=True)
class Columns:
    """The answers of many columns.

    Parameters
    ----------
    log_evidence : float
        Of the case itself, minus infinity if it is impossible; the rest is empty then.
    ratio : ndarray of shape (n_columns,)
        Total of the column divided by P(evidence).
    beliefs : ndarray of shape (n_places, most states, n_columns)
        P(state | column), undefined where the ratio is 0 and where the column's group does not want the node.
    place : ndarray of shape (n_nodes,)
        Where the beliefs of a node lie, undefined for one that no group wants.
    """

    log_evidence: float
    ratio: Array
    beliefs: Array
    place: NDArray[np.int64]

    def joint(self, nodes: Nodes, part: slice) -> Array:
        """Return P(state, column | evidence) of some columns, shape (n_nodes, most states, n_columns)."""
        return of_ratio(self.beliefs[self.place[nodes], :, part], self.ratio[part])


def of_ratio(beliefs: Array, ratio: Array) -> Array:
    """Return beliefs times the ratio of their column, whatever they are where it is 0."""
    joint: Array = beliefs * ratio if ratio.all() else np.where(ratio > 0.0, beliefs, 0.0) * ratio
    return joint


class Wider(Exception):
    """A case needs more table entries than it was to have; holds how many."""

    def __init__(self, entries: int) -> None:
        super().__init__(f"the tables hold {entries:,} numbers")
        self.entries = entries


IMPOSSIBLE_CASE = Columns(-np.inf, np.zeros(0), np.zeros((0, 1, 0)), np.zeros(0, dtype=np.int64))


def run_columns(
    engine: ExactEngine,
    hard: Mapping[int, int],
    soft: Mapping[int, Array],
    wanted: Sequence[Nodes],
    variants: Sequence[Variants],
    most: int = LARGEST_PLAN,
) -> Columns:
    """Return P(state | column) in groups of columns; the first column must be the case itself.

    Parameters
    ----------
    wanted : for each group, the nodes whose posteriors are wanted
    variants : for each group, its columns
    most : table entries that the kernels may need

    Raises
    ------
    Wider
        If they would need more than `most`, but not more than they can hold.
    """
    if engine.uses_kernels():
        logs, beliefs, place, status = engine.fast.solve_columns(hard, soft, wanted, variants, most=most)
        log_z = logs[0]
        if status == ANSWERED:
            return Columns(float(log_z[0]), np.exp(log_z - log_z[0]), beliefs[0], place)
        if status == IMPOSSIBLE:
            return IMPOSSIBLE_CASE
        if status == TOO_WIDE and most < log_z[0] <= LARGEST_PLAN:
            raise Wider(int(log_z[0]))
    named = {int(node) for some in variants for node in some.nodes}
    inner = list(dict.fromkeys([*(int(node) for some in wanted for node in some), *sorted(named)]))
    case, up, down = engine.solve(hard, soft, inner, read_off=False)
    if up is None or down is None:
        return IMPOSSIBLE_CASE
    columns = [column for some in variants for column in some.as_mappings(engine.compiled.cards)]
    logs, scales = np.zeros(len(columns)), np.zeros(len(columns))
    found = np.zeros((len(inner), max(engine.compiled.cards), len(columns)))
    place = np.zeros(len(engine.compiled.cards), dtype=np.int64)
    place[inner] = np.arange(len(inner))
    at_once = max(1, LARGEST_WORKSPACE // max(case.plan.entries, 1))
    for start in range(0, len(columns), at_once):
        some = [_by_variable(case, column) for column in columns[start : start + at_once]]
        part = slice(start, start + len(some))
        weights = column_weights(case.factors.weights, [vectors for vectors, _ in some])
        part_up = propagate.upward(case.plan, case.factors.scopes, case.factors.values, weights)
        logs[part], scales[part] = part_up.log_z, [scale for _, scale in some]
        if not any(map(len, wanted)):
            continue
        part_down = propagate.downward(case.plan, part_up)
        for own, node in zip(found, inner, strict=True):
            if node in case.factors.certain:
                own[case.factors.certain[node], part] = 1.0
            else:
                belief = np.maximum(part_down.beliefs[case.factors.variable_of[node]], 0.0)
                total = belief.sum(axis=0)
                own[: len(belief), part] = belief / np.where(total > 0.0, total, np.nan)
    ratio = np.exp(logs - logs[0]) * scales
    return Columns(float(up.log_z[0] + case.factors.log_scale[0]), ratio, found, place)


def columns_upward(case: Case, columns: Sequence[Mapping[int, Array]]) -> Array:
    """Return the log of the total of each column, shape (n_columns,), in the scale of `Upward.log_z`.

    Parameters
    ----------
    columns : sequence of mappings of *variable* to vector of shape (card,)
    """
    at_once = max(1, LARGEST_WORKSPACE // max(case.plan.entries, 1))
    factors, found = case.factors, [np.zeros(0)]
    for start in range(0, len(columns), at_once):
        some = columns[start : start + at_once]
        weights = column_weights(factors.weights, some)
        log_z = propagate.upward(case.plan, factors.scopes, factors.values, weights).log_z
        found.append(np.broadcast_to(log_z, len(some)))
    return np.concatenate(found)


def column_weights(weights: Sequence[Array], columns: Sequence[Mapping[int, Array]]) -> list[Array]:
    """Return the weights of every variable in every column, shape (card, 1) where no column changes them."""
    changed = list(weights)
    for position, column in enumerate(columns):
        for variable, vector in column.items():
            if changed[variable].shape[-1] == 1 and len(columns) > 1:
                changed[variable] = np.repeat(weights[variable], len(columns), axis=-1)
            elif changed[variable] is weights[variable]:
                changed[variable] = weights[variable].copy()
            changed[variable][:, position] *= vector
    return changed


def _by_variable(case: Case, column: Mapping[int, Array]) -> tuple[dict[int, Array], float]:
    """Return the vectors by variable, and the product of the numbers of nodes whose state is certain."""
    vectors, scale = {}, 1.0
    for node, vector in column.items():
        if node in case.factors.certain:
            scale *= float(vector[case.factors.certain[node]])
        else:
            vectors[case.factors.variable_of[node]] = vector
    return vectors, scale
