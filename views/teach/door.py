"""The door: join a class with its code, come back to one as its instructor, or open a new one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.errors import DiagnosisError
from views.shared import session
from views.shared.class_store import class_store
from views.shared.words import plain
from views.teach.author import author
from views.teach.open_class import open_class
from views.teach.record import CODE, SEAT, change, client, record

JOIN, OPEN, BACK, WRITE = "Join a class", "Open a class", "Back to my class", "Write a case"
READABLE = 860
"""Width in pixels: longer lines are hard to read."""


def door() -> None:
    """Draw the ways in; a code in the address leads to the form that joins its class."""
    ways: dict[str, Callable[[], None]] = {JOIN: _join, OPEN: open_class, BACK: _back, WRITE: author}
    with st.container(width=READABLE):
        way = st.segmented_control(
            "What do you want to do?",
            list(ways),
            key="door",
            default=JOIN,
            required=True,
            label_visibility="collapsed",
            wrap=True,
        )
        if record().message:
            st.error(plain(record().message), icon=":material/error:")
        ways[way or JOIN]()


def _join() -> None:
    """Ask for the code, then for a name; no account is needed."""
    st.markdown("Your teacher has a code of a few letters. You need no account, and a name only if you like.")
    with st.form("join", border=True):
        code = st.text_input("Class code", value=session.word_of_address(CODE), key="join-code", max_chars=20)
        name = st.text_input("Name (you can leave this empty)", key="join-name", max_chars=40)
        st.caption("Do not enter anything about a patient. The class is deleted after 30 days.")
        if st.form_submit_button("Join", icon=":material/login:"):
            _take_a_seat(code, name)


def _take_a_seat(code: str, name: str) -> None:
    """Join the class and go to the seat, whose address brings the learner back after a reload."""
    try:
        joined = class_store().join(code, client(), name)
    except DiagnosisError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    session.write_address(CODE, "")
    session.write_address(SEAT, joined.token)
    st.rerun()


def _back() -> None:
    """Ask for code and secret: the way back for an instructor after a reload or on another machine."""
    st.markdown("Code and secret were shown when you opened the class. The secret was shown only then.")
    with st.form("back", border=True):
        code = st.text_input("Class code", key="back-code", max_chars=20)
        secret = st.text_input("Secret", type="password", key="back-secret", max_chars=80)
        if st.form_submit_button("Go to my class", icon=":material/key:"):
            try:
                instructor = class_store().instructor(code, secret, client())
            except DiagnosisError as error:
                st.error(plain(str(error)), icon=":material/error:")
                return
            change(instructor=instructor, opened=None)
            st.rerun()
