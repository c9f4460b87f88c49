"""What a learner did in the lessons: one immutable record. The address holds the open lesson."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from model.teaching.lessons import lessons
from views.shared import session

KEY, PARAMETER, FRAGMENT = "lessons", "lesson", "lessons"


@dataclass(frozen=True)
class LessonsRecord:
    """Guesses and check answers by lesson, and which lesson is open ("" for none)."""

    opened: str = ""
    guesses: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    checks: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def done(self, lesson: str) -> bool:
        """Return whether the check question was answered right."""
        chosen = self.checks.get(lesson)
        return chosen is not None and lessons()[lesson].check.options[chosen].right


def record() -> LessonsRecord:
    """Return the record of this session."""
    held: LessonsRecord = session.held(KEY, LessonsRecord())
    return held


def open_from_address() -> None:
    """Take over the address: a copied link, Back and Reload open the lesson that they name."""
    word = session.word_of_address(PARAMETER)
    session.hold(KEY, replace(record(), opened=word if word in lessons() else ""))


def open_lesson(lesson: str) -> None:
    """Callback: open a lesson, or the list for an empty id."""
    session.write_address(PARAMETER, lesson)
    _change(opened=lesson)


def commit(lesson: str, key: str, reading: Callable[[Any], Any] = lambda held: held) -> None:
    """Callback: keep the guess that a widget holds."""
    guess = reading(session.held(key))
    if guess is not None:
        _change(guesses=MappingProxyType({**record().guesses, lesson: guess}))


def answer_check(lesson: str, key: str) -> None:
    """Callback: keep the answer to the check question."""
    chosen = session.held(key)
    if chosen is not None:
        _change(checks=MappingProxyType({**record().checks, lesson: chosen}))


def start_again(lesson: str) -> None:
    """Callback: forget the guess and the answer of one lesson."""
    held = record()
    _change(
        guesses=MappingProxyType({name: guess for name, guess in held.guesses.items() if name != lesson}),
        checks=MappingProxyType({name: chosen for name, chosen in held.checks.items() if name != lesson}),
    )


def _change(**changes: Any) -> None:
    session.hold(KEY, replace(record(), **changes))
    session.redraw(FRAGMENT)
