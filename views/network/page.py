"""Network: the graph, what each node means and rests on, and networks of one's own."""

from __future__ import annotations

import streamlit as st

from views.network import look
from views.network.export import export
from views.network.graph import graph
from views.network.lists import lists
from views.network.node import node
from views.network.numbers import numbers
from views.network.own import own_network, way_back
from views.shared.alerts import alerts
from views.shared.frame import readable, signature
from views.shared.notice import notice
from views.shared.setting import setting_caption
from views.shared.words import counted, plain


def page() -> None:
    """Draw the page."""
    ddx = readable()
    if ddx is None:
        return
    network = ddx.network
    look.open_page()
    st.title("Network", anchor=False)
    st.markdown(
        f"**{plain(network.title or network.name)}**: {counted(len(network), 'node')}, each with what it "
        "depends on and where its numbers come from."
    )
    alerts()
    setting_caption()
    way_back()
    left, right = st.columns([5, 2], gap="medium")
    with left:
        graph()
    with right:
        node()
    numbers()
    lists()
    export()
    own_network()
    notice()
    signature()
