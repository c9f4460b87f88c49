"""A case that a teacher shared by a link: the address holds an id, the case stays on the server."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from views.learn.cases.record import begin
from views.learn.sections import CASES, show_section
from views.shared import session
from views.shared.class_store import class_store
from views.shared.words import plain

PARAMETER = "shared"


def open_shared_case() -> None:
    """Begin the case that the address names, once; a link that opens nothing says so."""
    key = session.word_of_address(PARAMETER)
    if not key:
        return
    try:
        case = class_store().shared_case(key)
    except DiagnosisError as error:
        st.error(plain(str(error)), icon=":material/link_off:")
        return
    session.write_address(PARAMETER, "")
    show_section(CASES)
    begin(case)
