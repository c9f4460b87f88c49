"""Explore: what is known on the left, what could explain the pain on the right."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from views.explore.alerts import alerts
from views.explore.entry import entry
from views.explore.result import result
from views.shared import case_state
from views.shared.engine import differential
from views.shared.words import plain


def page() -> None:
    """Draw the page."""
    try:
        network = differential().network
    except DiagnosisError as error:
        st.error("The network cannot be read, so nothing can be answered.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    case_state.open_page("explore")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.title("Nocturne", anchor=False, width="content")
        st.markdown(f"{plain(network.title)}: enter what you know and see how likely each cause becomes.")
    alerts()
    left, right = st.columns([5, 7], gap="large")
    with left:
        entry()
    with right:
        result()
    st.caption(f"Network {plain(network.name)}, version {plain(network.version)} ({plain(network.hash)}).")
