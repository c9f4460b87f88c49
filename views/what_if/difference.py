"""What differs: a bar for each cause and scenario beside what it is compared with; the same as a table."""

from __future__ import annotations

import streamlit as st

from model import Answer, Evidence
from views.shared import asking, session
from views.shared.engine import answer, differential
from views.shared.fold import fold
from views.shared.words import percent, plain
from views.what_if import pictures, state
from views.what_if.answers import outcome
from views.what_if.followed import Followed, by_difference
from views.what_if.pictures import Pair
from views.what_if.record import ENTERED, WITHOUT, Scenario
from views.what_if.titles import title_of
from views.what_if.wording import wording

MOST_BARS = 8

Compared = tuple[Scenario, Answer, Answer]
"""A scenario, what it is compared with, and the answer with its change."""


def difference(evidence: Evidence) -> None:
    """Draw the panel, once a scenario has an answer."""
    with_change = {
        one.letter: found.result
        for one in state.current().all
        if (found := outcome(evidence, one)) is not None and found.result is not None
    }
    if not with_change:
        return
    st.header("What differs", anchor="difference")
    _choose_baseline(list(with_change))
    compared_with = state.current().compare_with
    compared: list[Compared] = []
    for one in state.current().all:
        result = with_change.get(one.letter)
        if result is None or one.letter == compared_with:
            continue
        base = {WITHOUT: result.without, ENTERED: answer(evidence)}.get(compared_with)
        if base is None:
            base = with_change[compared_with].with_change
        compared.append((one, base, result.with_change))
    if not compared:
        st.caption("There is no other scenario to compare with this one.")
        return
    _bars(compared)
    _table(compared)


def _choose_baseline(letters: list[str]) -> None:
    """Draw what the scenarios are compared with."""
    items = asking.catalogue(differential())
    titles = {
        WITHOUT: "Each without its change",
        ENTERED: "The case as entered",
        **{one.letter: title_of(one, items) for one in state.current().all if one.letter in letters},
    }
    if state.current().compare_with not in titles:
        titles[state.current().compare_with] = f"Scenario {state.current().compare_with}"
    key = "compare-with"
    session.seed(key, state.current().compare_with)
    st.selectbox(
        "Compared with",
        list(titles),
        key=key,
        persist_state="page",
        format_func=lambda option: titles[option],
        filter_mode=None,
        width=320,
        on_change=state.compare_from,
        args=(key,),
    )
    if any(one.do for one in state.current().all):
        same = state.current().compare_with == WITHOUT
        st.caption(wording()["compare_note"]["without" if same else "other"])


def _bars(compared: list[Compared]) -> None:
    """Draw one picture for each scenario, the causes that differ most, in one order."""
    items = asking.catalogue(differential())
    order = _order(compared)
    legend = (":blue[■]\u00a0with the change", ":orange[┃]\u00a0compared with", "(+4)\u00a0points")
    st.caption("\u2003".join(legend))
    for column, (one, base, now) in zip(st.columns(len(compared)), compared, strict=True):
        pairs = [Pair(row.label, row.p(base), row.p(now)) for row in order[:MOST_BARS]]
        said = "; ".join(f"{pair.name} {percent(pair.before)} to {percent(pair.after)}" for pair in pairs[:5])
        with column:
            st.markdown(f"**{plain(title_of(one, items))}**")
            st.vega_lite_chart(
                pictures.pair_bars(pairs),
                key=f"difference-{one.letter}",
                alt=f"What scenario {one.letter} changes. {said}. All are in the table.",
            )
    st.caption(wording()["bars_note"].format(most=min(MOST_BARS, len(order))))


def _order(compared: list[Compared]) -> list[Followed]:
    return by_difference([(base, now) for _, base, now in compared])


def _table(compared: list[Compared]) -> None:
    """Draw the numbers of every cause, once they are wanted."""
    panel = fold("The same as a table", "difference-table", state.SCENARIOS, "table")
    if panel is None:
        return
    items = asking.catalogue(differential())
    rows = [
        {"Cause": plain(row.label)}
        | {f"{one.letter}, %": plain(_cell(row.p(base), row.p(now))) for one, base, now in compared}
        for row in _order(compared)
    ]
    with panel:
        st.caption("; ".join(plain(title_of(one, items)) for one, *_ in compared) + ".")
        st.table(rows, hide_index=True)


def _cell(before: float, after: float) -> str:
    """Return both numbers and their difference: "1 → 21 (+20)"."""
    return f"{pictures.compact(before)} → {pictures.compact(after)} ({pictures.points(before, after)})"
