"""The same as the picture in words: nested lists with buttons, for keyboard and screen reader."""

from __future__ import annotations

import streamlit as st

from model import Differential
from model.errors import DiagnosisError
from views.network import look as looking
from views.network.look import LISTS
from views.network.posteriors import quietly
from views.network.shown import Column, Value, columns, shown_nodes, values
from views.network.wording import short
from views.shared import asking, case_state, session
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.turns import fragment
from views.shared.words import counted, plain

CHOSEN = "network-layer"
MOST_NAMED = 8


@fragment(key=LISTS)
def lists() -> None:
    """Draw the panel, closed until it is wanted."""
    panel = fold("The graph as lists", "network-lists", LISTS, "list")
    if panel is None:
        return
    ddx, look = differential(), looking.current()
    shown = columns(ddx, set(shown_nodes(ddx, look)))
    with panel, st.container(gap="xsmall"):
        st.caption("What the picture shows, layer by layer. A button opens its node in “The chosen node”.")
        column = _layer(shown)
        found = _values(ddx, look)
        for node in column.nodes:
            _entry(ddx, node, found)


def _layer(shown: tuple[Column, ...]) -> Column:
    """Draw the choice of a layer; return it."""
    names = [f"{column.heading or 'continued'} ({len(column.nodes)})" for column in shown]
    session.seed(CHOSEN, min(session.held(CHOSEN, 0), len(shown) - 1))
    chosen = st.pills(
        "Layer",
        list(range(len(shown))),
        key=CHOSEN,
        required=True,
        format_func=lambda at: plain(names[at]),
        on_change=case_state.redraw,
        args=(LISTS,),
    )
    return shown[chosen or 0]


def _values(ddx: Differential, look: looking.Look) -> dict[str, Value]:
    answer = quietly()
    if answer is None:
        return {}
    try:
        return dict(values(ddx, answer, look, asking.catalogue(ddx)))
    except DiagnosisError:
        return {}


def _entry(ddx: Differential, node: str, found: dict[str, Value]) -> None:
    """Draw one node: a button with its value, and under it what it is joined to."""
    network = ddx.network
    value = f": {found[node].words}" if node in found else ""
    entered = " (entered)" if node in case_state.current().evidence.active else ""
    st.button(
        f"**{plain(short(network.node(node).label))}**{plain(value)}{entered}",
        key=f"list-{node}",
        type="tertiary",
        on_click=looking.choose,
        args=(node,),
    )
    joined = [
        f"- {title}: {_named(ddx, others)}"
        for title, others in (
            ("depends on", network.node(node).parents),
            ("what depends on it", network.children[node]),
        )
        if others
    ]
    if joined:
        st.caption("\n".join(joined))


def _named(ddx: Differential, nodes: tuple[str, ...]) -> str:
    """Return labels, the first few by name."""
    labels = [plain(short(ddx.network.node(node).label)) for node in nodes[:MOST_NAMED]]
    more = len(nodes) - len(labels)
    return ", ".join(labels) + (f" and {counted(more, 'more', 'more')}" if more else "")
