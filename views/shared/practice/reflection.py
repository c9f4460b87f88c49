"""Before the feedback: findings for, against, and expected but absent, in the learner's own judgement.

Structured reflection makes later diagnoses better than feedback alone (Mamede and others 2012); see
``docs/teaching.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from model.teaching.cases import cause_labels
from model.teaching.practice import Known
from model.teaching.reflection import Reflection
from views.shared import session
from views.shared.asking import ABSENT, catalogue
from views.shared.engine import built_in
from views.shared.practice.story import known_words
from views.shared.words import plain

Done = Callable[[Reflection | None], None]


def reflection_form(key: str, cause: str, learnt: Sequence[Known], done: Done) -> None:
    """Draw the reflection about one cause.

    Parameters
    ----------
    key : str
        Names this form.
    cause : the one that the learner put first
    learnt : what the learner knows
    done : called with the reflection, or None where it was skipped
    """
    states = {one.item: one.state for one in learnt}
    told = [item for item, state in states.items() if state != "unknown"]
    label = plain(cause_labels(built_in().network)[cause])
    with st.container(border=True):
        st.markdown(f"**Before you see the answer: you put “{label}” first. Why?**")
        for name, question in (("for", "What speaks for it?"), ("against", "What speaks against it?")):
            st.pills(
                question,
                told,
                selection_mode="multi",
                key=f"{key}-{name}",
                format_func=lambda item: known_words(item, states[item]),
            )
        labels = {item: one.label for item, one in catalogue(built_in()).items.items()}
        st.selectbox(
            "What would you have expected, and did not find?",
            [item for item in labels if states.get(item, ABSENT) == ABSENT],
            index=None,
            key=f"{key}-absent",
            format_func=labels.__getitem__,
            placeholder="Nothing, or choose one",
        )
        with st.container(horizontal=True):
            st.button(
                "Done", key=f"{key}-done", icon=":material/check:", on_click=_read, args=(key, cause, done)
            )
            st.button("Skip this", key=f"{key}-skip", type="tertiary", on_click=done, args=(None,))


def _read(key: str, cause: str, done: Done) -> None:
    """Callback: hand over what was chosen."""
    absent = session.held(f"{key}-absent")
    for_it, against_it = (tuple(session.held(f"{key}-{name}") or ()) for name in ("for", "against"))
    done(Reflection(cause, for_it, against_it, () if absent is None else (absent,)))
