"""Answers of the model about the case at hand, remembered by case; immutable, shared by all sessions."""

from __future__ import annotations

import streamlit as st

from model import Answer, Differential, Evidence
from model.advice import Advice
from model.errors import DiagnosisError
from model.explanation import Explanation
from model.explanations import Explanations
from model.fit import Fit
from model.questions import NextQuestions
from views.shared import address, case_state
from views.shared.engine import answer, differential
from views.shared.turns import worked_out

REMEMBERED = 64
Case = tuple[str, str]
"""What tells two cases apart: the network, and the word that spells the findings."""


def case_of(evidence: Evidence) -> Case:
    """Return what a case is remembered by."""
    return evidence.network.hash, address.encode(evidence)


def now() -> Answer | None:
    """Return the answer to the case at hand, None where there is none: `result` says why."""
    try:
        found = answer(case_state.current().evidence)
    except DiagnosisError:
        return None
    return found if found.ranking else None


def why(cause: str, against: str | None) -> Explanation:
    """Return why a cause stands where it stands, or why it is likelier than another."""
    return differential().explain(case_state.current().evidence, cause, against)


def next_questions(kind: str | None, about: str | None) -> NextQuestions:
    """Return what to ask next."""
    return differential().next_questions(case_state.current().evidence, kind, about)


def advice() -> Advice:
    """Return what helps and what harms."""
    evidence = case_state.current().evidence
    return _advice(case_of(evidence), differential(), evidence)


def together(k: int) -> Explanations:
    """Return the most probable joint explanations."""
    evidence = case_state.current().evidence
    return _together(case_of(evidence), differential(), evidence, k)


def fit() -> Fit:
    """Return whether the findings fit together."""
    evidence = case_state.current().evidence
    return _fit(case_of(evidence), differential(), evidence)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=REMEMBERED)
def _advice(case: Case, _ddx: Differential, _evidence: Evidence) -> Advice:
    return _ddx.advice(_evidence)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=REMEMBERED)
def _together(case: Case, _ddx: Differential, _evidence: Evidence, k: int) -> Explanations:
    return _ddx.explanations(_evidence, k)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=REMEMBERED)
def _fit(case: Case, _ddx: Differential, _evidence: Evidence) -> Fit:
    return _ddx.fit(_evidence)
