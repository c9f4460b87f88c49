"""On top of the page: how urgent the findings are, what is asked back, and what to say about the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model.contradictions import AskedBack, contradictions
from model.urgency import Urgency
from views.shared import asking, case_state
from views.shared.engine import differential, uploaded
from views.shared.turns import fragment
from views.shared.words import counted, finding_words, listed, plain


@fragment(key="alerts")
def alerts() -> None:
    """Draw the alerts of the case; percentages may raise them and never silence them."""
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
    if not case.evidence.network.red_flags:
        st.caption(asking.nothing_raised(differential()))
    found = differential().urgency(case.evidence)
    if found.level is not None:
        _level(found.level, found)
    _asked_back(contradictions(case.evidence))
    pressing = [flag for flag in found.leading if asking.words()["urgency"][flag.level]["toast"]]
    if case_state.announce(frozenset(flag.id for flag in pressing)):
        look = asking.words()["urgency"][pressing[0].level]
        st.toast(f"**{look['label']}.** {plain(pressing[0].reason)}", icon=look["icon"], duration="long")


def _level(level: str, found: Urgency) -> None:
    """Draw the level that stands: word, icon, reason, action, what raised it; whatever else is folded."""
    look = asking.words()["urgency"][level]
    first = found.leading[0]
    text = f"**{look['label']}.** {plain(first.reason)} **{plain(first.action)}** {_because(first.because)}"
    if look["look"] == "quiet":
        st.caption(f"{look['icon']} {text}")
    else:
        {"error": st.error, "warning": st.warning}[look["look"]](text, icon=look["icon"])
    _folded(found)


def _folded(found: Urgency) -> None:
    """Draw what a colleague is told, what the rules rest on, and whatever else was raised."""
    with st.container(horizontal=True, gap="small"):
        with st.popover(asking.words()["to_a_colleague"], icon=":material/clinical_notes:"):
            for flag in found.leading:
                st.markdown(plain(flag.clinician))
                pages = [f"[{plain(title)}]({address})" for title, address in flag.guidance]
                st.caption("; ".join(pages) or plain(flag.rests_on))
        if len(found.flags) > 1:
            label = asking.words()["covered"].format(count=counted(len(found.flags) - 1, "warning sign"))
            with st.popover(label, icon=":material/unfold_more:"):
                for flag in found.flags[1:]:
                    # Only what stands says what to do: an appointment would contradict an emergency.
                    acted = f" {plain(flag.action)}" if flag.level == found.level else ""
                    st.markdown(f"{plain(flag.reason)}{acted}")


def _asked_back(found: Sequence[AskedBack]) -> None:
    """Draw the questions about findings that can hardly hold together, in one box; none, no box."""
    if not found:
        return
    look = asking.words()["asked_back"]
    said = [f"{plain(one.question)} {plain(one.reason)} {_because(one.because)}" for one in found]
    label = f"**{look['label']}.**"
    st.info(f"{label} {said[0]}" if len(said) == 1 else "\n\n".join([label, *said]), icon=look["icon"])


def _because(clauses: Sequence[tuple[str, str]]) -> str:
    """Return what was entered that raised a flag or a question; nothing where a posterior alone did."""
    if not clauses:
        return ""
    items = asking.catalogue(differential()).items
    evidence = case_state.current().evidence
    said = (plain(finding_words(items[node], evidence.get(node))) for node, _ in clauses)
    return f"(Entered: {listed(said)}.)"
