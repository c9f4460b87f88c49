"""The lessons: the list, or the one that is open."""

from __future__ import annotations

import streamlit as st

from model.teaching.lessons import Lesson, lessons
from views.learn.lessons.lesson import draw
from views.learn.lessons.record import LessonsRecord, open_from_address, open_lesson, record
from views.shared.turns import fragment
from views.shared.words import counted

READABLE = 860
"""Width in pixels: longer lines are hard to read."""


def lessons_panel() -> None:
    """Draw the panel."""
    open_from_address()
    _panel()


@fragment(key="lessons")
def _panel() -> None:
    held = record()
    with st.container(width=READABLE):
        if held.opened:
            draw(lessons()[held.opened])
        else:
            _list(held)


def _list(held: LessonsRecord) -> None:
    done = sum(held.done(lesson) for lesson in lessons())
    st.markdown(
        "Six short lessons. Each has one idea, one thing to do and one question to check it. "
        "You commit to a guess first; the numbers then come from the network itself."
    )
    st.progress(
        done / len(lessons()), text=f"{done} of {counted(len(lessons()), 'lesson')} done in this session"
    )
    for number, lesson in enumerate(lessons().values(), start=1):
        _row(number, lesson, held)


def _row(number: int, lesson: Lesson, held: LessonsRecord) -> None:
    """Draw one lesson of the list: what it is about, how long it takes, whether it is done."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap="xsmall"):
            state = " · :green[:material/check_circle: done]" if held.done(lesson.id) else ""
            st.markdown(f"**{number}. {lesson.title}**")
            st.caption(f"{lesson.minutes} minutes{state}")
        st.button(
            "Read again" if held.done(lesson.id) else "Go on" if lesson.id in held.guesses else "Start",
            key=f"lesson-{lesson.id}",
            help=f"Lesson {number}: {lesson.title}",
            on_click=open_lesson,
            args=(lesson.id,),
        )
