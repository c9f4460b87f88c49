"""Session state and the address: the only file that touches either.

A page's record lives under one ordinary key, as one immutable object (`held`, `hold`). A widget is never the
record: it is seeded from the record before it is drawn (`seed`), and its callback writes the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st


def held(key: str, default: Any = None) -> Any:
    """Return what this session holds under a key, or the default."""
    return st.session_state.get(key, default)


def hold(key: str, value: Any) -> None:
    """Keep a value under a key for as long as this session lives."""
    st.session_state[key] = value


def forget(*keys: str) -> None:
    """Drop what is held under these keys; unknown keys are fine."""
    for key in keys:
        st.session_state.pop(key, None)


def seed(key: str, value: Any) -> None:
    """Give a widget the value that the record holds, before it is drawn."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def choose(values: Mapping[str, Any]) -> None:
    """Callback: give widgets these values."""
    for key, value in values.items():
        st.session_state[key] = value


def redraw(*fragments: str) -> None:
    """Callback: draw these fragments of the page, nothing else."""
    st.rerun(fragments)


def word_of_address(parameter: str) -> str:
    """Return a parameter of the address, empty where it is missing."""
    return st.query_params.get(parameter, "")


def write_address(parameter: str, word: str) -> None:
    """Put a word into the address; an empty word leaves the address clean."""
    if word:
        st.query_params[parameter] = word
    elif parameter in st.query_params:
        del st.query_params[parameter]


def address_of_page() -> str:
    """Return the address of this page without its parameters."""
    return (st.context.url or "").split("?")[0]
