"""The plan: what is summed out when, what it costs, and when it is refused."""

import networkx as nx
import numpy as np
import pytest

from model.engine import ExactEngine
from model.engine import plan as planning
from model.engine.case import prepare, trees_of
from model.engine.propagate import upward
from network.cpds import NoisyOr, Table
from network.errors import TooWide
from network.structure import BINARY, Network, Node
from tests.floats import assert_close
from tests.networks import (
    SHAPES,
    asia,
    consultation,
    leg_pain_shaped,
    random_evidence,
    sampled_evidence,
    tabled,
)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_factor_and_every_message_is_used_exactly_once(shape):
    bn = SHAPES[shape](1)
    plan = ExactEngine(bn).plan(random_evidence(bn, 1, 3))
    used = [factor for bucket in plan.buckets for factor in bucket.factors]
    sent = [sender for bucket in plan.buckets for sender in bucket.messages]
    assert len(used) == len(set(used))
    assert sorted(sent) == [step for step, bucket in enumerate(plan.buckets) if bucket.parent >= 0]
    assert sorted(plan.order) == list(range(len(plan.cards)))


@pytest.mark.parametrize("shape", SHAPES)
def test_separators_hold_only_variables_summed_out_later(shape):
    plan = ExactEngine(SHAPES[shape](2)).plan({})
    step_of = {variable: step for step, variable in enumerate(plan.order)}
    for step, bucket in enumerate(plan.buckets):
        later = [step_of[variable] for variable in bucket.separator]
        assert later == sorted(later)
        assert all(step < other for other in later)
        assert bucket.parent == (later[0] if later else -1)
        assert bucket.size == plan.cards[bucket.variable] * np.prod(
            [plan.cards[v] for v in bucket.separator], dtype=int
        )


@pytest.mark.parametrize("seed", range(10))
def test_the_width_is_no_worse_than_one_above_that_of_networkx(seed):
    graph = nx.gnm_random_graph(20, 40, seed=seed)
    scopes = [tuple(edge) for edge in graph.edges]
    cards = [2] * 20
    order, _ = planning.min_fill_order(cards, scopes)
    width = max(len(b.separator) for b in planning._buckets(cards, scopes, order))
    assert width <= nx.approximation.treewidth_min_fill_in(graph)[0] + 1


def test_a_printed_plan_tells_a_person_what_the_case_costs():
    text = str(ExactEngine(asia()).plan({"dysp": 1}))
    assert "width 2" in text
    assert "table entries" in text
    assert "largest clique" in text
    assert "bronc" in text


def test_findings_that_are_absent_do_not_join_their_parents():
    engine = ExactEngine(consultation())
    due = ["due_to_arterial_insufficiency", "due_to_osteoarthritis", "other_cause"]
    without, absent, present = (
        engine.plan({"age": 1} | found, due).entries
        for found in ({}, {"worse_on_standing": 0}, {"worse_on_standing": 1})
    )
    assert absent == without < present


def test_nodes_without_evidence_or_target_below_them_are_left_out():
    plan = ExactEngine(consultation()).plan({"age": 2}, ["due_to_osteoarthritis"])
    assert set(plan.names) == {"osteoarthritis", "due_to_osteoarthritis"}


def dense_layers(n: int) -> Network:
    """Full tables between every pair of two layers: a clique of n nodes."""
    rng = np.random.default_rng(0)
    roots = [tabled(f"cause_{i}", [], 0.5) for i in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i)]
    children = [tabled(f"pair_{i}_{j}", [f"cause_{i}", f"cause_{j}"], rng.random((2, 2))) for i, j in pairs]
    return Network("dense", tuple(roots + children))


def test_a_case_too_wide_is_refused_before_any_number_is_computed(monkeypatch):
    bn = dense_layers(30)
    engine = ExactEngine(bn, kernels="numpy")
    monkeypatch.setattr("model.engine.propagate.upward", lambda *_: pytest.fail("a number was computed"))
    evidence = {node.id: 1 for node in bn.nodes[30:]}
    with pytest.raises(
        TooWide, match=r"30 nodes would have to be held in one table: cause_.*as evidence"
    ) as refusal:
        engine.posteriors(evidence)
    assert refusal.value.width == 30
    assert set(refusal.value.clique) == {node.id for node in bn.nodes[:30]}


def test_a_table_too_large_is_refused_when_the_network_is_compiled():
    parents = tuple(f"p{i}" for i in range(30))

    class Wide(Table):
        """A table that says it has thirty parents and never spells itself out."""

        @property
        def parent_cards(self) -> tuple[int, ...]:
            return (2,) * 30

    bn = Network(
        "wide",
        (
            *(tabled(p, [], 0.5) for p in parents),
            Node("child", BINARY, parents, Wide(np.full((2, 1), 0.5), 1)),
        ),
    )
    with pytest.raises(TooWide, match=r"31 nodes.*fewer parents"):
        ExactEngine(bn)


def test_a_finding_with_thirty_parents_is_no_trouble_as_a_noisy_or():
    parents = tuple(f"p{i}" for i in range(30))
    finding = NoisyOr(np.asarray(0.01), (np.array([0.0, 0.5]),) * 30)
    bn = Network("wide", (*(tabled(p, [], 0.1) for p in parents), Node("f", BINARY, parents, finding)))
    answer = ExactEngine(bn, kernels="numpy").posteriors({"f": 1})
    p_absent = 0.99 * 0.95**30
    assert answer.log_evidence == pytest.approx(np.log(1 - p_absent), abs=1e-12)
    assert answer.marginals["p3"][1] == pytest.approx(
        0.1 * (1 - 0.99 * 0.95**29 * 0.5) / (1 - p_absent), abs=1e-12
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_tree_that_follows_the_plan_is_smaller_than_a_chain(seed):
    bn = leg_pain_shaped(seed)
    compiled = ExactEngine(bn, "numpy").compiled
    findings = [node.id for node in bn.of_kind("symptom", "sign", "test")]
    hard, soft = compiled.read_evidence(
        {**sampled_evidence(bn, seed, 10, findings), "night_leg_pain": 1, "age": 2}
    )
    causes = [compiled.index[node.id] for node in bn.of_kind("due_to")]
    split = prepare(compiled, hard, soft, causes, read_off=False)
    complaint = compiled.index["night_leg_pain"]
    merges = trees_of(split, compiled)[complaint]
    m = len(merges) + 1
    in_a_row = [(0, 1), *((m + k, k + 2) for k in range(m - 2))]
    spelled_out = prepare(compiled, hard, soft, causes, {complaint: merges}, read_off=False)
    chain = prepare(compiled, hard, soft, causes, {complaint: in_a_row}, read_off=False)
    assert complaint not in spelled_out.factors.auxiliary_of
    assert spelled_out.plan.entries < chain.plan.entries
    logs = [
        float(case.factors.log_scale[0])
        + float(upward(case.plan, case.factors.scopes, case.factors.values, case.factors.weights).log_z[0])
        for case in (split, spelled_out, chain)
    ]
    assert_close(logs[1:], [logs[0]] * 2, atol=1e-10)
