"""Practice and progress through `AppTest`: commit before anything is told, reasons before numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model import Differential
from model.teaching.cases import Case
from model.teaching.library import library
from model.teaching.progress import Progress
from network.build import load_network
from tests.needs import PATIENCE_S

WAIT = PATIENCE_S
BN = load_network()
CASES = library(BN)
CASE = next(case for case in CASES.values() if case.kind == "typical" and case.later)

PAGE = """
from views.learn.page import page
page()
"""


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def open_cases() -> AppTest:
    app = run(AppTest.from_string(PAGE, default_timeout=WAIT))
    app.segmented_control(key="learn-part").set_value("Cases")
    return run(app)


def begin(app: AppTest, case: Case = CASE) -> AppTest:
    app.selectbox(key="pick-case").set_value(case.id)
    return run(app)


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def form(app: AppTest) -> str:
    """Return the key of the form that is shown."""
    return next(str(button.key) for button in app.button if str(button.key).endswith("-commit")).removesuffix(
        "-commit"
    )


def commit(app: AppTest, cause: str, percent: int) -> AppTest:
    """Name a cause unless it is named, give it a probability and commit."""
    key = form(app)
    slider = f"{key}-p-{cause}-point"
    if not any(one.key == slider for one in app.slider):
        app.selectbox(key=f"{key}-name").set_value(cause)
        run(app)
    app.slider(key=slider).set_value(percent)
    run(app)
    return click(app, f"{key}-commit")


def finish(app: AppTest) -> AppTest:
    """Commit, stop at once and skip the reflection."""
    commit(app, CASE.answer[0], 70)
    click(app, "stop")
    return click(app, f"reflect-{held(app).number}-skip")


def texts(app: AppTest) -> str:
    parts: tuple[Any, ...] = (app.markdown, app.caption, app.info, app.success, app.warning, app.error)
    return "\n".join(str(element.value) for elements in parts for element in elements)


def held(app: AppTest) -> Any:
    return app.session_state["practice"]


def test_nothing_gives_the_answer_away_before_the_end() -> None:
    app = begin(open_cases())
    label = BN.node(f"due_to_{CASE.answer[0]}").label
    assert CASE.title in [heading.value for heading in app.header]
    for finding in CASE.hidden:
        assert not finding.says or finding.says not in texts(app)
    commit(app, "other_cause", 40)
    assert label not in texts(app)
    assert all(point not in texts(app) for point in CASE.teaching)


def test_the_next_finding_waits_for_a_commitment() -> None:
    app = begin(open_cases())
    assert not [button for button in app.button if button.key in ("next-finding", "stop")]
    assert app.button(key=f"{form(app)}-commit").disabled
    commit(app, CASE.answer[0], 30)
    click(app, "next-finding")
    assert held(app).session.must_commit
    assert len(held(app).session.known) == len(CASE.start) + 1


def test_what_was_committed_is_what_was_entered() -> None:
    app = commit(begin(open_cases()), CASE.answer[0], 35)
    click(app, "next-finding")
    commit(app, "other_cause", 5)
    first, second = held(app).session.beliefs
    assert first.point(CASE.answer[0]) == 0.35
    assert second.point(CASE.answer[0]) == 0.35, "numbers stand until they are moved"
    assert second.point("other_cause") == 0.05


def test_ranges_are_kept_as_ranges() -> None:
    app = begin(open_cases())
    key = form(app)
    app.selectbox(key=f"{key}-name").set_value("other_cause")
    run(app)
    app.toggle(key=f"{key}-ranges").set_value(True)
    run(app)
    app.slider(key=f"{key}-p-other_cause-range").set_value((10, 30))
    run(app)
    click(app, f"{key}-commit")
    estimate = held(app).session.belief.estimates["other_cause"]
    assert (estimate.low, estimate.high) == (0.1, 0.3)


def test_a_cause_can_be_taken_away_again() -> None:
    app = begin(open_cases())
    key = form(app)
    for cause in ("other_cause", CASE.answer[0]):
        app.selectbox(key=f"{key}-name").set_value(cause)
        run(app)
    click(app, f"{key}-remove-other_cause")
    click(app, f"{key}-commit")
    assert set(held(app).session.belief.estimates) == {CASE.answer[0]}


def test_asking_costs_and_answers_what_the_case_says() -> None:
    app = commit(begin(open_cases()), CASE.answer[0], 30)
    asked = next(finding for finding in CASE.findings if finding.when == "asked")
    key = next(str(box.key) for box in app.selectbox if str(box.key).startswith("ask-"))
    app.selectbox(key=key).set_value(asked.item)
    run(app)
    last = held(app).session.known[-1]
    assert (last.item, last.state, last.asked) == (asked.item, asked.state, True)
    assert last.cost > 0


def test_feedback_names_the_answer_and_its_reasons() -> None:
    app = begin(open_cases())
    commit(app, CASE.answer[0], 80)
    click(app, "stop")
    number = held(app).number
    app.button_group(key=f"reflect-{number}-for").set_value([CASE.start[-1].item])
    run(app)
    click(app, f"reflect-{number}-done")
    page = texts(app)
    assert BN.node(f"due_to_{CASE.answer[0]}").label in page
    assert "Speaks for it" in page
    assert all(point in page for point in CASE.teaching[:1])
    assert held(app).feedback.reflection.cause == CASE.answer[0]
    assert len(held(app).progress.records) == 1


def test_the_network_beside_the_learner_is_the_network() -> None:
    app = finish(begin(open_cases()))
    found = held(app).feedback
    alone = Differential.of(BN).query({one.item: one.state for one in CASE.start})
    for cause, p in found.track.last.due_to.items():
        assert p == pytest.approx(alone.due_to(cause), abs=1e-9)


def test_any_kind_of_case_can_be_begun_and_left() -> None:
    app = open_cases()
    for kind in ("two_causes", "outside", "mixed"):
        app.segmented_control(key="order").set_value(kind)
        run(app)
        click(app, "begin")
        assert kind in ("mixed", held(app).session.case.kind)
        click(app, "all-cases")
        assert held(app).session is None


def test_progress_shows_what_was_done_and_reads_its_own_file() -> None:
    app = finish(begin(open_cases()))
    progress = held(app).progress
    app.segmented_control(key="learn-part").set_value("Progress")
    run(app)
    assert progress.standing().text in texts(app).replace("\\", "")
    assert Progress.from_json(BN, progress.to_json()) == progress
    assert json.loads(progress.to_json())["records"][0]["case"] == CASE.id


def test_progress_without_a_case_says_what_to_do() -> None:
    app = run(AppTest.from_string(PAGE, default_timeout=WAIT))
    app.segmented_control(key="learn-part").set_value("Progress")
    assert "Finish a case" in texts(run(app))


def open_drawn(way: str) -> AppTest:
    app = open_cases()
    app.segmented_control(key="source").set_value("Drawn by chance")
    run(app)
    app.segmented_control(key="drawn-way").set_value(way)
    return run(app)


def test_the_number_of_a_drawn_case_gives_it_again() -> None:
    drawn = []
    for _ in range(2):
        app = open_drawn("as_it_comes")
        app.number_input(key="drawn-number").set_value(7)
        click(app, "begin-drawn")
        drawn.append(held(app).session.case)
    assert drawn[0] == drawn[1]
    assert drawn[0].seed == 7


def test_two_causes_to_tell_apart_gives_one_of_them() -> None:
    app = open_drawn("two")
    for place, cause in enumerate(("restless_legs_syndrome", "nocturnal_leg_cramps")):
        app.selectbox(key=f"drawn-cause-{place}").set_value(cause)
    click(app, "begin-drawn")
    assert {"restless_legs_syndrome", "nocturnal_leg_cramps"} & set(held(app).session.case.answer)


def test_a_contrast_pair_is_worked_on_one_after_the_other() -> None:
    app = open_drawn("pair")
    app.number_input(key="drawn-number").set_value(3)
    click(app, "begin-drawn")
    first, twin = held(app).session.case, held(app).twin
    commit(app, "other_cause", 20)
    click(app, "stop")
    click(app, f"reflect-{held(app).number}-skip")
    click(app, "twin")
    assert held(app).session.case == twin
    differ = [one for one, other in zip(first.findings, twin.findings, strict=True) if one != other]
    assert len(differ) == 1
