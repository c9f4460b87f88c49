"""What a learner is told of a case: the patient's words, and everything learnt so far."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from model.teaching.practice import Known
from views.shared.asking import catalogue
from views.shared.engine import built_in
from views.shared.words import finding_words, plain


def story(title: str, setting: str, vignette: str) -> None:
    """Draw what the patient says."""
    st.header(plain(title), anchor=False)
    st.caption(plain(setting))
    st.markdown("\n".join(f"> {plain(line)}" for line in vignette.splitlines() if line.strip()))


def known(learnt: Sequence[Known]) -> None:
    """Draw everything learnt so far, in order, in the patient's words where there are any."""
    st.markdown("**What you know**")
    st.markdown("\n".join(f"- {_line(one)}" for one in learnt) or "Only what the patient said.")


def known_words(item_id: str, state: str) -> str:
    """Return a finding of a case in words."""
    item = catalogue(built_in()).items[item_id]
    if state == "unknown":
        return f"{plain(item.label)}: nobody can say"
    return plain(finding_words(item, state))


def _line(one: Known) -> str:
    says = f" — “{plain(one.says)}”" if one.says else ""
    asked = " *(asked)*" if one.asked else ""
    return f"{known_words(one.item, one.state)}{says}{asked}"
