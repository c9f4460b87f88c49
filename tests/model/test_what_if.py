"""Observe and intervene: where they agree, where they part, and what an intervention may not touch."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import UNKNOWN, Differential, Evidence, Likelihood
from model.counterfactual import drugs_of
from model.surgery import cut_arcs, engine_with_nodes, engine_without_arcs
from model.what_if import descendants, modifiable
from network.cpds import AnyOf, Attributable
from network.errors import EvidenceError, ImpossibleEvidence, NotModifiable
from network.structure import Network, Node, NodeText
from tests import oracles
from tests.floats import ENGINE, ROUNDING, assert_close
from tests.networks import any_of, consultation, make, noisy, small_mixed, tabled

LEG_PAIN = Differential.load()
BN = LEG_PAIN.network
DRUGS = sorted({drug for drugs in drugs_of(BN).values() for drug in drugs})


def settable(network: Network, *nodes: str) -> Network:
    """Return the network with these nodes marked modifiable, all of them if none is named."""
    changed = tuple(
        replace(node, text=NodeText(modifiable=not nodes or node.id in nodes)) for node in network.nodes
    )
    return replace(network, nodes=changed)


def confounded() -> Network:
    """A habit and an illness that share a cause, and pain: old -> habit, old -> illness, habit -> illness."""
    return settable(
        make(
            "confounded",
            tabled("old", [], 0.4, "risk_factor"),
            tabled("habit", ["old"], [0.2, 0.7], "risk_factor"),
            tabled("illness", ["old", "habit"], [[0.05, 0.1], [0.3, 0.5]], "condition"),
            tabled("due_to_illness", ["illness"], [0.0, 0.5], "due_to"),
            tabled("other_cause", [], 0.1, "due_to"),
            any_of("pain", "due_to_illness", "other_cause", kind="complaint"),
            noisy("sign", {"illness": 0.7}, 0.05, "sign"),
            complaint="pain",
        ),
        "habit",
    )


def truncated(network: Network, evidence: dict[str, int], do: dict[str, int], node: str) -> np.ndarray:
    """Return P(node | do, evidence) by the truncated factorisation: without the factors of `do`."""
    result = np.ones(network.cards())
    for one in network.nodes:
        if one.id in do:
            continue
        axes = [network.index[one.id], *(network.index[parent] for parent in one.parents)]
        table = np.asarray(one.cpd.table()).transpose(np.argsort(axes))
        result = result * table.reshape([card if k in axes else 1 for k, card in enumerate(network.cards())])
    for one_id, state in (evidence | do).items():
        shape = [1] * len(network)
        shape[network.index[one_id]] = -1
        result = result * oracles.likelihood(len(network.node(one_id).states), state).reshape(shape)
    rest = tuple(k for k in range(len(network)) if k != network.index[node])
    marginal = result.sum(axis=rest)
    return np.asarray(marginal / marginal.sum())


# Laws of an intervention


@pytest.mark.parametrize("state", ["absent", "present"])
def test_intervening_is_the_truncated_factorisation(state: str) -> None:
    network = confounded()
    result = Differential.of(network).what_if(
        {"old": "present", "sign": "present"}, {"habit": state}, do=True
    )
    do = {"habit": ("absent", "present").index(state)}
    for node in ("illness", "due_to_illness", "pain", "sign"):
        expected = truncated(network, {"old": 1}, do, node)
        assert_close(list(result.with_change.posterior(node).values()), expected, atol=ENGINE)


@given(st.integers(0, 200), st.data())
def test_it_is_on_random_networks_too(seed: int, data: st.DataObject) -> None:
    network = settable(small_mixed(seed, n=7))
    ddx = Differential.of(network)
    node = data.draw(st.sampled_from(network.nodes))
    state = data.draw(st.sampled_from(range(len(node.states))))
    below = descendants(network, {node.id: None})
    above = [one for one in network.nodes if one.id not in below and one.id != node.id]
    seen = data.draw(st.sampled_from(above)) if above else None
    evidence = {} if seen is None else {seen.id: seen.states[-1]}
    try:
        result = ddx.what_if(evidence, {node.id: node.states[state]}, do=True)
    except ImpossibleEvidence:
        return
    observed = {} if seen is None else {seen.id: len(seen.states) - 1}
    for other in network.nodes:
        expected = truncated(network, observed, {node.id: state}, other.id)
        assert_close(list(result.with_change.posterior(other.id).values()), expected, atol=ENGINE)


def test_intervening_equals_observing_where_nothing_confounds() -> None:
    """A root has no cause to share: do(root) and seeing root say the same of everything below."""
    network = settable(consultation())
    ddx = Differential.of(network)
    for state in network.node("age").states:
        done = ddx.what_if({}, {"age": state}, do=True, complaint=False).with_change
        seen = ddx.query({"age": state}, complaint=False)
        for node in network.nodes:
            assert_close(
                list(done.posterior(node.id).values()), list(seen.posterior(node.id).values()), atol=ENGINE
            )
        assert done.log_evidence == pytest.approx(0.0, abs=ENGINE)  # nothing was observed


def test_intervening_differs_from_observing_where_something_confounds() -> None:
    ddx = Differential.of(confounded())
    done = ddx.what_if({}, {"habit": "present"}, do=True, complaint=False).with_change
    seen = ddx.what_if({}, {"habit": "present"}, complaint=False).with_change
    assert seen.present("old") == pytest.approx(0.7 * 0.4 / (0.7 * 0.4 + 0.2 * 0.6))
    assert done.present("old") == pytest.approx(0.4)
    assert done.present("illness") == pytest.approx(0.6 * 0.1 + 0.4 * 0.5)
    assert seen.present("illness") > done.present("illness") + 0.05


def test_they_agree_again_once_the_confounder_is_known() -> None:
    ddx = Differential.of(confounded())
    done = ddx.what_if({"old": "present"}, {"habit": "present"}, do=True, complaint=False).with_change
    seen = ddx.query({"old": "present", "habit": "present"}, complaint=False)
    assert done.present("illness") == pytest.approx(seen.present("illness"), abs=ENGINE)


# What counts and what is set aside


def test_findings_below_the_change_are_set_aside_and_listed() -> None:
    ddx = Differential.of(confounded())
    result = ddx.what_if(
        {"old": "present", "habit": "absent", "sign": "present"}, {"habit": "present"}, do=True
    )
    assert {(item.node, item.why) for item in result.set_aside} == {
        ("habit", "changed"),
        ("sign", "downstream"),
        ("pain", "downstream"),
    }
    assert result.headline is not None
    without, with_change = result.headline
    assert without == pytest.approx(truncated(ddx.network, {"old": 1}, {"habit": 0}, "pain")[1], abs=ENGINE)
    assert with_change == pytest.approx(
        truncated(ddx.network, {"old": 1}, {"habit": 1}, "pain")[1], abs=ENGINE
    )
    plain = result.to_plain()
    assert plain["headline"] == {"node": "pain", "without": without, "with_change": with_change}
    assert {item["node"] for item in plain["set_aside"]} == {"habit", "sign", "pain"}
    assert "Set aside: habit, sign, pain" in str(result)


def test_without_a_known_state_the_other_side_is_how_things_are() -> None:
    ddx = Differential.of(confounded())
    result = ddx.what_if({"old": "present"}, {"habit": "absent"}, do=True)
    assert result.headline is not None
    assert result.headline[0] == pytest.approx(
        ddx.query({"old": "present"}, complaint=False).present("pain"), abs=ENGINE
    )


def test_a_change_that_cannot_reach_the_complaint_leaves_it_as_evidence() -> None:
    network = confounded()
    sign = replace(network.node("sign"), text=NodeText(modifiable=True))
    nodes = tuple(sign if node.id == "sign" else node for node in network.nodes)
    result = Differential.of(replace(network, nodes=nodes)).what_if({}, {"sign": "absent"}, do=True)
    assert result.headline is None
    assert result.with_change.complaint
    assert result.with_change.present("illness") == pytest.approx(
        result.without.present("illness"), abs=ENGINE
    )


def test_an_empty_intervention_moves_nothing() -> None:
    """Setting a node to the state it is known to be in leaves both sides the same."""
    result = LEG_PAIN.what_if({"age": 70, "diuretic": "present"}, {"diuretic": "present"}, do=True)
    for cause in result.without.ranking:
        assert result.with_change.due_to(cause.condition) == pytest.approx(cause.due_to, abs=ROUNDING)
    assert result.drug_shares == ()


def test_no_what_if_silences_a_red_flag() -> None:
    findings = {"age": 70, "diabetes": "present", "foot_ulcer_or_gangrene": "present", "smoking": "current"}
    for do in (False, True):
        result = LEG_PAIN.what_if(findings, {"smoking": "never"}, do=do)
        assert result.urgency == LEG_PAIN.query(findings).urgency
        assert result.to_plain()["urgency"]["level"] == "same_day"
        assert "SAME DAY" in str(result)
        if do:  # what was set aside is as urgent as before
            assert result.with_change.urgency == result.without.urgency == result.urgency


# Only what can be changed


def test_what_nobody_can_change_is_refused_with_what_can_be() -> None:
    with pytest.raises(NotModifiable) as caught:
        LEG_PAIN.what_if({}, {"age": "under_40"}, do=True)
    assert "'age' is not something that can be changed" in str(caught.value)
    assert set(caught.value.able) == set(modifiable(BN))
    for node in ("smoking", "diuretic", "iron_deficiency"):
        assert node in str(caught.value)
    LEG_PAIN.what_if({}, {"age": "under_40"})  # it can be observed


def test_every_modifiable_node_can_be_cut_off() -> None:
    assert modifiable(BN)
    for node in modifiable(BN):
        engine = engine_without_arcs(LEG_PAIN.engine, frozenset({node}))
        posterior = engine.posteriors({}, [node]).marginals[node]
        assert_close(posterior, np.full(len(posterior), 1.0 / len(posterior)))
        assert set(engine.network.node(node).states) == set(BN.node(node).states)


@pytest.mark.parametrize(
    ("change", "do", "message"),
    [
        ({}, False, "at least one change"),
        ({"diuretic": Likelihood(3.0)}, True, "to a state, not to a likelihood: absent, present"),
        ({"diuretic": UNKNOWN}, True, "to a state"),
    ],
)
def test_a_change_that_is_none_is_refused(change: dict[str, Any], do: bool, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        LEG_PAIN.what_if({}, change, do=do)


# Drugs


@pytest.mark.parametrize("drug", DRUGS)
@pytest.mark.parametrize("entered", ["present", "absent", None])
def test_a_drug_what_if_never_moves_what_lies_upstream(drug: str, entered: str | None) -> None:
    findings: dict[str, Any] = {"age": 72, "sex": "female", "hypertension": "present", "diabetes": "absent"}
    findings |= {"sudden_cramp": "present", "urge_to_move": "present"}
    if entered:
        findings[drug] = entered
    result = LEG_PAIN.what_if(findings, {drug: "absent"}, do=True)
    below = descendants(BN, {drug: None})
    upstream = [node.id for node in BN.nodes if node.id not in below and node.id != drug]
    assert BN.ancestors([drug]) - {drug} <= set(upstream)
    for node in upstream:
        for before, after in result.moved(node).values():
            assert after == pytest.approx(before, abs=ENGINE), node


def test_the_share_of_a_drug_is_its_attributable_fraction() -> None:
    """With one drug taken, the share is what the network's own node says."""
    findings = {
        "age": 70,
        "sex": "female",
        "diuretic": "present",
        "statin": "absent",
        "sudden_cramp": "present",
    }
    share = LEG_PAIN.what_if(findings, {"diuretic": "absent"}, do=True).drug_shares[0]
    answer = LEG_PAIN.query(findings)
    assert share.drugs == ("diuretic",)
    assert share.at_least == pytest.approx(answer.present("drug_induced_nocturnal_leg_cramps"), abs=ENGINE)
    node = BN.node("drug_induced_nocturnal_leg_cramps")
    assert isinstance(node.cpd, Attributable)
    risk = float(node.cpd.relative_risks[drugs_of(BN)[node.id].index("diuretic"), 0])
    assert share.parts == {
        "due_to_nocturnal_leg_cramps": pytest.approx(
            (1 - 1 / risk) * answer.due_to("nocturnal_leg_cramps"), abs=ENGINE
        )
    }


def test_only_the_drugs_that_are_taken_away_are_blamed() -> None:
    findings = {"age": 70, "diuretic": "present", "statin": "present", "sudden_cramp": "present"}
    one = LEG_PAIN.what_if(findings, {"diuretic": "absent"}, do=True).drug_shares[0]
    both = LEG_PAIN.what_if(findings, {"diuretic": "absent", "statin": "absent"}, do=True).drug_shares[0]
    answer = LEG_PAIN.query(findings)
    cramps = "due_to_nocturnal_leg_cramps"
    assert one.parts[cramps] < both.parts[cramps]
    assert both.parts[cramps] == pytest.approx(
        answer.present("drug_induced_nocturnal_leg_cramps"), abs=ENGINE
    )
    assert both.at_least >= max(both.parts.values()) - ROUNDING
    assert both.at_least <= sum(both.parts.values()) + ROUNDING


def test_what_cannot_be_without_the_drug_counts_whole() -> None:
    findings = {"age": 60, "statin": "present", "diffuse_muscle_ache": "present"}
    share = LEG_PAIN.what_if(findings, {"statin": "absent"}, do=True).drug_shares[0]
    expected = LEG_PAIN.query(findings).due_to("statin_myalgia")
    if not LEG_PAIN.query({"statin": "absent"}).present("statin_myalgia"):
        assert share.parts["due_to_statin_myalgia"] == pytest.approx(expected, abs=ENGINE)


def test_no_share_where_no_drug_is_taken_away() -> None:
    for change in ({"diuretic": "present"}, {"smoking": "never"}, {"obesity": "absent"}):
        assert LEG_PAIN.what_if({"age": 70}, change, do=True).drug_shares == ()
    assert LEG_PAIN.what_if({"diuretic": "absent"}, {"diuretic": "absent"}, do=True).drug_shares == ()
    assert LEG_PAIN.what_if({"diuretic": "present"}, {"diuretic": "absent"}).drug_shares == ()


# Observing


def test_observing_is_a_query_with_the_finding_changed() -> None:
    findings = {"age": 70, "sudden_cramp": "present"}
    result = LEG_PAIN.what_if(findings, {"sudden_cramp": "absent", "cold_foot": Likelihood(3.0)})
    changed = LEG_PAIN.query({"age": 70, "sudden_cramp": "absent", "cold_foot": Likelihood(3.0)})
    assert {c.condition: c.due_to for c in result.with_change.ranking} == {
        c.condition: c.due_to for c in changed.ranking
    }
    assert result.without.due_to("other_cause") == LEG_PAIN.query(findings).due_to("other_cause")
    largest = [abs(after - before) for before, after in result.shifts.values()]
    assert largest == sorted(largest, reverse=True)


def test_another_clinic_is_seen_in_and_moves_no_prior() -> None:
    result = LEG_PAIN.what_if({"age": 70}, {"seen_in": "vascular_clinic"})
    assert result.with_change.due_to("arterial_insufficiency") > result.without.due_to(
        "arterial_insufficiency"
    )
    assert LEG_PAIN.what_if({}, {"seen_in": "sleep_clinic"}).with_change.due_to(
        "restless_legs_syndrome"
    ) > LEG_PAIN.query().due_to("restless_legs_syndrome")


# Surgery


def test_surgery_never_mutates_and_is_compiled_once() -> None:
    network = confounded()
    before = network.to_plain()
    engine = Differential.of(network).engine
    first = engine_without_arcs(engine, frozenset({"habit"}))
    assert engine_without_arcs(Differential.of(confounded()).engine, frozenset({"habit"})) is first
    assert engine_without_arcs(engine, frozenset({"illness"})) is not first
    assert network.to_plain() == before
    assert cut_arcs(network, frozenset({"habit"})).node("habit").parents == ()
    assert network.node("habit").parents == ("old",)
    added = engine_with_nodes(
        engine, "test", (Node("_any", ("absent", "present"), ("old", "habit"), AnyOf(2)),)
    )
    assert "_any" in added.network
    assert "_any" not in network


def test_the_other_engine_answers_the_same() -> None:
    network = confounded()
    answers = [
        Differential.of(network, engine).what_if({"old": "present"}, {"habit": "present"}, do=True)
        for engine in ("exact", "pgmpy")
    ]
    assert answers[0].headline == pytest.approx(answers[1].headline, abs=ENGINE)


def test_log_evidence_of_an_intervention_counts_the_set_state_as_certain() -> None:
    result = Differential.of(confounded()).what_if({"old": "present"}, {"habit": "present"}, do=True)
    assert result.with_change.log_evidence == pytest.approx(math.log(0.4), abs=ENGINE)


def test_evidence_that_is_paused_or_unknown_is_not_set_aside() -> None:
    evidence = Evidence.of(BN, {"age": 70, "sudden_cramp": "present", "cold_foot": UNKNOWN}).paused_at(
        "sudden_cramp"
    )
    result = LEG_PAIN.what_if(evidence, {"diuretic": "absent"}, do=True)
    assert [item.node for item in result.set_aside] == ["night_leg_pain"]
