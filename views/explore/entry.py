"""What you know: the first question, the search, and below them the questionnaire and what was entered."""

from __future__ import annotations

import streamlit as st

from model import Likelihood
from views.explore import answers
from views.explore.entered import entered
from views.explore.questions import questionnaire
from views.explore.saying import say
from views.shared import asking, case_state
from views.shared.asking import ABSENT, PRESENT, Catalogue, Item
from views.shared.engine import differential
from views.shared.question import ask
from views.shared.turns import fragment
from views.shared.words import percent, plain


@fragment(key="entry")
def entry() -> None:
    """Draw the panel."""
    items = asking.catalogue(differential())
    st.header("What you know", anchor="what-you-know")
    _first_question(items)
    _search(items)
    questionnaire(items)
    entered(items)
    _first_now()


def _first_now() -> None:
    """Say which cause is first, and how to get to all of them where they are out of sight."""
    now = answers.now()
    if now is not None:
        first = now.ranking[0]
        share = percent(first.due_to)
        st.markdown(say("result", "first_now", cause=plain(first.label), share=share))


def _first_question(items: Catalogue) -> None:
    """Ask whether it hurts by day too: the answer sets what the whole question covers."""
    first = asking.words()["first"]
    item = items.items.get(first["node"])
    if item is None:
        return
    with st.container(border=True, gap="xsmall"):
        ask(item, place="first")
        finding = case_state.current().evidence.active.get(item.id)
        answer = "uncertain" if isinstance(finding, Likelihood) else asking.to_answer(finding)
        st.caption(first.get(answer, first["unanswered"]))


def _search(items: Catalogue) -> None:
    """Draw the search: one entry for each answer that can be typed at once."""
    st.selectbox(
        "Add a finding",
        _search_options(items),
        index=None,
        key="search",
        format_func=lambda option: _search_label(items.items[option[0]], option[1]),
        placeholder="Type a symptom, illness, medicine or test",
        on_change=case_state.enter_from_search,
        args=("search",),
    )


def _search_options(items: Catalogue) -> list[tuple[str, str]]:
    """Return (node, answer) for everything that can be asked: yes and no, or each state."""
    return [
        (item.id, answer)
        for section in items.sections
        for group in section.groups.values()
        for item in group
        for answer in ((PRESENT, ABSENT) if item.is_yes_or_no else item.states)
    ]


def _search_label(item: Item, answer: str) -> str:
    """Return what is shown and searched: label and answer first, other words for it behind.

    A "yes" goes without saying: the search puts short matches near the start first, and so yes before no.
    """
    said = asking.answer_label(item, answer)
    first = item.label
    if answer == ABSENT:
        first = f"{said}: {item.label}"
    elif not item.is_yes_or_no:
        first = f"{item.label}: {said}"
    return " · ".join([first, item.term, *item.synonyms])
