"""Why a patient was missed: each weight is the difference of two queries."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from model import Differential
from model.validation.contenders import answers
from model.validation.misses import SHOWN, Miss, linked, misses
from network.patients import LabelledPatient
from tests.floats import ENGINE
from tests.labelled import collection, labelled
from tests.model.believed import ddx
from tests.networks import any_of, consultation, make, noisy, tabled

SOME = collection()[::60]


def missed(*patients: LabelledPatient, setting: dict[str, str] | None = None) -> tuple[Miss, ...]:
    """Return the misses among some patients."""
    cases = [one.evidence for one in patients]
    p = answers(ddx(), cases, setting).p["network"]
    return misses(ddx(), patients, cases, p, setting or {})


def decibans(p: float) -> float:
    """Return ten times the decimal logarithm of the odds."""
    return 10.0 * math.log10(p / (1.0 - p))


def test_a_weight_is_the_difference_of_two_queries() -> None:
    setting = {"seen_in": "community"}
    found = missed(*SOME, setting=setting)
    assert found
    for miss in found:
        told = {**next(one for one in SOME if one.id == miss.patient).evidence, **setting}
        whole = ddx().query(told)
        assert miss.p == pytest.approx(whole.due_to(miss.cause), abs=ENGINE)
        assert [weight.decibans for weight in miss.against] == sorted(w.decibans for w in miss.against)
        for weight in miss.against:
            rest = {node: state for node, state in told.items() if node != weight.finding}
            change = decibans(miss.p) - decibans(ddx().query(rest).due_to(miss.cause))
            assert told[weight.finding] == weight.state
            assert weight.decibans == pytest.approx(change, abs=1e-6)
            assert weight.decibans < 0.0


def test_the_heaviest_findings_are_named() -> None:
    miss = missed(*SOME)[0]
    told = next(one for one in SOME if one.id == miss.patient).evidence
    whole = decibans(miss.p)
    weights = sorted(
        whole - decibans(ddx().query({n: s for n, s in told.items() if n != finding}).due_to(miss.cause))
        for finding in told
    )
    lost = [weight for weight in weights if weight < -1e-9][:SHOWN]  # below is rounding
    assert [weight.decibans for weight in miss.against] == pytest.approx(lost, abs=1e-6)


def test_the_place_is_that_of_the_ranking() -> None:
    found = {miss.patient: miss for miss in missed(*SOME)}
    for patient in SOME:
        ranking = [cause.condition for cause in ddx().query(patient.evidence).ranking]
        best = min(ranking.index(cause) for cause in patient.right)
        assert (patient.id in found) == (best > 0)
        if best:
            miss = found[patient.id]
            assert (miss.rank, miss.cause, miss.first) == (best + 1, ranking[best], ranking[0])


def test_a_patient_who_told_nothing_is_missed_for_no_finding() -> None:
    (miss,) = missed(labelled(evidence={}, diagnoses=["statin_myalgia"]))
    assert miss.against == ()
    (miss,) = missed(labelled(evidence={"dark_urine": "absent"}, diagnoses=["statin_myalgia"]))
    assert miss.against == ()


def test_a_cause_that_a_finding_rules_out_has_no_finite_weight() -> None:
    (miss,) = missed(labelled(evidence={"osteoarthritis": "absent", "sex": "male"}))
    assert [(one.finding, one.decibans, one.linked) for one in miss.against] == [
        ("osteoarthritis", -np.inf, True)
    ]
    assert json.dumps(miss.to_plain(), allow_nan=False)


def test_linked_is_what_an_arc_joins_to_the_cause_or_its_condition() -> None:
    network = consultation()
    assert linked(network, "due_to_osteoarthritis") == {
        "due_to_osteoarthritis", "osteoarthritis", "age", "worse_on_standing", "morning_stiffness",
        "joint_xray",
    }  # fmt: skip
    assert linked(network, "other_cause") == {"other_cause", "worse_on_standing", "morning_stiffness"}


def test_linked_goes_through_latents_and_not_through_the_complaint() -> None:
    network = make(
        "asked_in_parts",
        tabled("a", [], 0.3, "condition"),
        tabled("due_to_a", ["a"], [0.0, 0.5], "due_to"),
        tabled("other_cause", [], 0.2, "due_to"),
        any_of("pain", "due_to_a", "other_cause", kind="complaint"),
        noisy("told", {"due_to_a": 0.8}, 0.1, "latent"),
        noisy("part", {"told": 0.9}, 0.01),
        noisy("elsewhere", {"pain": 0.9}, 0.01),
        complaint="pain",
    )
    assert linked(Differential.of(network).network, "due_to_a") == {"a", "due_to_a", "told", "part"}
