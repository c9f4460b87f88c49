"""Ids stay: what was once written for this network can still be asked of it."""

from __future__ import annotations

import math

import pytest

from model import UNKNOWN, Likelihood
from model.many_cases import query_many
from tests.labelled import collection
from tests.model.believed import ddx

FIRST = [one for one in collection() if one.collection == "first"]


def test_every_id_and_state_of_the_first_collection_can_be_entered() -> None:
    assert len(FIRST) == 108
    told = [{**one.evidence, **one.tests} for one in FIRST]
    nodes = dict.fromkeys(node for case in told for node in case)
    found = query_many(ddx(), {node: [case.get(node) for case in told] for node in nodes})
    assert found.possible.all()
    for case in told[::10]:
        assert math.isfinite(ddx().query(case).log_evidence)


@pytest.mark.parametrize("cause", sorted({cause for one in FIRST for cause in one.right}))
def test_every_diagnosis_of_the_first_collection_is_answered(cause: str) -> None:
    answer = ddx().query()
    assert 0.0 < answer.due_to(cause) < 1.0
    assert cause in [one.condition for one in answer.ranking]


def test_the_interface_that_scripts_rely_on_is_there() -> None:
    told = {
        "age": 78, "smoking": "current", "relief_by_dangling_legs": "present", "urge_to_move": "absent",
        "cold_foot": Likelihood(3.0), "low_back_pain": UNKNOWN,
    }  # fmt: skip
    answer = ddx().query(told)
    assert "other_cause" in [cause.condition for cause in answer.ranking]
    assert 0.0 < answer.due_to("arterial_insufficiency") < answer.present("arterial_insufficiency") < 1.0
    assert set(answer.posterior("smoking")) == {"never", "former", "current"}
    assert ddx().explain(told, "restless_legs_syndrome", against=None)
    assert ddx().what_if(told, change={"diuretic": "absent"}, do=True)
    population = ddx().query({"night_leg_pain": "absent"}, complaint=False)
    assert population.due_to("arterial_insufficiency") == 0.0
