"""Writing a case: as text, checked against the network, to be shared, kept or taught with."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from model.teaching.case_file import parse_cases, to_yaml
from model.teaching.cases import AUTHORED, Case, cause_labels
from model.teaching.library import library
from model.teaching.review import Review, review
from views.shared import session
from views.shared.class_store import class_store
from views.shared.download import download
from views.shared.engine import built_in
from views.shared.words import percent, plain
from views.teach.record import change, record

TEXT, UPLOAD = "case-text", "case-file"
LONGEST = 60_000
MOST_CAUSES = 3


def author() -> None:
    """Draw the editor and what the network makes of the case."""
    st.markdown(
        "A case is a short text file: the patient’s words, the findings in the order in which they are told, "
        "and the answer. Begin with a written case and change it. What you write stays in this browser tab "
        "until you share it."
    )
    _begin_with()
    session.seed(TEXT, session.held("case-draft", ""))
    text = st.text_area("The case", key=TEXT, height=420, max_chars=LONGEST, on_change=_keep)
    if not text.strip():
        return
    try:
        cases = parse_cases(built_in().network, text, "your text", AUTHORED)
    except DiagnosisError as error:
        st.error("This cannot be read as a case yet.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    for case in cases:
        _reviewed(case)


def _begin_with() -> None:
    """Offer a written case, or a file, to begin with."""
    cases = library(built_in().network)
    st.selectbox(
        "Begin with",
        list(cases),
        index=None,
        key="case-template",
        format_func=lambda case: cases[case].title,
        placeholder="A written case to change",
        on_change=_use_template,
    )
    file = st.file_uploader("Or open a file", type=["yaml", "yml"], key=UPLOAD)
    if file is not None and session.held("case-read") != file.file_id:
        session.hold("case-read", file.file_id)
        session.hold("case-draft", file.getvalue().decode("utf-8", "replace")[:LONGEST])
        st.rerun()


def _use_template() -> None:
    """Callback: put a written case into the editor."""
    case = session.held("case-template")
    if case is not None:
        session.hold("case-draft", to_yaml([library(built_in().network)[case]]))


def _keep() -> None:
    """Callback: keep what was written."""
    session.hold("case-draft", session.held(TEXT))


def _reviewed(case: Case) -> None:
    """Draw the network's trajectory over a case, the warnings, and what can be done with it."""
    found = review(built_in(), case)
    st.markdown(f"**{plain(case.title)}**")
    for warning in found.warnings:
        st.warning(plain(warning.text), icon=":material/rule:")
    if not found.warnings:
        st.success(
            "Text, findings and answer agree with the network, as far as it can tell.",
            icon=":material/check:",
        )
    st.table(_trajectory(found), hide_index=True)
    with st.container(horizontal=True):
        st.button(
            "Use it in a class", key=f"use-{case.id}", icon=":material/add:", on_click=_use, args=(case,)
        )
        st.button(
            "Share it by a link",
            key=f"share-{case.id}",
            icon=":material/link:",
            on_click=_share,
            args=(case,),
        )
        download(
            "Keep it as a file", to_yaml([case]), f"{case.id}.yaml", "application/yaml", f"file-{case.id}"
        )
    link = session.held(f"link-{case.id}")
    if link:
        st.caption("Whoever opens this link practises with the case; the link does not hold the answer.")
        st.code(link, language=None, wrap_lines=True)


def _trajectory(found: Review) -> list[dict[str, str]]:
    """Return a row for each finding: where it leaves the answer and the network's first causes."""
    labels = cause_labels(built_in().network)
    last = found.final or (found.trajectory[-1].due_to if found.trajectory else {})
    first = sorted(last, key=lambda cause: (cause not in found.case.answer, -last[cause]))[:MOST_CAUSES]
    return [
        {"After": plain(step.label) if step.item else "The complaint alone", "Answer": plain(step.state)}
        | {plain(labels[cause]): percent(step.due_to[cause]) for cause in first}
        for step in found.trajectory
    ]


def _use(case: Case) -> None:
    """Callback: add the case to the class in the making."""
    others = tuple(one for one in record().draft if one.id != case.id)
    change(draft=(*others, case))


def _share(case: Case) -> None:
    """Callback: keep the case on the server and show the link that opens it."""
    try:
        key = class_store().share_case(case)
    except DiagnosisError as error:
        change(message=str(error))
        return
    page = session.address_of_page().rsplit("/", 1)[0]
    session.hold(f"link-{case.id}", f"{page}/learn?shared={key}")
