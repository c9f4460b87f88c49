"""The lesson on the next question: what each can be expected to tell, and where each answer would lead."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from model.questions import Outcome, Question
from model.teaching.lessons import Lesson, gains
from views.learn.lessons.guess import no_words, question_label
from views.shared.asking import answer_label, catalogue
from views.shared.engine import built_in
from views.shared.words import listed, percent, plain

MOST_CAUSES = 3
asked = no_words


def told(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the answer needs filled in."""
    best, gain = next(iter(gains(built_in(), lesson).items()))
    return {"best": question_label(best), "gain": f"{gain:.2f}"}


def stage(lesson: Lesson) -> None:
    """Draw the questions with their gains, best first, each to be opened."""
    every = {question.item: question for question in built_in().next_questions(lesson.case).questions}
    for item, gain in gains(built_in(), lesson).items():
        with st.expander(f"{gain:.3f} bits · {question_label(item)}"):
            st.markdown("\n".join(f"- {_outcome(every[item], outcome)}" for outcome in every[item].outcomes))


def _outcome(question: Question, outcome: Outcome) -> str:
    """Return one answer with how likely it is and where it would lead."""
    network = built_in().network
    said = answer_label(catalogue(built_in()).items[question.item], outcome.state)
    labels = {
        condition or node: network.node(condition or node).label for node, condition in network.causes.items()
    }
    first = sorted(outcome.due_to.items(), key=lambda entry: -entry[1])[:MOST_CAUSES]
    leads = listed(f"{plain(labels[cause])} {percent(p)}" for cause, p in first)
    return f"**{said}** ({percent(outcome.probability)} answer so): {leads}"
