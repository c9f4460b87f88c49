"""The Teach page through `AppTest`: who gets in, what is asked of whom, what a wrong word does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model.teaching.case_file import to_yaml
from model.teaching.classes import ClassStore, OpenedClass
from model.teaching.library import library
from network.build import load_network
from tests.needs import PATIENCE_S
from views.shared.class_store import class_store

WAIT = PATIENCE_S
BN = load_network()
CASES = [case for case in library(BN).values() if case.kind == "typical"][:2]
PAGE = """
from views.teach.page import page
page()
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClassStore]:
    """Return a store of its own, the one that the page opens too."""
    monkeypatch.setenv("NOCTURNE_CLASS_STORE", str(tmp_path / "classes.db"))
    class_store.clear()
    yield class_store()
    class_store().close()
    class_store.clear()


@pytest.fixture
def opened(store: ClassStore) -> OpenedClass:
    return store.open_class("Monday", CASES)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def visit(**address: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=WAIT)
    for name, value in address.items():
        app.query_params[name] = value
    return run(app)


def door(app: AppTest, way: str) -> AppTest:
    app.segmented_control(key="door").set_value(way)
    return run(app)


def texts(app: AppTest) -> str:
    parts: tuple[Any, ...] = (
        app.markdown,
        app.caption,
        app.info,
        app.success,
        app.warning,
        app.error,
        app.code,
    )
    return "\n".join(str(element.value) for elements in parts for element in elements)


def submit(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return run(app)


def seat_of(app: AppTest) -> str:
    word = app.query_params["seat"]
    return word if isinstance(word, str) else word[0]


def join(code: str, name: str = "") -> AppTest:
    app = visit(**{"class": code})
    app.text_input(key="join-name").set_value(name)
    return submit(app, "Join")


def test_a_code_in_the_address_fills_the_form_and_nothing_else(
    store: ClassStore, opened: OpenedClass
) -> None:
    app = visit(**{"class": opened.code})
    assert app.text_input(key="join-code").value == opened.code
    for case in CASES:
        assert case.title not in texts(app)


def test_joining_leads_to_a_seat_that_a_reload_finds_again(store: ClassStore, opened: OpenedClass) -> None:
    app = join(opened.code, "Ada")
    assert "You are in" in texts(app)
    again = visit(seat=seat_of(app))
    assert "number 1, Ada" in texts(again)


def test_a_wrong_code_is_told_and_counted(store: ClassStore, opened: OpenedClass) -> None:
    app = join("ZZZZZZ")
    assert "no open class has this code" in texts(app)
    assert "seat" not in app.query_params


def test_guessing_codes_is_stopped(store: ClassStore, opened: OpenedClass) -> None:
    said = ""
    for guess in range(60):
        app = join(f"QQ{guess:04d}")
        said = texts(app)
        if "no open class" not in said:
            break
    assert ("no open class" not in said and "Try again" in said) or "too many" in said.lower()


def test_a_seat_that_is_nobodys_opens_nothing(store: ClassStore) -> None:
    app = visit(seat="0" * 32)
    assert "opens no class" in texts(app)


def test_the_secret_is_shown_once_and_is_in_no_address(store: ClassStore) -> None:
    app = door(visit(), "Open a class")
    app.selectbox(key="add-case").set_value(CASES[0].id)
    run(app)
    app.button(key="open-class").click()
    run(app)
    shown = next(code.value for code in app.code if "secret" in code.value)
    secret = shown.split("secret")[1].strip()
    assert secret not in str(dict(app.query_params))
    app.button(key="secret-noted").click()
    run(app)
    assert secret not in texts(app)


def test_code_and_secret_lead_back_and_a_wrong_secret_does_not(
    store: ClassStore, opened: OpenedClass
) -> None:
    app = door(visit(), "Back to my class")
    app.text_input(key="back-code").set_value(opened.code)
    app.text_input(key="back-secret").set_value("WRONG-SECRET")
    submit(app, "Go to my class")
    assert "do not belong together" in texts(app)
    app.text_input(key="back-code").set_value(opened.code)
    app.text_input(key="back-secret").set_value(opened.secret)
    submit(app, "Go to my class")
    assert "Monday" in [heading.value for heading in app.header]


def test_the_wall_says_the_setting_that_the_author_named(store: ClassStore) -> None:
    cases = [CASES[0], next(case for case in library(BN).values() if case.finding("seen_in"))]
    for case, said in zip(cases, ("Setting: not stated.", "Setting: Spine clinic."), strict=True):
        opened = store.open_class("Monday", [case])
        instructor = store.instructor(opened.code, opened.secret, "test")
        instructor.start(instructor.moment())
        app = door(visit(), "Back to my class")
        app.text_input(key="back-code").set_value(opened.code)
        app.text_input(key="back-secret").set_value(opened.secret)
        assert said in texts(submit(app, "Go to my class"))


def test_a_class_is_put_together_in_the_order_that_was_chosen(store: ClassStore) -> None:
    app = door(visit(), "Open a class")
    assert app.button(key="open-class").disabled
    for case in CASES:
        app.selectbox(key="add-case").set_value(case.id)
        run(app)
    app.button(key=f"class-earlier-{CASES[1].id}").click()
    run(app)
    app.button(key="open-class").click()
    run(app)
    instructor = app.session_state["teaching"].instructor
    assert [row.case.id for row in instructor.cases()] == [CASES[1].id, CASES[0].id]


def draft_of(app: AppTest) -> list[str]:
    return [case.id for case in app.session_state["teaching"].draft]


def test_cases_can_be_put_one_cause_after_another_or_mixed(store: ClassStore) -> None:
    by_answer: dict[tuple[str, ...], list[str]] = {}
    for case in library(BN).values():
        by_answer.setdefault(case.answer, []).append(case.id)
    (one, other), (third, fourth) = [ids[:2] for ids in by_answer.values() if len(ids) > 1][:2]
    app = door(visit(), "Open a class")
    for case_id in (one, third, other, fourth):
        app.selectbox(key="add-case").set_value(case_id)
        run(app)
    app.button(key="class-blocked").click()
    assert draft_of(run(app)) == [one, other, third, fourth]
    orders = set()
    for _ in range(12):
        app.button(key="class-mixed").click()
        orders.add(tuple(draft_of(run(app))))
    assert len(orders) > 1 and all(set(order) == {one, other, third, fourth} for order in orders)


def test_a_contrast_pair_comes_as_two_cases_that_differ_in_one_finding(store: ClassStore) -> None:
    app = door(visit(), "Open a class")
    app.button(key="add-pair").click()
    run(app)
    first, second = app.session_state["teaching"].draft
    assert first.answer != second.answer and first.id != second.id
    assert sum(one != other for one, other in zip(first.findings, second.findings, strict=True)) == 1


def test_numbers_that_were_sent_are_in_the_store(store: ClassStore, opened: OpenedClass) -> None:
    app = join(opened.code)
    instructor = store.instructor(opened.code, opened.secret, "test")
    instructor.start(instructor.moment())
    app = visit(seat=seat_of(app))
    form = next(str(box.key) for box in app.selectbox if str(box.key).endswith("-name")).removesuffix("-name")
    app.selectbox(key=f"{form}-name").set_value(CASES[0].answer[0])
    run(app)
    app.slider(key=f"{form}-p-{CASES[0].answer[0]}-point").set_value(65)
    run(app)
    app.button(key=f"{form}-commit").click()
    run(app)
    assert "Your numbers are in" in texts(app)
    ((_, belief),) = instructor.room().beliefs
    assert belief.point(CASES[0].answer[0]) == 0.65


def test_a_learner_sees_the_answer_only_after_the_reveal(store: ClassStore, opened: OpenedClass) -> None:
    token = seat_of(join(opened.code))
    instructor = store.instructor(opened.code, opened.secret, "test")
    instructor.start(instructor.moment())
    before = texts(visit(seat=token))
    instructor.reveal(instructor.moment())
    after = texts(visit(seat=token))
    assert "The answer" not in before and CASES[0].teaching[0] not in before
    assert "The answer" in after


def test_a_written_case_is_checked_against_the_network(store: ClassStore) -> None:
    app = door(visit(), "Write a case")
    app.text_area(key="case-text").set_value(to_yaml([CASES[0]]))
    run(app)
    assert "The complaint alone" in str(app.table[0].value)
    app.button(key=f"share-{CASES[0].id}").click()
    run(app)
    link = next(code.value for code in app.code if "shared=" in code.value)
    assert store.shared_case(link.split("shared=")[1]).answer == CASES[0].answer
    assert CASES[0].answer[0] not in link


@pytest.mark.parametrize(
    "text", ["cases: [", "<script>alert(1)</script>", "cases:\n  - {id: x}", "a: &a [*a]", "[" * 2000]
)
def test_a_text_that_is_no_case_is_told_so(store: ClassStore, text: str) -> None:
    app = door(visit(), "Write a case")
    app.text_area(key="case-text").set_value(text)
    run(app)
    assert "cannot be read as a case" in texts(app)
