"""On top of the page: how urgent the findings are, and what there is to say about the address."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from model.urgency import RaisedFlag, urgency
from views.shared import asking, case_state
from views.shared.engine import differential, uploaded
from views.shared.turns import fragment
from views.shared.words import finding_words, listed, plain


@fragment(key="alerts")
def alerts() -> None:
    """Draw the alerts of the case; they come from what was entered, never from the percentages."""
    case = case_state.current()
    own = uploaded()
    if own is not None:
        name = plain(own.network.name)
        st.info(
            f"You are working with your own network “{name}”. Nothing is known here about how good it is. "
            "The way back is on the Network page.",
            icon=":material/upload_file:",
        )
    if case.message:
        st.info(case.message, icon=":material/link:")
    flags = urgency(case.evidence).flags
    if not case.evidence.network.red_flags:
        st.caption(asking.nothing_raised(differential()))
    for level, raised in groupby(flags, key=lambda flag: flag.level):
        _level(level, list(raised), is_first=level == flags[0].level)
    pressing = [flag for flag in flags if asking.words()["urgency"][flag.level]["toast"]]
    if case_state.announce(frozenset(flag.id for flag in pressing)):
        look = asking.words()["urgency"][pressing[0].level]
        st.toast(f"**{look['label']}.** {plain(flags[0].reason)}", icon=look["icon"], duration="long")


def _level(level: str, flags: list[RaisedFlag], is_first: bool) -> None:
    """Draw everything of one level of urgency together: word, icon, reason, action, and what raised it.

    What to do is said of the most urgent level only: an appointment beside an emergency would contradict it.
    """
    look = asking.words()["urgency"][level]
    said = [
        " ".join([plain(flag.reason), *([f"**{plain(flag.action)}**"] if is_first else []), _because(flag)])
        for flag in flags
    ]
    label = f"**{look['label']}.**"
    text = f"{label} {said[0]}" if len(said) == 1 else "\n\n".join([label, *said])
    if look["look"] == "quiet" or not (is_first or look["toast"]):
        st.caption(f"{look['icon']} {text}")
    else:
        {"error": st.error, "warning": st.warning}[look["look"]](text, icon=look["icon"])


def _because(flag: RaisedFlag) -> str:
    """Return what was entered that raised a flag."""
    items = asking.catalogue(differential()).items
    evidence = case_state.current().evidence
    said = (plain(finding_words(items[node], evidence.get(node))) for node, _ in flag.because)
    return f"(Entered: {listed(said)}.)"
