"""The lesson on presence: a test proves that something is there and hardly changes what explains the pain."""

from __future__ import annotations

from collections.abc import Mapping

from model.teaching.lessons import Lesson, figures
from views.learn.lessons.situations import situations
from views.shared.engine import built_in
from views.shared.words import listed, percent, plain


def asked(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the guess needs filled in."""
    return {}


def told(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the answer needs filled in."""
    return {name: percent(p) for name, p in figures(built_in(), lesson).items()}


def stage(lesson: Lesson) -> None:
    """Draw the causes before the test, after it, and with further signs."""
    ddx = built_in()
    ((test, _),) = lesson.finding.items()
    more = listed(plain(ddx.network.node(sign).label).lower() for sign in lesson.more)
    situations(
        "presence",
        {
            "Before the test": ddx.query(lesson.case),
            f"With: {plain(ddx.network.node(test).label)}": ddx.query({**lesson.case, **lesson.finding}),
            f"And with {more}": ddx.query({**lesson.case, **lesson.finding, **lesson.more}),
        },
        lesson.cause,
        presence=True,
    )
