"""Do the findings fit together? Conflict, the group that clashes, what surprises, the edge of the list."""

from __future__ import annotations

import streamlit as st

from model import Answer
from views.explore import afterthoughts, answers
from views.explore.saying import say
from views.shared import asking, case_state
from views.shared.engine import differential
from views.shared.words import finding_words, plain


def fit_panel(now: Answer) -> None:
    """Draw the panel."""
    found = afterthoughts.found(now.evidence)
    fit = found.fit if found else answers.fit()
    st.caption(say("fit", "about"))
    told, unit = list(fit.account), ""
    if fit.conflict_decibans or fit.clash:
        *told, unit = told
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in told))
    if fit.clash is not None:
        _pauses(fit.clash.findings)
    if unit:
        st.caption(plain(unit))


def _pauses(clashing: tuple[str, ...]) -> None:
    """Offer to leave one of the clashing findings out, to see what it does."""
    items = asking.catalogue(differential()).items
    evidence = case_state.current().evidence
    with st.container(horizontal=True, gap="small"):
        for node in clashing:
            st.button(
                f"Pause “{plain(finding_words(items[node], evidence.get(node)))}”",
                key=f"unclash-{node}",
                icon=":material/pause:",
                on_click=case_state.pause,
                args=(node,),
            )
