"""Practice: choose a case, work on it, read the feedback."""

from __future__ import annotations

import streamlit as st

from views.learn.cases.choose import choose, next_case
from views.learn.cases.play import play
from views.learn.cases.record import leave, record
from views.learn.cases.reflect import reflect
from views.shared.practice.feedback import feedback
from views.shared.turns import fragment

READABLE = 860
"""Width in pixels: longer lines are hard to read."""


@fragment(key="cases")
def cases_panel() -> None:
    """Draw the panel, as far as the learner has come."""
    held = record()
    with st.container(width=READABLE):
        if held.session is None:
            choose()
            return
        st.button("All cases", key="all-cases", icon=":material/arrow_back:", type="tertiary", on_click=leave)
        if held.feedback is not None:
            feedback(held.feedback, next_case)
        elif held.session.stopped:
            reflect(held.session, held.number)
        else:
            play(held.session, held.number)
