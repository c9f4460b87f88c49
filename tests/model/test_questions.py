"""What to ask next: laws of information on small networks, pgmpy's own numbers, and the real network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import UNKNOWN, Differential, Evidence, Likelihood
from model.engine import ExactEngine
from model.pairwise import pairs
from model.questions import KINDS, askable, cause_node, next_questions
from network.errors import DiagnosisError, ImpossibleEvidence, NoComplaint, UnknownNode
from network.structure import ASKED_KINDS, PRESENT, Network
from tests import oracles
from tests.floats import ENGINE, ROUNDING, assert_close
from tests.networks import asia, consultation, draw_case, small_mixed

CONSULTATION = Differential.of(consultation())
LEG_PAIN = Differential.load()
TYPICAL: dict[str, Any] = {
    "age": 72, "sex": "female", "sudden_cramp": "present", "urge_to_move": "absent",
    "relief_by_stretching": "present", "low_back_pain": "present", "smoking": "former", "diuretic": "present",
    "numbness_or_tingling": "absent", "calf_or_foot_location": "present",
}  # fmt: skip


def entropy(p: np.ndarray) -> float:
    """Return the entropy of a distribution in bits."""
    kept = p[p > 0]
    return float(-(kept * np.log2(kept)).sum())


def information(table: np.ndarray) -> float:
    """Return the mutual information of a joint table in bits, from its entropies."""
    table = table / table.sum()
    return entropy(table.sum(axis=0)) + entropy(table.sum(axis=1)) - entropy(table.ravel())


@st.composite
def consultations(draw: st.DrawFn) -> dict[str, str]:
    """Return findings drawn from the small consultation."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    case = draw_case(CONSULTATION.network, rng)
    nodes = [node.id for node in CONSULTATION.network.of_kind(*ASKED_KINDS)]
    chosen = draw(st.lists(st.sampled_from(nodes), max_size=4, unique=True))
    return {node: CONSULTATION.network.node(node).states[case[node]] for node in chosen}


# Laws


@given(consultations())
def test_gain_is_that_of_the_joint_distribution(findings: dict[str, str]) -> None:
    try:
        asked = CONSULTATION.next_questions(findings)
    except ImpossibleEvidence:
        return
    observed = asked.answer.observed()
    for question in asked.questions:
        expected = {
            of or cause: information(
                oracles.joint_posterior(CONSULTATION.network, observed, [cause, question.item])
            )
            for cause, of in CONSULTATION.network.causes.items()
        }
        for cause, bits in question.gain_about.items():
            assert bits >= 0.0
            assert bits == pytest.approx(expected[cause], abs=ENGINE)
        assert question.gain_bits == pytest.approx(sum(expected.values()), abs=ENGINE)


@given(consultations())
def test_posterior_averaged_over_the_answers_is_the_one_before(findings: dict[str, str]) -> None:
    try:
        asked = CONSULTATION.next_questions(findings)
    except ImpossibleEvidence:
        return
    for question in asked.questions:
        assert sum(outcome.probability for outcome in question.outcomes) == pytest.approx(1.0, abs=ROUNDING)
        for cause in asked.answer.ranking:
            mean = sum(one.probability * one.due_to[cause.condition] for one in question.outcomes)
            assert mean == pytest.approx(cause.due_to, abs=ENGINE)


@given(consultations())
def test_each_outcome_is_what_a_query_with_that_answer_gives(findings: dict[str, str]) -> None:
    try:
        asked = CONSULTATION.next_questions(findings)
    except ImpossibleEvidence:
        return
    for question in asked.questions:
        for outcome in question.outcomes:
            answer = CONSULTATION.query({**findings, question.item: outcome.state})
            for cause, p in outcome.due_to.items():
                assert p == pytest.approx(answer.due_to(cause), abs=ENGINE)


@pytest.mark.parametrize("seed", range(8))
def test_information_of_a_node_about_itself_is_its_entropy(seed: int) -> None:
    network = small_mixed(seed, n=8)
    ddx = Differential.of(network)
    binary = [node.id for node in network.nodes if len(node.states) == 2]
    table = pairs(_Slow(network), {}, binary, binary)
    for row, node in enumerate(binary):
        marginal = ddx.engine.posteriors({}, [node]).marginals[node]
        assert table.gain_bits[row, row] == pytest.approx(entropy(np.asarray(marginal)), abs=ENGINE)
        assert_close(table.gain_bits[row], table.gain_bits[:, row], atol=ENGINE)  # symmetric


def test_what_is_certain_tells_nothing() -> None:
    asked = LEG_PAIN.next_questions({"sex": "male"})
    assert asked["pregnancy"].gain_bits == pytest.approx(0.0, abs=ROUNDING)
    assert [outcome.state for outcome in asked["pregnancy"].outcomes] == ["absent"]


class _Slow:
    """An engine that answers only for single nodes, as pgmpy's does."""

    def __init__(self, network: Network) -> None:
        self.network, self._engine = network, ExactEngine(network)

    def posteriors(self, evidence: Any, targets: Any = None) -> Any:
        return self._engine.posteriors(evidence, targets)


def test_the_engines_own_pairs_agree_with_one_query_for_each_target() -> None:
    fast = LEG_PAIN.next_questions(TYPICAL)
    slow = next_questions(replace(LEG_PAIN, engine=_Slow(LEG_PAIN.network)), TYPICAL)
    for question in fast.questions:
        other = slow[question.item]
        assert_close(question.answers, other.answers, atol=ENGINE)
        assert_close(question.after, other.after, atol=ENGINE)
        assert_close(question.gains, other.gains, atol=ENGINE)


# What is asked, and in which order


def test_what_was_asked_is_never_asked_again() -> None:
    findings = {
        **TYPICAL,
        "creeping_sensation": UNKNOWN,
        "cold_foot": Likelihood(3.0),
        "dark_urine": "absent",
    }
    evidence = Evidence.of(LEG_PAIN.network, findings).paused_at("low_back_pain")
    asked = LEG_PAIN.next_questions(evidence)
    offered = {question.item for question in asked.questions} | {ask.item for ask in asked.must_ask}
    assert not offered & set(findings)


def test_everything_else_is_offered_once() -> None:
    asked = LEG_PAIN.next_questions(TYPICAL)
    wanted = {node.id for node in LEG_PAIN.network.of_kind(*ASKED_KINDS)} - set(TYPICAL)
    items = [question.item for question in asked.questions]
    assert len(items) == len(set(items))
    assert set(items) == wanted
    assert {node.id for node in askable(LEG_PAIN.network, asked.answer.evidence)} == wanted


def test_most_information_per_cost_comes_first() -> None:
    asked = LEG_PAIN.next_questions(TYPICAL)
    rates = [question.gain_per_cost for question in asked.questions]
    assert rates == sorted(rates, reverse=True)
    bits = [question.gain_bits for question in asked.by_gain]
    assert bits == sorted(bits, reverse=True)
    costs = {question.kind: question.cost for question in asked.questions}
    assert costs == {kind: LEG_PAIN.network.decisions.cost(kind) for kind in KINDS}
    assert costs["question"] < costs["examination"] < costs["test"]


@pytest.mark.parametrize("kind", KINDS)
def test_only_one_kind_is_offered_when_asked_for(kind: str) -> None:
    asked = LEG_PAIN.next_questions(TYPICAL, kind=kind)
    assert asked.questions
    assert {question.kind for question in asked.questions} == {kind}
    everything = {q.item: q.gain_bits for q in LEG_PAIN.next_questions(TYPICAL).questions}
    for question in asked.questions:
        assert question.gain_bits == pytest.approx(everything[question.item], abs=ENGINE)


def test_about_one_cause_the_gain_is_about_that_cause() -> None:
    asked = LEG_PAIN.next_questions(TYPICAL, about="restless_legs_syndrome")
    assert asked.about == "restless_legs_syndrome"
    for question in asked.questions:
        assert question.gain_bits == question.gain_about["restless_legs_syndrome"]
    assert asked.to_plain()["measure"] == "gain_bits"
    assert "total_gain_bits" in LEG_PAIN.next_questions(TYPICAL).to_plain()["questions"][0]


def test_a_question_tells_no_more_about_a_cause_than_there_is_to_know() -> None:
    asked = LEG_PAIN.next_questions(TYPICAL)
    for cause in asked.answer.ranking:
        most = entropy(np.array([cause.due_to, 1 - cause.due_to]))
        for question in asked.questions:
            assert question.gain_about[cause.condition] <= most + ENGINE
            assert question.gain_about[cause.condition] <= entropy(question.answers) + ENGINE


def test_gain_matches_a_computation_through_pgmpy() -> None:
    from pgmpy.inference import VariableElimination

    findings = {"age": "60_to_74", "sex": "female", "sudden_cramp": "present"}
    asked = LEG_PAIN.next_questions(findings)
    model = LEG_PAIN.network.to_pgmpy()
    given_ = {**findings, "night_leg_pain": "present"}
    for item, cause in [
        ("relief_by_stretching", "nocturnal_leg_cramps"),
        ("morning_stiffness", "osteoarthritis"),
        ("cold_foot", "arterial_insufficiency"),
        ("ferritin_low", "restless_legs_syndrome"),
    ]:
        query = VariableElimination(model).query(
            [item, cause_node(LEG_PAIN.network, cause)], evidence=given_, show_progress=False
        )
        assert asked[item].gain_about[cause] == pytest.approx(information(query.values), abs=ENGINE)


@pytest.mark.filterwarnings("ignore:builtin type .* has no __module__ attribute:DeprecationWarning")
def test_pyagrum_finds_the_same_gain() -> None:
    findings = {"age": 72, "relief_by_dangling_legs": "present"}
    asked = LEG_PAIN.next_questions(findings)
    peer = oracles.PyAgrum(LEG_PAIN.network, max_parents=2)
    observed = asked.answer.observed()
    cause = "due_to_arterial_insufficiency"

    def marginal(evidence: dict[str, Any], node: str) -> np.ndarray:
        inference = peer.engine(evidence)
        inference.addTarget(node)  # by default all nodes are, and some of those take minutes
        inference.makeInference()
        return np.array(inference.posterior(node).tolist())

    answers = marginal(observed, "cold_foot")
    rows = [answers[state] * marginal({**observed, "cold_foot": state}, cause) for state in (0, 1)]
    gain = asked["cold_foot"].gain_about["arterial_insufficiency"]
    assert gain == pytest.approx(information(np.array(rows)), abs=ENGINE)


def test_entered_causes_leave_nothing_to_learn_about_themselves() -> None:
    asked = LEG_PAIN.next_questions({"age": 70, "due_to_osteoarthritis": "present"}, about="osteoarthritis")
    assert max(question.gain_bits for question in asked.questions) == pytest.approx(0.0, abs=ROUNDING)
    assert all(q.outcomes[-1].due_to["osteoarthritis"] == pytest.approx(1.0) for q in asked.questions)


# Mistakes


def test_a_network_without_a_complaint_has_no_cause_to_ask_about() -> None:
    with pytest.raises(NoComplaint, match="no cause to ask about"):
        Differential.of(asia()).next_questions({"xray": "present"})


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"kind": "questions"}, DiagnosisError, "Did you mean 'question'"),
        ({"about": "restless_legs"}, UnknownNode, "no cause is called 'restless_legs'"),
    ],
)
def test_a_mistake_names_what_is_right(options: dict[str, str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        LEG_PAIN.next_questions(TYPICAL, **options)
    with pytest.raises(UnknownNode, match="no open question is called 'age'"):
        LEG_PAIN.next_questions(TYPICAL)["age"]


def test_the_answer_prints_and_becomes_json() -> None:
    asked = LEG_PAIN.next_questions(TYPICAL)
    assert "bits" in str(asked)
    assert asked.answer.network.notice[0] in str(asked)
    plain = asked.to_plain()
    assert len(plain["questions"]) == len(asked.questions)
    assert plain["stop"]["stop"] is False
    assert plain["questions"][0]["outcomes"][0]["due_to"]["other_cause"] == pytest.approx(
        asked.questions[0].outcomes[0].due_to["other_cause"]
    )
    assert PRESENT == 1
