"""Session state: a widget's old value that comes back late is no choice of the person."""

from __future__ import annotations

import time

import pytest
import streamlit as st

from views.shared import session


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Return a session's state as an ordinary dictionary."""
    held: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", held)
    return held


def test_an_old_value_that_comes_back_late_is_an_echo(state: dict[str, object]) -> None:
    session.seed("answer", None)
    session.seed("answer", "present")
    state["answer"] = None
    assert session.is_echo("answer")
    state["answer"] = "absent"
    assert not session.is_echo("answer")


def test_a_value_that_was_given_is_no_news(state: dict[str, object]) -> None:
    session.seed("answer", None)
    session.seed("answer", "present")
    state["answer"] = "present"
    assert session.is_echo("answer")


def test_after_a_second_the_old_value_is_a_choice(
    state: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    session.seed("answer", None)
    session.seed("answer", "present")
    later = time.monotonic() + session.ECHO_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    state["answer"] = None
    assert not session.is_echo("answer")


def test_until_the_browser_has_heard_every_old_value_is_an_echo(
    state: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    session.seed("answer", None)
    session.seed("answer", "present")
    session.seed("answer", "absent")
    later = time.monotonic() + session.ECHO_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    state["answer"] = None
    assert not session.is_echo("answer", heard=True)
    for old in (None, "present"):
        state["answer"] = old
        assert session.is_echo("answer", heard=False)
    state["answer"] = "unknown"
    assert not session.is_echo("answer", heard=False)


def test_a_browser_that_was_late_once_is_given_longer_until_it_has_caught_up(
    state: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    session.seed("answer", None)
    session.seed("answer", "present")
    state["answer"] = None
    assert session.is_echo("answer")
    session.seed("answer", "present")
    later = time.monotonic() + 2 * session.ECHO_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    state["answer"] = None
    assert session.is_echo("answer")
    session.seed("answer", "present")
    assert session.is_echo("answer")  # it has caught up
    state["answer"] = None
    assert not session.is_echo("answer")


def test_a_person_may_change_their_mind_at_once(state: dict[str, object]) -> None:
    session.seed("answer", None)
    state["answer"] = "present"
    assert not session.is_echo("answer")
    session.seed("answer", "present")
    state["answer"] = None
    assert not session.is_echo("answer")


def test_a_widget_that_was_never_seeded_has_no_echo(state: dict[str, object]) -> None:
    state["search"] = ("age", "75_plus")
    assert not session.is_echo("search")
