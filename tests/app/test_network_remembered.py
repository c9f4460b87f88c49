"""Remembered answers: the same object again, never more than a few, never of another network."""

from __future__ import annotations

import weakref

from model import Differential, Evidence
from tests.networks import asia
from views.shared.remembered import Remembered


def test_an_answer_is_worked_out_once() -> None:
    remembered = Remembered(Differential.of(asia()))
    nothing = Evidence.of(remembered.ddx.network)
    assert remembered.answer("", nothing) is remembered.answer("", nothing)


def test_the_answer_asked_for_longest_ago_goes_first() -> None:
    remembered = Remembered(Differential.of(asia()), most=2)
    network = remembered.ddx.network
    cases = {node: Evidence.of(network, {node: "present"}) for node in ("smoke", "lung", "bronc")}
    first, second = (remembered.answer(node, cases[node]) for node in ("smoke", "lung"))
    assert remembered.answer("smoke", cases["smoke"]) is first
    remembered.answer("bronc", cases["bronc"])
    assert remembered.answer("smoke", cases["smoke"]) is first
    assert remembered.answer("lung", cases["lung"]) is not second


def test_answers_go_with_their_network() -> None:
    remembered = Remembered(Differential.of(asia()))
    kept = weakref.ref(remembered.answer("", Evidence.of(remembered.ddx.network)))
    assert kept() is not None
    del remembered
    assert kept() is None
