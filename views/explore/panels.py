"""A closer look: one panel at a time, worked out only while it is shown."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model import Answer
from model.errors import DiagnosisError
from views.explore import answers
from views.explore.fit_panel import fit_panel
from views.explore.helps import helps
from views.explore.numbers_behind import sources
from views.explore.table import table
from views.explore.together import together
from views.explore.why import why
from views.shared import case_state
from views.shared.turns import fragment
from views.shared.words import plain

KEY = "look"
PANELS: dict[str, Callable[[Answer], None]] = {
    "Why": why,
    "What helps": helps,
    "Several at once": together,
    "Do they fit?": fit_panel,
    "As a table": table,
    "Sources": sources,
}


@fragment(key="panels")
def panels() -> None:
    """Draw the choice of panels, and the chosen one."""
    now = answers.now()
    if now is None:
        return
    chosen = st.segmented_control(
        "A closer look",
        list(PANELS),
        key=KEY,
        on_change=case_state.redraw,
        args=("panels",),
        wrap=True,
    )
    if chosen is None:
        return
    try:
        PANELS[chosen](now)
    except DiagnosisError as error:
        st.info(plain(str(error)), icon=":material/info:")
