"""Learn: short lessons on the live network, cases to practise with, and how it went."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.errors import DiagnosisError
from views.learn.cases.panel import cases_panel
from views.learn.cases.shared import open_shared_case
from views.learn.lessons.panel import lessons_panel
from views.learn.progress.panel import progress_panel
from views.learn.sections import CASES, LESSONS, PROGRESS, chosen_section
from views.shared.engine import built_in
from views.shared.notice import notice

PANELS: dict[str, Callable[[], None]] = {LESSONS: lessons_panel, CASES: cases_panel, PROGRESS: progress_panel}


def page() -> None:
    """Draw the page."""
    try:
        built_in()
    except DiagnosisError as error:
        st.error("The network cannot be read, so nothing can be taught.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    st.title("Learn", anchor=False)
    open_shared_case()
    PANELS[chosen_section()]()
    notice()
