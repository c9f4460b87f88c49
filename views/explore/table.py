"""The bars as a table, and the same causes under the headings of the source article."""

from __future__ import annotations

import streamlit as st

from model import Answer
from views.explore import afterthoughts
from views.explore.bars import clinical_term
from views.explore.headings import headings
from views.shared import case_state
from views.shared.engine import answer
from views.shared.words import percent, plain, span

WAITING = "…"


def table(now: Answer) -> None:
    """Draw the panel."""
    start = answer(case_state.nothing())
    found = afterthoughts.found(now.evidence)
    credible = {cause.condition: cause for cause in found.credible.causes} if found and found.credible else {}
    rows = []
    for cause in now.ranking:
        sure = credible.get(cause.condition)
        rows.append(
            {
                "Cause": f"**{plain(cause.label)}** · {plain(clinical_term(now, cause.condition))}",
                "Explains it": percent(cause.due_to),
                "90\u00a0% interval": span(sure.due_to.low, sure.due_to.high) if sure else WAITING,
                "Comes first": percent(sure.first) if sure else WAITING,
                "Starting point": percent(start.due_to(cause.condition)),
                "Is there": "–" if cause.present is None else percent(cause.present),
            }
        )
    st.table(rows, hide_index=True, border="horizontal")
    headings(now)
