"""The answer to the case as this page needs it: none, with the reason, where there can be none."""

from __future__ import annotations

import streamlit as st

from model import Answer
from model.errors import ImpossibleEvidence, TooWide
from views.shared import asking, case_state
from views.shared.clash import clash_words
from views.shared.engine import answer, differential
from views.shared.words import listed, plain


def quietly() -> Answer | None:
    """Return the answer to the case at hand, None where there is none; `posteriors` says why."""
    try:
        return answer(case_state.current().evidence)
    except (ImpossibleEvidence, TooWide):
        return None


def posteriors() -> Answer | None:
    """Return the answer to the case at hand; where there is none, say why."""
    evidence = case_state.current().evidence
    try:
        return answer(evidence)
    except ImpossibleEvidence as error:
        said = listed(clash_words(error, evidence, asking.catalogue(differential()))) or plain(str(error))
        st.error(
            f"These cannot hold together: {said}. There is no answer while both count.",
            icon=":material/block:",
        )
    except TooWide as error:
        st.error(f"This case has no exact answer here. {plain(str(error))}", icon=":material/memory:")
    return None


def starting_point() -> Answer | None:
    """Return the answer with nothing entered."""
    try:
        return answer(case_state.nothing())
    except (ImpossibleEvidence, TooWide):
        return None
