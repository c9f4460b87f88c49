"""The setting of the case: chosen in a small box, and told beside every number. Nobody is asked for it."""

from __future__ import annotations

import streamlit as st

from model.setting import NOT_STATED, setting_line, setting_of
from views.shared import case_state, session
from views.shared.engine import differential
from views.shared.words import plain

KEY = "setting"
WIDTH = 320
"""In pixels: the longest state fits."""
NONE = ""
"""The choice that states no setting."""


def choose_setting() -> None:
    """Draw the choice of the setting, if the network knows any."""
    node = differential().network.setting
    if node is None:
        return
    labels = {NONE: NOT_STATED.capitalize()} | {state: node.state_label(state) for state in node.states}
    session.seed(KEY, setting_of(case_state.current().evidence) or NONE)
    st.selectbox(
        "Setting",
        list(labels),
        key=KEY,
        format_func=lambda state: plain(labels[state]),
        help=plain(node.text.why) or None,
        filter_mode=None,
        width=WIDTH,
        on_change=case_state.enter_from,
        args=(KEY, node.id, lambda state: state or None),
    )


def setting_caption() -> None:
    """Draw the setting in a line, if the network knows any."""
    line = setting_line(case_state.current().evidence)
    if line:
        st.caption(plain(line))
