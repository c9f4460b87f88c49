"""`Differential.query`: laws on small networks, and what must come out of the real one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import UNKNOWN, Answer, Differential, Evidence, Likelihood
from network.errors import (
    NoComplaint,
)
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, TABLE, assert_close
from tests.model.differential_cases import TO_THE_TOP
from tests.networks import BY_HAND, asia, consultation, draw_case, small_mixed

SMALL = [Differential.of(maker()) for maker in BY_HAND.values()]
SMALL += [Differential.of(small_mixed(seed, n=9)) for seed in range(6)]
CONSULTATION = Differential.of(consultation())
LEG_PAIN = Differential.load()


def possible(ddx: Differential, data: st.DataObject, most: int = 6) -> dict[str, Any]:
    """Return states of some nodes of a case drawn from the network, with the complaint if it has one."""
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    case = draw_case(ddx.network, rng)
    while ddx.network.complaint and not case[ddx.network.complaint]:
        case = draw_case(ddx.network, rng)
    nodes = [node for node in case if node != ddx.network.complaint]
    most = min(most, len(nodes) - 1)  # one at least is left to ask
    chosen = data.draw(st.lists(st.sampled_from(nodes), max_size=most, unique=True))
    return {node: ddx.network.node(node).states[case[node]] for node in chosen}


def assert_same_answer(one: Answer, other: Answer, atol: float = ENGINE) -> None:
    assert one.log_evidence == pytest.approx(other.log_evidence, abs=atol)
    for node in one.network.nodes:
        assert_close(
            list(one.posterior(node.id).values()), list(other.posterior(node.id).values()), atol=atol
        )


# Laws


@given(st.sampled_from(SMALL), st.data())
def test_posteriors_are_those_of_the_joint_distribution(ddx: Differential, data: st.DataObject) -> None:
    findings = possible(ddx, data)
    observed = Evidence.of(ddx.network, findings).observed()
    if ddx.network.complaint:
        observed[ddx.network.complaint] = 1
    expected = oracles.posteriors(ddx.network, observed)
    answer = ddx.query(findings)
    assert answer.log_evidence == pytest.approx(expected.log_evidence, abs=ENGINE)
    for node, marginal in expected.marginals.items():
        assert_close(list(answer.posterior(node).values()), marginal, atol=ENGINE)


@pytest.mark.parametrize("findings", [{}, *TO_THE_TOP.values()], ids=["nothing", *TO_THE_TOP])
def test_every_posterior_of_the_real_network_sums_to_one(findings: dict[str, Any]) -> None:
    answer = LEG_PAIN.query(findings)
    for node in LEG_PAIN.network.nodes:
        values = list(answer.posterior(node.id).values())
        assert min(values) >= 0
        assert sum(values) == pytest.approx(1, abs=TABLE)


@given(st.sampled_from(SMALL), st.data())
def test_order_of_findings_does_not_matter(ddx: Differential, data: st.DataObject) -> None:
    findings = possible(ddx, data)
    shuffled = dict(data.draw(st.permutations(list(findings.items()))))
    assert_same_answer(ddx.query(shuffled), ddx.query(findings))


def test_order_of_findings_does_not_matter_in_the_real_network() -> None:
    findings = TO_THE_TOP["nocturnal_hypotension"]
    assert_same_answer(LEG_PAIN.query(dict(reversed(findings.items()))), LEG_PAIN.query(findings))


@given(st.sampled_from(SMALL), st.data())
def test_a_d_separated_finding_changes_nothing(ddx: Differential, data: st.DataObject) -> None:
    findings = possible(ddx, data)
    if not findings:
        return
    extra = data.draw(st.sampled_from(list(findings)))
    rest = {node: state for node, state in findings.items() if node != extra}
    given_nodes = {*rest, *([ddx.network.complaint] if ddx.network.complaint else [])}
    graph = ddx.network.to_digraph()
    before, after = ddx.query(rest), ddx.query(findings)
    for node in graph.nodes - given_nodes - {extra}:
        if nx.is_d_separator(graph, {extra}, {node}, given_nodes):
            assert_close(
                list(after.posterior(node).values()), list(before.posterior(node).values()), atol=ENGINE
            )


def test_what_d_separation_says_of_the_real_network() -> None:
    graph = LEG_PAIN.network.to_digraph()
    arterial = {"arterial_insufficiency": "present", "due_to_arterial_insufficiency": "present"}
    separated = {"arterial_insufficiency", "due_to_arterial_insufficiency", "night_leg_pain", "age"}
    assert nx.is_d_separator(
        graph, {"pallor_or_dependent_rubor"}, {"due_to_restless_legs_syndrome"}, separated
    )
    before = LEG_PAIN.query({**arterial, "age": 60})
    after = LEG_PAIN.query({**arterial, "age": 60, "pallor_or_dependent_rubor": "present"})
    assert after.due_to("restless_legs_syndrome") == pytest.approx(
        before.due_to("restless_legs_syndrome"), abs=ENGINE
    )
    assert after.log_evidence < before.log_evidence


@given(st.sampled_from(SMALL), st.data())
def test_the_average_over_the_outcomes_of_a_finding_is_the_posterior_before_it(
    ddx: Differential, data: st.DataObject
) -> None:
    findings = possible(ddx, data, most=3)
    before = ddx.query(findings)
    unasked = [
        node.id for node in ddx.network.nodes if node.id not in findings and node.id != ddx.network.complaint
    ]
    node = data.draw(st.sampled_from(unasked))
    average = {other.id: np.zeros(len(other.states)) for other in ddx.network.nodes}
    for state, weight in before.posterior(node).items():
        if weight > 0:
            after = ddx.query({**findings, node: state})
            for other in average:
                average[other] += weight * np.array(list(after.posterior(other).values()))
    for other, mean in average.items():
        assert_close(mean, list(before.posterior(other).values()), atol=ENGINE)


@given(st.sampled_from(SMALL), st.data())
def test_unknown_and_paused_findings_have_no_effect(ddx: Differential, data: st.DataObject) -> None:
    findings = possible(ddx, data)
    free = [
        node.id for node in ddx.network.nodes if node.id not in findings and node.id != ddx.network.complaint
    ]
    node = data.draw(st.sampled_from(free))
    plain = ddx.query(findings)
    assert_same_answer(ddx.query({**findings, node: UNKNOWN}), plain, atol=0)
    evidence = Evidence.of(ddx.network, findings).with_finding(node, ddx.network.node(node).states[0])
    assert_same_answer(ddx.query(evidence.paused_at(node)), plain, atol=0)


@given(st.floats(0.01, 50.0))
def test_a_likelihood_ratio_multiplies_the_odds(ratio: float) -> None:
    def odds(answer: Answer) -> float:
        p = answer.present("diabetes")
        return p / (1 - p)

    before = CONSULTATION.query({"age": 66})
    after = CONSULTATION.query({"age": 66, "diabetes": Likelihood(ratio)})
    assert odds(after) == pytest.approx(ratio * odds(before))


def test_a_certain_likelihood_is_a_state_and_an_even_one_nothing() -> None:
    certain = LEG_PAIN.query({"age": 66, "diabetes": Likelihood(present=5)})
    hard = LEG_PAIN.query({"age": 66, "diabetes": "present"})
    assert certain.log_evidence == pytest.approx(hard.log_evidence + np.log(5))
    assert certain.due_to("peripheral_neuropathy") == pytest.approx(hard.due_to("peripheral_neuropathy"))
    assert_same_answer(LEG_PAIN.query({"age": 66, "diabetes": Likelihood(1.0)}), LEG_PAIN.query({"age": 66}))


# Modes


def test_the_complaint_is_assumed_unless_told_otherwise() -> None:
    assumed = CONSULTATION.query({"age": 66})
    assert assumed.complaint
    assert assumed.posterior("night_leg_pain") == {"absent": 0.0, "present": 1.0}
    assert assumed.notes == ()
    assert_same_answer(CONSULTATION.query({"age": 66, "night_leg_pain": "present"}), assumed)


def test_population_mode_leaves_the_complaint_out_and_says_so() -> None:
    answer = CONSULTATION.query(complaint=False)
    assert not answer.complaint
    assert answer.log_evidence == pytest.approx(0, abs=ENGINE)
    assert 0 < answer.present("night_leg_pain") < 1
    assert_close(list(answer.posterior("age").values()), [0.3, 0.33, 0.25, 0.12])
    [note] = answer.notes
    assert note.startswith("Population mode: the complaint is not assumed.")


def test_evidence_of_the_complaint_is_counted_in_log_evidence() -> None:
    probability = CONSULTATION.query(complaint=False).present("night_leg_pain")
    assert CONSULTATION.query().log_evidence == pytest.approx(np.log(probability))


@pytest.mark.parametrize("complaint", [True, False])
def test_an_explicit_complaint_overrides_the_mode(complaint: bool) -> None:
    absent = CONSULTATION.query({"night_leg_pain": "absent"}, complaint=complaint)
    assert not absent.complaint
    assert {cause.due_to for cause in absent.ranking} == {0.0}
    assert absent.present("osteoarthritis") > 0
    present = CONSULTATION.query({"night_leg_pain": "present"}, complaint=complaint)
    assert_same_answer(present, CONSULTATION.query())


@pytest.mark.parametrize("network", [asia(), consultation()], ids=["asia", "consultation"])
def test_structural_zeros_stay_exact_zeros(network: Network) -> None:
    ddx = Differential.of(network)
    if network.complaint:
        assert ddx.query({"age": 30}).present("osteoarthritis") == 0.0
    else:
        assert ddx.query({"either": "absent"}).present("tub") == 0.0


# The result


def test_ranking_is_the_most_probable_first_with_other_cause_among_them() -> None:
    answer = LEG_PAIN.query(TO_THE_TOP["nocturnal_leg_cramps"])
    due = [cause.due_to for cause in answer.ranking]
    assert due == sorted(due, reverse=True)
    assert {cause.condition for cause in answer.ranking} == set(TO_THE_TOP)
    for cause in answer.ranking:
        assert cause.due_to == answer.due_to(cause.condition)
        if cause.condition == "other_cause":
            assert cause.present is None
        else:
            assert cause.present == answer.present(cause.condition)
            assert cause.due_to <= cause.present + ENGINE
            assert cause.due_to == answer.due_to(f"due_to_{cause.condition}")


def test_headings_hold_at_least_each_of_their_causes() -> None:
    answer = LEG_PAIN.query({"age": 66})
    assert len(answer.headings) == 9
    for heading, probability in answer.headings.items():
        parts = [answer.present(node) for node in LEG_PAIN.network.node(heading).parents]
        assert max(parts) - ENGINE <= probability <= sum(parts) + ENGINE
    assert answer.headings["restless_legs"] == pytest.approx(answer.due_to("restless_legs_syndrome"))
    assert answer.headings["spinal_stenosis"] <= answer.headings["nerve_compression"]
    assert answer.headings["poor_circulation"] <= answer.headings["vascular_insufficiency"]


def test_plain_answer_holds_what_the_shell_promises() -> None:
    findings = {"age": 78, "diabetes": Likelihood(3.0), "low_back_pain": UNKNOWN, "cold_foot": "yes"}
    plain = LEG_PAIN.query(findings).to_plain()
    assert list(plain) == [
        "schema", "network", "complaint", "setting", "notice", "notes", "evidence", "urgency",
        "contradictions", "log_evidence", "due_to", "present", "headings", "posterior",
    ]  # fmt: skip
    assert plain["schema"] == 1
    assert plain["network"] == {
        "name": "leg_pain", "version": LEG_PAIN.network.version, "hash": LEG_PAIN.network.hash,
    }  # fmt: skip
    assert plain["evidence"] == {
        "age": "75_plus", "diabetes": {"likelihood": {"absent": 1.0, "present": 3.0}},
        "low_back_pain": "unknown", "cold_foot": "present",
    }  # fmt: skip
    assert set(plain["due_to"]) == set(TO_THE_TOP)
    assert set(plain["present"]) == set(TO_THE_TOP) - {"other_cause"}
    assert set(plain["posterior"]) == {node.id for node in LEG_PAIN.network.nodes}
    assert len(plain["notice"]) == 4


def test_printed_answer_names_the_causes_and_the_notice() -> None:
    text = str(LEG_PAIN.query(TO_THE_TOP["disc_herniation"])).splitlines()
    first = next(line for line in text if "%" in line)
    assert first.endswith(LEG_PAIN.network.node("due_to_disc_herniation").label)
    assert text[-4:] == list(LEG_PAIN.network.notice)


def test_a_network_without_a_complaint_has_no_differential() -> None:
    answer = Differential.of(asia()).query({"dysp": "yes"})
    assert answer.ranking == ()
    assert answer.headings == {"either": pytest.approx(0.1, abs=0.1)}
    assert not answer.complaint
    with pytest.raises(NoComplaint, match="network 'asia' has no complaint, so nothing is due to anything"):
        answer.due_to("lung")
    assert "lung: absent" in str(answer)


# Several sessions at once


def test_threads_do_not_disturb_each_other() -> None:
    cases = list(TO_THE_TOP.values())[:8]
    alone = [LEG_PAIN.query(case) for case in cases]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(LEG_PAIN.query, cases))
    for one, other in zip(alone, together, strict=True):
        assert one.log_evidence == other.log_evidence
        assert one.ranking == other.ranking
