"""What is asked back about findings that can hardly hold together: when, where, and what stays as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from model import UNKNOWN, Differential, Evidence, Likelihood
from model.cli import main
from model.contradictions import contradictions
from network.build import load_network
from network.decisions import Clause
from network.structure import BINARY, PRESENT, Contradiction
from tests.labelled import collection
from tests.model.believed import ddx
from tests.networks import consultation

BN = load_network()
NEEDS = [
    (rule, (*rule.all_of, *one)) for rule in BN.contradictions for one in ([[c] for c in rule.any_of] or [[]])
]
"""Every rule with every smallest set of findings that raises it."""
STATES = {node.id: node.states for node in BN.nodes} | {item.id: BINARY for item in BN.safety_items}
NAMED = sorted({node for rule in BN.contradictions for node, _ in (*rule.all_of, *rule.any_of)})
BOTH = {
    "age": "75_plus",
    "sex": "male",
    "relief_on_leg_elevation": "present",
    "worse_on_leg_elevation": "present",
}
QUESTION = "Please check: Does raising the legs ease the pain, or does it make it worse? Both were entered."


def asked(findings: dict[str, Any] | tuple[Clause, ...]) -> list[str]:
    return [one.rule for one in contradictions(Evidence.of(BN, dict(findings)))]


def entries(findings: dict[str, str]) -> list[str]:
    return [part for node, state in findings.items() for part in ("-e", f"{node}={state}")]


def named(rule: Contradiction, needed: tuple[Clause, ...]) -> str:
    return f"{rule.id}, {needed[-1][0]}"


@pytest.mark.parametrize(("rule", "needed"), NEEDS, ids=[named(*one) for one in NEEDS])
def test_a_rule_fires_on_exactly_its_clauses_and_never_on_less(
    rule: Contradiction, needed: tuple[Clause, ...]
) -> None:
    found = {one.rule: one for one in contradictions(Evidence.of(BN, dict(needed)))}
    assert found[rule.id].because == needed
    assert (found[rule.id].question, found[rule.id].reason) == (rule.question, rule.reason)
    for clause in needed:
        rest = {node: state for node, state in needed if (node, state) != clause}
        assert rule.id not in asked(rest)
        for state in STATES[clause[0]]:
            if (clause[0], state) not in (*rule.all_of, *rule.any_of):
                assert rule.id not in asked(rest | {clause[0]: state})


@pytest.mark.parametrize(("rule", "needed"), NEEDS, ids=[named(*one) for one in NEEDS])
def test_what_is_asked_back_is_odd_and_not_impossible(
    rule: Contradiction, needed: tuple[Clause, ...]
) -> None:
    observed = Evidence.of(BN, dict(needed)).observed()
    complaint = {str(BN.complaint): PRESENT}
    assert ddx().engine.posteriors({**complaint, **observed}, targets=()).possible


def test_asking_back_refuses_nothing_and_moves_no_number() -> None:
    silent = Differential(replace(BN, contradictions=()), ddx().engine)
    answer, without = ddx().query(BOTH), silent.query(BOTH)
    assert answer.contradictions != without.contradictions == ()
    changed = {"contradictions": [], "network": without.to_plain()["network"]}
    assert answer.to_plain() | changed == without.to_plain()


@st.composite
def cases(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Findings of nodes that rules name, some of them uncertain or unknown."""
    nodes = draw(st.lists(st.sampled_from(NAMED), unique=True, max_size=14))
    vague = st.sampled_from([UNKNOWN, Likelihood(9.0), Likelihood(0.1)])
    certain = {node: st.sampled_from(STATES[node]) for node in nodes}
    likely = [node for node in nodes if node in BN and STATES[node] == BINARY]
    return [(node, draw(certain[node] | vague if node in likely else certain[node])) for node in nodes]


@given(cases(), st.data())
def test_the_order_of_entry_makes_no_difference(case: list[tuple[str, Any]], data: st.DataObject) -> None:
    one, other = (
        Evidence.of(BN, dict(case)),
        Evidence.of(BN, dict(data.draw(st.permutations(case)))),
    )
    assert contradictions(one) == contradictions(other)


@given(cases(), cases())
def test_more_findings_never_take_a_question_back(
    case: list[tuple[str, Any]], more: list[tuple[str, Any]]
) -> None:
    before = {one.rule: set(one.because) for one in contradictions(Evidence.of(BN, dict(case)))}
    after = {
        one.rule: set(one.because) for one in contradictions(Evidence.of(BN, {**dict(more), **dict(case)}))
    }
    assert before.keys() <= after.keys()
    assert all(because <= after[rule] for rule, because in before.items())


@given(cases())
def test_every_rule_that_holds_is_asked_and_no_other(case: list[tuple[str, Any]]) -> None:
    entered = set((node, value) for node, value in case if isinstance(value, str))
    holding = [rule.id for rule, needed in NEEDS if set(needed) <= entered]
    assert asked(dict(case)) == list(dict.fromkeys(holding))


def test_what_does_not_count_or_is_uncertain_asks_nothing() -> None:
    evidence = Evidence.of(BN, BOTH)
    assert len(contradictions(evidence)) == 1
    assert contradictions(evidence.paused_at("worse_on_leg_elevation")) == ()
    assert contradictions(evidence.with_finding("worse_on_leg_elevation", UNKNOWN)) == ()
    assert contradictions(evidence.with_finding("worse_on_leg_elevation", Likelihood(10.0))) == ()


def test_a_network_without_rules_asks_nothing() -> None:
    bn = consultation()
    assert bn.contradictions == ()
    everything = {node.id: node.states[-1] for node in bn.nodes}
    assert contradictions(Evidence.of(bn, everything)) == ()
    assert "Please check" not in str(Differential.of(bn).query({"age": 45}))


def test_published_patients_are_hardly_ever_asked_back() -> None:
    patients = {one.id: one for one in collection()}
    found = {name: rules for name, one in patients.items() if (rules := asked({**one.evidence, **one.tests}))}
    print(f"{len(found)} of {len(patients)} patients are asked back")
    assert len(found) <= 3
    # A "constant" ache that is "better standing or asleep in a chair": coded as pain that no position eases.
    looked_at = {name: rules for name, rules in found.items() if patients[name].half == "looking"}
    assert looked_at == {"pad_access_82m": ["constant_but_eased"]}


def test_an_answer_carries_it_and_prints_it() -> None:
    answer = ddx().query(BOTH)
    [one] = answer.contradictions
    assert one.line == QUESTION
    assert QUESTION in str(answer).splitlines()
    assert answer.to_plain()["contradictions"] == [
        {
            "rule": "raising_eases_and_worsens",
            "question": "Does raising the legs ease the pain, or does it make it worse?",
            "reason": "Both were entered.",
            "because": [["relief_on_leg_elevation", "present"], ["worse_on_leg_elevation", "present"]],
        }
    ]
    assert ddx().query({"age": 45}).to_plain()["contradictions"] == []


@pytest.mark.parametrize("verb", ["query", "explain", "fit", "advice", "what-if"])
def test_every_verb_asks_back(verb: str) -> None:
    words = [verb, *entries(BOTH), *(["--set", "smoking=never"] if verb == "what-if" else [])]
    lines = CliRunner().invoke(main, words).stdout.splitlines()
    assert lines.count(QUESTION) == 1
    assert lines.index(QUESTION) < lines.index(BN.notice[0])
    plain = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    assert [one["rule"] for one in plain["contradictions"]] == ["raising_eases_and_worsens"]


def test_a_change_asks_back_what_it_would_contradict() -> None:
    change = {"worse_on_leg_elevation": "present"}
    case = {node: state for node, state in BOTH.items() if node not in change}
    result = ddx().what_if(case, change)
    assert [one.rule for one in result.new_contradictions] == ["raising_eases_and_worsens"]
    assert result.without.contradictions == ()
    shown = CliRunner().invoke(main, ["what-if", *entries(case), "--set", "worse_on_leg_elevation=present"])
    assert QUESTION in shown.stdout.splitlines()
    # What an intervention sets aside is as odd as before.
    done = ddx().what_if({**BOTH, "diuretic": "present"}, {"diuretic": "absent"}, do=True)
    assert [one.rule for one in done.without.contradictions] == ["raising_eases_and_worsens"]
    assert done.new_contradictions == ()
    assert QUESTION in str(done).splitlines()


def test_a_scenario_file_is_asked_back_case_by_case(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(
        "cases:\n  - id: odd\n    evidence:\n      relief_on_leg_elevation: present\n"
        "      worse_on_leg_elevation: present\n  - id: plain\n    evidence: {age: 45}\n",
        encoding="utf-8",
    )
    assert f"odd: {QUESTION}" in CliRunner().invoke(main, ["run", str(path)]).stdout.splitlines()
    plain = json.loads(CliRunner().invoke(main, ["run", str(path), "--json"]).stdout)
    assert [one["rule"] for one in plain["contradictions"]["odd"]] == ["raising_eases_and_worsens"]
    assert plain["contradictions"]["plain"] == []
