"""Explore: what is known on the left, what could explain the pain on the right."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from views import _case
from views._alerts import alerts
from views._engine import differential
from views._entry import entry
from views._result import result
from views._words import plain


def page() -> None:
    """Draw the page."""
    try:
        network = differential().network
    except DiagnosisError as error:
        st.error("The network cannot be read, so nothing can be answered.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    _case.open_page("explore")
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
