"""What a question refuses: names that do not exist, evidence that cannot hold together."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Differential, Likelihood
from network.errors import DiagnosisError, EvidenceError, ImpossibleEvidence, UnknownNode, UnknownState
from tests.networks import asia, consultation, small_mixed

CONSULTATION = Differential.of(consultation())
LEG_PAIN = Differential.load()


@pytest.mark.parametrize(
    ("findings", "error", "message"),
    [
        ({"cold_feet": "present"}, UnknownNode, "no node is called 'cold_feet'. Did you mean 'cold_foot'?"),
        (
            {"smoking": "curent"}, UnknownState,
            "node 'smoking' has no state 'curent'. States: never, former, current. Did you mean 'current'?",
        ),
        (
            {"smoking": Likelihood(2.0)}, EvidenceError,
            "node 'smoking' has 3 states: one ratio is not enough. Write Likelihood(never=1, "
            "former=1, current=1).",
        ),
    ],
)  # fmt: skip
def test_a_finding_that_does_not_fit_is_a_typed_error(
    findings: dict[str, Any], error: type[DiagnosisError], message: str
) -> None:
    with pytest.raises(error) as caught:
        LEG_PAIN.query(findings)
    assert str(caught.value) == message


def test_unknown_names_in_an_answer_are_typed_errors() -> None:
    answer = CONSULTATION.query()
    with pytest.raises(
        UnknownNode, match=r"no condition is called 'osteoarthrosis'. Did you mean 'osteoarthritis'?"
    ):
        answer.due_to("osteoarthrosis")
    with pytest.raises(UnknownNode, match="no node is called 'aeg'"):
        answer.posterior("aeg")


def test_an_unknown_engine_and_a_missing_path_are_typed_errors(tmp_path: Path) -> None:
    with pytest.raises(DiagnosisError, match=r"no engine is called 'quick'. Engines: exact, pgmpy."):
        Differential.of(asia(), engine="quick")
    with pytest.raises(DiagnosisError, match=r"no such file or folder. Give a knowledge folder or a .bif"):
        Differential.load(tmp_path / "none")


CLASHES = [
    (
        {"osteoarthritis": "absent", "due_to_osteoarthritis": "present", "age": 70, "cold_foot": "present"},
        {"osteoarthritis = absent", "due_to_osteoarthritis = present"},
    ),
    ({"sex": "male", "pregnancy": "present", "cold_foot": "present"}, {"sex = male", "pregnancy = present"}),
    (
        {"statin": "absent", "due_to_statin_myalgia": "present", "low_back_pain": "present"},
        {"statin = absent", "due_to_statin_myalgia = present"},
    ),
    (
        {"spinal_stenosis": "present", "nerve_compression": "absent"},
        {"spinal_stenosis = present", "nerve_compression = absent"},
    ),
    (
        {"night_leg_pain": "absent", "other_cause": "present"},
        {"night_leg_pain = absent", "other_cause = present"},
    ),
    (
        {"osteoarthritis": Likelihood(absent=1), "due_to_osteoarthritis": "present"},
        {"the likelihood of osteoarthritis", "due_to_osteoarthritis = present"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("findings", "clash"), CLASHES, ids=lambda value: "+".join(value))
def test_impossible_evidence_names_a_smallest_clashing_set(findings: dict[str, Any], clash: set[str]) -> None:
    with pytest.raises(ImpossibleEvidence) as caught:
        LEG_PAIN.query(findings)
    assert set(caught.value.clash) == clash
    assert (
        str(caught.value) == f"{' and '.join(caught.value.clash)} cannot hold together. Remove or pause one."
    )


def test_a_smallest_clash_is_possible_without_any_one_of_it() -> None:
    named = [node.id for node in LEG_PAIN.network.nodes if node.kind == "due_to"]
    findings = dict.fromkeys(named, "absent")
    with pytest.raises(ImpossibleEvidence) as caught:
        LEG_PAIN.query({**findings, "age": 70})
    assert set(caught.value.clash) == {f"{node} = absent" for node in named} | {"night_leg_pain = present"}
    assert set(caught.value.nodes) == {*named, "night_leg_pain"}
    for left_out in named[:3]:
        LEG_PAIN.query({node: state for node, state in findings.items() if node != left_out})
    LEG_PAIN.query(findings, complaint=False)


def test_a_single_impossible_finding_is_named_alone() -> None:
    ddx = Differential.of(asia())
    with pytest.raises(
        ImpossibleEvidence, match="the likelihood of tub and either = absent cannot hold together"
    ) as caught:
        ddx.query({"tub": Likelihood(present=1), "either": "absent", "smoke": "present"})
    assert caught.value.nodes == ("tub", "either")


@given(st.integers(0, 200))
def test_a_clash_found_in_a_random_network_is_minimal(seed: int) -> None:
    ddx = Differential.of(small_mixed(seed, n=9))
    rng = np.random.default_rng(seed)
    findings = {node.id: str(rng.choice(node.states)) for node in ddx.network.nodes}
    try:
        ddx.query(findings)
    except ImpossibleEvidence as error:
        clash = {node: findings[node] for node in error.nodes}
        assert error.clash == tuple(f"{node} = {state}" for node, state in clash.items())
        assert clash.items() <= findings.items()
        with pytest.raises(ImpossibleEvidence):
            ddx.query(clash)
        for fewer in combinations(clash.items(), len(clash) - 1):
            ddx.query(dict(fewer))
