"""Measured interviews: laws of the orders and of the people asked, on small networks and a few people."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import UNKNOWN, Differential
from model.cli.interview_text import show
from model.cli.output import rendered
from model.engine.exact import ExactEngine
from model.questions import next_questions
from model.validation.contenders import marginals, posteriors
from model.validation.interview import ORDERS, interview
from model.validation.orders import (
    FIXED,
    NAIVE,
    PROGRAM,
    RANDOM,
    Course,
    LastCase,
    NaiveBayes,
    along,
    by_program,
    items_to_ask,
)  # fmt: skip
from model.validation.people import Person, labelled_people, misheard, simulated_people
from network.build import EMBEDDED
from network.errors import DiagnosisError
from network.knowledge import read_knowledge
from network.patients import LabelledPatient, read_patients
from tests.networks import any_of, consultation, make, noisy, sprinkler, tabled

EVERYTHING = 1000


@pytest.fixture(scope="module")
def small() -> Differential:
    """Three causes and seven things to ask."""
    return Differential.of(consultation())


@pytest.fixture(scope="module")
def legs() -> Differential:
    """The embedded network."""
    return Differential.load()


@pytest.fixture(scope="module")
def patients() -> tuple[LabelledPatient, ...]:
    """A few labelled patients of the embedded network."""
    return read_patients(Path(EMBEDDED), read_knowledge(Path(EMBEDDED)))[:3]


def patient(**fields: Any) -> LabelledPatient:
    """Return a labelled patient of whom only what counts here is filled in."""
    blank = {"id": "p", "tests": {}, "accept": [], "urgency": [], "night": "stated"}
    return LabelledPatient.model_construct(**{**blank, **fields})


def naive(ddx: Differential) -> NaiveBayes:
    """Return the naive Bayes of a network's marginals."""
    prior = posteriors(ddx, [{}], {})[0][0]
    items = items_to_ask(ddx.network, {}, None)
    given, _ = marginals(ddx, items, {}, prior)
    causes = tuple(of or node for node, of in ddx.network.causes.items())
    return NaiveBayes.of(causes, prior / prior.sum(), items, given)


def courses(ddx: Differential, person: Person, steps: int = EVERYTHING) -> dict[str, Course]:
    """Return the course of one interview in each order."""
    items = list(items_to_ask(ddx.network, {}, None))
    return {
        PROGRAM: by_program(ddx, person, None, steps),
        RANDOM: along(person, np.random.default_rng(3).permutation(items).tolist(), steps),
        FIXED: along(person, [one.item for one in next_questions(ddx).by_gain], steps),
        NAIVE: naive(ddx).course(person, steps),
    }


@pytest.mark.parametrize("order", ORDERS)
def test_asking_everything_ends_at_the_answer_of_the_whole_story(small: Differential, order: str) -> None:
    for person in simulated_people(small.network, 5, None, seed=1):
        course = courses(small, person)[order]
        assert course.known[-1] == person.told == person.story
        assert sorted(course.answered) == sorted(person.says)


@pytest.mark.parametrize("order", ORDERS)
def test_each_answer_adds_one_thing_that_is_known(small: Differential, order: str) -> None:
    for person in simulated_people(small.network, 5, None, seed=2):
        course = courses(small, person)[order]
        assert course.known[0] == person.start
        for k, item in enumerate(course.answered):
            assert course.known[k + 1] == {**course.known[k], item: person.says[item]}
        assert list(course.put) == sorted(set(course.put))


def test_every_order_with_everything_asked_ends_alike(small: Differential) -> None:
    report = interview(small, simulated=20, steps=len(small.network.nodes), kind=None)
    by_order = report.populations[0].measured
    for measured in by_order.values():
        assert (measured.answered == by_order[PROGRAM].answered).all()
    for order in (RANDOM, FIXED):
        assert (by_order[order].first[:, -1] == by_order[PROGRAM].first[:, -1]).all()
        assert (by_order[order].first[:, -1] == by_order[order].first_told).all()
    assert (by_order[NAIVE].first[:, -1] == by_order[NAIVE].first_told).all()


def test_with_one_cause_only_nothing_that_is_asked_changes_the_first() -> None:
    network = make(
        "one_cause",
        tabled("worn", [], 0.3, "condition"),
        tabled("due_to_worn", ["worn"], [0.0, 0.5], "due_to"),
        any_of("pain", "due_to_worn", kind="complaint"),
        noisy("stiff", {"due_to_worn": 0.7}, 0.1),
        noisy("swollen", {"worn": 0.4}, 0.1),
        complaint="pain",
    )
    report = interview(Differential.of(network), simulated=10, steps=3)
    for measured in report.populations[0].measured.values():
        assert measured.first.all()
        assert (measured.to_first == 0).all()


@pytest.mark.parametrize("order", ORDERS)
def test_a_question_that_cannot_be_answered_changes_nothing(small: Differential, order: str) -> None:
    for person in simulated_people(small.network, 4, None, seed=4):
        for silent in person.says:
            told = {item: state for item, state in person.says.items() if item != silent}
            course = courses(small, replace(person, says=told))[order]
            assert silent not in course.answered
            assert course.known[-1] == {**person.start, **told}
            assert len(course.put) == 1 + len(told)
            if order in (RANDOM, FIXED):
                whole = [item for item in courses(small, person)[order].answered if item != silent]
                assert list(course.answered) == whole


def test_the_program_asks_what_it_says_it_would_ask_next(small: Differential) -> None:
    for person in simulated_people(small.network, 5, None, seed=5):
        told = {item: state for item, state in person.says.items() if item != "morning_stiffness"}
        check_by_hand(small, replace(person, says=told), None, EVERYTHING)


def test_the_program_asks_warning_signs_first_and_does_not_count_them(
    legs: Differential, patients: tuple[LabelledPatient, ...]
) -> None:
    always = [item.id for item in legs.network.safety_items if item.always_ask]
    person = labelled_people(legs.network, patients, "question", {})[0]
    course = check_by_hand(legs, person, "question", 2)
    assert course.put[1] > len(always) > 0
    assert not set(course.answered) & {item.id for item in legs.network.safety_items}


def test_an_engine_that_remembers_the_last_case_answers_as_before(small: Differential) -> None:
    assert isinstance(small.engine, ExactEngine)
    remembering, targets = LastCase(small.engine), list(small.network.causes)
    first, second = {"night_leg_pain": 1, "age": 3}, {"night_leg_pain": 1, "absent_pulses": 1}
    for case, findings in [
        (first, ["diabetes", "absent_pulses", "morning_stiffness"]),
        (first, ["morning_stiffness", "diabetes"]),
        (first, ["absent_pulses", "joint_xray"]),
        (second, ["morning_stiffness", "diabetes"]),
        (first, ["morning_stiffness"]),
    ]:
        answer, expected = remembering.posteriors(case), small.engine.posteriors(case)
        assert answer.log_evidence == expected.log_evidence
        for node, p in expected.marginals.items():
            assert (answer.marginals[node] == p).all()
        table = remembering.pairwise(case, findings, targets)
        for finding, p in small.engine.pairwise(case, findings, targets).tables.items():
            assert table.tables[finding] == pytest.approx(p, abs=1e-15)


def check_by_hand(ddx: Differential, person: Person, kind: str | None, steps: int) -> Course:
    """Ask the program anew before every question, remembering nothing, and compare."""
    course = by_program(ddx, person, kind, steps)
    evidence: dict[str, Any] = dict(person.start)
    answered: list[str] = []
    put, stopped = [0], None
    while True:
        asked = ddx.next_questions(evidence, kind)
        if stopped is None and asked.stop.stop:
            stopped = len(answered)
        item = next((one.item for one in (*asked.must_ask, *asked.questions)), None)
        if item is None or len(answered) == len([one for one in person.says if one in ddx.network]):
            break
        counted = item in person.says and item in ddx.network
        if counted and len(answered) == steps:
            break
        evidence[item] = person.says.get(item, UNKNOWN)
        if counted:
            answered.append(item)
            put.append(len(evidence) - len(person.start))
    assert list(course.answered) == answered
    assert list(course.put) == put
    assert (None if course.stopped is None else course.stopped.answered) == stopped
    return course


def test_the_stop_is_where_the_program_says_stop(small: Differential) -> None:
    people = simulated_people(small.network, 10, None, seed=6)
    stops = [by_program(small, person, None, EVERYTHING).stopped for person in people]
    assert any(stops)
    for stop in stops:
        if stop is not None:
            assert next_questions(small, stop.known).stop.stop


def test_the_gain_of_naive_bayes_is_what_an_answer_takes_from_the_entropy_of_the_cause(
    small: Differential,
) -> None:
    bayes = naive(small)
    p = np.array([0.5, 0.3, 0.2])

    def entropy(q: np.ndarray) -> float:
        return float(-sum(x * np.log2(x) for x in q if x > 0.0))

    for row in range(len(bayes.items)):
        joint = bayes.p_given[row] * p  # (n_states, n_causes)
        left = sum(q.sum() * entropy(q / q.sum()) for q in joint if q.sum() > 0.0)
        assert bayes.gains(p)[row] == pytest.approx(entropy(p) - left, abs=1e-12)


def test_a_simulated_person_starts_with_a_symptom_and_has_no_warning_sign(legs: Differential) -> None:
    network = legs.network
    for person in simulated_people(network, 20, "question", seed=7):
        symptoms = [node for node in person.start if network.node(node).kind == "symptom"]
        assert {"age", "sex"} <= set(person.start)
        assert all(network.node(one).state_index(person.start[one]) > 0 for one in symptoms)
        assert len(symptoms) == 1
        assert person.right
        assert {person.says[item.id] for item in network.safety_items} == {"absent"}
        assert not set(person.says) & {node.id for node in network.of_kind("context", "test")}


def test_a_labelled_person_starts_with_the_first_symptom_that_is_there(small: Differential) -> None:
    story = {
        "morning_stiffness": "none", "relief_by_dangling_legs": "present", "worse_on_standing": "present",
        "age": "75_plus",
    }  # fmt: skip
    told = patient(evidence=story, tests={"joint_xray": "present"}, diagnoses=["osteoarthritis"])
    (person,) = labelled_people(small.network, [told], None, {})
    assert person.start == {"age": "75_plus", "relief_by_dangling_legs": "present"}
    rest = {"morning_stiffness": "none", "worse_on_standing": "present", "joint_xray": "present"}
    assert person.says == rest
    assert person.right == {"osteoarthritis"}


def test_what_cannot_be_asked_belongs_to_the_story_alone(
    legs: Differential, patients: tuple[LabelledPatient, ...]
) -> None:
    for person, told in zip(labelled_people(legs.network, patients, "question", {}), patients, strict=True):
        signs = {node for node in told.evidence if node in legs.network.index} & {
            node.id for node in legs.network.of_kind("sign")
        }
        assert signs == set(person.further)
        assert person.story == told.evidence


def test_answers_left_unknown_are_all_gone_and_wrong_ones_can_hold_together(legs: Differential) -> None:
    people = simulated_people(legs.network, 8, "question", seed=8)
    for person in misheard(legs, people, unknown=1.0, wrong=0.0, seed=0):
        assert not person.says
    heard = misheard(legs, people, unknown=0.3, wrong=0.3, seed=0)
    assert heard == misheard(legs, people, unknown=0.3, wrong=0.3, seed=0)
    changed = 0
    for person, before in zip(heard, people, strict=True):
        assert set(person.says) <= set(before.says)
        assert legs.query(person.told).ranking
        changed += sum(person.says[item] != before.says[item] for item in person.says)
        for item in legs.network.safety_items:
            assert person.says.get(item.id, "absent") == "absent"
    assert changed
    assert misheard(legs, people, unknown=0.0, wrong=0.0, seed=0) == people


def test_wrong_answers_that_cannot_hold_together_are_drawn_again() -> None:
    network = make(
        "one_needs_the_other",
        tabled("due_to_worn", [], 0.3, "due_to"),
        any_of("pain", "due_to_worn", kind="complaint"),
        tabled("walks", [], 0.5, "symptom"),
        tabled("limps", ["walks"], [0.0, 0.5], "symptom"),
        complaint="pain",
    )
    ddx = Differential.of(network)
    people = simulated_people(network, 40, None, seed=9)
    heard = misheard(ddx, people, unknown=0.0, wrong=0.5, seed=0)
    assert heard != people
    for person in heard:
        assert (person.told["walks"], person.told["limps"]) != ("absent", "present")


def test_the_same_seed_gives_the_same_report(small: Differential) -> None:
    reports = [interview(small, simulated=8, seed=seed, unknown=0.2).to_plain() for seed in (0, 0, 1)]
    first, again, other = (json.dumps(report["groups"], allow_nan=False) for report in reports)
    assert first == again != other


def test_the_report_names_each_group_and_order(
    legs: Differential, patients: tuple[LabelledPatient, ...]
) -> None:
    report = interview(legs, patients[:1], simulated=2, steps=2)
    text = rendered(lambda console: show(report, console))
    for words in (
        "Simulated patients: 2",
        "Labelled patients, all: 1",
        "the program",
        "random",
        "naive Bayes",
    ):
        assert words in text
    assert set(report.scores["labelled"]) == set(ORDERS)
    for score in report.scores["labelled"].values():
        assert list(score.after) == [0, 2]
        assert (score.stop is not None) == (score is report.scores["labelled"][PROGRAM])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"simulated": 0}, "at least one person"),
        ({"steps": 0}, "at least one person and one answer"),
        ({"kind": "riddle"}, "no kind of question"),
        ({"unknown": 1.5}, "no proportion"),
        ({"setting": "moon"}, "no settings"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    small: Differential, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(DiagnosisError, match=words):
        interview(small, **{"simulated": 2, **options})


def test_a_network_without_a_complaint_has_nobody_to_interview() -> None:
    with pytest.raises(DiagnosisError, match="no complaint"):
        interview(Differential.of(sprinkler()))
