"""What if: the case of this session with something different, up to four times side by side."""

from __future__ import annotations

import streamlit as st

from model import Evidence
from model.errors import ImpossibleEvidence, TooWide
from views.shared import asking, case_state
from views.shared.alerts import alerts
from views.shared.case_files import examples
from views.shared.clash import clash_words
from views.shared.engine import answer, differential
from views.shared.frame import readable, signature
from views.shared.notice import notice
from views.shared.setting import setting_caption
from views.shared.turns import fragment
from views.shared.words import counted, finding_words, listed, plain
from views.what_if import state
from views.what_if.cards import cards
from views.what_if.difference import difference
from views.what_if.ideas import ideas
from views.what_if.keep import keep
from views.what_if.record import MOST, Scenario
from views.what_if.sweeps import sweeps
from views.what_if.titles import name_of
from views.what_if.two_questions import two_questions
from views.what_if.wording import wording

MOST_TOLD = 10


def page() -> None:
    """Draw the page."""
    if readable() is None:
        return
    state.open_page()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.title("What if?", anchor=False, width="content")
        st.markdown(wording()["introduction"])
    alerts()
    _case()
    notice()
    _scenarios()
    sweeps()
    keep()
    signature()


@fragment(key=state.CASE)
def _case() -> None:
    """Draw what the scenarios start from, and what to add."""
    if state.message():
        st.info(state.message(), icon=":material/link:")
    evidence = case_state.current().evidence
    st.markdown(_told(evidence))
    setting_caption()
    if not evidence:
        with st.container(horizontal=True, gap="xsmall"):
            for example in examples(differential()):
                st.button(
                    plain(example.title),
                    key=f"what-if-{example.id}",
                    icon=":material/clinical_notes:",
                    on_click=case_state.replace_with,
                    args=(example.evidence,),
                )
    two_questions()
    _add(evidence)


def _told(evidence: Evidence) -> str:
    """Return the case in one sentence."""
    items = asking.catalogue(differential()).items
    said = [plain(finding_words(items[node], finding)) for node, finding in evidence.active.items()]
    if not said:
        return f"**Starts from nothing.** {wording()['no_case']}"
    more = f" and {counted(len(said) - MOST_TOLD, 'more finding')}" if len(said) > MOST_TOLD else ""
    told = f"{', '.join(said[:MOST_TOLD])}{more}" if more else listed(said)
    paused = f" ({len(evidence.paused)} paused)" if evidence.paused else ""
    return f"**Starts from your case:** {told}{paused}. {wording()['change_case']}"


def _add(evidence: Evidence) -> None:
    """Draw the ways to begin a scenario: empty, or ready made from the case."""
    full = len(state.current().all) >= MOST
    items = asking.catalogue(differential())
    offered = ideas(evidence, items)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Add a scenario",
            key="add-scenario",
            icon=":material/add:",
            disabled=full,
            help="Four are there: remove one first" if full else None,
            on_click=state.add,
            args=(Scenario(""),),
        )
        for idea in offered:
            if any(one.change == idea.change and one.do == idea.do for one in state.current().all):
                continue
            st.button(
                f"{wording()['idea'][idea.do]} {plain(name_of(idea, items))}",
                key=f"idea-{next(iter(idea.change))}",
                disabled=full,
                on_click=state.add,
                args=(idea,),
            )


@fragment(key=state.SCENARIOS)
def _scenarios() -> None:
    """Draw the scenarios and what differs."""
    evidence = case_state.current().evidence
    try:
        answer(evidence)
    except ImpossibleEvidence as error:
        clash = listed(clash_words(error, evidence, asking.catalogue(differential())))
        st.error(wording()["case_clash"].format(clash=clash), icon=":material/block:")
        return
    except TooWide as error:
        st.error(plain(str(error)), icon=":material/memory:")
        return
    if state.current().all:
        cards(evidence)
        difference(evidence)
