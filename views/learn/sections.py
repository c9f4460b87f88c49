"""The parts of the Learn page, and which of them is shown."""

from __future__ import annotations

import streamlit as st

from views.shared import session

LESSONS, CASES, PROGRESS = "Lessons", "Cases", "Progress"
KEY, HELD = "learn-part", "learn-part-held"


def chosen_section() -> str:
    """Draw the choice of parts and return the chosen one."""
    held = session.held(HELD, LESSONS)
    session.seed(KEY, held)
    chosen = st.segmented_control(
        "Part of this page",
        [LESSONS, CASES, PROGRESS],
        key=KEY,
        required=True,
        label_visibility="collapsed",
        on_change=_keep,
    )
    return chosen or LESSONS


def show_section(section: str) -> None:
    """Show this part when the choice is drawn next."""
    session.hold(HELD, section)


def _keep() -> None:
    """Callback: remember the part for as long as the session lives."""
    session.hold(HELD, session.held(KEY))
