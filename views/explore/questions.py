"""The questionnaire: every item by section and group, one group open at a time."""

from __future__ import annotations

import streamlit as st

from views.shared import case_state
from views.shared.asking import Catalogue, Section
from views.shared.question import ask
from views.shared.words import plain

SECTION = "section"


def questionnaire(items: Catalogue) -> None:
    """Draw the questionnaire, closed until it is wanted."""
    label = "Go through the questions"
    panel = st.expander(
        label, key="questions", icon=":material/checklist:", on_change=case_state.redraw, args=("entry",)
    )
    if not panel.open:
        return
    with panel:
        section = _choose_section(items)
        group = _choose_group(section)
        st.caption(plain(section.note))
        for item in section.groups[group]:
            ask(item, "group")
        _next(items, section, group)


def _choose_section(items: Catalogue) -> Section:
    labels = {section.id: _with_count(section.label, section) for section in items.sections}
    chosen = st.segmented_control(
        "Part",
        list(labels),
        key=SECTION,
        default=items.sections[0].id,
        required=True,
        format_func=lambda section: plain(labels[section]),
        label_visibility="collapsed",
        on_change=case_state.redraw,
        args=("entry",),
        wrap=True,
    )
    return items.section(chosen or items.sections[0].id)


def _choose_group(section: Section) -> str:
    names = list(section.groups)
    if len(names) == 1:
        return names[0]
    key = _group_key(section)
    chosen = st.pills(
        "Topic",
        names,
        key=key,
        default=names[0],
        required=True,
        format_func=plain,
        label_visibility="collapsed",
        on_change=case_state.redraw,
        args=("entry",),
    )
    return chosen or names[0]


def _group_key(section: Section) -> str:
    return f"topic-{section.id}"


def _with_count(label: str, section: Section) -> str:
    """Return a label with the number of answers below it."""
    evidence = case_state.current().evidence
    answered = sum(item.id in evidence for group in section.groups.values() for item in group)
    return f"{label} · {answered}" if answered else label


def _next(items: Catalogue, section: Section, group: str) -> None:
    """Offer the group that follows."""
    order = [(part, name) for part in items.sections for name in part.groups]
    after = order[order.index((section, group)) + 1 :]
    if after:
        part, name = after[0]
        chosen = {SECTION: part.id} | ({_group_key(part): name} if len(part.groups) > 1 else {})
        st.button(
            f"Next: {plain(name)}",
            key="next",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=case_state.choose,
            args=("entry", chosen),
        )
