"""The setting stands beside every number and is never asked for."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from model import UNKNOWN, Differential, Evidence, Likelihood
from model.cli import main
from model.questions import askable
from model.setting import setting_line, setting_of
from model.simulated import draw_case, simulated_cases
from model.teaching.generate import generate_case
from model.teaching.library import library
from model.teaching.sampling import downstream

VERBS = (
    ["query"], ["explanations"], ["fit"], ["next"], ["advice"],
    ["explain", "arterial_insufficiency"], ["what-if", "--set", "diuretic=absent"],
)  # fmt: skip


@pytest.fixture(scope="module")
def ddx() -> Differential:
    return Differential.load()


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_every_question_prints_and_carries_the_setting(verb: list[str]) -> None:
    entered = ["-e", "age=70", "-e", "diuretic=present"]
    stated = [*entered, "-e", "seen_in=written_case"]
    run = CliRunner().invoke
    assert "\nSetting: not stated. " in "\n" + run(main, [*verb, *entered]).output
    assert "\nSetting: A written case (book, exam, seminar).\n" in "\n" + run(main, [*verb, *stated]).output
    assert json.loads(run(main, [*verb, *entered, "--json"]).output)["setting"] is None
    assert json.loads(run(main, [*verb, *stated, "--json"]).output)["setting"] == "written_case"


def test_every_row_of_a_batch_and_every_cell_of_a_sweep_carries_its_setting(ddx: Differential) -> None:
    table = {"seen_in": ["written_case", "", "~written_case:3,community:1"], "age": [70, 50, 50]}
    rows = ddx.query_many(table).to_frame()
    assert list(rows["setting"]) == ["written_case", None, None]
    assert rows["due_to_statin_myalgia"][0] == pytest.approx(
        ddx.query({"seen_in": "written_case", "age": 70}).due_to("statin_myalgia"), abs=1e-9
    )
    ages = ddx.sweep({"seen_in": "written_case"}, {"age": None}).to_plain()
    assert ages["setting"] == ["written_case"] * len(ddx.network.node("age").states)
    states = ddx.network.node("seen_in").states
    assert ddx.sweep({}, {"seen_in": None}).to_plain()["setting"] == list(states)


def test_only_a_setting_that_counts_is_stated(ddx: Differential) -> None:
    for given in (UNKNOWN, Likelihood(community=1.0, sleep_clinic=3.0)):
        evidence = Evidence.of(ddx.network, {"seen_in": given})
        assert setting_of(evidence) is None
    paused = Evidence.of(ddx.network, {"seen_in": "sleep_clinic"}).paused_at("seen_in")
    assert setting_of(paused) is None and setting_line(paused).startswith("Setting: not stated.")


def test_nobody_is_asked_for_the_setting(ddx: Differential) -> None:
    assert "seen_in" not in {node.id for node in askable(ddx.network, Evidence.of(ddx.network, {}))}
    assert "seen_in" not in {question.item for question in ddx.next_questions({"age": 70}).questions}


def test_simulated_and_generated_patients_are_drawn_into_no_setting(ddx: Differential) -> None:
    assert "seen_in" not in draw_case(ddx.network, np.random.default_rng(0))
    assert "seen_in" not in downstream(ddx.network)
    assert all("seen_in" not in case for case in simulated_cases(ddx.network, 20))
    assert generate_case(ddx, 3).finding("seen_in") is None


def test_written_cases_keep_the_setting_that_their_author_names(ddx: Differential) -> None:
    told = [one.state for case in library(ddx.network).values() if (one := case.finding("seen_in"))]
    assert sorted(told) == ["sleep_clinic", "sleep_clinic", "spine_clinic", "spine_clinic"]


@pytest.mark.parametrize("state", ["seeks_advice", "written_case"])
def test_bayes_turned_round_gives_the_same_answer(ddx: Differential, state: str) -> None:
    evidence = {"age": "60_to_74", "relief_by_dangling_legs": "present", "urge_to_move": "absent"}
    plain, stated = ddx.query(evidence), ddx.query({**evidence, "seen_in": state})
    for node in ("due_to_arterial_insufficiency", "due_to_statin_myalgia", "other_cause"):
        with_it = ddx.query({**evidence, node: "present"}).posterior("seen_in")[state]
        joint = with_it * plain.posterior(node)["present"]
        turned = joint / plain.posterior("seen_in")[state]
        assert stated.posterior(node)["present"] == pytest.approx(turned, rel=1e-8)


def weighed(ddx: Differential, findings: dict[str, Any]) -> dict[str, float]:
    """Return how many times as probable each cause is in a written case as in anyone."""
    anyone, written = ddx.query(findings), ddx.query({**findings, "seen_in": "written_case"})
    return {cause.condition: written.due_to(cause.condition) / cause.due_to for cause in anyone.ranking}


def test_the_setting_raises_what_is_written_about_more_often_than_met(ddx: Differential) -> None:
    times = weighed(ddx, {"age": 50})
    assert times["deep_vein_thrombosis"] > times["arterial_insufficiency"] > 3.0
    assert times["nocturnal_leg_cramps"] < 0.5


@pytest.mark.parametrize("findings", [{"age": 50}, {"age": 78, "cold_foot": "present"}], ids=["age", "sign"])
def test_the_setting_weighs_causes_alike_whatever_was_found(
    ddx: Differential, findings: dict[str, Any]
) -> None:
    """Of causes that seldom come together: the weight of each against the others is that of the setting."""
    before, after = weighed(ddx, {}), weighed(ddx, findings)
    assert np.ptp([np.log(after[cause] / before[cause]) for cause in before]) < 0.2
