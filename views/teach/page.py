"""Teach: a class in one room. Who comes with a seat is a learner, who gave a secret is the instructor."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from model.teaching.errors import StoreError
from views.shared import session
from views.shared.class_store import class_store
from views.shared.notice import notice
from views.shared.words import plain
from views.teach.console import console
from views.teach.door import door
from views.teach.learner import learner_room
from views.teach.record import SEAT, record


def page() -> None:
    """Draw the page."""
    try:
        class_store()
    except StoreError as error:
        st.error("Classes cannot be kept here, so none can be opened.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    st.title("Teach", anchor=False)
    seat = session.word_of_address(SEAT)
    try:
        if seat:
            learner_room(seat)
        elif record().instructor is not None:
            console()
        else:
            door()
    except DiagnosisError as error:
        st.error(plain(str(error)), icon=":material/error:")
    notice()
