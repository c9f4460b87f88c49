"""Evidence: what may be entered, what is refused and how, and the laws of adding, pausing and removing."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.evidence import UNKNOWN, Evidence, Likelihood, band_limits
from network.cpds import Table
from network.errors import EvidenceError, RefusedNumber, UnknownNode, UnknownState
from network.structure import BINARY, Network, Node, Refusal, SafetyItem
from tests.networks import consultation

BN = replace(
    consultation(),
    safety_items=(SafetyItem("dark_urine", "Dark urine", "Is it dark?", "Myoglobinuria", "Muscle."),),
)
NODES = [node.id for node in BN.nodes]


def states_of(node: str) -> tuple[str, ...]:
    return BN.node(node).states if node in BN else BINARY


@st.composite
def findings(draw: st.DrawFn) -> tuple[str, Any]:
    """One node or safety item and something that may be entered for it."""
    node = draw(st.sampled_from([*NODES, "dark_urine"]))
    value = st.sampled_from([*states_of(node), UNKNOWN])
    if node in BN:
        weights = st.lists(st.floats(0.1, 9.0), min_size=len(states_of(node)), max_size=len(states_of(node)))
        value |= weights.map(lambda x: Likelihood(**dict(zip(states_of(node), x, strict=True))))
    return node, draw(value)


evidences = st.lists(findings(), max_size=8).map(lambda pairs: Evidence.of(BN, dict(pairs)))


def of(**findings: Any) -> Evidence:
    return Evidence.of(BN, findings)


def same_observations(one: Evidence, other: Evidence) -> bool:
    left, right = one.observed(), other.observed()
    return left.keys() == right.keys() and all(np.array_equal(left[node], right[node]) for node in left)


@given(evidences, findings())
def test_what_is_added_is_found_and_can_be_taken_away(evidence: Evidence, finding: tuple[str, Any]) -> None:
    node, value = finding
    after = evidence.with_finding(node, value)
    assert node in after
    assert after.get(node) == value
    assert after.without(node) == evidence.without(node)
    assert node not in after.without(node)
    assert after.with_finding(node, value) == after


@given(evidences, findings())
def test_nothing_done_to_evidence_changes_it(evidence: Evidence, finding: tuple[str, Any]) -> None:
    before = (dict(evidence.findings), evidence.paused)
    evidence.with_finding(*finding)
    evidence.without(*evidence)
    evidence.paused_at(*evidence).resumed(*evidence)
    assert (dict(evidence.findings), evidence.paused) == before


@given(evidences, st.data())
def test_pausing_takes_the_effect_and_keeps_the_finding(evidence: Evidence, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from([*evidence, "age"]), max_size=3))
    paused = evidence.paused_at(*chosen)
    assert dict(paused.findings) == dict(evidence.findings)
    assert same_observations(paused, evidence.without(*chosen))
    assert paused.active == evidence.without(*chosen).active
    assert paused.resumed(*chosen) == evidence
    assert paused.to_plain() == evidence.without(*chosen).to_plain()


@given(evidences, findings())
def test_a_finding_entered_again_is_no_longer_paused(evidence: Evidence, finding: tuple[str, Any]) -> None:
    again = evidence.with_finding(*finding).paused_at(finding[0]).with_finding(*finding)
    assert finding[0] not in again.paused


@given(evidences)
def test_the_order_of_entering_does_not_matter(evidence: Evidence) -> None:
    backwards = Evidence.of(BN, dict(reversed(evidence.findings.items())))
    assert backwards == evidence
    assert same_observations(backwards, evidence)


@given(evidences)
def test_plain_evidence_is_read_back(evidence: Evidence) -> None:
    back = Evidence.of(BN, evidence.to_plain())
    assert list(back) == list(evidence)
    assert same_observations(back, evidence)
    assert back.active.keys() == evidence.active.keys()


def test_evidence_cannot_be_assigned_to() -> None:
    evidence = of(diabetes="present")
    with pytest.raises(FrozenInstanceError):
        evidence.paused = frozenset({"diabetes"})


def test_evidence_does_not_follow_the_mapping_it_came_from() -> None:
    source = {"diabetes": "present"}
    evidence = Evidence.of(BN, source)
    source["age"] = "75_plus"
    assert list(evidence) == ["diabetes"]


def test_unknown_is_recorded_without_effect() -> None:
    evidence = of(diabetes=UNKNOWN, age="unknown", dark_urine="unknown")
    assert evidence.get("diabetes") is UNKNOWN
    assert evidence.get("age") is UNKNOWN
    assert evidence.get("dark_urine") is UNKNOWN
    assert evidence.active == {}
    assert evidence.observed() == {}
    assert evidence.to_plain() == {"diabetes": "unknown", "age": "unknown", "dark_urine": "unknown"}


def test_safety_items_are_evidence_without_probability() -> None:
    evidence = of(dark_urine="yes", diabetes="present")
    assert evidence.holds("dark_urine", "present")
    assert list(evidence.observed()) == ["diabetes"]


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (18, "under_40"), (39, "under_40"), (39.9, "under_40"), (40, "40_to_59"), ("59", "40_to_59"),
        (59.9, "40_to_59"), ("60.5", "60_to_74"), (74, "60_to_74"), (75, "75_plus"), (102, "75_plus"),
        ("75_plus", "75_plus"),
    ],
)  # fmt: skip
def test_an_age_in_years_is_read_as_its_band(value: Any, band: str) -> None:
    assert of(age=value).get("age") == band


@pytest.mark.parametrize("value", [-1, "-1", float("nan"), float("inf"), "4000"])
def test_a_number_that_is_no_age_is_refused(value: Any) -> None:
    with pytest.raises(UnknownState, match=r"node 'age' has no state '.*'\. States: under_40, 40_to_59, "):
        of(age=value)


ADULTS = "This program is for adults."
NO_AGE = "This is no age of a person."
LIMITED = replace(BN, refused=(Refusal("age", 0, 120, NO_AGE), Refusal("age", 18, None, ADULTS)))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0, ADULTS), (15, ADULTS), (17.9, ADULTS), ("17.9", ADULTS), ("017", ADULTS), ("1e1", ADULTS),
        (17.999999999, ADULTS), (np.int64(15), ADULTS), (np.float32(15), ADULTS), (np.str_("15"), ADULTS),
        (-1, NO_AGE), ("-1", NO_AGE), (-0.5, NO_AGE), (120.5, NO_AGE), (150, NO_AGE), ("4000", NO_AGE),
        (10**400, NO_AGE), ("9" * 400, NO_AGE), (float("inf"), NO_AGE), ("-inf", NO_AGE),
        (np.uint8(121), NO_AGE),
    ],
)  # fmt: skip
def test_a_number_that_the_network_does_not_take_is_refused_with_its_own_words(value: Any, says: str) -> None:
    for enter in (lambda: Evidence.of(LIMITED, {"age": value}),
                  lambda: Evidence.of(LIMITED).with_finding("age", value)):  # fmt: skip
        with pytest.raises(RefusedNumber) as caught:
            enter()
        assert str(caught.value) == f"node 'age': {value} is not accepted. {says}"
        assert caught.value.says == says


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (18, "under_40"), ("18", "under_40"), (18.0, "under_40"), ("18.5", "under_40"),
        (np.int64(45), "40_to_59"), (np.float64(59.9), "40_to_59"), (np.str_("60"), "60_to_74"),
        (120, "75_plus"), ("120", "75_plus"), ("under_40", "under_40"), (UNKNOWN, UNKNOWN),
    ],
)  # fmt: skip
def test_a_number_within_the_limits_is_read_as_before(value: Any, band: Any) -> None:
    assert (
        Evidence.of(LIMITED, {"age": value}).get("age") == Evidence.of(BN, {"age": value}).get("age") == band
    )


@pytest.mark.parametrize("value", [float("nan"), "nan", "fifteen", "15 years", "17,9", ""])
def test_what_is_no_number_is_an_unknown_state(value: Any) -> None:
    with pytest.raises(UnknownState, match="node 'age' has no state"):
        Evidence.of(LIMITED, {"age": value})


@given(st.floats(allow_nan=False) | st.integers() | st.floats(-5, 200))
def test_every_number_is_read_as_a_band_or_refused_and_spelling_makes_no_difference(number: float) -> None:
    def read(value: Any) -> Any:
        try:
            return Evidence.of(LIMITED, {"age": value}).get("age")
        except RefusedNumber as error:
            return error.says

    wanted = NO_AGE if not 0 <= number <= 120 else ADULTS if number < 18 else of(age=number).get("age")
    assert read(number) == wanted
    if re.fullmatch(r"-?\d+(\.\d+)?", str(number)):
        assert read(str(number)) == wanted


def test_a_state_that_looks_like_a_number_is_a_state() -> None:
    bn = Network("numbered", (Node("rain", ("0", "1"), (), Table(np.array([0.5, 0.5]), 0)),))
    assert [Evidence.of(bn, {"rain": state}).get("rain") for state in ("0", "1")] == ["0", "1"]


@pytest.mark.parametrize(
    ("word", "state"), [("yes", "present"), ("no", "absent"), (True, "present"), (False, "absent")]
)
def test_yes_and_no_are_present_and_absent(word: Any, state: str) -> None:
    assert of(diabetes=word, dark_urine=word).findings == {"diabetes": state, "dark_urine": state}


def test_bands_are_read_from_their_names() -> None:
    assert band_limits("under_30_min") == (np.inf, -np.inf)
    assert band_limits("60_to_74") == (60.0, 75.0)


@pytest.mark.parametrize(
    ("findings", "error", "message"),
    [
        ({"diabetis": "present"}, UnknownNode, "no node is called 'diabetis'. Did you mean 'diabetes'?"),
        ({"dark_urin": "present"}, UnknownNode, "no node is called 'dark_urin'. Did you mean 'dark_urine'?"),
        ({"qqq": "present"}, UnknownNode, "no node is called 'qqq'."),
        (
            {"diabetes": "presnt"}, UnknownState,
            "node 'diabetes' has no state 'presnt'. States: absent, present. Did you mean 'present'?",
        ),
        (
            {"morning_stiffness": "yes"}, UnknownState,
            "node 'morning_stiffness' has no state 'yes'. States: none, under_30_min, over_30_min.",
        ),
        ({"diabetes": 1}, UnknownState, "node 'diabetes' has no state '1'. States: absent, present."),
        ({"dark_urine": 1}, UnknownState, "node 'dark_urine' has no state '1'. States: absent, present."),
        (
            {"dark_urine": Likelihood(2.0)}, UnknownState,
            "node 'dark_urine' has no state 'Likelihood(ratio=2.0, weights=())'. States: absent, present.",
        ),
        (
            {"diabetes": None}, EvidenceError,
            "node 'diabetes': None is not a finding. Give a state (absent, present), a Likelihood, "
            "or UNKNOWN.",
        ),
        (
            {"morning_stiffness": Likelihood(3.0)}, EvidenceError,
            "node 'morning_stiffness' has 3 states: one ratio is not enough. "
            "Write Likelihood(none=1, under_30_min=1, over_30_min=1).",
        ),
        (
            {"diabetes": Likelihood(persent=2.0)}, UnknownState,
            "node 'diabetes' has no state 'persent'. States: absent, present. Did you mean 'present'?",
        ),
        (
            {"diabetes": {"likely": 2}}, EvidenceError,
            "node 'diabetes': write a state, 'unknown', or {likelihood: {state: number}}.",
        ),
        (
            {"diabetes": {"likelihood": {"present": "x"}}}, EvidenceError,
            "node 'diabetes': the likelihood {'present': 'x'} holds something that is no number.",
        ),
        (
            {"diabetes": {"likelihood": "much"}}, EvidenceError,
            "node 'diabetes': the likelihood 'much' holds something that is no number.",
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_what_would_be_right(
    findings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        Evidence.of(BN, findings)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("arguments", "weights", "message"),
    [
        ((), {}, "a likelihood is one ratio, as in Likelihood(3.0), or a weight for each state."),
        ((2.0,), {"present": 1.0}, "a likelihood is one ratio, as in Likelihood(3.0), or a weight "
        "for each state."),
        ((-1.0,), {}, "likelihood [-1.0] is not usable: write finite numbers that are at least 0."),
        ((float("inf"),), {}, "likelihood [inf] is not usable: write finite numbers that are at least 0."),
        ((float("nan"),), {}, "likelihood [nan] is not usable: write finite numbers that are at least 0."),
        ((10**309,), {}, f"likelihood [{10**309}] is not usable: write finite numbers that are at least 0."),
        ((), {"present": 0.0}, "a likelihood needs at least one state with a weight above 0."),
    ],
)  # fmt: skip
def test_a_likelihood_that_means_nothing_is_refused(
    arguments: tuple[Any, ...], weights: dict[str, float], message: str
) -> None:
    with pytest.raises(EvidenceError) as caught:
        Likelihood(*arguments, **weights)
    assert str(caught.value) == message


def test_a_ratio_is_present_to_absent() -> None:
    assert of(diabetes=Likelihood(3.0)).observed()["diabetes"].tolist() == [1.0, 3.0]


def test_states_left_out_of_a_likelihood_count_nothing() -> None:
    evidence = of(morning_stiffness=Likelihood(none=1, over_30_min=4))
    assert evidence.observed()["morning_stiffness"].tolist() == [1.0, 0.0, 4.0]
    assert evidence.to_plain() == {
        "morning_stiffness": {"likelihood": {"none": 1.0, "under_30_min": 0.0, "over_30_min": 4.0}}
    }


def test_evidence_that_is_read_already_is_taken_as_it_is() -> None:
    evidence = of(diabetes="present").paused_at("diabetes")
    assert Evidence.of(BN, evidence) is evidence
    assert len(Evidence.of(BN)) == 0


def test_any_node_may_be_evidence() -> None:
    everything = {node.id: node.states[-1] for node in BN.nodes}
    assert Evidence.of(BN, everything).observed() == {node.id: len(node.states) - 1 for node in BN.nodes}


def test_a_network_without_safety_items_knows_none() -> None:
    plain: Network = consultation()
    with pytest.raises(UnknownNode):
        Evidence.of(plain, {"dark_urine": "present"})
