"""The guess that a learner commits to before the network's answer is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from model.teaching.lessons import Lesson, figures
from views.learn.lessons.record import commit
from views.shared.asking import catalogue
from views.shared.engine import built_in
from views.shared.words import percent, plain

RATIOS = (0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Steps that look even in decibans."""


def ask_guess(lesson: Lesson, words: Mapping[str, str]) -> None:
    """Ask for the guess; nothing else of the lesson is shown until it is given."""
    key = f"guess-{lesson.id}"
    question = lesson.guess.ask.format_map(words)
    with st.container(border=True):
        st.markdown("**Your guess first**")
        match lesson.guess.kind:
            case "percent":
                st.slider(question, 0, 100, 50, format="%d %%", key=key)
            case "ratio":
                st.select_slider(question, RATIOS, 1.0, format_func=_times, key=key)
            case "choice":
                st.radio(question, lesson.guess.options, index=None, key=key)
            case "question":
                st.radio(question, lesson.questions, index=None, key=key, format_func=question_label)
        st.button(
            "That is my guess", key="commit", icon=":material/lock:", on_click=commit, args=(lesson.id, key)
        )


def guess_words(lesson: Lesson, guess: Any) -> str:
    """Return what was guessed."""
    match lesson.guess.kind:
        case "percent":
            return f"{guess}\u202f%"
        case "ratio":
            return _times(guess)
        case "choice":
            return f"“{guess}”"
    return f"“{question_label(guess)}”"


def no_words(lesson: Lesson) -> Mapping[str, str]:
    """Return the words to fill into a text that needs none."""
    return {}


def shares(lesson: Lesson) -> Mapping[str, str]:
    """Return the numbers that a lesson speaks of as words, all of them probabilities."""
    return {name: percent(p) for name, p in figures(built_in(), lesson).items()}


def question_label(item: str) -> str:
    """Return the question about a finding."""
    return plain(catalogue(built_in()).items[item].question)


def _times(ratio: float) -> str:
    return "as often" if ratio == 1 else f"{ratio:g} times as often"
