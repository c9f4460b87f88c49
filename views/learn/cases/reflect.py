"""The learner's own reasons, asked for before the feedback."""

from __future__ import annotations

from model.teaching.practice import PracticeSession
from views.learn.cases.record import finish
from views.shared.practice.reflection import reflection_form
from views.shared.practice.story import known, story


def reflect(practice: PracticeSession, number: int) -> None:
    """Draw the reflection about the cause that was put first."""
    story(practice.case.title, practice.case.setting, practice.case.vignette)
    known(practice.known)
    belief = practice.belief
    if belief is not None and belief.top is not None:
        reflection_form(f"reflect-{number}", belief.top, practice.known, finish)
