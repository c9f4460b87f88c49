"""A practice session: commit first, then the next finding; what was done can be saved and taken up again."""

from __future__ import annotations

import json

import pytest

from model.teaching.belief import Belief
from model.teaching.cases import Case
from model.teaching.errors import BeliefError, PracticeError
from model.teaching.library import library
from model.teaching.practice import PracticeSession
from network.errors import UnknownNode
from tests.model.believed import ddx

CRAMPS, WORN = "nocturnal_leg_cramps", "osteoarthritis"


def case(name: str = "foot_over_the_edge") -> Case:
    return library(ddx().network)[name]


def belief(p: float = 0.4) -> Belief:
    return Belief.of(ddx().network, {CRAMPS: p})


def started() -> PracticeSession:
    return PracticeSession.start(ddx().network, case())


def test_a_session_begins_with_what_is_told():
    session = started()
    assert [one.item for one in session.known] == [one.item for one in case().start]
    assert session.must_commit and session.left == len(case().later) and session.cost == 0


@pytest.mark.parametrize("step", ["next_finding", "stop"])
def test_nothing_goes_on_before_a_commitment(step: str):
    with pytest.raises(PracticeError, match="commit"):
        getattr(started(), step)()
    with pytest.raises(PracticeError, match="commit"):
        started().ask("cold_foot")


def test_findings_come_in_their_order_and_sessions_are_never_changed():
    session = first = started()
    for finding in case().later:
        session = session.commit(belief()).next_finding()
        assert session.known[-1].item == finding.item and session.must_commit
    assert session.left == 0 and len(first.known) == len(case().start)
    with pytest.raises(PracticeError, match="Ask, or stop"):
        session.commit(belief()).next_finding()


def test_asking_costs_and_what_was_asked_is_not_revealed_again():
    session = started().commit(belief()).ask("absent_foot_pulses")
    assert (session.known[-1].state, session.known[-1].asked) == ("present", True)
    assert session.cost == ddx().network.decisions.cost("examination") > 1
    for _ in range(session.left):
        session = session.commit(belief()).next_finding()
    assert [one.item for one in session.known].count("absent_foot_pulses") == 1
    with pytest.raises(PracticeError, match="learnt already"):
        session.commit(belief()).ask("absent_foot_pulses")


def test_what_the_case_does_not_say_is_unknown_and_a_safety_item_absent():
    session = started().commit(belief()).ask("varicose_veins")
    assert session.known[-1].state == "unknown" and "varicose_veins" not in session.evidence.active
    session = session.commit(belief()).ask("bladder_or_saddle_symptoms")
    assert session.known[-1].state == "absent"
    assert session.cost == ddx().network.decisions.cost("examination") + 1


def test_what_cannot_be_observed_cannot_be_asked():
    session = started().commit(belief())
    with pytest.raises(PracticeError, match="nothing that can be asked"):
        session.ask("due_to_arterial_insufficiency")
    with pytest.raises(UnknownNode, match="cold_foot"):
        session.ask("cold_feet")


def test_a_finished_session_takes_nothing_more():
    session = started().commit(belief()).stop()
    assert session.stopped and not session.must_commit
    for step in (session.stop, session.next_finding, lambda: session.commit(belief())):
        with pytest.raises(PracticeError, match="finished"):
            step()


def test_a_saved_session_comes_back():
    session = started().commit(belief()).next_finding().commit(belief(0.2)).ask("absent_foot_pulses")
    again = PracticeSession.from_plain(ddx().network, json.loads(json.dumps(session.to_plain())))
    assert again == session and again.commit(belief()).stop().stopped


@pytest.mark.parametrize("plain", [{}, {"case": 3, "stages": [], "stopped": False}, [], {"stages": None}])
def test_a_file_that_is_no_session_is_refused(plain: object):
    with pytest.raises(PracticeError, match="no saved practice session"):
        PracticeSession.from_plain(ddx().network, plain)


def test_probabilities_need_not_add_to_one_and_ranges_are_allowed():
    one = Belief.of(ddx().network, {CRAMPS: 0.8, WORN: (0.3, 0.9), "other_cause": 0.5})
    assert one.point(WORN) == pytest.approx(0.6) and one.point("disc_herniation") == 0.0
    assert one.ranking == (CRAMPS, WORN, "other_cause")
    assert Belief.from_plain(ddx().network, json.loads(json.dumps(one.to_plain()))) == one


def test_an_order_against_the_numbers_is_kept_and_noticed():
    one = Belief.of(ddx().network, {CRAMPS: 0.2, WORN: 0.6}, [CRAMPS, WORN])
    assert one.top == CRAMPS and one.disagreements == ((CRAMPS, WORN),)


@pytest.mark.parametrize(
    ("estimates", "ranking", "says"),
    [
        ({}, None, "at least one"),
        ({"cramps": 0.3}, None, "no cause is called 'cramps'"),
        ({CRAMPS: 1.2}, None, "from 0 to 1"),
        ({CRAMPS: -0.1}, None, "from 0 to 1"),
        ({CRAMPS: (0.6, 0.4)}, None, "lower stands first"),
        ({CRAMPS: float("nan")}, None, "from 0 to 1"),
        ({CRAMPS: "many"}, None, "no probability"),
        ({CRAMPS: True}, None, "no probability"),
        ({CRAMPS: (0.1, 0.2, 0.3)}, None, "no probability"),
        ({CRAMPS: 0.3}, [CRAMPS, CRAMPS], "once"),
        ({CRAMPS: 0.3}, ["cramps"], "no cause"),
    ],
)
def test_numbers_that_are_none_are_refused_with_what_would_be_right(estimates, ranking, says: str):
    with pytest.raises(BeliefError, match=says):
        Belief.of(ddx().network, estimates, ranking)
