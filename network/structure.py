"""`Network`: nodes in topological order, each with its states, parents and distribution.

Plain frozen dataclasses over numpy arrays, never mutated and so safe to share between sessions.
Ids are stable; labels, questions and reasons are data that travels with the node.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from network import decisions
from network.cpds import Cpd, from_plain, to_plain
from network.decisions import Contradiction as Contradiction
from network.decisions import Decisions
from network.decisions import RedFlag as RedFlag
from network.decisions import Refusal as Refusal
from network.decisions import SafetyItem as SafetyItem
from network.errors import NetworkError, UnknownNode, UnknownState

if TYPE_CHECKING:
    import networkx as nx
    from pgmpy.models import DiscreteBayesianNetwork

ABSENT, PRESENT = 0, 1
BINARY = ("absent", "present")

FINDING_KINDS = ("symptom", "sign", "test")
"""Kinds of node that are observations of this patient."""

RISK_FACTOR = "risk_factor"
ASKED_KINDS = (RISK_FACTOR, *FINDING_KINDS)
"""Kinds of node a person is asked about; any other node may be entered too."""

SETTING_KIND = "context"
"""Where the person is seen: it is chosen, never asked."""

EVIDENCE_KINDS = (*ASKED_KINDS, SETTING_KIND)
"""Kinds of node that say something of this patient."""


@dataclass(frozen=True, slots=True)
class NodeText:
    """What a person reads about a node."""

    label: str = ""
    clinical_term: str = ""
    question: str = ""
    description: str = ""
    why: str = ""
    group: str = ""
    cost: str = ""
    modifiable: bool = False
    claims: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    state_labels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """One variable of the network.

    `figures` names, for each parameter of the distribution in words, the row of `figures.csv` it
    comes from.
    """

    id: str
    states: tuple[str, ...]
    parents: tuple[str, ...]
    cpd: Cpd
    kind: str = "node"
    text: NodeText = field(default_factory=NodeText)
    figures: tuple[tuple[str, str], ...] = ()

    def state_index(self, state: str) -> int:
        """Return the position of `state`; ``yes`` and ``no`` are read as present and absent.

        Raises
        ------
        UnknownState
            If the node has no such state.
        """
        if state in self.states:
            return self.states.index(state)
        if self.states == BINARY and state in ("yes", "no"):
            return PRESENT if state == "yes" else ABSENT
        raise UnknownState(self.id, state, self.states)

    @property
    def label(self) -> str:
        """What a chart or a list shows: the label, or the id where there is none."""
        return self.text.label or self.id

    def state_label(self, state: str) -> str:
        """Return the wording of a state."""
        labels = self.text.state_labels
        return labels[self.states.index(state)] if labels else state.replace("_", " ")


@dataclass(frozen=True, eq=False)
class Network:
    """A discrete Bayesian network.

    Parameters
    ----------
    nodes : tuple of Node
        In topological order: every parent stands before its children.
    complaint : str or None
        The node that is assumed present in every consultation.
    """

    name: str
    nodes: tuple[Node, ...]
    version: str = ""
    title: str = ""
    population: str = ""
    notice: tuple[str, ...] = ()
    complaint: str | None = None
    safety_items: tuple[SafetyItem, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    decisions: Decisions = field(default_factory=Decisions)
    refused: tuple[Refusal, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for node in self.nodes:
            if node.id in seen:
                raise NetworkError(f"node {node.id!r} is defined twice. Give each node its own id.")
            late = [parent for parent in node.parents if parent not in seen]
            if late:
                raise NetworkError(
                    f"node {node.id!r} stands before its parent {late[0]!r}. Sort parents first."
                )
            seen.add(node.id)

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.index

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each node id in `nodes`."""
        return {node.id: position for position, node in enumerate(self.nodes)}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """Children of each node id, in topological order."""
        found: dict[str, list[str]] = {node.id: [] for node in self.nodes}
        for node in self.nodes:
            for parent in node.parents:
                found[parent].append(node.id)
        return {node_id: tuple(children) for node_id, children in found.items()}

    @cached_property
    def hash(self) -> str:
        """First 12 hexadecimal digits of the SHA-256 of everything the network says."""
        text = json.dumps(self.to_plain(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def node(self, node_id: str) -> Node:
        """Return one node.

        Raises
        ------
        UnknownNode
            If there is none of that id; the message names the nearest spelling.
        """
        try:
            return self.nodes[self.index[node_id]]
        except KeyError:
            raise UnknownNode(node_id, self.index) from None

    def of_kind(self, *kinds: str) -> tuple[Node, ...]:
        """Return the nodes of these kinds, in topological order."""
        return tuple(node for node in self.nodes if node.kind in kinds)

    @cached_property
    def causes(self) -> dict[str, str | None]:
        """Each node that can bring on the complaint, `due_to_*` and `other_cause`, with its condition."""
        found: dict[str, str | None] = {}
        for node in self.of_kind("due_to"):
            found[node.id] = next((p for p in node.parents if self.node(p).kind == "condition"), None)
        return found

    @cached_property
    def setting(self) -> Node | None:
        """The node that says where the person is seen, None where the network has none."""
        return next(iter(self.of_kind(SETTING_KIND)), None)

    def refusal(self, node_id: str, number: float) -> str | None:
        """Return what is said where a node does not take a number; None where it does."""
        return next((one.says for one in self.refused if one.node == node_id and one.holds(number)), None)

    def ancestors(self, node_ids: Iterable[str]) -> set[str]:
        """Return the given nodes and everything above them."""
        found: set[str] = set()
        todo = list(node_ids)
        while todo:
            node_id = todo.pop()
            if node_id not in found:
                found.add(node_id)
                todo.extend(self.node(node_id).parents)
        return found

    def cards(self) -> tuple[int, ...]:
        """Return the number of states of each node, in order."""
        return tuple(len(node.states) for node in self.nodes)

    def to_digraph(self) -> nx.DiGraph:
        """Return the structure as a networkx graph with `kind`, `label` and `states` on each node."""
        import networkx as nx

        graph = nx.DiGraph(name=self.name, version=self.version)
        for node in self.nodes:
            graph.add_node(node.id, kind=node.kind, label=node.label, states=node.states)
        graph.add_edges_from((parent, node.id) for node in self.nodes for parent in node.parents)
        return graph

    def to_pgmpy(self, full_tables: bool = False) -> DiscreteBayesianNetwork:
        """Return the network as a pgmpy model.

        Wide noisy-OR nodes are chained through auxiliary nodes whose names start with ``_``, unless
        `full_tables` asks for every table whole (hundreds of thousands of numbers).
        """
        from network.pgmpy_bridge import to_pgmpy

        return to_pgmpy(self, full_tables=full_tables)

    def to_plain(self) -> dict[str, Any]:
        """Return everything as lists, strings and numbers that JSON can hold."""
        plain: dict[str, Any] = {
            "name": self.name,
            "version": self.version,
            "title": self.title,
            "population": self.population,
            "notice": self.notice,
            "complaint": self.complaint,
            "safety_items": [asdict(item) for item in self.safety_items],
            "red_flags": [asdict(flag) for flag in self.red_flags],
            "decisions": decisions.to_plain(self.decisions),
            "refused": [asdict(refusal) for refusal in self.refused],
            "contradictions": [asdict(rule) for rule in self.contradictions],
        }
        plain["nodes"] = [
            {
                "id": node.id,
                "states": node.states,
                "parents": node.parents,
                "kind": node.kind,
                "text": asdict(node.text),
                "figures": node.figures,
                "cpd": to_plain(node.cpd),
            }
            for node in self.nodes
        ]
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Network:
        """Return the network that `to_plain` spelled out."""
        nodes = tuple(
            Node(
                id=item["id"],
                states=tuple(item["states"]),
                parents=tuple(item["parents"]),
                cpd=from_plain(item["cpd"]),
                kind=item["kind"],
                text=NodeText(**{key: decisions.tuples(value) for key, value in item["text"].items()}),
                figures=decisions.tuples(item["figures"]),
            )
            for item in plain["nodes"]
        )
        return cls(
            name=plain["name"],
            nodes=nodes,
            version=plain["version"],
            title=plain["title"],
            population=plain["population"],
            notice=tuple(plain["notice"]),
            complaint=plain["complaint"],
            safety_items=tuple(decisions.safety_item(item) for item in plain["safety_items"]),
            red_flags=tuple(decisions.red_flag(flag) for flag in plain["red_flags"]),
            decisions=decisions.from_plain(plain["decisions"]),
            # Names files of earlier versions lack these.
            refused=tuple(Refusal(**refusal) for refusal in plain.get("refused", ())),
            contradictions=tuple(decisions.contradiction(rule) for rule in plain.get("contradictions", ())),
        )


def check_sound(network: Network, tolerance: float = 1e-9) -> None:
    """Raise `NetworkError` unless shapes fit, states are distinct and every row sums to one.

    Tables of more than `LARGEST_CHECKED_TABLE` numbers are not spelled out; their parameters are
    checked for being probabilities instead.
    """
    for node in network.nodes:
        cards = tuple(len(network.node(parent).states) for parent in node.parents)
        if node.cpd.parent_cards != cards or node.cpd.n_states != len(node.states):
            raise NetworkError(
                f"node {node.id!r}: its table has shape {(node.cpd.n_states, *node.cpd.parent_cards)}, "
                f"its states and parents need {(len(node.states), *cards)}."
            )
        if len(set(node.states)) < len(node.states):
            raise NetworkError(f"node {node.id!r} has the same state twice: {', '.join(node.states)}.")
        if np.prod(cards, dtype=float) * len(node.states) > LARGEST_CHECKED_TABLE:
            continue
        table = node.cpd.table()
        off = np.abs(table.sum(axis=0) - 1.0).max()
        if not np.isfinite(table).all() or table.min() < -tolerance or off > tolerance:
            raise NetworkError(
                f"node {node.id!r}: a row of its table is off from one by {off:.2g}, or is negative."
            )


LARGEST_CHECKED_TABLE = 2**17
