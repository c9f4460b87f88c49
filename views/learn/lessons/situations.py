"""A few causes in several situations, one at a time as bars and all together as a table."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from model import Answer
from views.learn.lessons.pictures import few_bars
from views.shared.words import percent, plain

MOST_CAUSES = 5


def situations(key: str, answers: Mapping[str, Answer], about: str, presence: bool = False) -> None:
    """Draw the situations; the first is the starting point that the others are compared with.

    Parameters
    ----------
    answers : mapping of what is known, in words, to the answer
    about : the cause that is always shown
    presence : whether to show that a condition is there at all
    """
    start = next(iter(answers.values()))
    chosen = st.segmented_control(
        "What is known", list(answers), key=key, default=list(answers)[-1], required=True, wrap=True
    )
    now = answers[chosen or list(answers)[-1]]
    causes = _shown(answers, about)
    rows = []
    for cause in causes:
        present = _present(now, cause) if presence else None
        rows.append((start_label(now, cause), now.due_to(cause), start.due_to(cause), present))
    said = ", ".join(f"{label} {percent(p)}" for label, p, _, _ in rows)
    st.vega_lite_chart(few_bars(rows), key=f"{key}-bars", alt=f"{chosen}: {said}.")
    legend = ":blue[■] explains the pain\u2003:orange[┃] at the start"
    st.caption(legend + ("\u2003□ is there at all" if presence else ""))
    st.table([_table_row(answers, cause, presence) for cause in causes], hide_index=True)


def start_label(answer: Answer, cause: str) -> str:
    """Return a cause's label."""
    return next(c.label for c in answer.ranking if c.condition == cause)


def _shown(answers: Mapping[str, Answer], about: str) -> list[str]:
    """Return the causes worth showing, the largest anywhere first, the lesson's own among them."""
    height: dict[str, float] = {}
    for answer in answers.values():
        for cause in answer.ranking:
            height[cause.condition] = max(height.get(cause.condition, 0.0), cause.due_to)
    first = sorted(height, key=lambda cause: -height[cause])[:MOST_CAUSES]
    return first if about in first else [*first[:-1], about]


def _present(answer: Answer, cause: str) -> float | None:
    return next(c.present for c in answer.ranking if c.condition == cause)


def _table_row(answers: Mapping[str, Answer], cause: str, presence: bool) -> dict[str, str]:
    """Return a cause in every situation."""
    row = {"Cause": plain(start_label(next(iter(answers.values())), cause))}
    for words, answer in answers.items():
        present = _present(answer, cause) if presence else None
        row[words] = percent(answer.due_to(cause)) + (
            f" (there: {percent(present)})" if present is not None else ""
        )
    return row
