"""The lesson on several findings: put them in any order; the steps change, the end does not."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model.teaching.frequencies import people_left
from model.teaching.lessons import Lesson, Step, steps
from views.learn.lessons.guess import no_words
from views.learn.lessons.pictures import walk
from views.learn.lessons.record import FRAGMENT
from views.learn.lessons.trees import draw_findings
from views.shared import session
from views.shared.asking import catalogue
from views.shared.engine import built_in
from views.shared.icon_button import icon_button
from views.shared.words import finding_words, percent, plain

ORDER = "lesson-order"
asked = told = no_words


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
    _people(lesson, [findings[i] for i in order])


def _people(lesson: Lesson, findings: Sequence[tuple[str, str]]) -> None:
    """Draw the same as people: who still fits after each finding."""
    ddx = built_in()
    items = catalogue(ddx).items
    heard = [plain(finding_words(items[item], state)) for item, state in findings]
    st.markdown("**The same, counted in people**")
    left = people_left(ddx, lesson.case, lesson.cause, findings)
    draw_findings("people-left", left, plain(ddx.network.node(lesson.cause).label), heard)


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
        if place:
            key = f"earlier-{step.item}"
            icon_button(f"Hear this earlier: {says}", "arrow_upward", key, _earlier, (tuple(order), place))


def _earlier(order: tuple[int, ...], place: int) -> None:
    """Callback: swap a finding with the one before it."""
    session.hold(ORDER, (*order[: place - 1], order[place], order[place - 1], *order[place + 1 :]))
    session.redraw(FRAGMENT)


def _path(found: Sequence[Step]) -> list[float]:
    return [found[0].before, *(step.after for step in found)]
