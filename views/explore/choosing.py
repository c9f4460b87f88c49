"""The choice of a cause in the panels."""

from __future__ import annotations

import streamlit as st

from model import Answer
from views.shared import case_state, session
from views.shared.words import percent

TOP = ""
"""The choice that follows whichever cause is first."""


def choose_cause(now: Answer, label: str, key: str) -> str:
    """Draw the choice of a cause and return it: whichever is first, unless one was chosen."""
    labels = {cause.condition: f"{cause.label} · {percent(cause.due_to)}" for cause in now.ranking}
    top = now.ranking[0]
    chosen = choose(label, key, {TOP: f"Whichever is first: {top.label}"} | labels)
    return chosen or top.condition


def choose_other(
    now: Answer, label: str, key: str, nobody: str, but: str = "", fragment: str = "panels"
) -> str | None:
    """Draw the choice of a cause that may be left open and return it; `but` is not among them."""
    labels = {cause.condition: cause.label for cause in now.ranking if cause.condition != but}
    return choose(label, key, {TOP: nobody} | labels, fragment) or None


def choose(label: str, key: str, labels: dict[str, str], fragment: str = "panels") -> str:
    """Draw a choice on which one part of the page depends, and return it."""
    if session.held(key) not in labels:
        session.forget(key)
    chosen: str = st.selectbox(
        label,
        list(labels),
        key=key,
        format_func=lambda condition: labels[condition],
        filter_mode=None,
        on_change=case_state.redraw,
        args=(fragment,),
    )
    return chosen
