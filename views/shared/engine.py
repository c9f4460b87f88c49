"""The network and its answers, compiled once and shared by all sessions; nothing here is ever changed."""

from __future__ import annotations

import streamlit as st

from model import Answer, Differential, Evidence
from model.citations import Citation, citations
from views.shared import address

REMEMBERED_ANSWERS = 256


@st.cache_resource(show_spinner="Setting up the network …")
def differential() -> Differential:
    """Return the differential that every session asks, with its compiled kernels where there are any."""
    ddx = Differential.load()
    ddx.load_compiled()
    return ddx


def answer(evidence: Evidence) -> Answer:
    """Return the answer to a case.

    Raises
    ------
    ImpossibleEvidence
    """
    return _remembered(address.encode(evidence), evidence)


@st.cache_resource(show_spinner=False, max_entries=REMEMBERED_ANSWERS)
def _remembered(word: str, _evidence: Evidence) -> Answer:
    """Return an answer by the word that spells its case, network included; answers are immutable."""
    return differential().query(_evidence)


def numbers_behind(node: str) -> tuple[Citation, ...]:
    """Return the figures of one node with their sources."""
    return citations(differential().network, node)
