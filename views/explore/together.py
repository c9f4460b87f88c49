"""Several at once: the most probable joint explanations."""

from __future__ import annotations

import streamlit as st

from model import Answer
from views.explore import answers
from views.explore.saying import say
from views.shared.words import percent, plain

SHOWN = 6


def together(now: Answer) -> None:
    """Draw the panel."""
    found = answers.together(SHOWN)
    st.caption(say("together", "about"))
    rows = [
        {"Exactly these explain the pain": plain(one.name), "How likely": percent(one.probability)}
        for one in found.explanations
    ]
    rows.append(
        {"Exactly these explain the pain": say("together", "others"), "How likely": percent(found.rest)}
    )
    st.table(rows, hide_index=True, border="horizontal", alt=say("together", "about"))
    st.markdown(plain(found.lead))
