"""Findings that cannot hold together: which they are, and the way out."""

from __future__ import annotations

import streamlit as st

from model.errors import ImpossibleEvidence
from views.explore.saying import say
from views.shared import asking, case_state
from views.shared.clash import clash_words, clashing
from views.shared.engine import differential
from views.shared.words import listed, plain


def impossible(case: case_state.Case, error: ImpossibleEvidence) -> None:
    """Say which findings clash and offer to pause the one entered last."""
    catalogue = asking.catalogue(differential())
    clash, items = clashing(error, case.evidence), catalogue.items
    told = clash_words(error, case.evidence, catalogue)
    told += [f"**{plain(items[node].label)}**" for node in error.nodes if node not in clash]
    st.error(say("result", "impossible", findings=listed(told)), icon=":material/block:")
    last = items[clash[-1]]
    st.button(
        f"Pause “{plain(last.label)}”",
        key="remedy",
        icon=":material/pause:",
        on_click=case_state.pause,
        args=(last.id,),
    )
