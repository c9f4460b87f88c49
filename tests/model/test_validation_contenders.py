"""The network and simpler methods on the same patients, each against another way to work it out."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from model import Differential
from model.validation.contenders import (
    EQUAL_ODDS,
    NAIVE_BAYES,
    NETWORK,
    PRIOR,
    SINGLE_CAUSE,
    Answers,
    answers,
    naive_bayes,
)
from network.cpds import Table
from network.errors import DiagnosisError
from network.readings import Readings
from network.structure import BINARY, Network, Node
from tests import oracles
from tests.floats import ENGINE, assert_close
from tests.networks import any_of, asia, consultation, make, noisy, tabled

CONSULTATION = Differential.of(consultation())
FINDINGS = ("relief_by_dangling_legs", "worse_on_standing", "absent_pulses", "joint_xray")
CASES = st.dictionaries(st.sampled_from(FINDINGS), st.sampled_from(BINARY))
SIZES = st.integers(min_value=0, max_value=2**31 - 1)


@hypothesis.given(SIZES)
def test_naive_bayes_is_enumeration_of_a_naive_bayes_network(seed: int) -> None:
    rng = np.random.default_rng(seed)
    causes = tuple(f"c{k}" for k in range(int(rng.integers(2, 5))))
    prior = rng.dirichlet(np.ones(len(causes)))
    tables = {f"f{i}": rng.dirichlet(np.ones(rng.integers(2, 4)), size=len(causes)).T for i in range(5)}
    states = {name: tuple(f"s{k}" for k in range(len(table))) for name, table in tables.items()}
    network = make(
        "naive_bayes",
        Node("cause", causes, (), Table(prior, 0)),
        *(Node(name, states[name], ("cause",), Table(table, 1)) for name, table in tables.items()),
    )
    cells = {
        (name, cause): dict(zip(states[name], table[:, k].tolist(), strict=True))
        for name, table in tables.items()
        for k, cause in enumerate(causes)
    }
    told = {name: int(rng.integers(len(states[name]))) for name in tables if rng.random() < 0.7}
    case = {name: states[name][state] for name, state in told.items()}
    expected = oracles.posteriors(network, told).marginals["cause"]
    assert_close(naive_bayes([case], causes, prior, cells), expected[None, :], atol=ENGINE)
    assert_close(
        naive_bayes([{**case, "unread": "s0"}], causes, prior, cells), expected[None, :], atol=ENGINE
    )


def two_causes(first: float, second: float) -> Network:
    """Return a network whose two causes have findings of their own and hardly compete.

    Another cause is nearly certain, so the complaint says next to nothing of the two.
    """
    return make(
        "apart",
        tabled("a", [], first, "condition"),
        tabled("b", [], second, "condition"),
        tabled("due_to_a", ["a"], [0.0, 0.5], "due_to"),
        tabled("due_to_b", ["b"], [0.0, 0.4], "due_to"),
        tabled("other_cause", [], 1.0 - 1e-9, "due_to"),
        any_of("pain", "due_to_a", "due_to_b", "other_cause", kind="complaint"),
        noisy("f1", {"due_to_a": 0.7}, 0.1),
        noisy("f2", {"due_to_a": 0.4}, 0.3),
        noisy("g1", {"due_to_b": 0.9}, 0.2),
        noisy("g2", {"due_to_b": 0.1}, 0.05),
        complaint="pain",
    )


APART = [
    {},
    {"f1": "present", "f2": "absent", "g1": "present"},
    {"f1": "absent", "f2": "absent", "g1": "absent", "g2": "absent"},
    {"f1": "present", "f2": "present", "g1": "present", "g2": "present"},
]


def asked(network: Network) -> Answers:
    """Return what the methods say of the cases of `APART`."""
    return answers(Differential.of(network), APART)


def test_naive_bayes_of_each_cause_is_bayes_rule_where_findings_are_independent_given_it() -> None:
    found = asked(two_causes(0.3, 0.2))
    for row, case in enumerate(APART):
        for column, (cause, prior, likelihoods) in enumerate((
            ("a", 0.3 * 0.5, {"f1": (1 - 0.3 * 0.9, 0.1), "f2": (1 - 0.6 * 0.7, 0.3)}),
            ("b", 0.2 * 0.4, {"g1": (1 - 0.1 * 0.8, 0.2), "g2": (1 - 0.9 * 0.95, 0.05)}),
        )):  # fmt: skip
            assert found.causes[column] == cause
            there, not_there = prior, 1.0 - prior
            for finding, (p, q) in likelihoods.items():
                state = case.get(finding)
                there *= 1.0 if state is None else p if state == "present" else 1.0 - p
                not_there *= 1.0 if state is None else q if state == "present" else 1.0 - q
            assert found.p[NAIVE_BAYES][row, column] == pytest.approx(there / (there + not_there), abs=1e-6)
            assert found.p[NETWORK][row, column] == pytest.approx(there / (there + not_there), abs=1e-6)


def test_equal_odds_do_not_depend_on_how_frequent_causes_are() -> None:
    rare, common = asked(two_causes(0.01, 0.6)), asked(two_causes(0.5, 0.03))
    assert_close(rare.p[EQUAL_ODDS][:, :2], common.p[EQUAL_ODDS][:, :2], atol=1e-6)
    assert np.abs(rare.p[NETWORK][:, :2] - common.p[NETWORK][:, :2]).max() > 0.1
    assert_close(rare.p[EQUAL_ODDS][0], np.full(3, 0.5), atol=1e-6)


@hypothesis.given(st.lists(CASES, min_size=1, max_size=4))
def test_the_network_is_asked_what_a_query_asks(cases: list[dict[str, str]]) -> None:
    found = answers(CONSULTATION, cases)
    for row, case in enumerate(cases):
        alone = CONSULTATION.query(case)
        assert_close(found.p[NETWORK][row], [alone.due_to(cause) for cause in found.causes], atol=ENGINE)
        assert found.urgency[row] == alone.urgency.level
    assert_close(
        found.p[PRIOR], np.tile(answers(CONSULTATION, [{}]).p[NETWORK], (len(cases), 1)), atol=ENGINE
    )


@hypothesis.given(CASES)
def test_marginals_of_naive_bayes_are_those_of_the_joint(case: dict[str, str]) -> None:
    network = CONSULTATION.network
    found = answers(CONSULTATION, [case])
    complaint = str(network.complaint)
    index = {name: network.node(name).state_index(state) for name, state in case.items()}
    single = []
    for column, node in enumerate(network.causes):
        pair = oracles.joint_posterior(network, {complaint: 1}, [node])
        pair = pair / pair.sum()
        each = pair.copy()
        for finding, state in index.items():
            both = oracles.joint_posterior(network, {complaint: 1}, [node, finding])
            each *= (both / both.sum(axis=1, keepdims=True))[:, state]
        assert found.p[NAIVE_BAYES][0, column] == pytest.approx(each[1] / each.sum(), abs=1e-8)
        single.append(each[1])
    assert_close(found.p[SINGLE_CAUSE][0], np.array(single) / sum(single), atol=1e-8)


def test_readings_speak_of_what_they_read_and_of_nothing_else() -> None:
    read = Readings(
        readers=("one",), read={("f1", "present", "a"): (0.5,), ("f1", "present", "b"): (0.25,)},
        priors={"here": {"a": 0.5, "b": 0.5}},
        cells={("f1", "a"): {"absent": 0.5, "present": 0.5}, ("f1", "b"): {"absent": 0.75, "present": 0.25}},
    )  # fmt: skip
    found = answers(Differential.of(two_causes(0.3, 0.2)), APART, readings=read).p["readings_here"]
    assert_close(found[:, 2], np.zeros(len(APART)))  # nobody read about another cause
    assert_close(found[0], [0.5, 0.5, 0.0])
    assert_close(found[1], [2 / 3, 1 / 3, 0.0])  # only f1 was read
    assert_close(found[2], [0.4, 0.6, 0.0])


def test_cases_that_cannot_be_are_named() -> None:
    wrong = {"age": "under_40", "osteoarthritis": "present"}
    with pytest.raises(DiagnosisError, match=r"finds these cases impossible: 2, 3\. Query one"):
        answers(CONSULTATION, [{}, wrong, wrong])


def test_a_network_without_a_complaint_has_nothing_to_evaluate() -> None:
    with pytest.raises(DiagnosisError, match="network 'asia' has no complaint"):
        answers(Differential.of(asia()), [{}])
