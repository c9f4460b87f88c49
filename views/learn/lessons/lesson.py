"""One lesson: the idea, a guess to commit to, what the network says, and a check question."""

from __future__ import annotations

import streamlit as st

from model.teaching.lessons import Lesson, lessons
from views.learn.lessons import base_rates, explaining_away, next_question, one_finding, presence, several
from views.learn.lessons.guess import ask_guess, guess_words
from views.learn.lessons.record import answer_check, open_lesson, record, start_again

STAGES = {
    "base_rates": base_rates,
    "one_finding": one_finding,
    "several_findings": several,
    "explaining_away": explaining_away,
    "present_not_responsible": presence,
    "next_question": next_question,
}
"""What each lesson shows: `asked` and `told` fill in the words of guess and answer, `stage` draws."""


def draw(lesson: Lesson) -> None:
    """Draw a lesson as far as the learner has come."""
    st.button(
        "All lessons",
        key="all-lessons",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=open_lesson,
        args=("",),
    )
    number = list(lessons()).index(lesson.id) + 1
    st.header(f"{number}. {lesson.title}", anchor=False)
    st.markdown(lesson.idea)
    st.markdown(lesson.setting)
    stage = STAGES[lesson.id]
    guess = record().guesses.get(lesson.id)
    if guess is None:
        ask_guess(lesson, stage.asked(lesson))
        return
    _told(lesson, guess)
    stage.stage(lesson)
    st.info(lesson.look, icon=":material/visibility:")
    _check(lesson)


def _told(lesson: Lesson, guess: object) -> None:
    """Say what the network says beside what the learner guessed."""
    stage = STAGES[lesson.id]
    with st.container(border=True):
        st.markdown(
            f"**You said {guess_words(lesson, guess)}.** " + lesson.guess.after.format_map(stage.told(lesson))
        )


def _check(lesson: Lesson) -> None:
    """Ask the check question; every answer gets its reason."""
    st.markdown("**Check yourself**")
    options = lesson.check.options
    chosen = record().checks.get(lesson.id)
    key = f"check-{lesson.id}"
    st.radio(
        lesson.check.ask,
        range(len(options)),
        index=chosen,
        key=key,
        format_func=lambda i: options[i].says,
        on_change=answer_check,
        args=(lesson.id, key),
    )
    if chosen is None:
        return
    if options[chosen].right:
        st.success(options[chosen].because, icon=":material/check:")
        _onward(lesson)
    else:
        st.warning(options[chosen].because + " Try another answer.", icon=":material/replay:")


def _onward(lesson: Lesson) -> None:
    """Offer the next lesson, or the way back to the list."""
    ids = list(lessons())
    after = ids[ids.index(lesson.id) + 1 :]
    with st.container(horizontal=True):
        if after:
            st.button(
                f"Next: {lessons()[after[0]].title}",
                key="next-lesson",
                icon=":material/arrow_forward:",
                on_click=open_lesson,
                args=(after[0],),
            )
        st.button("Do it again", key="again", type="tertiary", on_click=start_again, args=(lesson.id,))
