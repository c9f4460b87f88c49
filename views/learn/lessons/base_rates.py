"""The lesson on base rates: the same finding in two groups of people, as trees and people."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from model.teaching.frequencies import frequency_tree
from model.teaching.lessons import Lesson, Variant, figures
from views.learn.lessons.guess import no_words
from views.learn.lessons.pictures import icon_array
from views.learn.lessons.trees import draw_causes
from views.shared.engine import built_in
from views.shared.words import percent, plain, share_or_ratio

asked = no_words


def told(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the answer needs filled in."""
    numbers = figures(built_in(), lesson)
    ratio = share_or_ratio(numbers.pop("ratio"), False)
    return {name: percent(p) for name, p in numbers.items()} | {"ratio": ratio}


def stage(lesson: Lesson) -> None:
    """Draw both groups side by side."""
    for column, variant in zip(st.columns(len(lesson.variants), gap="large"), lesson.variants, strict=True):
        with column:
            _group(lesson, variant)


def _group(lesson: Lesson, variant: Variant) -> None:
    """Draw one group as a tree, and those who show the finding as figures."""
    tree = frequency_tree(built_in(), variant.given, [lesson.cause], lesson.finding)
    network = built_in().network
    label = plain(network.node(lesson.cause).label)
    ((item, _),) = lesson.finding.items()
    st.markdown(f"**{variant.label}**")
    draw_causes(f"tree-{variant.id}", tree, {lesson.cause: label}, plain(network.node(item).label))
    with_cause, showing = tree.showing_with(lesson.cause), tree.showing
    says = f"{with_cause} of the {showing} who report it: {label}"
    st.vega_lite_chart(icon_array(with_cause, showing - with_cause), key=f"people-{variant.id}", alt=says)
    st.caption(f"● {says}. ○ another reason.")
