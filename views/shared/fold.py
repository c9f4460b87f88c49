"""A panel that is closed until it is wanted: what is inside is worked out only while it is open."""

from __future__ import annotations

from typing import Any

import streamlit as st

from views.shared import case_state


def fold(label: str, key: str, part: str, icon: str | None = None, **look: Any) -> Any:
    """Draw the panel and return it to be filled; None while it is closed.

    Parameters
    ----------
    label : str
        Markdown; what comes from data is escaped.
    part : str
        The fragment that holds the panel, drawn anew when it is opened or closed.
    icon : str, optional
        Name of a Material symbol.
    look : Any
        Other options of `st.expander`.
    """
    shown = f":material/{icon}:" if icon else None
    panel = st.expander(label, key=key, icon=shown, on_change=case_state.redraw, args=(part,), **look)
    return panel if panel.open else None
