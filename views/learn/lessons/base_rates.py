"""The lesson on base rates: the same finding in two groups of people, as trees and people."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from model.teaching.frequencies import FrequencyTree, frequency_tree
from model.teaching.lessons import Lesson, Variant, figures
from views.learn.lessons.pictures import icon_array
from views.shared.engine import built_in
from views.shared.words import percent, plain, share_or_ratio


def asked(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the guess needs filled in."""
    return {}


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
    """Draw one group as a tree in words, and those who show the finding as figures."""
    tree = frequency_tree(built_in(), variant.given, [lesson.cause], lesson.finding)
    st.markdown(f"**{variant.label}**")
    st.markdown(_in_words(lesson, tree))
    with_cause, showing = tree.showing_with(lesson.cause), tree.showing
    label = plain(built_in().network.node(lesson.cause).label)
    says = f"{with_cause} of the {showing} who report it: {label}"
    st.vega_lite_chart(icon_array(with_cause, showing - with_cause), key=f"people-{variant.id}", alt=says)
    st.caption(f"● {says}. ○ another reason.")


def _in_words(lesson: Lesson, tree: FrequencyTree) -> str:
    """Return the tree as a nested list."""
    network = built_in().network
    cause = plain(network.node(lesson.cause).label)
    ((item, _),) = lesson.finding.items()
    finding = plain(network.node(item).label)
    lines = [f"Of {tree.people:,} people with the complaint"]
    for branch in reversed(tree.branches):
        whose = cause if branch.causes[lesson.cause] else "another cause"
        lines.append(f"- **{branch.people:,}** have it from {whose[:1].lower() + whose[1:]}")
        lines.append(f"    - **{branch.showing}** of them: {finding[:1].lower() + finding[1:]}")
    return "\n".join([lines[0], "", *lines[1:]])
