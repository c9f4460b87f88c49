"""The graph with what governs it: search, what is shown, what colours it."""

from __future__ import annotations

import streamlit as st

from model import Answer, Differential
from model.errors import DiagnosisError
from views.network import look as looking
from views.network.look import BLANKET, GRAPH, INFORMATION, NEAR, POSTERIOR, WHOLE, Look
from views.network.paint import DARK, LIGHT
from views.network.picture import LEGEND_SHARES, Picture, picture
from views.network.posteriors import posteriors
from views.network.shown import Value, arcs, columns, in_words, largest_bits, shown_nodes, values
from views.network.wording import kind_name, short
from views.shared import asking, case_state, session
from views.shared.engine import differential
from views.shared.turns import fragment
from views.shared.words import counted, percent, plain

ALL_CAUSES = ""


@fragment(key=GRAPH)
def graph() -> None:
    """Draw the panel."""
    look, ddx = looking.current(), differential()
    _search(ddx)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _scope(look)
        _colour(ddx, look)
        _kinds(look)
    answer = posteriors()
    found = _values(ddx, answer, look)
    nodes = shown_nodes(ddx, look)
    drawn = _picture(ddx, look, nodes, found)
    key = f"graph-{ddx.network.hash}-{look.turn}-{look.scope}-{look.node if look.scope != WHOLE else ''}"
    st.echarts_chart(
        drawn.option,
        key=key,
        height=drawn.height,
        on_select=lambda: looking.choose_in_picture(key, drawn.nodes),
        renderer="svg",
        alt=_alternative(ddx, look, nodes, found),
    )
    st.caption(_reading(ddx, look, nodes, found))


def _search(ddx: Differential) -> None:
    """Draw the search for a node."""
    items = asking.catalogue(ddx).items
    st.selectbox(
        "Find a node",
        list(ddx.network.index),
        index=None,
        key="find-node",
        format_func=lambda node: _search_label(items[node]),
        placeholder="Type a name, a clinical term or an id",
        on_change=looking.choose_from,
        args=("find-node",),
    )


def _search_label(item: asking.Item) -> str:
    """Return what is shown and searched: label, clinical term, id, other words for it."""
    return " · ".join(dict.fromkeys(filter(None, (short(item.label), item.term, item.id, *item.synonyms))))


def _scope(look: Look) -> None:
    """Draw what part of the network is shown."""
    labels = {WHOLE: "Whole network", NEAR: "Neighbours", BLANKET: "Markov blanket"}
    session.seed("scope", look.scope)
    st.segmented_control(
        "Show",
        list(labels),
        key="scope",
        required=True,
        disabled=not look.node,
        format_func=labels.__getitem__,
        help="Choose a node first. Neighbours: what it depends on and what depends on it. Blanket: parents, "
        "children, and their other parents. Once these are known, nothing else matters.",
        on_change=looking.look_from,
        args=("scope", "scope"),
        wrap=True,
    )
    if look.node and look.scope == NEAR:
        session.seed("steps", look.steps)
        st.segmented_control(
            "Steps", [1, 2], key="steps", required=True, on_change=looking.look_from, args=("steps", "steps")
        )


def _kinds(look: Look) -> None:
    """Draw the filter by kind, where the network knows kinds."""
    kinds = list(dict.fromkeys(node.kind for node in differential().network.nodes))
    if len(kinds) < 2:
        return
    label = f"Kinds: {len(look.kinds)} of {len(kinds)}" if look.kinds else "All kinds"
    with st.popover(label, icon=":material/filter_alt:"):
        session.seed("kinds", list(look.kinds))
        st.pills(
            "Show only these kinds",
            kinds,
            selection_mode="multi",
            key="kinds",
            format_func=lambda kind: plain(kind_name(kind, many=True)),
            on_change=looking.look_from,
            args=("kinds", "kinds"),
        )


def _colour(ddx: Differential, look: Look) -> None:
    """Draw what the colours say."""
    labels = {POSTERIOR: "Probability", INFORMATION: "Information"}
    session.seed("colour", look.colour)
    st.segmented_control(
        "Colour and size",
        list(labels),
        key="colour",
        required=True,
        format_func=labels.__getitem__,
        help="Probability: of each node in this case. Information: how much an answer would tell.",
        on_change=looking.look_from,
        args=("colour", "colour"),
    )
    if look.colour != INFORMATION:
        return
    causes = [ALL_CAUSES] if ddx.network.causes else []
    others = [*ddx.network.causes, *(node for node in ddx.network.index if node not in ddx.network.causes)]
    items = asking.catalogue(ddx).items
    session.seed("about", looking.about(look))
    st.selectbox(
        "Information about",
        [*causes, *others],
        key="about",
        format_func=lambda node: short(items[node].label) if node else "All causes of the pain, added up",
        on_change=looking.look_from,
        args=("about", "about"),
    )


def _values(ddx: Differential, answer: Answer | None, look: Look) -> dict[str, Value]:
    """Return the values that colour the graph, none where there is no answer; say why."""
    if answer is None:
        return {}
    try:
        return dict(values(ddx, answer, look, asking.catalogue(ddx)))
    except DiagnosisError as error:
        st.warning(plain(str(error)), icon=":material/info:")
        return {}


def _picture(ddx: Differential, look: Look, nodes: tuple[str, ...], found: dict[str, Value]) -> Picture:
    if look.colour == POSTERIOR:
        legend = [percent(share) for share in LEGEND_SHARES]
    else:
        legend = ["0", "", "", "", largest_bits(found, look)]
    return picture(
        columns(ddx, set(nodes)),
        {node: in_words(ddx, node, found) for node in nodes},
        found,
        [(nodes[a], nodes[b]) for a, b in arcs(ddx, nodes)],
        look.node,
        frozenset(case_state.current().evidence.active),
        legend,
        DARK if session.is_dark() else LIGHT,
    )


def _alternative(ddx: Differential, look: Look, nodes: tuple[str, ...], found: dict[str, Value]) -> str:
    """Return the picture in a sentence or two, for those who do not see it."""
    top = sorted((node for node in nodes if node in found), key=lambda node: -found[node].share)[:3]
    named = ", ".join(in_words(ddx, node, found) for node in top)
    what = "probability" if look.colour == POSTERIOR else "information"
    return (
        f"Graph of {counted(len(nodes), 'node')} and {counted(len(arcs(ddx, nodes)), 'arc')} in layers. "
        f"Largest {what}: {named}. All of it stands in the lists below."
    )


def _reading(ddx: Differential, look: Look, nodes: tuple[str, ...], found: dict[str, Value]) -> str:
    """Return how to read the picture."""
    size = f"{counted(len(nodes), 'node')}, {counted(len(arcs(ddx, nodes)), 'arc')}."
    if look.colour == POSTERIOR:
        says = "The darker and larger a node, the likelier it is; the number says how likely."
        if session.is_dark():
            says = says.replace("darker", "brighter")
    else:
        says = (
            f"The fuller and larger a node, the more it would tell; the fullest stands for "
            f"{largest_bits(found, look)}."
        )
    below = f" [Read about “{plain(short(ddx.network.node(look.node).label))}”](#node)." if look.node else ""
    return f"{size} {says} A square was entered. Click a node to read about it, again to close it.{below}"
