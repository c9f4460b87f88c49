"""One case: what is known, the learner's numbers, and what to do next."""

from __future__ import annotations

import streamlit as st

from model.teaching.practice import PracticeSession
from views.learn.cases.record import ask_from, commit, next_finding, record, stop
from views.shared.asking import catalogue
from views.shared.belief_form import belief_form
from views.shared.engine import built_in
from views.shared.practice.story import known, story
from views.shared.words import counted, plain


def play(practice: PracticeSession, number: int) -> None:
    """Draw the case."""
    case = practice.case
    story(case.title, case.setting, case.vignette)
    known(practice.known)
    if practice.must_commit:
        with st.container(border=True):
            first = len(practice.stages) == 1
            st.markdown("**What do you think so far?**" if first else "**What do you think now?**")
            belief_form(f"belief-{number}-{len(practice.stages)}", commit, practice.belief)
    else:
        _onward(practice, number)
    if record().message:
        st.warning(plain(record().message), icon=":material/info:")


def _onward(practice: PracticeSession, number: int) -> None:
    """Offer the next finding, a question of one's own, and the end."""
    with st.container(border=True):
        st.markdown("**Go on**")
        with st.container(horizontal=True):
            st.button(
                "Tell me the next finding",
                key="next-finding",
                icon=":material/arrow_forward:",
                disabled=not practice.left,
                help=f"{counted(practice.left, 'finding')} left"
                if practice.left
                else "Everything was told. Ask, or stop.",
                on_click=next_finding,
            )
            st.button("I am done", key="stop", icon=":material/flag:", on_click=stop)
        items = catalogue(built_in()).items
        key = f"ask-{number}-{len(practice.stages)}"
        st.selectbox(
            "Or ask something yourself",
            practice.can_ask,
            index=None,
            key=key,
            format_func=lambda item: f"{items[item].label} ({practice.cost_of(item):g})",
            placeholder="Choose or type; the number in brackets is what it costs",
            on_change=ask_from,
            args=(key,),
        )
        st.caption(f"Asked for so far: cost {practice.cost:g}. A question counts 1; a test counts more.")
