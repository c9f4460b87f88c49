"""Open a case file: one that this page or the shell wrote, or a scenario file, one of its cases.

What is wrong with a file is told and nothing changes; opening one is a change like any other, so Undo brings
back what was there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from model import Evidence
from model.errors import DiagnosisError
from views.explore.saying import say
from views.shared import case_state, session
from views.shared.case_files import InFile, from_yaml
from views.shared.opening import UPLOAD_MB, NoText, largest_kb, show_faults, text_of
from views.shared.words import counted, echo

KEY, PART = "opened-case-file", "share"
MOST_CASES = 8


@dataclass(frozen=True)
class Opening:
    """What came of the last file. `files` counts the opened ones: each leaves an empty upload."""

    files: int = 0
    refused: str = ""
    faults: str = ""
    cases: tuple[InFile, ...] = ()
    opened: InFile | None = None


def open_case() -> None:
    """Draw the upload, and below it what is wrong with a file, or what it holds."""
    opening = _current()
    key = f"case-file-{opening.files}"
    file = st.file_uploader(
        say("file", "label"),
        key=key,
        max_upload_size=UPLOAD_MB,
        on_change=_take,
        args=(key,),
        help=say("file", "help", most=largest_kb()),
    )
    if opening.opened is not None and opening.opened.evidence == case_state.current().evidence:
        _said(opening.opened)
    if file is None:
        return
    if opening.refused:
        st.error(opening.refused, icon=":material/error:")
    if opening.faults:
        show_faults(opening.faults)
    if opening.cases:
        _offer(opening.cases)


def _current() -> Opening:
    held: Opening | None = session.held(KEY)
    return held or Opening()


def _take(key: str) -> None:
    """Callback of the uploader: open the case of a file, or keep what there is to say about it."""
    file: Any = session.held(key)
    fresh = Opening(_current().files)
    if file is None:
        _keep(fresh)
        return
    try:
        cases = from_yaml(case_state.nothing(), text_of(file.getvalue()), say("file", "name"))
    except NoText as error:
        _keep(replace(fresh, refused=str(error)))
    except DiagnosisError as error:
        _keep(replace(fresh, faults=str(error)))
    else:
        if len(cases) == 1:
            _open(cases[0])
        else:
            _keep(replace(fresh, cases=cases))


def _keep(opening: Opening) -> None:
    session.hold(KEY, opening)
    case_state.redraw(PART)


def _open(case: InFile) -> None:
    """Callback: put a case of the file in place of the one at hand."""
    session.hold(KEY, Opening(_current().files + 1, opened=case))
    case_state.replace_with(case.evidence)


def _offer(cases: tuple[InFile, ...]) -> None:
    """Let one of several cases be chosen."""
    st.markdown(say("file", "several", number=len(cases)))
    for number, case in enumerate(cases[:MOST_CASES]):
        st.button(
            f"{echo(case.name)} · {counted(len(case.evidence), 'finding')}",
            key=f"open-file-{number}",
            icon=":material/folder_open:",
            width="stretch",
            on_click=_open,
            args=(case,),
        )
    if len(cases) > MOST_CASES:
        st.caption(say("file", "more", shown=MOST_CASES))


def _said(case: InFile) -> None:
    """Say what was opened, and what of it this page leaves out."""
    name = say("file", "named", name=echo(case.name)) if case.name.strip() else ""
    st.success(
        say("file", "opened", name=name, findings=_counted(case.evidence)), icon=":material/folder_open:"
    )
    if not case.complaint:
        st.caption(say("file", "population"))


def _counted(evidence: Evidence) -> str:
    paused = f", {len(evidence.paused)} paused" if evidence.paused else ""
    return f"{counted(len(evidence), 'finding')}{paused}"
