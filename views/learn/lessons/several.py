"""The lesson on several findings: put them in any order; the steps change, the end does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from model.teaching.lessons import Lesson, Step, steps
from views.learn.lessons.pictures import walk
from views.learn.lessons.record import FRAGMENT
from views.shared import session
from views.shared.asking import catalogue
from views.shared.engine import built_in
from views.shared.words import finding_words, percent, plain

ORDER = "lesson-order"


def asked(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the guess needs filled in."""
    return {}


def told(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the answer needs filled in."""
    return {}


def stage(lesson: Lesson) -> None:
    """Draw the findings in the chosen order, each with its step, beside the order of the start."""
    findings = [next(iter(finding.items())) for finding in lesson.findings]
    order: Sequence[int] = session.held(ORDER, range(len(findings)))
    ddx = built_in()
    first = steps(ddx, lesson.case, lesson.cause, findings)
    found = steps(ddx, lesson.case, lesson.cause, [findings[i] for i in order])
    for place, step in enumerate(found):
        _row(order, place, step)
    paths = [("your order", _path(found))]
    if found != first:
        paths.append(("as it was", _path(first)))
    end = percent(found[-1].after)
    st.vega_lite_chart(walk(paths), key="walk", alt=f"Both orders start together and end at {end}.")
    if found == first:
        st.caption(f"It ends at {end}. Move a finding up and compare.")
    else:
        st.caption(f"Solid: your order. Dashed: the order of the start. Both end at {end}.")


def _row(order: Sequence[int], place: int, step: Step) -> None:
    """Draw one finding with its step, and a button that moves it up."""
    item = catalogue(built_in()).items[step.item]
    says = plain(finding_words(item, step.state))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.markdown(
            f"{place + 1}. {says}: {percent(step.before)} → **{percent(step.after)}** "
            f"({step.decibans:+.1f} decibans)",
            width="stretch",
        )
        st.button(
            "Earlier",
            key=f"earlier-{step.item}",
            icon=":material/arrow_upward:",
            help=f"Hear this earlier: {says}",
            disabled=place == 0,
            on_click=_earlier,
            args=(tuple(order), place),
        )


def _earlier(order: tuple[int, ...], place: int) -> None:
    """Callback: swap a finding with the one before it."""
    session.hold(ORDER, (*order[: place - 1], order[place], order[place - 1], *order[place + 1 :]))
    session.redraw(FRAGMENT)


def _path(found: Sequence[Step]) -> list[float]:
    return [found[0].before, *(step.after for step in found)]
