"""What a file says, as a pgmpy model: the last step of every reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np

from network.cpds import Array
from network.errors import ExchangeError
from network.formats.blocks import check_count, shown

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

PGMPY_ERRORS = (ValueError,)
"""What pgmpy raises on a model it does not accept. Whatever is wrong with a file is found before; this is
for what a later version of pgmpy may refuse."""


@dataclass(frozen=True, slots=True)
class FileTable:
    """One table of a file: `values` has one row for each state, one column for each row of parent states."""

    parents: tuple[str, ...]
    values: Array


def numbers(words: Sequence[str], where: str) -> Array:
    """Return words as numbers.

    Raises
    ------
    ExchangeError
        If one is no number.
    """
    try:
        return np.array(words, dtype=float)
    except ValueError as error:
        raise ExchangeError(f"{where}: {error}. Write numbers such as 0.25 or 2.5e-7.") from None


def tabular_model(
    name: str | None, states: Mapping[str, Sequence[str]], tables: Mapping[str, FileTable]
) -> DiscreteBayesianNetwork:
    """Return the model of these nodes and tables, in the order of `states`.

    Raises
    ------
    ExchangeError
        If there are no nodes or too many, arcs form a cycle, a node has no table, or names are doubled.
    """
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.models import DiscreteBayesianNetwork

    if not states:
        raise ExchangeError("no node is declared.")
    check_count(len(states))
    for node, names in states.items():
        if node not in tables:
            raise ExchangeError(f"node {shown(node)} has no table. Add one.")
        if len(set(names)) < len(names):
            raise ExchangeError(f"node {shown(node)} has the same state twice: {shown(', '.join(names))}.")
        if len(set(tables[node].parents)) < len(tables[node].parents):
            raise ExchangeError(f"node {shown(node)} has the same parent twice.")
        if (tables[node].values < 0.0).any():
            raise ExchangeError(f"node {shown(node)} has a negative probability.")
    try:
        order = list(TopologicalSorter({node: tables[node].parents for node in states}).static_order())
    except CycleError as error:
        cycle = " -> ".join(error.args[1])
        raise ExchangeError(f"the arcs form a cycle: {cycle}. Remove one of them.") from None
    try:
        model = DiscreteBayesianNetwork()
        model.name = name or ""
        model.add_nodes_from(states)
        model.add_edges_from((parent, node) for node in order for parent in tables[node].parents)
        for node, names in states.items():
            parents = tables[node].parents
            model.add_cpds(
                TabularCPD(
                    node,
                    len(names),
                    tables[node].values,
                    evidence=list(parents) or None,
                    evidence_card=[len(states[parent]) for parent in parents] or None,
                    state_names={other: list(states[other]) for other in (node, *parents)},
                )
            )
    except PGMPY_ERRORS as error:
        raise ExchangeError(f"pgmpy does not accept the network: {error}.") from None
    return model
