"""Keep or share the scenarios: their address, a file for the shell, and such a file opened again."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from views.shared import asking, case_state
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.opening import UPLOAD_MB, NoText, largest_kb, show_faults, text_of
from views.shared.turns import fragment
from views.shared.words import counted, plain
from views.what_if import state
from views.what_if.files import Opened, from_yaml, to_yaml
from views.what_if.wording import wording


@fragment(key=state.KEEP)
def keep() -> None:
    """Draw the panel, closed until it is wanted."""
    panel = fold("Keep, share or open scenarios", "keep-scenarios", state.KEEP, "link")
    if panel is None:
        return
    scenarios = state.current()
    with panel:
        if any(one.change for one in scenarios.all):
            st.caption(wording()["file"]["link"])
            st.code(state.share_link(), language=None, wrap_lines=True)
            st.download_button(
                "Scenarios as a file",
                to_yaml(case_state.current().evidence, scenarios, asking.catalogue(differential())),
                file_name="scenarios.yaml",
                mime="application/yaml",
                key="download-scenarios",
                icon=":material/download:",
                on_click="ignore",
                help=wording()["file"]["download_help"],
            )
        else:
            st.caption(wording()["file"]["nothing"])
        _open()


def _open() -> None:
    """Draw the upload, what is wrong with a file, or what opening it would do."""
    file = st.file_uploader(
        "Open a scenario file",
        key=f"scenario-file-{state.files_opened()}",
        max_upload_size=UPLOAD_MB,
        on_change=case_state.redraw,
        args=(state.KEEP,),
        help=wording()["file"]["upload_help"].format(most=largest_kb()),
    )
    if file is None:
        return
    items = asking.catalogue(differential())
    try:
        opened = from_yaml(case_state.nothing(), text_of(file.getvalue()), "The file", items)
    except NoText as error:
        st.error(str(error), icon=":material/error:")
        return
    except DiagnosisError as error:
        show_faults(str(error))
        return
    _offer(opened)


def _offer(opened: Opened) -> None:
    """Say what a file holds and offer to open it, with one of its cases or with the case at hand."""
    words = wording()["file"]
    told = (
        counted(len(opened.cases), "case"),
        counted(len(opened.scenarios.all) + opened.too_many, "scenario"),
    )
    st.markdown(f"The file holds {told[0]} and {told[1]}.")
    if opened.too_many:
        st.caption(words["too_many"])
    if opened.without_complaint:
        st.caption(words["population"])
    for number, (name, evidence) in enumerate(list(opened.cases.items())[: words["most_cases"]]):
        short = plain(name[: words["longest_name"]])
        st.button(
            f"Open with the case “{short}” ({counted(len(evidence), 'finding')})",
            key=f"open-file-{number}",
            icon=":material/folder_open:",
            on_click=state.open_file,
            args=(opened.scenarios, evidence),
        )
    if opened.scenarios.all:
        st.button(
            "Open the scenarios, keep the case",
            key="open-file-scenarios",
            icon=":material/folder_open:",
            on_click=state.open_file,
            args=(opened.scenarios, None),
        )
    st.caption(words["replaces"])
