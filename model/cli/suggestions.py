"""What a shell offers on Tab after `-e` and for the arguments of verbs."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from model.differential import read_network
from model.evidence import UNKNOWN
from network.errors import DiagnosisError
from network.structure import BINARY, EVIDENCE_KINDS, Network


def evidence(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Return ``node=`` while the node is being written, and ``node=state`` after the sign."""
    network = _network(context)
    if network is None or "~" in incomplete:
        return []
    node, sign, _ = incomplete.partition("=")
    if sign:
        return [item for item in _states(network, node) if item.value.startswith(incomplete)]
    entered = {entry.partition("=")[0] for entry in context.params.get("evidence") or ()}
    return [
        CompletionItem(f"{name}=", help=label)
        for name, label in _askable(network, incomplete)
        if name not in entered
    ]


def nodes(context: click.Context, incomplete: str) -> list[CompletionItem]:
    """Return the ids of nodes and safety items."""
    network = _network(context)
    if network is None:
        return []
    labels = {node.id: node.label for node in network.nodes}
    labels |= {item.id: item.label for item in network.safety_items}
    return [CompletionItem(name, help=label) for name, label in labels.items() if name.startswith(incomplete)]


def _network(context: click.Context) -> Network | None:
    """Return the network that the line asks for, None where it cannot be read."""
    try:
        return read_network(context.params.get("network"))
    except (DiagnosisError, OSError):
        return None


def _askable(network: Network, start: str) -> Iterator[tuple[str, str]]:
    """Yield (id, label) of what a person is asked about; of any node where none of those fits."""
    fitting = [node for node in network.nodes if node.id.startswith(start)]
    asked = [node for node in fitting if node.kind in EVIDENCE_KINDS]
    items = [item for item in network.safety_items if item.id.startswith(start)]
    for node in asked if asked or items else fitting:
        yield node.id, node.label
    for item in items:
        yield item.id, item.label


def _states(network: Network, node_id: str) -> Iterator[CompletionItem]:
    """Yield one suggestion for each answer to a node or safety item."""
    labels = dict(zip(BINARY, BINARY, strict=True))
    if node_id in network:
        node = network.node(node_id)
        labels = {state: node.state_label(state) for state in node.states}
    elif node_id not in {item.id for item in network.safety_items}:
        return
    for state, label in labels.items():
        yield CompletionItem(f"{node_id}={state}", help=label)
    yield CompletionItem(f"{node_id}={UNKNOWN.value}", help="asked, not known")
