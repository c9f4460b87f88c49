from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from model import reference
from model.inference import Observed
from model.reference import PgmpyEngine
from network.cpds import NoisyOr, Table
from network.errors import TooWide, UnknownNode
from network.structure import BINARY, Network, Node
from tests import oracles
from tests.floats import ENGINE, ROUNDING, assert_close, assert_same_marginals
from tests.networks import BY_HAND, asia, consultation, leg_pain_shaped, make, noisy, small_mixed, tabled

# A noisy-OR wide enough to be split, with a leak on either side of where the reference changes its form.
LEAKS = (0.0, 1e-7, 1e-3, 0.2)


def wide_or(leak: float) -> Network:
    """Six causes of one finding, and an OR over all of them."""
    causes = {f"c{i}": 0.1 + 0.15 * i for i in range(6)}
    roots = [tabled(name, [], 0.05 + 0.1 * i) for i, name in enumerate(causes)]
    return make(
        "wide", *roots, noisy("finding", causes, leak), Node("any", BINARY, tuple(causes), certain(6))
    )


def certain(n: int) -> NoisyOr:
    return NoisyOr(np.zeros(()), (np.array([0.0, 1.0]),) * n)


def random_evidence(network: Network, rng: np.random.Generator, n: int) -> dict[str, Observed]:
    """Hard evidence and likelihoods on `n` nodes."""
    evidence: dict[str, Observed] = {}
    for position in rng.choice(len(network), size=min(n, len(network)), replace=False):
        node = network.nodes[position]
        card = len(node.states)
        evidence[node.id] = (
            int(rng.integers(card)) if rng.random() < 0.6 else rng.uniform(0.0, 3.0, size=card)
        )
    return evidence


def assert_agrees(network: Network, evidence: dict[str, Observed]) -> None:
    expected = oracles.posteriors(network, evidence)
    found = PgmpyEngine(network).posteriors(evidence)
    assert_same_marginals(found.marginals, expected.marginals)
    assert found.possible == expected.possible
    if expected.possible:
        assert_close(found.log_evidence, expected.log_evidence, atol=ENGINE)


@pytest.mark.parametrize("name", BY_HAND)
def test_no_evidence_gives_the_priors_and_certain_evidence(name: str) -> None:
    assert_agrees(BY_HAND[name](), {})


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_the_joint_on_networks_by_hand(name: str, seed: int) -> None:
    network = BY_HAND[name]()
    assert_agrees(network, random_evidence(network, np.random.default_rng(seed), 3))


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_the_joint_on_random_networks_of_every_kind(seed: int) -> None:
    network = small_mixed(seed)
    assert_agrees(network, random_evidence(network, np.random.default_rng(seed), 1 + seed % 5))


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("state", (0, 1))
def test_a_wide_noisy_or_agrees_with_the_joint_at_any_leak(leak: float, state: int) -> None:
    assert_agrees(wide_or(leak), {"finding": state, "any": 1})
    assert_agrees(wide_or(leak), {"finding": np.array([0.3, 1.0])})


def test_impossible_evidence_has_no_probability_no_answer_and_no_nan() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = PgmpyEngine(asia()).posteriors({"tub": 1, "either": 0})
    assert found.log_evidence == -np.inf
    assert not found.possible
    assert found.marginals == {}


def test_impossible_evidence_is_seen_without_targets_and_for_likelihoods() -> None:
    engine = PgmpyEngine(asia())
    assert engine.posteriors({"lung": 1, "either": 0}, targets=[]).log_evidence == -np.inf
    assert engine.posteriors({"lung": 1, "either": np.array([1.0, 0.0])}).log_evidence == -np.inf
    assert engine.posteriors({"lung": np.zeros(2)}).log_evidence == -np.inf


def test_evidence_that_rules_out_every_cause_of_the_complaint_is_impossible() -> None:
    causes = {"due_to_arterial_insufficiency": 0, "due_to_osteoarthritis": 0, "other_cause": 0}
    assert not PgmpyEngine(consultation()).posteriors({"night_leg_pain": 1, **causes}).possible


def test_a_part_of_the_network_far_from_the_target_still_counts_towards_the_evidence() -> None:
    network = make("apart", tabled("a", [], 0.25), tabled("b", [], 0.5), tabled("c", ["b"], [0.25, 0.75]))
    found = PgmpyEngine(network).posteriors({"c": 1}, ["a"])
    assert_close(found.marginals["a"], [0.75, 0.25])
    assert_close(found.log_evidence, np.log(0.5))


def test_two_findings_with_equal_tables_both_count() -> None:
    twins = [noisy(name, {"a": 0.5}, 0.1) for name in ("first", "second")]
    assert_agrees(make("twins", tabled("a", [], 0.4), *twins), {"first": 0, "second": 0})
    assert_agrees(make("twins", tabled("a", [], 0.4), *twins), {"first": 1, "second": np.array([0.1, 0.9])})


def test_only_the_targets_asked_for_are_answered_in_their_order() -> None:
    found = PgmpyEngine(asia()).posteriors({"xray": 1}, ["lung", "xray", "smoke"])
    assert list(found.marginals) == ["lung", "xray", "smoke"]
    assert_close(found.marginals["xray"], [0.0, 1.0])


def test_a_likelihood_of_one_state_is_hard_evidence() -> None:
    engine = PgmpyEngine(asia())
    hard, soft = engine.posteriors({"dysp": 1}), engine.posteriors({"dysp": np.array([0.0, 2.0])})
    assert_same_marginals(soft.marginals, hard.marginals)
    assert_close(soft.log_evidence, hard.log_evidence + np.log(2.0))


def test_the_scale_of_a_likelihood_changes_only_the_probability_of_the_evidence() -> None:
    engine = PgmpyEngine(asia())
    one, tiny = (engine.posteriors({"dysp": scale * np.array([0.2, 0.7])}) for scale in (1.0, 1e-250))
    assert_same_marginals(tiny.marginals, one.marginals)
    assert_close(tiny.log_evidence, one.log_evidence + np.log(1e-250), atol=ENGINE)


def test_an_unknown_target_or_finding_is_named_with_its_nearest_spelling() -> None:
    engine = PgmpyEngine(asia())
    with pytest.raises(UnknownNode, match="Did you mean 'smoke'"):
        engine.posteriors({}, ["smok"])
    with pytest.raises(UnknownNode, match="Did you mean 'xray'"):
        engine.posteriors({"xry": 1})


def test_two_sessions_at_once_never_disturb_each_other() -> None:
    engine = PgmpyEngine(asia())
    cases: list[dict[str, Observed]] = [{"xray": 1}, {"dysp": np.array([0.2, 0.9]), "smoke": 0}]
    expected = [oracles.posteriors(engine.network, case) for case in cases]
    wrong: list[str] = []

    def session(which: int) -> None:
        for _ in range(15):
            found = engine.posteriors(cases[which])
            try:
                assert_same_marginals(found.marginals, expected[which].marginals)
            except AssertionError as error:
                wrong.append(str(error))

    threads = [threading.Thread(target=session, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]


def test_a_query_changes_nothing_that_the_next_one_sees() -> None:
    engine = PgmpyEngine(asia())
    before = engine.posteriors({}).marginals
    engine.posteriors({"dysp": np.array([0.1, 0.9]), "tub": 1})
    assert_same_marginals(engine.posteriors({}).marginals, before, atol=0.0)


@pytest.mark.filterwarnings("ignore:builtin type .* has no __module__ attribute:DeprecationWarning")
def test_a_network_as_large_as_the_real_one_agrees_with_pyagrum() -> None:
    network = leg_pain_shaped(3)
    rng = np.random.default_rng(5)
    findings = [node.id for node in network.nodes if node.kind in ("symptom", "sign", "test")]
    evidence: dict[str, Observed] = {
        str(f): int(rng.integers(2)) for f in rng.choice(findings, 4, replace=False)
    }
    evidence |= {"age": 2, "sex": 1}
    targets = [node.id for node in network.nodes if node.kind == "due_to"]
    found = PgmpyEngine(network).posteriors(evidence, targets)
    expected = oracles.PyAgrum(network).posteriors(evidence, targets)
    assert_same_marginals(found.marginals, expected.marginals)
    assert_close(found.log_evidence, expected.log_evidence, atol=ENGINE)


def test_marginals_sum_to_one() -> None:
    for marginal in PgmpyEngine(consultation()).posteriors({"joint_xray": 1}).marginals.values():
        assert_close(marginal.sum(), 1.0, atol=ROUNDING)


def test_a_table_too_large_is_refused_before_it_is_made() -> None:
    parents = tuple(Node(f"p{i}", BINARY, (), Table(np.array([0.5, 0.5]), 0)) for i in range(26))
    children = tuple(
        Node(f"c{i}_{j}", BINARY, (f"p{i}", f"p{j}"), Table(np.full((2, 2, 2), 0.5), 2))
        for i in range(26)
        for j in range(i)
    )
    engine = PgmpyEngine(Network("clique", (*parents, *children)))
    with pytest.raises(TooWide, match="exact engine"):
        engine.posteriors({child.id: 1 for child in children}, ["p0"])


def test_where_one_order_of_summing_is_too_wide_the_other_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    tried, greedy = [], reference._greedy_order

    def noted(*arguments: Any, by_size: bool) -> list[str]:
        tried.append(by_size)
        if not by_size:
            raise TooWide(9, ["a"], "Too wide.")
        return greedy(*arguments, by_size=by_size)

    monkeypatch.setattr(reference, "_greedy_order", noted)
    assert_agrees(consultation(), {"absent_pulses": 1})
    assert set(tried) == {False, True}


@pytest.mark.parametrize("seed", range(12))
def test_targets_that_are_too_wide_together_and_alone_are_answered_state_by_state(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    joint = PgmpyEngine._joint

    def narrow(
        engine: PgmpyEngine, targets: Sequence[str], hard: dict[str, int], soft: dict[str, np.ndarray]
    ) -> tuple[np.ndarray, float]:
        if targets:
            raise TooWide(9, targets, "Too wide.")
        return joint(engine, targets, hard, soft)

    monkeypatch.setattr(PgmpyEngine, "_joint", narrow)
    network = small_mixed(seed)
    assert_agrees(network, random_evidence(network, np.random.default_rng(seed), 3))
