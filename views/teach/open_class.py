"""Putting a class together: its title, its cases in order, and who sets the pace."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from model.errors import DiagnosisError
from model.phrases import listed
from model.teaching.cases import Case, cause_labels
from model.teaching.generate import contrast_pair, generate_case
from model.teaching.library import library
from views.shared import session
from views.shared.class_store import class_store
from views.shared.engine import built_in
from views.shared.words import plain
from views.teach.record import change, client, record

MOST_NUMBER = 1_000_000


class Offer(NamedTuple):
    """A quiet button: what it says, its key and icon, what it does, and a word on it."""

    label: str
    key: str
    icon: str
    act: Callable[[], None]
    help: str | None = None


def open_class() -> None:
    """Draw the form."""
    st.markdown(
        "Choose cases and put them in order. Learners join with a code, say what they think, and see the "
        "answer when you reveal it. Begin with one kind of case and mix them later."
    )
    title = st.text_input("Title of the class", key="class-title", max_chars=80, placeholder="Monday seminar")
    _add_cases()
    for position, case in enumerate(record().draft):
        _row(position, case)
    if len(record().draft) > 2:
        _put_in_order()
    paced = st.radio(
        "Who sets the pace?",
        [True, False],
        key="class-paced",
        format_func=lambda paced: (
            "I do: everybody sees the same finding at the same time"
            if paced
            else "Each learner: they work through the cases alone"
        ),
    )
    if st.button(
        "Open the class", key="open-class", icon=":material/meeting_room:", disabled=not record().draft
    ):
        _open(title, bool(paced))


def case_words(case: Case) -> str:
    """Return a case as an instructor sees it, answer included."""
    labels = cause_labels(built_in().network)
    return (
        f"{case.title} · {case.kind.replace('_', ' ')} · {listed([labels[cause] for cause in case.answer])}"
    )


def _add_cases() -> None:
    """Offer the written cases, and cases drawn from the network."""
    cases = library(built_in().network)
    chosen = {case.id for case in record().draft}
    st.selectbox(
        "Add a written case",
        [case for case in cases if case not in chosen],
        index=None,
        key="add-case",
        format_func=lambda case: case_words(cases[case]),
        placeholder="Choose or type: title, kind or answer",
        on_change=_add,
    )
    _buttons(
        Offer("Add a case drawn by chance", "add-drawn", "casino", _add_drawn),
        Offer(
            "Add a contrast pair",
            "add-pair",
            "compare_arrows",
            _add_pair,
            "Two cases drawn by chance that differ in one finding, and in the answer.",
        ),
    )


def _put_in_order() -> None:
    """Offer the two orders that teachers choose between."""
    _buttons(
        Offer(
            "One cause after another",
            "class-blocked",
            "sort",
            _blocked,
            "Cases with the same answer follow one another: easier, good to begin with.",
        ),
        Offer(
            "Mix them",
            "class-mixed",
            "shuffle",
            _mixed,
            "An order by chance: harder, closer to a consultation.",
        ),
    )


def _buttons(*offers: Offer) -> None:
    """Draw quiet buttons side by side."""
    with st.container(horizontal=True):
        for offer in offers:
            st.button(
                offer.label,
                key=offer.key,
                icon=f":material/{offer.icon}:",
                type="tertiary",
                help=offer.help,
                on_click=offer.act,
            )


def _row(position: int, case: Case) -> None:
    """Draw one case of the class, to be moved or taken out."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{position + 1}. {plain(case_words(case))}", width="stretch")
        st.button(
            "Earlier",
            key=f"class-earlier-{case.id}",
            icon=":material/arrow_upward:",
            type="tertiary",
            disabled=position == 0,
            help=f"Earlier: {plain(case.title)}",
            on_click=_earlier,
            args=(position,),
        )
        st.button(
            "Remove",
            key=f"class-remove-{case.id}",
            icon=":material/close:",
            type="tertiary",
            help=f"Remove: {plain(case.title)}",
            on_click=_remove,
            args=(position,),
        )


def _add() -> None:
    """Callback: add the written case that was chosen."""
    case = session.held("add-case")
    session.hold("add-case", None)
    if case is not None:
        change(draft=(*record().draft, library(built_in().network)[case]))


def _add_drawn() -> None:
    """Callback: add a case drawn by chance."""
    change(draft=(*record().draft, generate_case(built_in(), secrets.randbelow(MOST_NUMBER))))


def _add_pair() -> None:
    """Callback: add both cases of a contrast pair; where none turned up, say so."""
    try:
        pair = contrast_pair(built_in(), secrets.randbelow(MOST_NUMBER))
    except DiagnosisError as error:
        change(message=str(error))
        return
    change(draft=(*record().draft, pair.first, pair.second))


def _blocked() -> None:
    """Callback: put cases with the same answer together, in the order in which the answers came up."""
    draft = record().draft
    first = {case.answer: position for position, case in reversed(list(enumerate(draft)))}
    change(draft=tuple(sorted(draft, key=lambda case: first[case.answer])))


def _mixed() -> None:
    """Callback: put the cases in an order by chance."""
    draft = list(record().draft)
    random.shuffle(draft)
    change(draft=tuple(draft))


def _earlier(position: int) -> None:
    """Callback: swap a case with the one before it."""
    draft = list(record().draft)
    draft[position - 1], draft[position] = draft[position], draft[position - 1]
    change(draft=tuple(draft))


def _remove(position: int) -> None:
    """Callback: take a case out."""
    draft = record().draft
    change(draft=(*draft[:position], *draft[position + 1 :]))


def _open(title: str, paced: bool) -> None:
    """Open the class and go to its console."""
    try:
        opened = class_store().open_class(title or "Class", record().draft, paced)
        instructor = class_store().instructor(opened.code, opened.secret, client())
    except DiagnosisError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    change(instructor=instructor, opened=opened)
    st.rerun()
