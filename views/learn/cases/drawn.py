"""Cases drawn from the network: as they come, one of two causes to tell apart, or a pair of twins."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import streamlit as st

from model.errors import DiagnosisError
from model.teaching.cases import cause_labels
from model.teaching.generate import contrast_pair, generate_case
from views.learn.cases.record import begin, refuse
from views.shared import session
from views.shared.engine import built_in
from views.shared.words import plain

AS_IT_COMES, TWO, PAIR = "as_it_comes", "two", "pair"
MOST_NUMBER = 1_000_000


def drawn_cases(words: Mapping[str, Any]) -> None:
    """Draw the choice of how cases are drawn."""
    ways = words["drawn"]
    way = st.segmented_control(
        "How?",
        list(ways),
        key="drawn-way",
        default=AS_IT_COMES,
        required=True,
        format_func=lambda one: ways[one]["label"],
        wrap=True,
    )
    st.caption(ways[way or AS_IT_COMES]["says"])
    if way == TWO:
        _two_causes()
    st.number_input(
        "Number of the case",
        min_value=0,
        max_value=MOST_NUMBER,
        value=None,
        step=1,
        key="drawn-number",
        placeholder="any",
        help="The same number gives the same case again, so two people can practise with one case.",
    )
    st.button("Begin a case", key="begin-drawn", icon=":material/casino:", on_click=_begin, args=(way,))


def _two_causes() -> None:
    """Ask which two causes to tell apart, and how typical the case is to be."""
    labels = {cause: plain(label) for cause, label in cause_labels(built_in().network).items()}
    causes = list(labels)
    for place, column in enumerate(st.columns(2)):
        with column:
            st.selectbox(
                f"Cause {place + 1}",
                causes,
                index=place,
                key=f"drawn-cause-{place}",
                format_func=labels.__getitem__,
            )
    st.slider(
        "How typical?",
        0.0,
        1.0,
        0.5,
        step=0.25,
        format="%.2f",
        key="drawn-typicality",
        help="0: the story hardly shows its cause. 1: it shows it as clearly as such a story can.",
    )


def _begin(way: str) -> None:
    """Callback: draw a case and begin it; where none turned up, say so."""
    number = session.held("drawn-number")
    seed = secrets.randbelow(MOST_NUMBER) if number is None else int(number)
    ddx = built_in()
    try:
        if way == PAIR:
            pair = contrast_pair(ddx, seed)
            begin(pair.first, pair.second)
        elif way == TWO:
            target = session.held(f"drawn-cause-{seed % 2}")
            begin(generate_case(ddx, seed, target, session.held("drawn-typicality")))
        else:
            begin(generate_case(ddx, seed))
    except DiagnosisError as error:
        refuse(str(error))
