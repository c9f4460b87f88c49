"""Keep or share a case: its address, and a file for the shell."""

from __future__ import annotations

from functools import partial

import streamlit as st

from views.explore.afterthoughts import desk
from views.explore.open_case import open_case
from views.explore.saying import say
from views.explore.sheet import sheet
from views.shared import case_state
from views.shared.case_files import examples, to_yaml
from views.shared.engine import differential
from views.shared.turns import fragment
from views.shared.words import plain


@fragment(key="share")
def keep_or_share() -> None:
    """Draw the panel, closed until it is wanted."""
    st.caption(
        "The address of this page contains what was entered: a bookmark keeps the case, a copied link shares "
        "it. Nothing is stored anywhere else."
    )
    panel = st.expander(
        "Keep, print or share this case",
        key="share",
        icon=":material/link:",
        on_change=case_state.redraw,
        args=("share",),
    )
    if not panel.open:
        return
    evidence = case_state.current().evidence
    with panel:
        if evidence:
            st.caption("This link opens the case as it stands. Whoever has it can read what was entered.")
            st.code(case_state.share_link(), language=None, wrap_lines=True)
            st.download_button(
                say("sheet", "open"),
                partial(sheet, differential(), evidence, case_state.share_link(), desk()),
                file_name="case.html",
                mime="text/html",
                key="sheet",
                icon=":material/print:",
                on_click="ignore",
                help=say("sheet", "help"),
            )
            st.download_button(
                "Case as a file",
                to_yaml(evidence),
                file_name="case.yaml",
                mime="application/yaml",
                key="download",
                icon=":material/download:",
                on_click="ignore",
                help="For the shell: `nocturne query --case case.yaml`",
            )
        else:
            st.caption("Nothing entered yet, so there is nothing to keep.")
        open_case()
        if not evidence:
            return
        st.caption("Examples. Opening one replaces the case; Undo brings it back.")
        for example in examples(differential()):
            st.button(
                plain(example.title),
                key=f"open-{example.id}",
                icon=":material/clinical_notes:",
                width="stretch",
                on_click=case_state.replace_with,
                args=(example.evidence,),
            )
