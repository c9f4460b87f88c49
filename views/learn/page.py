"""Learn: short lessons on the live network."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from views.learn.lessons.panel import lessons_panel
from views.shared.engine import differential
from views.shared.notice import notice


def page() -> None:
    """Draw the page."""
    try:
        differential()
    except DiagnosisError as error:
        st.error("The network cannot be read, so nothing can be taught.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    st.title("Learn", anchor=False)
    lessons_panel()
    notice()
