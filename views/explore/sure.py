"""How sure the bars are, in two short lines below them: filled in after the bars, gone with the next click.

The lines are there from the start and keep their height, so that nothing moves when they are filled in.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.fit import CLASH_DECIBANS, Fit
from model.phrases import NEUTRAL_DECIBANS
from views.explore import afterthoughts
from views.explore.afterthoughts import Afterthoughts
from views.explore.saying import say
from views.shared import case_state
from views.shared.words import percent, plain


def sure(found: Afterthoughts | None) -> None:
    """Draw the two lines; while they are worked out, look again and again."""
    if found is None:
        afterthoughts.ask(case_state.current().evidence)
        st.fragment(_watch(), run_every=afterthoughts.desk().look_again())()
        return
    st.caption(_first(found), help=say("sure", "help"))
    st.caption(fit_line(found.fit))


def fit_line(fit: Fit) -> str:
    """Return in one short sentence whether the findings fit together, the most important first."""
    if fit.out_of_scope:
        return f":material/search_off: **{say('fit', 'outside')}**"
    if fit.clash is not None or fit.conflict_decibans >= CLASH_DECIBANS:
        return f":material/warning: **{say('fit', 'clash')}**"
    if fit.surprising:
        return f":material/info: {say('fit', 'surprise')}"
    if len(fit.answer.evidence.active) < 2:
        return say("fit", "few")
    return say("fit", "pulls" if fit.conflict_decibans >= NEUTRAL_DECIBANS else "fits")


def _first(found: Afterthoughts) -> str:
    """Return how often the first cause is first."""
    credible = found.credible
    if credible is None:
        return say("sure", "none", because=plain(found.because))
    first = credible.causes[0]
    draws = f"{credible.possible:,}"
    return say("sure", "first", cause=plain(first.label), share=percent(first.first), draws=draws)


def _watch() -> Callable[[], None]:
    """Return what is drawn while we wait; once there is something to show, the page is drawn with it."""
    evidence = case_state.current().evidence
    runs = 0

    def watch() -> None:
        nonlocal runs
        runs += 1
        afterthoughts.check()
        if runs > 1 and afterthoughts.found(evidence) is not None and case_state.address_is_current():
            st.rerun()
        st.caption(_progress(), help=say("sure", "help"))
        st.caption(say("sure", "fitting"))

    return watch


def _progress() -> str:
    progress = afterthoughts.desk().progress
    if progress is None:
        return say("sure", "drawing")
    made, wanted = progress
    return say("sure", "preparing", made=f"{made:,}", wanted=f"{wanted:,}")
