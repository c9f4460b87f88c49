"""What could explain the pain: what the last answer changed, bars, table, headings, sources."""

from __future__ import annotations

import streamlit as st

from model import Answer
from model.errors import ImpossibleEvidence
from views.explore import bars
from views.explore.headings import headings, medicine_share
from views.explore.numbers_behind import sources
from views.shared import asking, case_state
from views.shared.engine import answer, differential
from views.shared.words import change_words, finding_words, listed, movers, percent, plain


@st.fragment(key="result")
def result() -> None:
    """Draw the panel."""
    st.subheader("What could explain the pain", anchor="result")
    _notice()
    case = case_state.current()
    try:
        now = answer(case.evidence)
    except ImpossibleEvidence as error:
        _impossible(case, error)
        return
    start = answer(case_state.nothing())
    _what_changed(case, now)
    for note in now.notes:
        st.caption(plain(note))
    _bars(now, start)
    _table(now, start)
    headings(now)
    sources(now)


def _notice() -> None:
    """Draw the notice; its last line is for an emergency and stands out."""
    *rest, emergency = map(plain, differential().network.notice)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":red[:material/emergency:] **{emergency}**")
        st.caption(" ".join(rest))


def _what_changed(case: case_state.Case, now: Answer) -> None:
    """Say what the last answer changed; before the first, what the bars start from."""
    if case.change is None or case.before is None:
        st.markdown("Nothing entered yet. The bars start from adults of whom only the complaint is known.")
        return
    items = asking.catalogue(differential())
    did = plain(change_words(case.change, items, case.evidence))
    try:
        moved = movers(answer(case.before), now)
    except ImpossibleEvidence:
        moved = []
    effect = "; ".join(plain(move) for move in moved) or "no cause moved by half a percentage point"
    st.markdown(f"**{did}.** {effect[:1].upper() + effect[1:]}.")


def _bars(now: Answer, start: Answer) -> None:
    legend = (
        ":blue[■] explains the pain",
        "□ is there at all",
        ":orange[┃] starting point, before any answer",
    )
    st.caption("\u2003".join(entry.replace(" ", "\u00a0", 1) for entry in legend))
    spec = bars.differential_bars(now, start)
    st.vega_lite_chart(spec, key="differential", alt=bars.alternative_text(now))
    st.caption(f"Several causes can hold at once, so these do not add to 100\u202f%. {medicine_share(now)}")


def _table(now: Answer, start: Answer) -> None:
    """Draw the bars as a table, once it is wanted."""
    panel = st.expander(
        "The same as a table",
        key="table",
        icon=":material/table:",
        on_change=case_state.redraw,
        args=("result",),
    )
    if not panel.open:
        return
    rows = [
        {
            "Cause": f"**{plain(cause.label)}** · {plain(bars.clinical_term(now, cause.condition))}",
            "Explains it now": percent(cause.due_to),
            "Starting point": percent(start.due_to(cause.condition)),
            "Is there": "–" if cause.present is None else percent(cause.present),
        }
        for cause in now.ranking
    ]
    with panel:
        st.table(rows, hide_index=True)


def _impossible(case: case_state.Case, error: ImpossibleEvidence) -> None:
    """Say which findings clash and offer to pause the one entered last."""
    items = asking.catalogue(differential()).items
    clash = [node for node in case.evidence.active if _names(error, node)]
    said = listed(f"**{plain(finding_words(items[node], case.evidence.get(node)))}**" for node in clash)
    st.error(
        f"These cannot hold together: {said}. There is no answer while both count.", icon=":material/block:"
    )
    last = items[clash[-1]]
    st.button(
        f"Pause “{plain(last.label)}”",
        key="remedy",
        icon=":material/pause:",
        on_click=case_state.pause,
        args=(last.id,),
    )


def _names(error: ImpossibleEvidence, node: str) -> bool:
    """Return whether a clash names this node."""
    return any(node in words.split(" = ")[0].split() for words in error.clash)
