"""A class over the websocket: what a page calls kept is kept once, and late messages do no harm."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.app.classroom import classroom, form_on
from model.teaching.cases import cause_labels
from model.teaching.classes import ClassStore, Pulse
from model.teaching.library import library
from network.build import load_network
from tests.running_app import running_app
from tests.visitor import Visitor
from views.teach.learner import EVERY, LOOKS_A_SECOND, SELDOM, seconds_between_looks

BN = load_network()
CASE = next(case for case in library(BN).values() if case.later)


def pulse(learners: int, status: str = "running", paced: bool = True) -> Pulse:
    return Pulse(1, status, paced, learners)


def test_a_full_room_looks_no_more_often_than_the_server_can_bear() -> None:
    assert seconds_between_looks(pulse(30)) == EVERY
    for learners in (100, 200, 400):
        assert learners / seconds_between_looks(pulse(learners)) <= LOOKS_A_SECOND


def test_pages_that_only_a_reveal_can_change_look_seldom() -> None:
    assert seconds_between_looks(pulse(30, "waiting", paced=False)) == EVERY
    assert seconds_between_looks(pulse(30, paced=False)) == SELDOM
    assert seconds_between_looks(pulse(30, "closed")) == SELDOM


def test_a_choice_that_a_browser_sends_twice_counts_once(tmp_path: Path) -> None:
    """A browser that has not heard yet that the box is empty sends its last choice once more."""
    store = ClassStore.open(BN, str(tmp_path / "classes.db"))
    opened = store.open_class("Monday", [CASE])
    token = store.join(opened.code, "test").token
    instructor = store.instructor(opened.code, opened.secret, "test")
    instructor.start(instructor.moment())
    cause, label = next(iter(cause_labels(BN).items()))

    async def visit(address: str) -> list[str]:
        async with Visitor.of(address) as visitor:
            await visitor.open(f"seat={token}", page="teach")
            form = form_on(visitor.screen)
            await visitor.choose(f"{form}-name", label)
            await visitor.choose(f"{form}-name", label)
            assert visitor.screen.has(f"{form}-p-{cause}-point")
            visitor.screen.set(f"{form}-name", label)
            await visitor.press(f"{form}-commit")
            await visitor.until(lambda screen: "Your numbers are in" in screen.text())
            return visitor.screen.exceptions()

    with running_app(environment={"NOCTURNE_CLASS_STORE": str(tmp_path / "classes.db")}) as app:
        assert asyncio.run(visit(app.address)) == []
    ((_, belief),) = instructor.room().beliefs
    assert list(belief.estimates) == [cause]
    store.close()


@pytest.mark.slow
def test_the_benchmark_of_a_class_finds_nothing_lost_and_nothing_doubled() -> None:
    rows = {row.engine: row for row in classroom(BN, 3, 2)}
    assert rows["send, p95"].ms > 0.0 and rows["send, p95"].cases == 6
    assert rows["send, median"].note == "0 errors"
    assert rows["the answer on the last screen"].cases == 3
