"""What a class shares: readings that are a moment old, and results that are worked out once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from model.differential import Differential
from model.remembering import Remembering
from model.teaching.belief import Belief
from model.teaching.classes.lately import KEPT_SECONDS, MOST_KEPT, Lately
from model.teaching.debrief import debrief
from model.teaching.errors import ClassError
from model.teaching.library import library
from model.teaching.practice import PracticeSession
from network.errors import ImpossibleEvidence
from tests.model.believed import ddx
from tests.model.teaching.stores import Room

DRAWS = 40


def finished(p: float) -> PracticeSession:
    """Return a session of one case, with one number after each finding."""
    session = PracticeSession.start(ddx().network, library(ddx().network)["foot_over_the_edge"])
    belief = Belief.of(ddx().network, {"arterial_insufficiency": p})
    while session.left:
        session = session.commit(belief).next_finding()
    return session.commit(belief).stop()


def test_all_who_look_at_once_share_one_reading_until_it_is_too_old() -> None:
    now, read = [0.0], []
    lately = Lately(clock=lambda: now[0])
    looks = [lately.of("class", lambda: read.append(now[0]) or len(read)) for _ in range(100)]
    assert looks == [1] * 100 and read == [0.0]
    now[0] = 0.99 * KEPT_SECONDS
    assert lately.of("class", lambda: 2) == 1
    now[0] = KEPT_SECONDS
    assert lately.of("class", lambda: 2) == 2


def test_readings_of_many_classes_do_not_pile_up_and_do_not_mix() -> None:
    lately = Lately(clock=lambda: 0.0)
    for number in range(2 * MOST_KEPT):
        assert lately.of(number, lambda number=number: number) == number
    assert len(lately._kept) == MOST_KEPT


def test_the_pulse_tells_when_the_class_moves_on_and_when_it_is_gone(
    paced: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(paced.store.database), "lately", Lately(seconds=0.0))
    learner, instructor = paced.learner(), paced.instructor()
    before = learner.pulse()
    assert (before.status, before.paced, before.learners) == ("waiting", True, 1)
    instructor.start(instructor.moment())
    after = learner.pulse()
    assert after.version > before.version and after.status == "running"
    assert after.version == learner.view().version, "a page that has just been drawn is not behind"
    instructor.delete()
    with pytest.raises(ClassError):
        learner.pulse()


def test_a_hundred_looks_read_the_store_once(paced: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(paced.store.database), "lately", Lately(clock=lambda: 0.0))
    learner, read = paced.learner(), []
    monkeypatch.setattr(type(learner), "_pulse", lambda self: read.append(self.id))
    for _ in range(100):
        learner.pulse()
    assert len(read) == 1


def test_feedback_that_remembers_says_the_same() -> None:
    remembering = Remembering.what(ddx())
    for p in (0.2, 0.9, 0.2):
        plain, remembered = (debrief(one, finished(p), DRAWS) for one in (ddx(), remembering))
        assert remembered.remarks == plain.remarks
        assert [step.item for step in remembered.path.steps] == [step.item for step in plain.path.steps]
        for one, other in zip(remembered.track.steps, plain.track.steps, strict=True):
            assert one.due_to == pytest.approx(other.due_to, rel=1e-9)


def test_the_second_learner_of_a_class_asks_the_engine_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    remembering = Remembering.what(ddx())
    debrief(remembering, finished(0.2), DRAWS)
    for name in ("query", "credible", "next_questions"):
        monkeypatch.setattr(Differential, name, lambda *_, **__: pytest.fail("asked again"))
    assert debrief(remembering, finished(0.2), DRAWS).remarks


def test_what_everybody_asks_at_the_same_moment_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, begin, ask = [], threading.Barrier(8), Differential.query

    def slow(self: Differential, *given: Any) -> Any:
        asked.append(given)
        return ask(self, *given)

    monkeypatch.setattr(Differential, "query", slow)
    remembering = Remembering.what(ddx())

    def one() -> float:
        begin.wait()
        return remembering.query({"age": 70}).due_to("nocturnal_leg_cramps")

    with ThreadPoolExecutor(8) as pool:
        answers = {answer.result() for answer in [pool.submit(one) for _ in range(8)]}
    assert len(answers) == 1 and len(asked) == 1


def test_what_was_refused_is_refused_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Differential, *_: Any) -> Any:
        raise ImpossibleEvidence({"age": "age: 60 to 74"})

    monkeypatch.setattr(Differential, "query", refuse)
    remembering = Remembering.what(ddx())
    for _ in range(2):
        with pytest.raises(ImpossibleEvidence):
            remembering.query({"age": 70})
