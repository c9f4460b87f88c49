"""The lessons through `AppTest`, and once in a browser on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model import Differential
from model.teaching.lessons import Lesson, figures, lessons
from network.build import load_network
from tests.needs import PATIENCE_S
from views.shared.words import percent

WAIT = PATIENCE_S
DDX = Differential.of(load_network())
LESSONS = list(lessons().values())

PAGE = """
from views.learn.page import page
page()
"""


def open_lesson(lesson: str = "") -> AppTest:
    """Return the page at the address of a lesson."""
    app = AppTest.from_string(PAGE, default_timeout=WAIT)
    if lesson:
        app.query_params["lesson"] = lesson
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def guess(app: AppTest, lesson: Lesson) -> AppTest:
    """Commit to some guess."""
    key = f"guess-{lesson.id}"
    if lesson.guess.kind == "choice":
        app.radio(key=key).set_value(lesson.guess.right)
    elif lesson.guess.kind == "question":
        app.radio(key=key).set_value(lesson.questions[0])
    app.button(key="commit").click()
    return run(app)


def texts(app: AppTest) -> str:
    parts: tuple[Any, ...] = (app.markdown, app.caption, app.info, app.success, app.warning)
    return "\n".join(str(element.value) for elements in parts for element in elements)


def test_the_list_names_every_lesson_and_opens_it() -> None:
    app = open_lesson()
    for lesson in LESSONS:
        assert lesson.title in texts(app)
    app.button(key=f"lesson-{LESSONS[2].id}").click()
    run(app)
    assert LESSONS[2].idea in texts(app)
    assert app.query_params["lesson"] in (LESSONS[2].id, [LESSONS[2].id])


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_nothing_is_told_before_the_guess(lesson: Lesson) -> None:
    app = open_lesson(lesson.id)
    assert "You said" not in texts(app)
    assert lesson.look not in texts(app)
    guess(app, lesson)
    assert "You said" in texts(app)
    assert lesson.look in texts(app)
    assert "{" not in texts(app), "a place for a number was left empty"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_answer_to_the_check_gets_its_reason(lesson: Lesson) -> None:
    app = guess(open_lesson(lesson.id), lesson)
    for number, option in enumerate(lesson.check.options):
        app.radio(key=f"check-{lesson.id}").set_value(number)
        run(app)
        assert option.because in texts(app)
        assert bool(app.success) == option.right


def test_a_guess_that_was_not_made_is_not_kept() -> None:
    lesson = lessons()["explaining_away"]
    app = open_lesson(lesson.id)
    app.button(key="commit").click()
    run(app)
    assert "You said" not in texts(app)


def test_a_lesson_done_is_marked_and_can_be_done_again() -> None:
    lesson = LESSONS[0]
    app = guess(open_lesson(lesson.id), lesson)
    right = next(i for i, option in enumerate(lesson.check.options) if option.right)
    app.radio(key=f"check-{lesson.id}").set_value(right)
    run(app)
    app.button(key="all-lessons").click()
    run(app)
    assert "check_circle: done]" in texts(app)
    app.button(key=f"lesson-{lesson.id}").click()
    run(app)
    app.button(key="again").click()
    run(app)
    assert "Your guess first" in texts(app)


def test_the_numbers_told_are_those_of_the_network() -> None:
    lesson = lessons()["explaining_away"]
    page = texts(guess(open_lesson(lesson.id), lesson))
    before = DDX.query(lesson.case).due_to(lesson.cause)
    after = DDX.query({**lesson.case, **lesson.finding}).due_to(lesson.cause)
    assert f"from {percent(before)} to {percent(after)}" in page


def test_findings_can_be_heard_in_another_order_and_end_alike() -> None:
    lesson = lessons()["several_findings"]
    app = guess(open_lesson(lesson.id), lesson)
    before = [line for line in texts(app).splitlines() if "decibans)" in line]
    last = next(iter(lesson.findings[-1]))
    app.button(key=f"earlier-{last}").click()
    run(app)
    after = [line for line in texts(app).splitlines() if "decibans)" in line]
    assert len(before) == len(after) == len(lesson.findings)
    assert before != after
    assert before[-1].split("**")[1] == after[-1].split("**")[1]


def test_an_address_that_names_no_lesson_shows_the_list() -> None:
    assert LESSONS[0].title in texts(open_lesson("<script>"))


def test_the_people_of_the_tree_are_those_of_the_words() -> None:
    """The tree says in whole people what the answer says in percent."""
    page = texts(guess(open_lesson("explaining_away"), lessons()["explaining_away"]))
    numbers = figures(DDX, lessons()["explaining_away"])
    counted = page.split("counted in people")[1]
    shown = [int(found) for found in re.findall(r"\(([0-9]+)\u202f%\)", counted)]
    assert shown == pytest.approx([100 * numbers["after"], 100 * numbers["otherwise"]], abs=2)
    branches = [int(found) for found in re.findall(r"- \*\*([0-9]+)\*\* have it from", counted)]
    assert sum(branches) == 1000 and len(branches) == 4


def test_people_are_counted_in_the_order_in_which_findings_are_heard() -> None:
    lesson = lessons()["several_findings"]
    app = guess(open_lesson(lesson.id), lesson)
    before = app.table[0].value
    app.button(key=f"earlier-{next(iter(lesson.findings[-1]))}").click()
    run(app)
    after = app.table[0].value
    assert list(before.iloc[-1])[1:] == list(after.iloc[-1])[1:], "the end is the same"
    assert list(before.iloc[3])[1:] != list(after.iloc[3])[1:]
