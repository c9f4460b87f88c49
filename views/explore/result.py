"""What could explain the pain: what the last answer changed, and the bars."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model import Answer
from model.errors import DiagnosisError, ImpossibleEvidence
from views.explore import afterthoughts, bars
from views.explore.headings import medicine_share
from views.explore.impossible import impossible
from views.explore.saying import say
from views.explore.sure import sure
from views.shared import asking, case_state
from views.shared.engine import answer, differential
from views.shared.setting import choose_setting, setting_caption
from views.shared.turns import fragment
from views.shared.words import change_words, movers, plain


@fragment(key="result")
def result() -> None:
    """Draw the panel."""
    case = case_state.current()
    try:
        now = answer(case.evidence)
    except ImpossibleEvidence as error:
        impossible(case, error)
        choose_setting()
        return
    except DiagnosisError as error:
        st.error(plain(str(error)), icon=":material/block:")
        choose_setting()
        return
    if not now.ranking:
        st.info(say("result", "no_causes"), icon=":material/info:")
        return
    start = answer(case_state.nothing())
    found = afterthoughts.found(case.evidence)
    _what_changed(case, now)
    for note in now.notes:
        st.caption(plain(note))
    place = _bars(now, start, found)
    sure(found, lambda more: _picture(place, now, start, more))


def _what_changed(case: case_state.Case, now: Answer) -> None:
    """Say what the last answer changed; before the first, what the bars start from."""
    if case.change is None or case.before is None:
        st.markdown(say("result", "nothing_yet"))
        return
    items = asking.catalogue(differential())
    did = plain(change_words(case.change, items, case.evidence))
    try:
        moved = movers(answer(case.before), now)
    except ImpossibleEvidence:
        moved = []
    effect = "; ".join(plain(move) for move in moved) or say("result", "unmoved")
    st.markdown(f"**{did}.** {effect[:1].upper() + effect[1:]}.")


def _bars(now: Answer, start: Answer, found: afterthoughts.Afterthoughts | None) -> DeltaGenerator:
    """Draw the bars between their legend and what they add up to; return their place."""
    legend = (
        ":blue[■] explains the pain",
        "├─┤ 90\u00a0% interval",
        "□ is there at all",
        ":orange[┃] starting point, before any answer",
    )
    st.caption("\u2003".join(entry.replace(" ", "\u00a0", 1) for entry in legend))
    place = st.empty()
    _picture(place, now, start, found)
    setting_caption()
    choose_setting()
    st.caption(f"{say('result', 'several')} {medicine_share(now)}")
    return place


def _picture(
    place: DeltaGenerator, now: Answer, start: Answer, found: afterthoughts.Afterthoughts | None
) -> None:
    """Draw the bars in their place, with intervals once there are any."""
    spec = bars.differential_bars(now, start, found.credible if found else None)
    place.vega_lite_chart(spec, key="differential", alt=bars.alternative_text(now))
