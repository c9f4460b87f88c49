"""How sure the bars are, in two short lines below them: filled in after the bars, gone with the next click.

The lines are there from the start and keep their height, so that nothing moves when they are filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from model.fit import CLASH_DECIBANS, Fit
from model.phrases import NEUTRAL_DECIBANS
from views.explore import afterthoughts
from views.explore.afterthoughts import Afterthoughts
from views.explore.saying import say
from views.shared import case_state
from views.shared.words import percent, plain


@dataclass(frozen=True)
class Lines:
    """The places of the two lines."""

    first: DeltaGenerator
    second: DeltaGenerator

    @classmethod
    def drawn(cls) -> Lines:
        """Return the two places, empty but for a word on what is to come."""
        lines = cls(st.empty(), st.empty())
        lines.first.caption(say("sure", "drawing"), help=say("sure", "help"))
        lines.second.caption(say("sure", "fitting"))
        return lines

    def fill(self, found: Afterthoughts) -> None:
        """Say how often the first cause is first, and whether the findings fit."""
        self.first.caption(_first(found), help=say("sure", "help"))
        self.second.caption(fit_line(found.fit))

    def put_off(self, because: str) -> None:
        """Say why there is nothing yet."""
        self.first.caption(say("sure", because), help=say("sure", "help"))
        self.second.caption(say("sure", "next_time"))


def sure(found: Afterthoughts | None, draw_again: Callable[[Afterthoughts], None]) -> None:
    """Draw the two lines; where nothing was found yet, find it now and have the bars drawn with it.

    Parameters
    ----------
    draw_again : draws the bars, in their place, with what was found
    """
    lines = Lines.drawn()
    if found is None:
        if not afterthoughts.ready():
            lines.put_off("preparing")
            return
        found = afterthoughts.if_free(case_state.current().evidence)
        if found is None:
            lines.put_off("busy")
            return
        draw_again(found)
    lines.fill(found)


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
