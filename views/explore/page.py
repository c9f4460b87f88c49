"""Explore: what is known on the left, what could explain the pain on the right."""

from __future__ import annotations

import streamlit as st

from views.explore.entry import entry
from views.explore.next_questions import next_questions
from views.explore.panels import panels
from views.explore.result import result
from views.explore.share import keep_or_share
from views.shared import case_state
from views.shared.alerts import alerts
from views.shared.frame import readable, signature
from views.shared.notice import notice
from views.shared.words import plain

FRAGMENTS = ("alerts", "result", "entry", "next", "panels", "share")
"""What depends on the case, in the order in which it is drawn: the bars before what takes longer."""


def page() -> None:
    """Draw the page."""
    ddx = readable()
    if ddx is None:
        return
    network = ddx.network
    case_state.open_page("explore", FRAGMENTS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.title("Nocturne", anchor=False, width="content")
        title = plain(network.title or network.name)
        st.markdown(f"{title}: enter what you know and see how likely each cause becomes.")
    alerts()
    left, right = st.columns([5, 7], gap="large")
    with left:
        entry()
    with right:
        st.header("What could explain the pain", anchor="result")
        notice()
        result()
    with left:
        next_questions()
    with right:
        panels()
    keep_or_share()
    signature()
