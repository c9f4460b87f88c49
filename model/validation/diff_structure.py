"""What two networks have and do not have in common: nodes, states, arcs, kinds, rows, tables, wording."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from network.chains import chained
from network.cpds import to_plain
from network.pgmpy_bridge import WIDEST_CHAINED
from network.structure import BINARY, Network, Node, NodeText

LARGEST_COMPARED = 2**21
"""Tables with more numbers are not spelled out: 16 MB."""

ROUNDING = 1e-12
"""Probabilities that differ by less are the same."""

SAFETY_ITEM = "safety_item"

Arc = tuple[str, str]


@dataclass(frozen=True)
class Change:
    """Something both versions have and say differently; `what` names it, a node or one of its parameters."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class TableChange:
    """A node whose distribution differs, its parents and states being the same.

    `largest` is the largest difference of a probability, None where the table is too wide to be spelled out.
    """

    node: str
    largest: float | None


@dataclass(frozen=True)
class StructureDiff:
    """How the structure changed, old to new.

    Safety items count as nodes. `rows` are parameters that name another row of figures. `texts` counts the
    nodes whose wording differs, `rules` the rules of urgency, options and thresholds.
    """

    nodes_added: tuple[str, ...]
    nodes_removed: tuple[str, ...]
    arcs_added: tuple[Arc, ...]
    arcs_removed: tuple[Arc, ...]
    states: tuple[Change, ...]
    kinds: tuple[Change, ...]
    rows: tuple[Change, ...]
    texts: int
    rules: int

    @property
    def same(self) -> bool:
        """Whether nothing differs, wording and rules included."""
        return self.same_graph and not (self.texts or self.rules)

    @property
    def same_graph(self) -> bool:
        """Whether nodes, arcs, states, kinds and the rows that parameters name are the same."""
        counts = ("texts", "rules")
        return not any(getattr(self, field.name) for field in fields(self) if field.name not in counts)

    def to_plain(self) -> dict[str, Any]:
        """Return the structure as JSON holds it."""
        changes = {"states": self.states, "kinds": self.kinds, "rows": self.rows}
        return {
            "nodes_added": list(self.nodes_added),
            "nodes_removed": list(self.nodes_removed),
            "arcs_added": [list(arc) for arc in self.arcs_added],
            "arcs_removed": [list(arc) for arc in self.arcs_removed],
            **{
                name: [{"what": one.what, "old": one.old, "new": one.new} for one in found]
                for name, found in changes.items()
            },
            "texts": self.texts,
            "rules": self.rules,
        }


def in_one_form(old: Network, new: Network) -> tuple[Network, Network]:
    """Return two networks as they can be compared: where only one is chained, as exports are, both are."""
    is_chained = [bool(network.of_kind("auxiliary")) for network in (old, new)]
    if is_chained == [True, False]:
        return old, chained(new, WIDEST_CHAINED)
    if is_chained == [False, True]:
        return chained(old, WIDEST_CHAINED), new
    return old, new


def structure_diff(old: Network, new: Network) -> StructureDiff:
    """Return how the structure of two networks differs.

    Kinds, safety items, wording and rules are left out where a version has no wording at all: a network file
    without its names.
    """
    worded = all(any(node.text != NodeText() for node in network.nodes) for network in (old, new))
    was, now = _described(old, worded), _described(new, worded)
    both = [node for node in was if node in now]
    old_arcs, new_arcs = (dict.fromkeys(bn.to_digraph().edges) for bn in (old, new))
    return StructureDiff(
        nodes_added=tuple(node for node in now if node not in was),
        nodes_removed=tuple(node for node in was if node not in now),
        arcs_added=tuple(arc for arc in new_arcs if arc not in old_arcs),
        arcs_removed=tuple(arc for arc in old_arcs if arc not in new_arcs),
        states=_changes((node, ", ".join(was[node][0]), ", ".join(now[node][0])) for node in both),
        kinds=_changes((node, was[node][1], now[node][1]) for node in both if worded),
        rows=_changes(_rows(old, new)),
        texts=_texts(old, new) if worded else 0,
        rules=_rules(old, new) if worded else 0,
    )


def table_changes(old: Network, new: Network) -> tuple[TableChange, ...]:
    """Return the nodes whose tables differ in numbers alone, the largest difference first."""
    found = []
    for node in new.nodes:
        if node.id not in old:
            continue
        before = old.node(node.id)
        if before.states != node.states or set(before.parents) != set(node.parents):
            continue
        if before.parents == node.parents and to_plain(before.cpd) == to_plain(node.cpd):
            continue
        largest = _largest_difference(before, node)
        if largest is None or largest > ROUNDING:
            found.append(TableChange(node.id, largest))
    return tuple(sorted(found, key=lambda change: -np.inf if change.largest is None else -change.largest))


def counted(old: Mapping[str, Any], new: Mapping[str, Any]) -> int:
    """Return how many entries, by id, are in one mapping only or differ between the two."""
    return sum(old.get(name) != new.get(name) for name in old.keys() | new.keys())


def _described(network: Network, worded: bool) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return states and kind of every node, and of every safety item where wording is compared."""
    found = {node.id: (node.states, node.kind) for node in network.nodes}
    return found | {item.id: (BINARY, SAFETY_ITEM) for item in network.safety_items if worded}


def _changes(pairs: Iterable[tuple[str, str, str]]) -> tuple[Change, ...]:
    return tuple(Change(what, old, new) for what, old, new in pairs if old != new)


def _rows(old: Network, new: Network) -> Iterable[tuple[str, str, str]]:
    """Yield (parameter, row it named, row it names) of parameters that both versions have."""
    for node in new.nodes:
        before = dict(old.node(node.id).figures) if node.id in old else {}
        for parameter, figure in node.figures:
            if parameter in before:
                yield f"{node.id} ({parameter})", before[parameter], figure


def _texts(old: Network, new: Network) -> int:
    """Return how many entries of both versions are worded differently, the network itself among them."""
    was, now = ({node.id: node.text for node in network.nodes} for network in (old, new))
    headers = [(bn.name, bn.version, bn.title, bn.population, bn.notice, bn.complaint) for bn in (old, new)]
    return sum(was[node] != now[node] for node in was if node in now) + (headers[0] != headers[1])


def _rules(old: Network, new: Network) -> int:
    """Return how many safety items, rules of urgency and of entry, options, costs and thresholds differ."""
    parts = [
        [
            {item.id: item for item in network.safety_items},
            {flag.id: flag for flag in network.red_flags},
            {"refused": network.refused},
            {rule.id: rule for rule in network.contradictions},
            {option.id: option for option in network.decisions.options},
            {cost.kind: cost for cost in network.decisions.costs},
            {name: getattr(network.decisions, name) for name in ("useful", "stakes")},
        ]
        for network in (old, new)
    ]
    return sum(counted(was, now) for was, now in zip(*parts, strict=True))


def _largest_difference(old: Node, new: Node) -> float | None:
    """Return the largest difference of a probability, parents put in one order."""
    if np.prod((len(new.states), *new.cpd.parent_cards), dtype=float) > LARGEST_COMPARED:
        return None
    order = [0, *(1 + old.parents.index(parent) for parent in new.parents)]
    return float(np.abs(old.cpd.table().transpose(order) - new.cpd.table()).max())
