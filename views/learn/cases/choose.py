"""Choosing what to practise with: written cases, or cases drawn from the network."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
import yaml

from model.teaching.cases import Case
from model.teaching.library import library
from views.learn.cases.drawn import drawn_cases
from views.learn.cases.record import begin, record
from views.shared import session
from views.shared.engine import built_in
from views.shared.words import counted, plain

ORDER, SOURCE = "practice-order", "practice-source"
MIXED = "mixed"
WRITTEN, DRAWN = "Written cases", "Drawn by chance"


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """Return choose.yaml."""
    text = Path(__file__).with_name("choose.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.safe_load(text)
    return content


def choose() -> None:
    """Draw the choice."""
    st.markdown(words()["about"])
    session.seed("source", session.held(SOURCE, WRITTEN))
    source = st.segmented_control(
        "Which cases?",
        [WRITTEN, DRAWN],
        key="source",
        required=True,
        on_change=_keep,
        args=(SOURCE, "source"),
    )
    if source == DRAWN:
        drawn_cases(words())
    else:
        _written_cases()
    if record().message:
        st.warning(plain(record().message), icon=":material/info:")


def _written_cases() -> None:
    """Offer the library: in which order, the next one, or one by its title."""
    cases = library(built_in().network)
    done = _done()
    order = _order()
    kinds = words()["orders"]
    session.seed("order", order)
    st.segmented_control(
        "In which order?",
        list(kinds),
        key="order",
        required=True,
        format_func=lambda kind: kinds[kind]["label"],
        on_change=_keep,
        args=(ORDER, "order"),
        wrap=True,
    )
    st.caption(kinds[order]["says"])
    fitting = _fitting(cases, order)
    left = [case for case in fitting if case.id not in done]
    st.button(
        "Begin a case" if not done else "Next case",
        key="begin",
        icon=":material/play_arrow:",
        on_click=_begin_any,
    )
    st.caption(f"{counted(len(left), 'case')} of {len(fitting)} not yet done in this session.")
    key = "pick-case"
    st.selectbox(
        "Or pick one by its title",
        [case.id for case in fitting],
        index=None,
        key=key,
        format_func=lambda case: f"{cases[case].title} · {cases[case].setting}",
        placeholder="Choose or type",
        on_change=_begin_picked,
        args=(key,),
    )


def next_case() -> None:
    """Offer the next case after the feedback on one: the twin of a pair, or any other."""
    twin = record().twin
    if twin is not None:
        st.markdown("This case has a twin that differs in **one** finding. What will it change?")
        st.button("Its twin", key="twin", icon=":material/compare_arrows:", on_click=begin, args=(twin,))
    elif session.held(SOURCE, WRITTEN) == WRITTEN:
        st.button("Next case", key="next-case", icon=":material/play_arrow:", on_click=_begin_any)


def _begin_any() -> None:
    """Callback: begin a case that was not done yet, any of those in the chosen order."""
    cases = library(built_in().network)
    fitting = _fitting(cases, _order())
    left = [case for case in fitting if case.id not in _done()] or fitting
    begin(random.choice(left))


def _begin_picked(key: str) -> None:
    """Callback: begin the case that was picked."""
    chosen = session.held(key)
    if chosen is not None:
        begin(library(built_in().network)[chosen])


def _keep(key: str, widget: str) -> None:
    """Callback: remember a choice for as long as the session lives."""
    session.hold(key, session.held(widget))


def _order() -> str:
    chosen: str = session.held(ORDER, MIXED)
    return chosen


def _fitting(cases: Mapping[str, Case], order: str) -> list[Case]:
    """Return the cases of one kind, all of them if they are to be mixed."""
    return [case for case in cases.values() if order in (MIXED, case.kind)]


def _done() -> set[str]:
    return {one.case for one in record().progress.records}
