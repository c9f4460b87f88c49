"""The most probable joint explanations, against the whole joint distribution of small networks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Differential
from network.errors import DiagnosisError, ImpossibleEvidence, NoComplaint
from network.structure import EVIDENCE_KINDS
from tests import oracles
from tests.floats import ENGINE
from tests.networks import asia, consultation, draw_case

CONSULTATION = Differential.of(consultation())
LEG_PAIN = Differential.load()
CASE: dict[str, Any] = {"age": 78, "relief_by_dangling_legs": "present", "low_back_pain": "present"}


@given(st.integers(0, 10**6), st.integers(1, 9), st.booleans())
def test_explanations_are_the_largest_entries_of_the_joint(seed: int, k: int, complaint: bool) -> None:
    rng = np.random.default_rng(seed)
    network = CONSULTATION.network
    case = draw_case(network, rng)
    nodes = [node.id for node in network.of_kind(*EVIDENCE_KINDS, "condition")]
    chosen = rng.choice(nodes, size=rng.integers(0, 5), replace=False)
    findings = {str(node): network.node(node).states[case[node]] for node in chosen}
    try:
        found = CONSULTATION.explanations(findings, k, complaint)
    except ImpossibleEvidence:
        return
    causes = list(network.causes)
    table = oracles.joint_posterior(network, found.answer.observed(), causes)
    table = table / table.sum()
    largest = np.sort(table[table > 0.0])[::-1]
    probabilities = [one.probability for one in found.explanations]
    assert probabilities == pytest.approx(largest[:k].tolist(), abs=ENGINE)
    for one in found.explanations:
        state = tuple(int((network.causes[cause] or cause) in one.causes) for cause in causes)
        assert one.probability == pytest.approx(table[state], abs=ENGINE)
    if len(largest) > 1:
        assert found.odds_against_runner_up == pytest.approx(largest[0] / largest[1], rel=1e-8)
    else:
        assert found.odds_against_runner_up is None


def test_explanations_are_ordered_and_add_up_to_one_at_most() -> None:
    found = LEG_PAIN.explanations(CASE, k=12)
    probabilities = [one.probability for one in found.explanations]
    assert len(probabilities) == 12
    assert all(a >= b for a, b in pairwise(probabilities))
    assert sum(probabilities) + found.rest == pytest.approx(1.0, abs=ENGINE)
    assert found.rest > 0.0
    assert len({one.causes for one in found.explanations}) == 12


def test_every_explanation_of_the_complaint_has_a_cause() -> None:
    assert all(one.causes for one in LEG_PAIN.explanations(CASE, k=10).explanations)
    anyone = LEG_PAIN.explanations({}, k=1, complaint=False).explanations[0]
    assert anyone.causes == ()
    assert anyone.name == "none of the causes"


def test_one_explanation_still_knows_its_runner_up() -> None:
    one, two = LEG_PAIN.explanations(CASE, k=1), LEG_PAIN.explanations(CASE, k=2)
    assert one.explanations == two.explanations[:1]
    assert one.odds_against_runner_up == pytest.approx(
        two.explanations[0].probability / two.explanations[1].probability
    )


def test_a_cause_that_is_entered_stands_in_every_explanation() -> None:
    found = LEG_PAIN.explanations({"due_to_osteoarthritis": "present", "age": 70}, k=4)
    assert all("osteoarthritis" in one.causes for one in found.explanations)


def test_where_nothing_else_is_possible_it_says_so() -> None:
    found = LEG_PAIN.explanations({"night_leg_pain": "absent"}, k=3)
    assert [one.probability for one in found.explanations] == [pytest.approx(1.0)]
    assert found.odds_against_runner_up is None
    assert found.rest == pytest.approx(0.0, abs=ENGINE)
    assert "Nothing else is possible." in str(found)


def test_text_and_json_name_the_same_causes() -> None:
    found = LEG_PAIN.explanations(CASE, k=3)
    plain = found.to_plain()
    causes = [tuple(one["causes"]) for one in plain["explanations"]]
    assert causes == [one.causes for one in found.explanations]
    assert plain["rest"] == found.rest
    for one in found.explanations:
        assert all(label in str(found) for label in one.labels)
    assert str(found).endswith(LEG_PAIN.network.notice[-1])


def test_mistakes_are_told() -> None:
    with pytest.raises(DiagnosisError, match="at least 1"):
        LEG_PAIN.explanations(CASE, k=0)
    with pytest.raises(NoComplaint):
        Differential.of(asia()).explanations({})


@pytest.mark.parametrize("evidence", [{}, {"age": 70, "absent_pulses": "present", "diabetes": "present"}])
def test_pgmpy_finds_the_same(evidence: dict[str, Any]) -> None:
    exact = CONSULTATION.explanations(evidence, k=6)
    other = Differential.of(CONSULTATION.network, "pgmpy").explanations(evidence, k=6)
    assert [one.causes for one in other.explanations] == [one.causes for one in exact.explanations]
    assert [one.probability for one in other.explanations] == pytest.approx(
        [one.probability for one in exact.explanations], abs=ENGINE
    )
    assert other.odds_against_runner_up == pytest.approx(exact.odds_against_runner_up)


def test_a_cause_that_was_entered_stands_in_every_set() -> None:
    for engine in ("exact", "pgmpy"):
        ddx = Differential.of(CONSULTATION.network, engine)
        found = ddx.explanations({"due_to_osteoarthritis": "present"}, k=3)
        assert all("osteoarthritis" in one.causes for one in found.explanations)
