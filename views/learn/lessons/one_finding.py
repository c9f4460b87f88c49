"""The lesson on one finding: its likelihood ratio, and where it leads from any starting point."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from model.teaching.lessons import Lesson, Pair, Worth, worth
from views.learn.lessons.pictures import nomogram
from views.learn.lessons.trees import inside
from views.shared.engine import built_in
from views.shared.words import percent, plain, share_or_ratio

ANSWERS = {"present": "Yes", "absent": "No"}


def asked(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the guess needs filled in."""
    first = lesson.pairs[0]
    return {"finding": _label(first.finding), "cause": inside(_label(first.cause))}


def told(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the answer needs filled in."""
    yes, no = (_worth(lesson, lesson.pairs[0], state) for state in ANSWERS)
    return {
        "yes": share_or_ratio(yes.likelihood_ratio, False),
        "no": share_or_ratio(no.likelihood_ratio, False),
        "p_with": percent(yes.p_with),
        "p_without": percent(yes.p_without),
    }


def stage(lesson: Lesson) -> None:
    """Draw the nomogram of a chosen finding, answer and starting point."""
    pair = st.selectbox("Finding", lesson.pairs, key="pair", format_func=_pair_words)
    state = st.segmented_control(
        "Answer",
        list(ANSWERS),
        key="pair-answer",
        default="present",
        required=True,
        format_func=ANSWERS.__getitem__,
    )
    found = _worth(lesson, pair, state or "present")
    start = st.slider(
        "Starting point",
        1,
        99,
        min(max(round(100 * found.before), 1), 99),
        format="%d %%",
        key=f"start-{pair.cause}-{pair.finding}",
    )
    before = start / 100
    after = found.from_starting_point(before)
    ratio = share_or_ratio(found.likelihood_ratio, False)
    says = (
        f"From {percent(before)} to {percent(after)}. "
        f"{percent(found.p_with)} of those with the cause answer so, "
        f"{percent(found.p_without)} of the others: {ratio} times as often, {found.decibans:+.1f} decibans."
    )
    st.vega_lite_chart(nomogram(before, after, found.likelihood_ratio), key="nomogram", alt=says)
    st.caption(says)


def _worth(lesson: Lesson, pair: Pair, state: str) -> Worth:
    return worth(built_in(), lesson.case, pair.cause, pair.finding, state)


def _pair_words(pair: Pair) -> str:
    return f"{_label(pair.finding)}, for {inside(_label(pair.cause))}"


def _label(node: str) -> str:
    return plain(built_in().network.node(node).label)
