"""Generated cases: drawn from the network, the same again for the same seed."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from model.teaching.case_file import parse_cases, to_yaml
from model.teaching.cases import all_causes
from model.teaching.errors import TeachingError
from model.teaching.generate import contrast_pair, generate_case
from model.teaching.review import review
from model.teaching.sampling import downstream, draw_given, given_parents, upstream
from network.errors import UnknownNode
from network.structure import ASKED_KINDS
from tests.model.believed import ddx
from tests.model.teaching.pool import pool

TARGET = "deep_vein_thrombosis"

pytestmark = pytest.mark.usefixtures("compiled_kernels")


def test_the_same_seed_gives_the_same_case_and_another_seed_another():
    assert generate_case(ddx(), 5) == generate_case(ddx(), 5)
    assert generate_case(ddx(), 5).findings != generate_case(ddx(), 6).findings


def test_a_target_is_always_part_of_the_answer_however_rare():
    cases = [generate_case(ddx(), seed, TARGET) for seed in range(5)]
    assert all(TARGET in case.answer for case in cases)
    assert len({case.findings for case in cases}) == 5


def test_every_finding_can_be_asked_and_none_is_in_the_text_that_was_not_told():
    case = generate_case(ddx(), 3)
    assert {one.item for one in case.findings} == {node.id for node in ddx().network.of_kind(*ASKED_KINDS)}
    hidden = [ddx().network.node(one.item).text.question for one in case.hidden]
    assert not [question for question in hidden if question and question in case.vignette]
    told = [
        ddx().network.node(one.item).text.question for one in case.start if one.item not in ("age", "sex")
    ]
    assert all(question in case.vignette for question in told)


def test_a_generated_case_is_a_valid_file():
    case = generate_case(ddx(), 4, "osteoarthritis")
    (again,) = parse_cases(ddx().network, to_yaml([case]))
    assert again.findings == case.findings and again.answer == case.answer


def test_the_typicality_dial_turns_from_untelling_to_telling():
    """The more typical, the more probable everything a patient can tell or show makes the target."""
    kinds = ("risk_factor", "symptom", "sign")
    shown = {node.id for node in ddx().network.of_kind(*kinds)}
    mean = {}
    for dial in (0.0, 0.5, 1.0):
        posteriors = []
        for seed in range(4):
            case = generate_case(ddx(), seed, "lumbar_spinal_stenosis", dial)
            told = {one.item: one.state for one in case.findings if one.item in shown}
            posteriors.append(ddx().query(told).due_to("lumbar_spinal_stenosis"))
        mean[dial] = np.mean(posteriors)
    assert mean[0.0] < mean[0.5] < mean[1.0]


def test_draws_follow_the_network():
    """Shares among many drawn patients are the posterior given the complaint, within what chance allows."""
    rng = np.random.default_rng(0)
    complaint = str(ddx().network.complaint)
    nodes = upstream(ddx().network)
    n = 120
    drawn = [draw_given(ddx(), {complaint: 1}, nodes, rng) for _ in range(n)]
    answer = ddx().query({})
    off = []
    for node, condition in ddx().network.causes.items():
        p = answer.due_to(condition or node)
        share = np.mean([one[node] for one in drawn])
        off.append((share - p) / np.sqrt(p * (1 - p) / n))
    assert np.abs(off).max() < 4 and np.mean(np.square(off)) < 2.5


def test_given_its_parents_each_node_has_the_column_of_its_table():
    rng = np.random.default_rng(0)
    for node in ddx().network.nodes:
        if np.prod(node.cpd.parent_cards, dtype=float) > 5000:
            continue
        states = [int(rng.integers(card)) for card in node.cpd.parent_cards]
        column = node.cpd.table()[(slice(None), *states)]
        assert given_parents(node.cpd, states) == pytest.approx(column, abs=1e-12), node.id


def test_upstream_and_downstream_hold_every_node_once_but_the_setting():
    counted = Counter([*upstream(ddx().network), *downstream(ddx().network)])
    assert set(counted.values()) == {1}
    left = {node.id for node in ddx().network.nodes} - set(counted)
    assert {ddx().network.node(node).kind for node in left} == {"heading", "complaint", "context"}


def test_the_kind_of_a_generated_case_fits_its_answer():
    for case, beside in pool():
        last = beside.steps[-1].due_to
        if case.kind == "typical":
            assert max(last, key=lambda cause: last[cause]) == case.answer[0]
        elif case.kind == "two_causes":
            assert len(case.answer) > 1
        assert set(case.answer) <= set(all_causes(ddx().network))


@pytest.mark.parametrize("seed", [1, 2])
def test_contrast_twins_differ_in_one_finding_and_in_the_answer(seed: int):
    pair = contrast_pair(ddx(), seed)
    first, second = ({one.item: one.state for one in case.findings} for case in (pair.first, pair.second))
    assert {item for item in first if first[item] != second[item]} == {pair.item}
    assert (first[pair.item], second[pair.item]) == pair.states
    assert pair.first.vignette == pair.second.vignette
    assert pair.first.answer != pair.second.answer
    for case in (pair.first, pair.second):
        assert review(ddx(), case).rank_of_answer == 1
    assert contrast_pair(ddx(), seed) == pair


def test_a_contrast_pair_can_be_asked_for_one_cause():
    pair = contrast_pair(ddx(), 0, "restless_legs_syndrome")
    assert "restless_legs_syndrome" in (*pair.first.answer, *pair.second.answer)


def test_bad_wishes_are_refused_with_what_would_be_right():
    with pytest.raises(UnknownNode, match="restless_legs_syndrome"):
        generate_case(ddx(), 1, "restless_leg_syndrome")
    with pytest.raises(TeachingError, match="seed"):
        generate_case(ddx(), -1)
    with pytest.raises(TeachingError, match="needs a target"):
        generate_case(ddx(), 1, None, 0.5)
    with pytest.raises(TeachingError, match="from 0"):
        generate_case(ddx(), 1, TARGET, 1.5)
