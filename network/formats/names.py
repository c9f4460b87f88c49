"""The names file beside an export: what a person reads, and what to call nodes in the file.

No format holds labels, kinds of node, the complaint or the warning signs, and UAI holds no names at all.
``leg.bif`` is therefore written with ``leg.bif.names.json``; with it, a file reads back as the network
it came from, except that every distribution is a table. Without it, a file still reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from network.errors import ExchangeError, NetworkError
from network.structure import Network, Node, NodeText

SCHEMA = 1

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_]+")
_KEYWORDS = frozenset(
    [
        *("class", "data", "default", "discrete", "net", "network", "node", "potential", "probability"),
        *("property", "states", "table", "type", "variable"),
    ]
)
_PLACEHOLDER: dict[str, Any] = {"kind": "any_of", "n_parents": 0}


@dataclass(frozen=True)
class FileName:
    """How one node is called in a file."""

    id: str
    states: tuple[str, ...]


def names_file(path: Path) -> Path:
    """Return where the names of a file are kept."""
    return path.with_name(f"{path.name}.names.json")


def plain_names(network: Network) -> dict[str, FileName]:
    """Return a name for each node id that BIF, XMLBIF and NET can hold: the id itself wherever it can be.

    Names that are no plain words, that are keywords, or that differ only in case become ``n12``; states
    ``s0``, ``s1``.
    """
    lower = [node.id.lower() for node in network.nodes]
    names: dict[str, FileName] = {}
    for position, node in enumerate(network.nodes):
        fits = _fits(node.id) and lower.count(node.id.lower()) == 1
        stand_in = f"n{position}"
        while not fits and stand_in in lower:
            stand_in += "_"
        states = (
            node.states if all(map(_fits, node.states)) else tuple(f"s{i}" for i in range(len(node.states)))
        )
        names[node.id] = FileName(node.id if fits else stand_in, states)
    return names


def numbered_names(network: Network, variable_name: Callable[[int], str]) -> dict[str, FileName]:
    """Return the names that a format without names is read with."""
    return {
        node.id: FileName(variable_name(position), tuple(str(i) for i in range(len(node.states))))
        for position, node in enumerate(network.nodes)
    }


def renamed(network: Network, names: Mapping[str, FileName]) -> Network:
    """Return the network with other node and state names, and a network name that is one plain word."""
    nodes = tuple(
        replace(
            node,
            id=names[node.id].id,
            states=names[node.id].states,
            parents=tuple(names[parent].id for parent in node.parents),
        )
        for node in network.nodes
    )
    name = re.sub(r"[^A-Za-z0-9_]+", "_", network.name) or "network"
    return Network(name=name, nodes=nodes)


def names_text(network: Network, names: Mapping[str, FileName]) -> str:
    """Return the text of the names file."""
    plain = network.to_plain()
    entries = [
        {
            "in_file": names[node["id"]].id,
            "states_in_file": names[node["id"]].states,
            "id": node["id"],
            "states": node["states"],
            "kind": node["kind"],
            "text": node["text"],
        }
        for node in plain.pop("nodes")
    ]
    text: str = json.dumps(
        {"schema": SCHEMA, "network": plain, "nodes": entries}, indent=1, ensure_ascii=False
    )
    return text + "\n"


def read_names(text: str) -> tuple[Network, dict[str, FileName]]:
    """Return what a names file says: a network without arcs or numbers, and the names used in the file.

    Raises
    ------
    ExchangeError
        If it is not a names file of this version.
    """
    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise ExchangeError(
                f"the names file is of schema {document['schema']!r}; this version reads {SCHEMA}."
            )
        nodes = [
            {**entry, "parents": [], "figures": [], "cpd": _PLACEHOLDER, "states": _words(entry["states"])}
            for entry in document["nodes"]
        ]
        shell = Network.from_plain({**document["network"], "nodes": nodes})
        names = {
            _word(entry["id"]): FileName(_word(entry["in_file"]), _words(entry["states_in_file"]))
            for entry in document["nodes"]
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, NetworkError) as error:
        raise ExchangeError(
            f"the names file is not one that an export writes ({type(error).__name__}: {error}). "
            "Export again, or delete it to read the file without labels."
        ) from None
    for node in shell.nodes:
        _check_text(node)
    return shell, names


def with_names(read: Network, shell: Network, names: Mapping[str, FileName]) -> Network:
    """Return a network read from a file under the names, kinds and texts that its names file gives.

    Nodes that the names file does not mention keep what the file calls them.

    Raises
    ------
    ExchangeError
        If the names file belongs to another file.
    """
    given: dict[str, Node] = {}
    for node in shell.nodes:
        name = names[node.id]
        if name.id not in read:
            raise ExchangeError(
                f"the names file speaks of {name.id!r}, which the file does not have. {_STALE}"
            )
        if read.node(name.id).states != name.states or len(name.states) != len(node.states):
            raise ExchangeError(
                f"{name.id!r} has the states {', '.join(read.node(name.id).states)} in the file and "
                f"{', '.join(name.states)} for {', '.join(node.states)} in the names file. {_STALE}"
            )
        given[name.id] = node
    ids = {node.id: given[node.id].id if node.id in given else node.id for node in read.nodes}
    nodes = tuple(
        replace(
            given.get(node.id, node),
            parents=tuple(ids[parent] for parent in node.parents),
            cpd=node.cpd,
        )
        for node in read.nodes
    )
    if shell.complaint is not None and shell.complaint not in ids.values():
        raise ExchangeError(
            f"the names file calls {shell.complaint!r} the complaint; there is no such node. {_STALE}"
        )
    return replace(shell, nodes=nodes)


_STALE = "Export both again, or delete the names file."


def _fits(word: str) -> bool:
    """Tell whether every format can hold a word as it is."""
    return _PLAIN_WORD.fullmatch(word) is not None and word.lower() not in _KEYWORDS


def _word(value: object) -> str:
    """Return a string, or raise TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _words(values: Sequence[object]) -> tuple[str, ...]:
    """Return strings, or raise TypeError."""
    if not isinstance(values, list):
        raise TypeError(f"{values!r} is not a list")
    return tuple(_word(value) for value in values)


def _check_text(node: Node) -> None:
    """Raise unless each text of a node is of the type that charts and lists expect."""
    for field in fields(NodeText):
        value = getattr(node.text, field.name)
        if type(value) is not type(field.default) or (
            isinstance(value, tuple) and not all(isinstance(item, str) for item in value)
        ):
            raise ExchangeError(f"the names file: {field.name} of node {node.id!r} is {value!r}. {_STALE}")
    if node.text.state_labels and len(node.text.state_labels) != len(node.states):
        raise ExchangeError(f"the names file: node {node.id!r} has not one label for each state. {_STALE}")
