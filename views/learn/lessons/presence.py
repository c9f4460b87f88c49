"""The lesson on presence: a test proves that something is there and hardly changes what explains the pain."""

from __future__ import annotations

from model.teaching.lessons import Lesson
from views.learn.lessons.guess import no_words, shares
from views.learn.lessons.situations import situations
from views.shared.engine import built_in
from views.shared.words import listed, plain

asked = no_words
told = shares


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
