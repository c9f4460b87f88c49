"""The lesson on explaining away: one cause confirmed or ruled out, and what becomes of the other."""

from __future__ import annotations

import streamlit as st

from model.teaching.frequencies import frequency_tree
from model.teaching.lessons import Lesson, Tree
from views.learn.lessons.guess import no_words, shares
from views.learn.lessons.situations import situations
from views.learn.lessons.trees import draw_causes, inside
from views.shared.engine import built_in
from views.shared.words import listed, percent, plain

asked = no_words
told = shares


def stage(lesson: Lesson) -> None:
    """Draw the causes before, with the rival confirmed, and with it ruled out."""
    ddx = built_in()
    ((rival, _),) = lesson.finding.items()
    label = plain(ddx.network.node(rival).label)
    situations(
        "explained",
        {
            "Nothing more": ddx.query(lesson.case),
            f"Ruled out: {label}": ddx.query({**lesson.case, rival: "absent"}),
            f"Confirmed: {label}": ddx.query({**lesson.case, rival: "present"}),
        },
        lesson.cause,
    )
    if lesson.tree is not None:
        _people(lesson.tree)


def _people(people: Tree) -> None:
    """Draw the same as people: the second cause is rarer among those whom the first explains."""
    ddx = built_in()
    found = frequency_tree(ddx, people.given, people.causes, people.findings)
    labels = {cause: plain(ddx.network.node(cause).label) for cause in people.causes}
    watched, rival = people.causes
    finding = listed(plain(ddx.network.node(item).label) for item in people.findings)
    st.markdown("**The same, counted in people**")
    draw_causes("tree-both", found, labels, finding)
    with_rival = found.showing_with(rival)
    both = next(branch.showing for branch in found.branches if all(branch.causes.values()))
    alone, rest = found.showing_with(watched) - both, found.showing - with_rival
    st.markdown(
        f"Of the {found.showing} who show it, {inside(labels[rival])} explains it in {with_rival}; in "
        f"**{both}** of these {inside(labels[watched])} does too ({percent(both / with_rival)}). Of the "
        f"other {rest}, **{alone}** have it from {inside(labels[watched])} ({percent(alone / rest)})."
    )
