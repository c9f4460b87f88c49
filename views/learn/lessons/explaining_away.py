"""The lesson on explaining away: one cause confirmed or ruled out, and what becomes of the other."""

from __future__ import annotations

from collections.abc import Mapping

from model.teaching.lessons import Lesson, figures
from views.learn.lessons.situations import situations
from views.shared.engine import built_in
from views.shared.words import percent, plain


def asked(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the guess needs filled in."""
    return {}


def told(lesson: Lesson) -> Mapping[str, str]:
    """Return the words that the answer needs filled in."""
    return {name: percent(p) for name, p in figures(built_in(), lesson).items()}


def stage(lesson: Lesson) -> None:
    """Draw the causes before, with the rival confirmed, and with it ruled out."""
    ddx = built_in()
    ((rival, _),) = lesson.finding.items()
    label = plain(ddx.network.node(rival).label)
    situations(
        "explained",
        {
            "Nothing more": ddx.query(lesson.case),
            f"Ruled out: {label}": ddx.query({**lesson.case, rival: "absent"}),
            f"Confirmed: {label}": ddx.query({**lesson.case, rival: "present"}),
        },
        lesson.cause,
    )
