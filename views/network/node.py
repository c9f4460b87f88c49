"""The chosen node: what it is, how likely it is, what it depends on, and a place to enter it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model import Answer, Differential
from views.network import look as looking
from views.network.look import NODE
from views.network.posteriors import quietly, starting_point
from views.network.wording import kind_name, short, state_word, telling_state, value_words, words
from views.shared import asking, case_state
from views.shared.asking import Item
from views.shared.engine import differential
from views.shared.question import ask
from views.shared.turns import fragment
from views.shared.words import counted, percent, plain

SHOWN_AT_ONCE = 12


@fragment(key=NODE)
def node() -> None:
    """Draw the panel."""
    look, ddx = looking.current(), differential()
    st.header("The chosen node", anchor="node")
    if look.message:
        st.info(look.message, icon=":material/link:")
    if not look.node:
        st.caption(
            "None yet. Click one in the picture, find it by name, or choose it from the lists below: what it "
            "means, how likely it is, where its numbers come from, and how to enter it."
        )
        return
    item = asking.catalogue(ddx).items[look.node]
    _head(item)
    _probabilities(ddx, item)
    _enter(item)
    _relatives(ddx, item)


def _head(item: Item) -> None:
    """Draw what the node is."""
    found = differential().network.node(item.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{plain(short(item.label))}**", width="stretch")
        st.button(
            "Close",
            key="close-node",
            icon=":material/close:",
            type="tertiary",
            on_click=looking.choose,
            args=("",),
        )
    facts = [kind_name(item.kind), item.term if item.term != item.label else "", item.id]
    st.caption(" · ".join(plain(fact) for fact in facts if fact))
    about = words()["about_kind"].get(item.kind, "")
    said = [found.text.description, found.text.why if found.text.why != found.text.description else "", about]
    st.markdown("\n\n".join(plain(text) for text in said if text))


def _probabilities(ddx: Differential, item: Item) -> None:
    """Draw each state with how likely it is now and was before any answer."""
    now, start = quietly(), starting_point()
    rows = [
        {
            "State": plain(short(state_word(item, state))),
            "Now": _share(now, item.id, state),
            "Before any answer": _share(start, item.id, state),
        }
        for state in (reversed(item.states) if item.is_yes_or_no else item.states)
    ]
    st.table(rows, hide_index=True)
    if ddx.network.complaint:
        st.caption("Before any answer: in people of whom only the complaint is known.")


def _share(found: Answer | None, node_id: str, state: str) -> str:
    return "–" if found is None else percent(found.posterior(node_id)[state])


def _enter(item: Item) -> None:
    """Draw the question with its usual answers."""
    st.markdown("**Enter it as a finding**")
    ask(item, "node")
    evidence = case_state.current().evidence
    if item.id in evidence.paused:
        st.button(
            "Paused: let it count again",
            key="node-resume",
            icon=":material/play_arrow:",
            on_click=case_state.resume,
            args=(item.id,),
        )
    if item.id in evidence:
        st.button(
            "Take it back",
            key="node-remove",
            icon=":material/close:",
            type="tertiary",
            on_click=case_state.remove,
            args=(item.id,),
        )


def _relatives(ddx: Differential, item: Item) -> None:
    """Draw what the node depends on and what depends on it, each a button that opens it."""
    now = quietly()
    _buttons("It depends on", ddx.network.node(item.id).parents, "parent", now)
    _buttons("What depends on it", ddx.network.children[item.id], "child", now)


def _buttons(title: str, nodes: Sequence[str], place: str, now: Answer | None) -> None:
    if not nodes:
        return
    items = asking.catalogue(differential()).items
    panel = st.expander(f"{title}: {counted(len(nodes), 'node')}", expanded=len(nodes) <= SHOWN_AT_ONCE)
    with panel, st.container(horizontal=True, gap="xsmall"):
        for name in nodes:
            st.button(
                plain(_line(items[name], now)),
                key=f"{place}-{name}",
                on_click=looking.choose,
                args=(name,),
            )


def _line(item: Item, now: Answer | None) -> str:
    """Return a node in one line: its label, and its value now."""
    if now is None:
        return short(item.label)
    posterior = now.posterior(item.id)
    state = telling_state(item, posterior)
    return f"{short(item.label)} · {value_words(item, state, posterior[state])}"
