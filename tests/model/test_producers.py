"""Who produced a finding: the noisy-OR spelled out with a node for every attempt, and summed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import Differential
from model.engine import ExactEngine
from model.producers import LEAK, produced, producers_of
from network.cpds import NoisyMax, NoisyOr, Table
from network.structure import BINARY, Network, Node
from tests import oracles
from tests.floats import ENGINE
from tests.networks import any_of, consultation, make, noisy, tabled

LEG_PAIN = Differential.load()


def with_attempts(network: Network, finding: str) -> Network:
    """Return the network with a node for each attempt, of parents and leak, to produce a finding."""
    nodes: list[Node] = []
    for node in network.nodes:
        if node.id == finding:
            assert isinstance(node.cpd, NoisyOr)
            attempts = [
                Node(attempt(parent, finding), BINARY, (parent,), Table(np.stack([1.0 - link, link]), 1))
                for parent, link in zip(node.parents, node.cpd.links, strict=True)
            ]
            attempts.append(tabled(attempt(None, finding), [], float(node.cpd.leak)))
            nodes += attempts
            node = any_of(finding, *(one.id for one in attempts), kind=node.kind)
        nodes.append(node)
    return make("attempts", *nodes, complaint=network.complaint)


def attempt(producer: str | None, finding: str) -> str:
    """Return the node that is present where the producer succeeded."""
    return f"{finding} by {producer or 'leak'}"


def ladder(seed: int) -> Network:
    """Return two conditions, a finding of both, a finding of that finding, and one more below."""
    p = np.random.default_rng(seed).uniform(0.05, 0.95, size=12)
    return make(
        "ladder",
        tabled("one", [], p[0], "condition"),
        tabled("two", ["one"], [p[1], p[2]], "condition"),
        noisy("first", {"one": p[3], "two": p[4]}, p[5]),
        noisy("second", {"first": p[6], "two": p[7]}, p[8]),
        noisy("third", {"second": p[9], "one": p[10]}, p[11]),
        tabled("sign_of_one", ["one"], [p[1], p[6]], "sign"),
    )


@given(st.integers(0, 10**6), st.sampled_from(["first", "second", "third"]), st.data())
def test_producers_are_those_of_the_network_with_a_node_for_each_attempt(
    seed: int, finding: str, data: st.DataObject
) -> None:
    network = ladder(seed)
    others = [node for node in ("first", "second", "third", "sign_of_one") if node != finding]
    observed = {node: data.draw(st.integers(0, 1)) for node in data.draw(st.sets(st.sampled_from(others)))}
    observed[finding] = 1
    expected = oracles.posteriors(with_attempts(network, finding), observed).marginals
    for producer in producers_of(ExactEngine(network), observed, finding):
        succeeded = expected[attempt(producer.node, finding)][1]
        assert producer.probability == pytest.approx(succeeded, abs=ENGINE)


@given(st.integers(0, 10**6), st.integers(0, 1))
def test_the_origin_is_that_both_attempts_succeeded(seed: int, sign: int) -> None:
    network = ladder(seed)
    observed = {"second": 1, "sign_of_one": sign}
    (through,) = (p for p in producers_of(ExactEngine(network), observed, "second") if p.node == "first")
    assert through.origin is not None
    spelled = with_attempts(with_attempts(network, "first"), "second")
    attempts = [attempt("first", "second"), attempt(through.origin.node, "first")]
    table = oracles.joint_posterior(spelled, observed, attempts)
    assert through.origin.probability == pytest.approx(table[1, 1] / table.sum(), abs=ENGINE)


def test_a_condition_and_its_cause_count_as_one() -> None:
    network = consultation()
    observed: dict[str, Any] = {"night_leg_pain": 1, "absent_pulses": 1, "age": 2}
    (found,) = produced(ExactEngine(network), observed)
    spelled = with_attempts(network, "absent_pulses")
    parents = ("arterial_insufficiency", "due_to_arterial_insufficiency")
    table = oracles.joint_posterior(spelled, observed, [attempt(one, "absent_pulses") for one in parents])
    shares = {one.node: one.probability for one in found.producers}
    assert set(shares) == {"arterial_insufficiency", None}
    assert shares["arterial_insufficiency"] == pytest.approx(1.0 - table[0, 0] / table.sum(), abs=ENGINE)


GRADES = ("none", "mild", "severe")


def staircase(seed: int, with_attempts: bool) -> Network:
    """Return a graded finding of two conditions, and signs of it and of one condition.

    With attempts, each producer's contribution is a node, and the finding the largest of them.
    """
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.05, 0.95, size=8)
    leak, *harm = rng.dirichlet(np.ones(3), size=3)
    links = {name: np.array([[1.0, 0.0, 0.0], row]) for name, row in zip(("one", "two"), harm, strict=True)}
    nodes = [tabled("one", [], p[0], "condition"), tabled("two", ["one"], [p[1], p[2]], "condition")]
    if with_attempts:
        nodes += [Node(attempt(c, "pain"), GRADES, (c,), Table(link.T, 1)) for c, link in links.items()]
        nodes.append(Node(attempt(None, "pain"), GRADES, (), Table(leak, 0)))
        parents, leak, matrices = (
            tuple(attempt(c, "pain") for c in ("one", "two", None)),
            np.eye(3)[0],
            (np.eye(3),) * 3,
        )
    else:
        parents, matrices = ("one", "two"), tuple(links.values())
    nodes.append(Node("pain", GRADES, parents, NoisyMax(leak, matrices), "symptom"))
    nodes.append(
        Node("below", BINARY, ("pain", "one"), Table(np.stack([1.0 - p[2:8], p[2:8]]).reshape(2, 3, 2), 2))
    )
    nodes.append(tabled("sign_of_two", ["two"], [p[3], p[4]], "sign"))
    return make("staircase", *nodes)


@given(
    st.integers(0, 10**6),
    st.sampled_from([1, 2]),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([None, 0, 1]),
)
def test_producers_of_a_grade_are_those_that_reached_it(
    seed: int, grade: int, below: int | None, sign: int | None
) -> None:
    observed = {"pain": grade, "below": below, "sign_of_two": sign}
    evidence = {node: state for node, state in observed.items() if state is not None}
    expected = oracles.posteriors(staircase(seed, with_attempts=True), evidence).marginals
    (found,) = (
        one
        for one in produced(ExactEngine(staircase(seed, with_attempts=False)), evidence)
        if one.finding == "pain"
    )
    assert {one.node for one in found.producers} == {"one", "two", None}
    for producer in found.producers:
        reached = expected[attempt(producer.node, "pain")][grade]
        assert producer.probability == pytest.approx(reached, abs=ENGINE)


def test_a_graded_finding_is_named_with_its_grade() -> None:
    (found,) = LEG_PAIN.explain({"morning_stiffness": "over_30_min"}, "inflammatory_arthritis").produced
    assert found.label == "Morning stiffness (more than 30 minutes)"
    assert "inflammatory_arthritis" in {one.node for one in found.producers}
    told = str(LEG_PAIN.explain({"morning_stiffness": "over_30_min"}, "inflammatory_arthritis"))
    assert "morning stiffness (more than 30 minutes) (" in told


def test_only_what_is_present_for_certain_is_asked_about() -> None:
    engine = ExactEngine(consultation())
    assert produced(engine, {"relief_by_dangling_legs": 0}) == ()
    assert produced(engine, {"relief_by_dangling_legs": np.array([1.0, 5.0])}) == ()
    assert produced(engine, {"morning_stiffness": 0, "diabetes": 1}) == ()


def test_a_band_of_age_only_says_how_large_the_leak_is() -> None:
    (found,) = produced(LEG_PAIN.engine, {"night_leg_pain": 1, "mri_disc_herniation": 1, "age": 3})
    assert "age" not in {one.node for one in found.producers}
    assert sum(one.probability for one in found.producers) >= 1.0 - ENGINE
    (leak,) = (one for one in found.producers if one.node is None)
    assert leak.label == LEAK
    assert leak.probability > 0.5  # most old discs bulge whatever hurts


def test_a_latent_node_names_what_stands_behind_it() -> None:
    (found,) = produced(LEG_PAIN.engine, {"night_leg_pain": 1, "urge_to_move": 1})
    first = found.producers[0]
    assert first.node == "restless_description"
    assert first.origin is not None
    assert first.origin.node == "due_to_restless_legs_syndrome"
    assert first.origin.probability < first.probability


def test_producers_stand_most_likely_first() -> None:
    findings = {"cold_foot": "present", "low_back_pain": "present"}
    for one in LEG_PAIN.explain(findings, "osteoarthritis").produced:
        shares = [producer.probability for producer in one.producers]
        assert shares == sorted(shares, reverse=True)
        assert all(0.0 <= share <= 1.0 for share in shares)
        assert one.to_plain()["producers"][0]["node"] == one.producers[0].node
