"""Keep or share the scenarios: their address, a file for the shell, and such a file opened again."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from views.shared import asking, case_state
from views.shared.engine import differential
from views.shared.words import counted, plain
from views.what_if import state
from views.what_if.files import Opened, from_yaml, to_yaml
from views.what_if.wording import wording


@st.fragment(key=state.KEEP)
def keep() -> None:
    """Draw the panel, closed until it is wanted."""
    panel = st.expander(
        "Keep, share or open scenarios",
        key="keep-scenarios",
        icon=":material/link:",
        on_change=case_state.redraw,
        args=(state.KEEP,),
    )
    if not panel.open:
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
        max_upload_size=1,
        on_change=case_state.redraw,
        args=(state.KEEP,),
        help=wording()["file"]["upload_help"],
    )
    if file is None:
        return
    words, items = wording()["file"], asking.catalogue(differential())
    if file.size > words["largest"]:
        size, most = f"{file.size / 1024:.0f}", f"{words['largest'] / 1024:.0f}"
        st.error(words["too_large"].format(size=size, most=most), icon=":material/error:")
        return
    try:
        opened = from_yaml(case_state.nothing(), file.getvalue().decode("utf-8"), "The file", items)
    except UnicodeDecodeError:
        st.error(words["not_text"], icon=":material/error:")
        return
    except DiagnosisError as error:
        _faults(str(error))
        return
    _offer(opened)


def _faults(said: str) -> None:
    """Show what is wrong with a file, as text that nothing interprets; long lists are cut."""
    words = wording()["file"]
    lines = [line if len(line) <= words["longest_fault"] else line[: words["longest_fault"]] + "…"
             for line in said.splitlines()]  # fmt: skip
    shown = lines[: words["most_faults"]]
    if len(lines) > len(shown):
        shown.append(f"… and {len(lines) - len(shown)} more lines.")
    st.error(words["faulty"], icon=":material/error:")
    st.code("\n".join(shown), language=None, wrap_lines=True)


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
