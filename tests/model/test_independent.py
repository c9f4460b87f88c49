"""One full case computed again by pyAgrum: posterior, information gain, Shapley shares, do(...).

pyAgrum gets the numbers of the network (filled from our arrays) and nothing else: the Shapley shares are
averaged over subsets here by their definition, and arcs are cut in its own network.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest

from model import Differential
from model.evidence import Evidence
from model.explanation import DECIBANS_PER_NAT
from network.structure import PRESENT
from tests import oracles

AGREE = 1e-9
LEG_PAIN = Differential.load()
CAUSE = "due_to_nocturnal_leg_cramps"
CASE: dict[str, Any] = {
    "age": 70, "sex": "female", "diuretic": "present", "sudden_cramp": "present",
    "relief_by_stretching": "absent", "low_back_pain": "present",
}  # fmt: skip
ASKED = ("brief_episodes", "morning_stiffness", "ankle_brachial_index_low", "statin")
OBSERVED: dict[str, Any] = {**Evidence.of(LEG_PAIN.network, CASE).observed(), "night_leg_pain": PRESENT}


@pytest.fixture(scope="module")
def peer() -> oracles.PyAgrum:
    """Return pyAgrum with the numbers of the network."""
    return oracles.PyAgrum(LEG_PAIN.network, max_parents=3)


def beliefs(
    peer: oracles.PyAgrum, evidence: Mapping[str, Any], targets: Any, bn: Any = None
) -> dict[str, Any]:
    """Return P(target | evidence). Targets are named: for all nodes pyAgrum's tree grows past the memory."""
    inference = peer.gum.LazyPropagation(peer.bn if bn is None else bn)
    for target in targets:
        inference.addTarget(target)
    inference.setEvidence(dict(evidence))
    inference.makeInference()
    return {target: np.array(inference.posterior(target).tolist()) for target in targets}


def test_posteriors_agree(peer: oracles.PyAgrum) -> None:
    answer = LEG_PAIN.query(CASE)
    for cause, condition in LEG_PAIN.network.causes.items():
        targets = [cause] if condition is None else [cause, condition]
        found = beliefs(peer, OBSERVED, targets)
        for target in targets:
            assert answer.present(target) == pytest.approx(found[target][1], abs=AGREE)


def test_information_gain_agrees(peer: oracles.PyAgrum) -> None:
    asked = LEG_PAIN.next_questions(CASE, about="nocturnal_leg_cramps")
    for item in ASKED:
        answers = beliefs(peer, OBSERVED, [item])[item]
        given = [beliefs(peer, {**OBSERVED, item: state}, [CAUSE])[CAUSE] for state in range(len(answers))]
        joint = answers[:, None] * np.array(given)
        apart = np.outer(joint.sum(axis=1), joint.sum(axis=0))
        bits = float((joint * np.log2(joint / apart)).sum())
        assert asked[item].gain_bits == pytest.approx(bits, abs=AGREE)


def test_shapley_shares_agree(peer: oracles.PyAgrum) -> None:
    players = [node for node in OBSERVED if node != "night_leg_pain"]
    n = len(players)
    worth = {}
    for size in range(n + 1):
        for inside in combinations(players, size):
            evidence = {"night_leg_pain": PRESENT, **{node: OBSERVED[node] for node in inside}}
            absent, present = beliefs(peer, evidence, [CAUSE])[CAUSE]
            worth[frozenset(inside)] = np.log(present / absent)
    found = LEG_PAIN.explain(CASE, "nocturnal_leg_cramps")
    for one in found.contributions:
        share = sum(
            factorial(len(inside)) * factorial(n - len(inside) - 1) / factorial(n)
            * (worth[inside | {one.finding}] - worth[inside])
            for inside in worth
            if one.finding not in inside
        )  # fmt: skip
        assert one.decibans / DECIBANS_PER_NAT == pytest.approx(share, abs=AGREE)


def test_an_intervention_agrees(peer: oracles.PyAgrum) -> None:
    result = LEG_PAIN.what_if(CASE, {"diuretic": "absent"}, do=True)
    assert result.headline is not None
    network = LEG_PAIN.network
    below = {"diuretic"}
    for node in network.nodes:
        if below & set(node.parents):
            below.add(node.id)
    upstream = {node: state for node, state in OBSERVED.items() if node not in below}
    assert set(upstream) == {"age", "sex", "low_back_pain"}
    cut = peer.gum.BayesNet(peer.bn)
    for parent in network.node("diuretic").parents:
        cut.eraseArc(parent, "diuretic")
    cut.cpt("diuretic").fillWith([0.5, 0.5])
    for side, state in ((result.without, 1), (result.with_change, 0)):
        found = beliefs(peer, {**upstream, "diuretic": state}, ["night_leg_pain", CAUSE], cut)
        assert side.present("night_leg_pain") == pytest.approx(found["night_leg_pain"][1], abs=AGREE)
        assert side.present(CAUSE) == pytest.approx(found[CAUSE][1], abs=AGREE)
    assert result.headline == (
        pytest.approx(result.without.present("night_leg_pain")),
        pytest.approx(result.with_change.present("night_leg_pain")),
    )
