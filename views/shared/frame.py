"""The frame of a page: a network that can be asked, or why there is none; and which network it is."""

from __future__ import annotations

import streamlit as st

from model import Differential
from model.errors import DiagnosisError
from views.shared.engine import differential
from views.shared.words import plain


def readable() -> Differential | None:
    """Return the differential of this session; where its network cannot be read, say why and return None."""
    try:
        return differential()
    except DiagnosisError as error:
        st.error("The network cannot be read, so nothing can be answered.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return None


def signature() -> None:
    """Say at the foot of a page which network it speaks of."""
    network = differential().network
    version = f", version {plain(network.version)}" if network.version else ""
    st.caption(f"Network {plain(network.name)}{version} ({plain(network.hash)}).")
