"""One question with its answers, wherever it is asked: yes, no, don't know, or how sure."""

from __future__ import annotations

import streamlit as st

from views.shared import asking, case_state, session
from views.shared.asking import OTHER_LIKELIHOOD, Item
from views.shared.words import plain

LIKELY = "likely"
"""The answer that opens the choice of strengths."""


def ask(item: Item, place: str) -> None:
    """Draw one question with its answers; `place` tells two askings of one item apart."""
    answer = asking.to_answer(case_state.current().evidence.get(item.id))
    uncertain = answer == OTHER_LIKELIHOOD or answer in asking.strengths()
    key = f"{place}-{item.id}"
    chosen = LIKELY if uncertain else answer
    session.seed(key, chosen)
    st.segmented_control(
        plain(item.question),
        _segments(item),
        default=chosen,
        key=key,
        format_func=lambda segment: _segment_label(item, segment),
        help=plain(f"{item.term}. {item.why}"),
        on_change=case_state.enter_from,
        args=(key, item.id, _read_segment),
        wrap=True,
    )
    if uncertain:
        strength(item, f"{key}-strength")
        st.caption(asking.words()["strength_note"])


def strength(item: Item, key: str) -> None:
    """Draw how sure an uncertain answer is."""
    answer = asking.to_answer(case_state.current().evidence.get(item.id))
    options = list(asking.strengths())
    if answer == OTHER_LIKELIHOOD:
        options.insert(0, OTHER_LIKELIHOOD)
    session.seed(key, answer)
    st.selectbox(
        "How sure?",
        options,
        index=options.index(answer) if answer in options else 0,
        key=key,
        format_func=lambda option: strength_label(item, option),
        filter_mode=None,
        on_change=case_state.enter_from,
        args=(key, item.id),
    )


def strength_label(item: Item, answer: str) -> str:
    """Return an uncertain answer with what it means: "Probably (4 to 1)"."""
    found = asking.strengths().get(answer)
    return f"{found.label} ({found.odds})" if found else asking.answer_label(item, answer)


def _segments(item: Item) -> list[str]:
    """Return the answers of one row; the strengths of an uncertain answer stand behind one of them."""
    certain = [answer for answer in asking.answers(item) if answer not in asking.strengths()]
    if len(certain) < len(asking.answers(item)):
        certain.insert(1, LIKELY)
    return certain


def _segment_label(item: Item, segment: str) -> str:
    return asking.words()["answers"][LIKELY] if segment == LIKELY else asking.answer_label(item, segment)


def _read_segment(segment: str | None) -> str | None:
    return asking.words()["usual_strength"] if segment == LIKELY else segment
