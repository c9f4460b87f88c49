"""Feedback on a finished case: the answer, the reasons, and the network beside it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.teaching.cases import cause_labels
from model.teaching.debrief import Debrief
from model.teaching.reflection import Compared, Comparison
from views.shared.engine import built_in
from views.shared.practice.story import known, known_words, story
from views.shared.practice.trajectory import trajectory
from views.shared.words import listed, percent, plain, span

MOST_CAUSES = 4


def feedback(found: Debrief, onward: Callable[[], None] | None = None) -> None:
    """Draw the feedback, the reasons before the numbers.

    Parameters
    ----------
    onward : draws what comes after the reasons, such as a button for the next case
    """
    case = found.session.case
    story(case.title, case.setting, case.vignette)
    answer, *others = found.remarks
    st.success(f"**{plain(answer.text)}**", icon=":material/flag:")
    st.markdown("\n".join(f"- {plain(remark.text)}" for remark in others))
    st.caption(plain(found.notice))
    if case.teaching:
        st.info("\n\n".join(plain(point) for point in case.teaching), icon=":material/lightbulb:")
    if onward is not None:
        onward()
    _beside_the_network(found)
    if found.reflection is not None:
        _reflection(found.reflection)
    _path(found)
    with st.expander("Everything you knew", icon=":material/list:"):
        known(found.session.known)


def _beside_the_network(found: Debrief) -> None:
    """Draw the learner's numbers and the network's, step by step, for the causes that matter in this case."""
    labels = {cause: plain(label) for cause, label in cause_labels(built_in().network).items()}
    belief = found.session.belief
    last = found.track.last
    if belief is None or last is None:
        return
    weight = {cause: max(belief.point(cause), last.due_to.get(cause, 0.0)) for cause in found.track.causes}
    ranked = sorted(weight, key=lambda cause: (cause not in found.session.case.answer, -weight[cause]))
    shown = ranked[:MOST_CAUSES]
    st.markdown("**Your numbers beside the network’s**")
    st.caption(
        ":orange[●] you, with your range\u2003:blue[■] the network, with its 90 % range; "
        "findings heard from left to right"
    )
    for cause in shown:
        st.caption(labels[cause])
        says = f"{labels[cause]}, finding by finding: you and the network. The last numbers are in the table."
        st.vega_lite_chart(trajectory(found, cause), key=f"trajectory-{cause}", alt=says)
    rows = [
        {
            "Cause": labels[cause] + (" (the answer)" if cause in found.session.case.answer else ""),
            "You": percent(belief.point(cause)),
            "Network": percent(last.due_to[cause]),
            "Its 90 % range": span(*last.intervals[cause]) if last.intervals else "–",
        }
        for cause in shown
    ]
    st.table(rows, hide_index=True)


def _reflection(compared: Comparison) -> None:
    """Draw the learner's reasons beside the network's."""
    with st.expander("Your reasons beside the network’s", icon=":material/balance:", expanded=True):
        for title, part in (
            ("Speaks for it", compared.for_it),
            ("Speaks against it", compared.against_it),
            ("Expected, and not found", compared.expected_but_absent),
        ):
            st.markdown(f"**{title}**\n\n{_agreement(part, compared)}")


def _agreement(part: Compared, compared: Comparison) -> str:
    """Return where the lists agree and where they differ, as a list."""
    said = [
        (words, items)
        for words, items in (
            ("You and the network", part.agreed),
            ("Only you", part.only_learner),
            ("Only the network", part.only_network),
        )
        if items
    ]
    if not said:
        return "Nothing, for you as for the network."
    return "\n".join(
        f"- {words}: {listed(plain(compared.labels[i]) for i in items)}" for words, items in said
    )


def _path(found: Debrief) -> None:
    """Draw the questions that the network would have asked."""
    if not found.path.steps:
        return
    with st.expander("The path the network would have taken", icon=":material/route:"):
        lines = []
        for number, step in enumerate(found.path.steps, start=1):
            gain = "safety first" if step.gain_bits is None else f"{step.gain_bits:.2f} bits"
            lines.append(f"{number}. {known_words(step.item, step.state)} ({gain}, cost {step.cost:g})")
        st.markdown("\n".join(lines))
        st.caption(plain(found.path.reason))
