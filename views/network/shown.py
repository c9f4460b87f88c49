"""Which nodes the picture and the lists show, where they stand, and the value of each. No widget here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from model import Answer, Differential
from model.information import information
from model.layers import Layers, layers
from views.network.look import BLANKET, NEAR, POSTERIOR, Look, about
from views.network.wording import bits_words, kind_name, short, telling_state, value_words, words
from views.shared import address
from views.shared.asking import UNSORTED, Catalogue
from views.shared.turns import worked_out

MOST_ROWS = 46
"""Nodes below each other; a longer layer stands in several columns."""
REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Value:
    """What colours a node: a share of the full colour from 0 to 1, and the number, in words and in brief."""

    share: float
    words: str
    brief: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the picture: its heading and its nodes, top to bottom."""

    heading: str
    nodes: tuple[str, ...]


@st.cache_resource(show_spinner=False, max_entries=8)
def layers_of(network_hash: str, _ddx: Differential) -> Layers:
    """Return the layers of a network, worked out once."""
    return layers(_ddx.network)


def columns(ddx: Differential, nodes: Collection[str]) -> tuple[Column, ...]:
    """Return the columns of the picture of these nodes, in the order of the network's layers."""
    network = ddx.network
    found: list[Column] = []
    for number, layer in enumerate(layers_of(network.hash, ddx), 1):
        kept = [node for node in layer if node in nodes]
        heading = _heading(number, [network.node(node).kind for node in kept])
        parts = -(-len(kept) // MOST_ROWS)
        size = -(-len(kept) // parts) if parts else 0
        for part in range(parts):
            below = tuple(kept[part * size : (part + 1) * size])
            found.append(Column(heading if part == 0 else "", below))
    return tuple(found)


def _heading(number: int, kinds: Sequence[str]) -> str:
    """Return what heads a column: the kind of its nodes, or its number where the network knows no kinds."""
    counts = Counter(kinds).most_common()
    if len(counts) > 2:
        return str(words()["mixed_column"])
    if not counts or counts[0][0] == UNSORTED:
        return str(words()["numbered_column"]).format(number=number)
    return kind_name(counts[0][0], many=True)


def shown_nodes(ddx: Differential, look: Look) -> tuple[str, ...]:
    """Return the nodes that are in sight, in the network's order; the chosen one always is."""
    network = ddx.network
    ids: Iterable[str] = network.index
    if look.node and look.scope == NEAR:
        ids = neighbourhood(ddx, look.node, look.steps)
    elif look.node and look.scope == BLANKET:
        ids = markov_blanket(ddx, look.node)
    wanted = set(ids)
    return tuple(
        node.id
        for node in network.nodes
        if node.id == look.node or (node.id in wanted and (not look.kinds or node.kind in look.kinds))
    )


def neighbourhood(ddx: Differential, node: str, steps: int) -> set[str]:
    """Return a node with everything at most so many arcs away, in either direction."""
    network = ddx.network
    found = {node}
    for _ in range(steps):
        found |= {other for near in found for other in (*network.node(near).parents, *network.children[near])}
    return found


def markov_blanket(ddx: Differential, node: str) -> set[str]:
    """Return a node with its parents, its children, and the other parents of its children."""
    network = ddx.network
    children = network.children[node]
    beside = {parent for child in children for parent in network.node(child).parents}
    return {node, *network.node(node).parents, *children, *beside}


def values(ddx: Differential, answer: Answer, look: Look, items: Catalogue) -> Mapping[str, Value]:
    """Return the value of each node that has one: a probability, or bits as a share of the largest.

    Raises
    ------
    DiagnosisError
        If information is asked for and the network has no causes, or would need tables that are too large.
    """
    if look.colour == POSTERIOR:
        return {node.id: _probability(answer, node.id, items) for node in ddx.network.nodes}
    target = about(look)
    bits = _information(f"{ddx.network.hash}.{address.encode(answer.evidence)}", ddx, answer, target)
    others = [value for node, value in bits.items() if node != target]
    largest = max(others, default=0.0) or 1.0
    return {
        node: Value(min(value / largest, 1.0), bits_words(value), f"{value:.3f}")
        for node, value in bits.items()
    }


def largest_bits(found: Mapping[str, Value], look: Look) -> str:
    """Return what the full colour stands for."""
    full = [value.words for node, value in found.items() if value.share >= 1.0 and node != about(look)]
    return full[0] if full else bits_words(0.0)


def in_words(ddx: Differential, node: str, found: Mapping[str, Value]) -> str:
    """Return a node in one line: its value and its label; a cause of the pain goes by its condition."""
    label = short(ddx.network.node(ddx.network.causes.get(node) or node).label)
    return f"{found[node].brief} {label}" if node in found else label


def _probability(answer: Answer, node: str, items: Catalogue) -> Value:
    item, posterior = items.items[node], answer.posterior(node)
    state = telling_state(item, posterior)
    said = value_words(item, state, posterior[state])
    brief = said.replace("under\u00a0", "<").replace("over\u00a0", ">")
    return Value(min(max(posterior[state], 0.0), 1.0), said, brief)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=REMEMBERED)
def _information(case: str, _ddx: Differential, _answer: Answer, target: str) -> dict[str, float]:
    return information(_ddx, _answer.evidence, target or None)


def arcs(ddx: Differential, nodes: Sequence[str]) -> list[tuple[int, int]]:
    """Return the arcs between nodes in sight, as places in `nodes`."""
    place = {node: at for at, node in enumerate(nodes)}
    return [
        (place[parent], at)
        for node, at in place.items()
        for parent in ddx.network.node(node).parents
        if parent in place
    ]
