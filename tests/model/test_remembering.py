"""Remembered answers: the same object again, never more than a few, never of another network."""

from __future__ import annotations

import weakref
from dataclasses import replace

from model import UNKNOWN, Differential, Evidence, Likelihood
from model.remembering import Remembering
from tests.networks import asia


def test_an_answer_is_worked_out_once() -> None:
    remembered = Remembering.of(asia())
    assert remembered.query() is remembered.query({})
    assert remembered.query({"smoke": "present"}) is remembered.query({"smoke": "yes"})


def test_two_cases_have_two_answers() -> None:
    remembered = Remembering.of(asia())
    nothing, smokes = Evidence.of(remembered.network), {"smoke": "present"}
    likely, unknown = {"smoke": Likelihood(2.0)}, {"smoke": UNKNOWN}
    paused = Evidence.of(remembered.network, smokes).paused_at("smoke")
    cases = [(case, flag) for case in (nothing, smokes, likely, unknown, paused) for flag in (True, False)]
    answers = [remembered.query(case, complaint) for case, complaint in cases]
    assert len({id(answer) for answer in answers}) == len(cases)
    plain = Differential.of(asia())
    for answer, (case, complaint) in zip(answers, cases, strict=True):
        assert answer.to_plain() == plain.query(case, complaint).to_plain()


def test_the_answer_asked_for_longest_ago_goes_first() -> None:
    network = asia()
    remembered = Remembering(network, Differential.of(network).engine, most=2)
    cases = {node: Evidence.of(remembered.network, {node: "present"}) for node in ("smoke", "lung", "bronc")}
    first, second = (remembered.query(cases[node]) for node in ("smoke", "lung"))
    assert remembered.query(cases["smoke"]) is first
    remembered.query(cases["bronc"])
    assert remembered.query(cases["smoke"]) is first
    assert remembered.query(cases["lung"]) is not second


def test_answers_go_with_their_network() -> None:
    remembered = Remembering.of(asia())
    kept = weakref.ref(remembered.query())
    assert kept() is not None
    del remembered
    assert kept() is None


def test_a_changed_copy_remembers_nothing_of_the_original() -> None:
    remembered = Remembering.of(asia())
    answer = remembered.query({"smoke": "present"})
    copy = replace(remembered, engine=Differential.of(remembered.network, "pgmpy").engine)
    assert copy.query({"smoke": "present"}) is not answer
    assert remembered.query({"smoke": "present"}) is answer


def test_what_if_something_were_changed_is_not_what_was_remembered_of_finding_it() -> None:
    remembering, plain = Remembering.load(), Differential.load()
    found = {"diuretic": "present"}
    remembering.query(found, complaint=False)
    changed = [ddx.what_if({}, found, do=True, complaint=False) for ddx in (remembering, plain)]
    assert changed[0].to_plain() == changed[1].to_plain()
