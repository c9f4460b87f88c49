"""What was entered: one row a finding, to change, pause or remove; undo and clear."""

from __future__ import annotations

import streamlit as st

from model import Evidence, Likelihood
from views.shared import asking, case_state, session
from views.shared.asking import OTHER_LIKELIHOOD, Catalogue, Item
from views.shared.case_files import examples
from views.shared.engine import differential
from views.shared.icon_button import icon_button
from views.shared.question import strength_label
from views.shared.words import counted, plain

ANSWER_WIDTH = 156
"""In pixels: "Probably (4 to 1)" fits, and on a phone a label beside it."""


def entered(items: Catalogue) -> None:
    """Draw the findings, newest first, or what to do while there are none."""
    case = case_state.current()
    _head(case)
    if not case.evidence:
        _nothing_yet()
        return
    with st.container(gap="xsmall"):
        for node in reversed(list(case.evidence)):
            _row(items.items[node], case.evidence)
    if any(isinstance(finding, Likelihood) for finding in case.evidence.findings.values()):
        st.caption(asking.words()["strength_note"])


def _head(case: case_state.Case) -> None:
    """Draw the heading with what acts on the whole case."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{_count(case.evidence)}**", width="stretch")
        st.button(
            "Undo",
            key="undo",
            icon=":material/undo:",
            type="tertiary",
            disabled=not case.past,
            help="Take back the last change",
            on_click=case_state.undo,
        )
        st.button(
            "Clear all",
            key="clear",
            icon=":material/delete_sweep:",
            type="tertiary",
            disabled=not case.evidence,
            help="Remove every finding; Undo brings them back",
            on_click=case_state.clear,
        )


def _count(evidence: Evidence) -> str:
    if not evidence:
        return "Nothing entered yet"
    paused = f", {len(evidence.paused)} paused" if evidence.paused else ""
    return f"{counted(len(evidence), 'finding')} entered{paused}"


def _nothing_yet() -> None:
    st.caption("Answer the question above, search, or go through the questions. Or open an example:")
    with st.container(gap="xsmall"):
        for example in examples(differential()):
            st.button(
                plain(example.title),
                key=f"example-{example.id}",
                icon=":material/clinical_notes:",
                width="stretch",
                on_click=case_state.replace_with,
                args=(example.evidence,),
            )


def _row(item: Item, evidence: Evidence) -> None:
    """Draw one finding: its label, its answer to change, pause or resume, remove."""
    paused = item.id in evidence.paused
    label = plain(item.label)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.markdown(f"{label} *(paused)*" if paused else label, width="stretch")
        _answer(item, evidence)
        if paused:
            icon_button(f"Resume: {label}", "play_arrow", f"resume-{item.id}", case_state.resume, (item.id,))
        else:
            icon_button(f"Pause: {label}", "pause", f"pause-{item.id}", case_state.pause, (item.id,))
        icon_button(f"Remove: {label}", "close", f"remove-{item.id}", case_state.remove, (item.id,))


def _answer(item: Item, evidence: Evidence) -> None:
    """Draw the answer of one row, to be changed."""
    answer = asking.to_answer(evidence.get(item.id))
    options = list(asking.answers(item))
    if answer == OTHER_LIKELIHOOD:
        options.insert(0, OTHER_LIKELIHOOD)
    key = f"row-{item.id}"
    session.seed(key, answer)
    st.selectbox(
        plain(item.label),
        options,
        index=options.index(answer) if answer else None,
        key=key,
        format_func=lambda option: strength_label(item, option),
        label_visibility="collapsed",
        filter_mode=None,
        width=ANSWER_WIDTH,
        on_change=case_state.enter_from,
        args=(key, item.id),
    )
