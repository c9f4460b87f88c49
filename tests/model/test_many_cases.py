"""A table of cases says what its rows say one by one."""

from __future__ import annotations

from typing import Any

import hypothesis
import numpy as np
import pandas
import pytest
from hypothesis import strategies as st

from model import UNKNOWN, Differential, Likelihood
from model.errors import DiagnosisError
from model.many_cases import ManyAnswers
from model.setting import setting_of
from network.build import load_network
from tests.floats import ENGINE
from tests.networks import asia

DDX = Differential.of(load_network())
BN = DDX.network
ASKED = [node for node in BN.nodes if node.kind in ("risk_factor", "symptom", "sign")]
SAFETY = [item.id for item in BN.safety_items]


def assert_same(
    many: ManyAnswers, row: int, findings: dict[str, Any], ddx: Differential = DDX, **how: bool
) -> None:
    """Check one row against the question asked alone."""
    alone = ddx.query(findings, **how)
    assert np.isfinite(many.log_evidence[row])
    assert many.log_evidence[row] == pytest.approx(alone.log_evidence, abs=ENGINE)
    for node, p in many.marginals.items():
        assert np.isfinite(p[row]).all()
        assert p[row] == pytest.approx(list(alone.posterior(node).values()), abs=ENGINE)
    assert many.urgency[row] == alone.urgency.level
    assert many.setting[row] == setting_of(alone.evidence)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A few findings of one patient: states, likelihoods, unknowns, warning signs."""
    found: dict[str, Any] = {}
    for node in draw(st.lists(st.sampled_from(ASKED), max_size=5, unique=True)):
        ways: list[st.SearchStrategy[Any]] = [st.sampled_from(node.states), st.just(UNKNOWN)]
        if len(node.states) == 2:
            ways.append(st.floats(0.1, 10.0).map(Likelihood))
        found[node.id] = draw(st.one_of(ways))
    for item in draw(st.lists(st.sampled_from(SAFETY), max_size=2, unique=True)):
        found[item] = draw(st.sampled_from(["present", "absent"]))
    return found


@hypothesis.settings(max_examples=8)
@hypothesis.given(st.lists(cases(), min_size=1, max_size=6))
def test_every_row_answers_as_the_case_alone(rows: list[dict[str, Any]]) -> None:
    columns = sorted({node for row in rows for node in row}) or ["age"]
    table = {node: [row.get(node) for row in rows] for node in columns}
    many = DDX.query_many(table)
    assert len(many) == len(rows)
    for i, row in enumerate(rows):
        assert_same(many, i, row)


def test_text_of_a_file_is_read_as_a_person_wrote_it() -> None:
    table = pandas.DataFrame(
        {
            "age": ["78", " 45 ", ""],
            "smoking": ["current", "", "~never:1,former:2,current:4"],
            "cold_foot": ["~3", "no", "unknown"],
        }
    )
    many = DDX.query_many(table, posteriors=["smoking"])
    weights = Likelihood(never=1, former=2, current=4)
    assert_same(many, 0, {"age": 78, "smoking": "current", "cold_foot": Likelihood(3.0)})
    assert_same(many, 1, {"age": 45, "cold_foot": "absent"})
    assert_same(many, 2, {"smoking": weights, "cold_foot": UNKNOWN})


def test_empty_none_and_nan_mean_not_asked() -> None:
    many = DDX.query_many({"cold_foot": ["", None, float("nan"), UNKNOWN]})
    for row in range(4):
        assert_same(many, row, {})


def test_population_mode_and_an_entered_complaint() -> None:
    table = {"age": [70, 70, 70], BN.complaint: ["", "absent", "~2"]}
    many = DDX.query_many(table)
    assert_same(many, 0, {"age": 70})
    assert_same(many, 1, {"age": 70, BN.complaint: "absent"})
    assert_same(many, 2, {"age": 70, BN.complaint: Likelihood(2.0)})
    assert_same(DDX.query_many({"age": [70]}, complaint=False), 0, {"age": 70}, complaint=False)


def test_an_impossible_case_is_marked_and_the_others_are_answered() -> None:
    many = DDX.query_many(
        {"osteoarthritis": ["absent", ""], "due_to_osteoarthritis": ["present", ""], SAFETY[0]: ["yes", ""]}
    )
    assert list(many.possible) == [False, True]
    assert many.log_evidence[0] == -np.inf
    assert all(np.isnan(p[0]).all() for p in many.marginals.values())
    assert many.first[0] is None
    assert many.urgency[0] is not None, "a warning sign counts whatever else was entered"
    assert_same(many, 1, {})


def test_first_is_the_most_probable_cause() -> None:
    many = DDX.query_many(
        {"age": [78, 44], "relief_by_dangling_legs": ["present", ""], "urge_to_move": ["", "present"]}
    )
    for row, findings in enumerate(
        ({"age": 78, "relief_by_dangling_legs": "present"}, {"age": 44, "urge_to_move": "present"})
    ):
        assert many.first[row] == DDX.query(findings).ranking[0].condition


def test_the_frame_holds_what_the_arrays_hold() -> None:
    many = DDX.query_many({"age": [78, 44]}, posteriors=["smoking"])
    frame = many.to_frame()
    assert list(frame["first"]) == list(many.first)
    for node in BN.causes:
        assert np.array_equal(frame[node], many.marginals[node][:, 1])
    smoking = frame[[f"smoking={state}" for state in BN.node("smoking").states]]
    assert smoking.sum(axis=1).to_numpy() == pytest.approx([1.0, 1.0], abs=1e-12)
    assert str(many).startswith("2 cases, 0 of them with impossible evidence")


def test_a_network_without_a_complaint_answers_about_every_node() -> None:
    ddx = Differential.of(asia())
    many = ddx.query_many({"dysp": ["present", ""]})
    assert set(many.marginals) == {node.id for node in ddx.network.nodes}
    assert many.first == (None, None)
    assert "first" not in many.to_frame()
    assert_same(many, 0, {"dysp": "present"}, ddx)


def test_the_reference_engine_answers_alike() -> None:
    exact, pgmpy = (Differential.of(asia(), engine) for engine in ("exact", "pgmpy"))
    table = {"dysp": ["present", "~3", ""], "either": ["", "absent", "absent"], "lung": ["", "", "present"]}
    one, other = exact.query_many(table), pgmpy.query_many(table)
    assert list(one.possible) == list(other.possible) == [True, True, False]
    for node, p in one.marginals.items():
        assert p == pytest.approx(other.marginals[node], abs=ENGINE, nan_ok=True)


def test_mistakes_name_row_and_column_all_at_once() -> None:
    with pytest.raises(DiagnosisError) as caught:
        DDX.query_many(
            {
                "smoking": ["never", "curent", "curent"],
                "relief_by_dangling": ["", "", ""],
                "age": ["", "", "old"],
                "cold_foot": ["~x", "", ""],
            }
        )
    message = str(caught.value)
    assert "row 2 and 1 more, column 'smoking'" in message
    assert "Did you mean 'current'?" in message
    assert "column 'relief_by_dangling': " in message
    assert "row 3, column 'age'" in message
    assert "row 1, column 'cold_foot'" in message


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(DiagnosisError, match="age 2, smoking 1"):
        DDX.query_many({"age": [1, 2], "smoking": ["never"]})
