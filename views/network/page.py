"""Network: the graph, what each node means and rests on, and networks of one's own."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from views.network import look
from views.network.export import export
from views.network.graph import graph
from views.network.lists import lists
from views.network.node import node
from views.network.own import own_network, way_back
from views.shared.alerts import alerts
from views.shared.engine import differential
from views.shared.notice import notice
from views.shared.words import counted, plain


def page() -> None:
    """Draw the page."""
    try:
        network = differential().network
    except DiagnosisError as error:
        st.error("The network cannot be read, so nothing can be answered.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    look.open_page()
    st.title("Network", anchor=False)
    st.markdown(
        f"What {plain(network.title or network.name)} is made of: {counted(len(network), 'node')}, each with "
        "what it depends on and where its numbers come from."
    )
    alerts()
    way_back()
    left, right = st.columns([13, 8], gap="medium")
    with left:
        graph()
    with right:
        node()
    lists()
    export()
    own_network()
    notice()
    st.caption(f"Network {plain(network.name)}, version {plain(network.version)} ({plain(network.hash)}).")
