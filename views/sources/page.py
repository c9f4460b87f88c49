"""Sources: every number, where it is from, how far it is confirmed, where it is used."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from model.ledger import Ledger
from views.shared import session
from views.shared.engine import differential, uploaded
from views.shared.frame import signature
from views.shared.turns import fragment
from views.shared.words import percent, plain
from views.sources import state
from views.sources.check_list import check_list
from views.sources.claim_list import claim_list
from views.sources.figure_list import figures
from views.sources.right import right
from views.sources.shelf import Shelf, shelf
from views.sources.source_list import source_list
from views.sources.wording import wording


def page() -> None:
    """Draw the page."""
    try:
        ddx = differential()
        found = shelf(ddx)
    except DiagnosisError as error:
        st.error("The figures cannot be read.", icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    state.open_page()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.title("Sources", anchor=False, width="content")
        st.markdown(wording()["introduction"])
    _whose()
    if not found.books:
        st.info(wording()["nothing"], icon=":material/menu_book:")
        return
    _summary(found.ledger)
    _part(found)
    signature()


def _whose() -> None:
    """Say whose figures these are, where a session brought a network of its own."""
    own = uploaded()
    if own is not None:
        st.info(wording()["own"].format(name=plain(own.network.name)), icon=":material/upload_file:")


def _summary(ledger: Ledger) -> None:
    """Say how many figures there are, how many are judged, and how good the others are."""
    share = ledger.judged_share
    used = share.used
    numbers = {
        "used": f"{used:,}",
        "others": f"{len(ledger.entries) - used:,}",
        "judged": f"{share.judged:,}",
        "judged_share": percent(share.share),
    }
    st.markdown(" ".join(sentence.format(**numbers) for sentence in wording()["summary"]))
    in_use, on_record = ledger.by_grade(used=True), ledger.by_grade()
    st.table(
        [
            {
                "Grade": grade,
                "What it means": says,
                "In use": f"{in_use.get(grade, 0):,} ({_share(in_use.get(grade, 0), used)})",
                "In all": f"{on_record.get(grade, 0):,}",
            }
            for grade, says in wording()["grades"].items()
        ],
        hide_index=True,
    )


def _share(part: int, whole: int) -> str:
    return percent(part / max(1, whole))


@fragment(key=state.PART)
def _part(found: Shelf) -> None:
    """Draw one part of the page at a time."""
    labels = {part["id"]: part["label"] for part in wording()["parts"]}
    key = "sources-part"
    session.seed(key, state.current().part)
    st.segmented_control(
        "Part",
        list(labels),
        key=key,
        persist_state="page",
        required=True,
        format_func=lambda part: labels[part],
        label_visibility="collapsed",
        on_change=state.set_from,
        args=(key, "part"),
        wrap=True,
    )
    match state.current().part:
        case "sources":
            source_list(found)
        case "claims":
            claim_list(found)
        case "check":
            check_list(found)
        case "right":
            right()
        case _:
            figures(found)
