"""Session state and the address: the only file that touches either.

A page's record lives under one ordinary key, as one immutable object (`held`, `hold`). A widget is never the
record: it is seeded from the record before it is drawn (`seed`), and its callback writes the record.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

SEEDED, VISITED, NAME = "seeded", "visited", "name-of-session"
ECHO_SECONDS, SLOW_SECONDS = 2.0, 10.0
"""How long an old value is taken for late rather than chosen; longer where it was late before."""


@dataclass(frozen=True)
class Seeded:
    """The value that a widget was given last; those that it replaced, when, how long they may come back."""

    value: Any
    replaced: frozenset[Any]
    when: float
    window: float = ECHO_SECONDS


NEVER = Seeded(None, frozenset(), -math.inf)


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


def name() -> str:
    """Return what tells this session from all others; it says nothing about the person."""
    own: str = st.session_state.setdefault(NAME, uuid4().hex)
    return own


def seed(key: str, value: Any) -> None:
    """Give a widget the value that the record holds, before it is drawn."""
    given: dict[str, Seeded] = st.session_state.setdefault(SEEDED, {})
    shown = st.session_state.get(key, value)
    if key not in st.session_state or shown != value:
        st.session_state[key] = value
    if shown != value:
        earlier = given.get(key, NEVER)
        given[key] = Seeded(value, earlier.replaced | {shown}, time.monotonic(), earlier.window)
    elif key not in given or given[key].value != value:
        given[key] = Seeded(
            value, frozenset(), -math.inf
        )  # new, or chosen by the person: the browser knows it


def is_echo(key: str, heard: bool = True) -> bool:
    """Return whether a widget's new value is no choice of the person, but one it was given or had before.

    A browser that has not heard of a new value yet sends the old one along with its next message, then the
    new one; both look as if they had been chosen.

    Parameters
    ----------
    heard : whether the browser is known to have heard of the last change
    """
    every: dict[str, Seeded] = st.session_state.get(SEEDED, {})
    if key not in every:
        return False
    given = every[key]
    if held(key) == given.value:
        every[key] = Seeded(given.value, frozenset(), -math.inf)  # the browser has heard of it
        return True
    may_be_late = not heard or time.monotonic() - given.when < given.window
    if may_be_late and held(key) in given.replaced:
        every[key] = replace(given, window=SLOW_SECONDS)
        return True
    return False


def choose(values: Mapping[str, Any]) -> None:
    """Callback: give widgets these values."""
    for key, value in values.items():
        st.session_state[key] = value


def redraw(*fragments: str) -> None:
    """Callback: draw these fragments of the page, nothing else."""
    st.rerun(fragments)


def turn_to(url_path: str = "") -> None:
    """Leave this page for another one of the app; the first page has no path of its own."""
    # Streamlit finds a page by its path; what else is said of it here counts for nothing.
    st.switch_page(st.Page(turn_to, title="Page", url_path=url_path, default=not url_path))


def word_of_address(parameter: str) -> str:
    """Return a parameter of the address, empty where it is missing."""
    return st.query_params.get(parameter, "")


def write_address(parameter: str, word: str) -> None:
    """Put a word into the address; an empty word leaves the address clean."""
    if word:
        st.query_params[parameter] = word
    elif parameter in st.query_params:
        del st.query_params[parameter]


def page_was_switched() -> bool:
    """Return whether the reader has come from another page; asked once in a run of the whole app.

    Only Streamlit's own record of the run knows it before the list of pages is drawn.
    """
    context = get_script_run_ctx()
    visited = context.page_script_hash if context else ""
    before = held(VISITED, visited)
    hold(VISITED, visited)
    return bool(visited != before)


def address_of_page() -> str:
    """Return the address of this page without its parameters."""
    return (st.context.url or "").split("?")[0]


def client_address() -> str:
    """Return the network address of the reader's machine, empty on this machine itself."""
    found = st.context.ip_address
    return found if isinstance(found, str) else ""


def is_dark() -> bool:
    """Return whether the reader sees light text on a dark background."""
    return bool(st.context.theme.type == "dark")
