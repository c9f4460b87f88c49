"""The questionnaire: every item by section and group, one group open at a time."""

from __future__ import annotations

import streamlit as st

from views.shared import asking, case_state, session
from views.shared.asking import OTHER_LIKELIHOOD, Catalogue, Item, Section
from views.shared.words import plain

LIKELY = "likely"
"""The answer that opens the choice of strengths."""
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


def ask(item: Item, place: str) -> None:
    """Draw one question with its answers; `place` tells two askings of one item apart."""
    answer = asking.to_answer(case_state.current().evidence.get(item.id))
    uncertain = answer == OTHER_LIKELIHOOD or answer in asking.strengths()
    key = f"{place}-{item.id}"
    chosen = LIKELY if uncertain else answer
    session.seed(key, chosen)
    st.segmented_control(
        plain(item.question),
        _segments(item),
        default=chosen,
        key=key,
        format_func=lambda segment: _segment_label(item, segment),
        help=plain(f"{item.term}. {item.why}"),
        on_change=case_state.enter_from,
        args=(key, item.id, _read_segment),
        wrap=True,
    )
    if uncertain:
        strength(item, f"{key}-strength")
        st.caption(asking.words()["strength_note"])


def strength(item: Item, key: str) -> None:
    """Draw how sure an uncertain answer is."""
    answer = asking.to_answer(case_state.current().evidence.get(item.id))
    options = list(asking.strengths())
    if answer == OTHER_LIKELIHOOD:
        options.insert(0, OTHER_LIKELIHOOD)
    session.seed(key, answer)
    st.selectbox(
        "How sure?",
        options,
        index=options.index(answer) if answer in options else 0,
        key=key,
        format_func=lambda option: strength_label(item, option),
        filter_mode=None,
        on_change=case_state.enter_from,
        args=(key, item.id),
    )


def strength_label(item: Item, answer: str) -> str:
    """Return an uncertain answer with what it means: "Probably (4 to 1)"."""
    found = asking.strengths().get(answer)
    return f"{found.label} ({found.odds})" if found else asking.answer_label(item, answer)


def _segments(item: Item) -> list[str]:
    """Return the answers of one row; the strengths of an uncertain answer stand behind one of them."""
    certain = [answer for answer in asking.answers(item) if answer not in asking.strengths()]
    if len(certain) < len(asking.answers(item)):
        certain.insert(1, LIKELY)
    return certain


def _segment_label(item: Item, segment: str) -> str:
    return asking.words()["answers"][LIKELY] if segment == LIKELY else asking.answer_label(item, segment)


def _read_segment(segment: str | None) -> str | None:
    return asking.words()["usual_strength"] if segment == LIKELY else segment


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
