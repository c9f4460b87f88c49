"""What the engine answers beside the posteriors of one case."""

import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest

from model.engine import ExactEngine
from network.cpds import AnyOf, Attributable, Cpd, Logistic, NoisyMax, NoisyOr, Table
from network.errors import EvidenceError, NetworkError
from network.structure import Network
from tests import oracles
from tests.floats import ENGINE, assert_close, assert_same_marginals
from tests.networks import asia, consultation, leg_pain_shaped, random_evidence, sampled_evidence, small_mixed

KERNELS = ("numpy", "numba")
SEEDS = range(12)


def possible_case(seed: int, n: int = 8, zeros: bool = True) -> tuple[Network, dict]:
    """Return a small network and evidence it allows."""
    bn = small_mixed(seed, n=n, zeros=zeros)
    evidence = random_evidence(bn, seed, seed % 5, likelihoods=0.3)
    return bn, evidence if oracles.posteriors(bn, evidence).possible else {}


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_agree_with_enumeration(seed, kernels):
    bn, evidence = possible_case(seed)
    targets = [node.id for node in bn.nodes[1:4]]
    pairs = ExactEngine(bn, kernels).pairwise(evidence, None, targets)
    p_evidence = np.exp(oracles.posteriors(bn, evidence).log_evidence)
    assert_close(pairs.log_evidence, np.log(p_evidence))
    for finding in pairs.tables:
        for target in targets:
            if finding == target:
                expected = np.diag(oracles.posteriors(bn, evidence).marginals[target])
            else:
                expected = oracles.joint_posterior(bn, evidence, [finding, target]) / p_evidence
            assert_close(pairs.joint(finding, target), expected, atol=1e-11)


def test_pairs_of_the_large_shape_agree_between_the_implementations():
    bn = leg_pain_shaped(1, conditions=8, findings=30)
    targets = [node.id for node in bn.of_kind("due_to")]
    findings = [node.id for node in bn.of_kind("symptom", "risk_factor")]
    evidence = sampled_evidence(bn, 1, 6, findings) | {"night_leg_pain": 1, "age": 2}
    slow, fast = (ExactEngine(bn, kernels).pairwise(evidence, None, targets) for kernels in KERNELS)
    assert_same_marginals(fast.tables, slow.tables, atol=1e-11)
    for table in slow.tables.values():
        assert_close(table.sum(), len(targets), atol=1e-9)


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("seed", SEEDS)
def test_leaving_a_finding_out_is_asking_without_it(seed, kernels):
    bn, evidence = possible_case(seed)
    targets = [node.id for node in bn.nodes[:3]]
    left_out = ExactEngine(bn, kernels).leave_one_out(evidence, targets=targets)
    for row, finding in enumerate(evidence):
        rest = oracles.posteriors(bn, {node: o for node, o in evidence.items() if node != finding})
        assert_close(left_out.expected[finding], rest.marginals[finding], atol=1e-11)
        assert_close(left_out.log_evidence[row], rest.log_evidence)
        for target in targets:
            assert_close(left_out.without[target][row], rest.marginals[target], atol=1e-11)


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_most_probable_joint_states_agree_with_enumeration(seed, kernels):
    bn, evidence = possible_case(seed)
    nodes = [node.id for node in bn.nodes[:5]]
    p_evidence = np.exp(oracles.posteriors(bn, evidence).log_evidence)
    joint = oracles.joint_posterior(bn, evidence, nodes) / p_evidence
    found = ExactEngine(bn, kernels).most_probable(evidence, nodes, k=6)
    expected = [p for p in np.sort(joint.ravel())[::-1][:6] if p > 1e-14]
    assert_close([one.probability for one in found][: len(expected)], expected, atol=1e-11)
    for one in found[: len(expected)]:
        assert_close(joint[tuple(one.states[node] for node in nodes)], one.probability, atol=1e-11)


def test_all_joint_states_together_have_probability_one():
    found = ExactEngine(asia()).most_probable({"dysp": 1}, ["tub", "lung", "bronc"], k=100)
    assert len(found) == 8
    assert_close(sum(one.probability for one in found), 1.0)
    assert len({tuple(one.states.items()) for one in found}) == 8


@pytest.mark.parametrize("kernels", KERNELS)
def test_an_impossible_joint_state_is_never_among_the_most_probable(kernels):
    bn = leg_pain_shaped(2, conditions=6, findings=6)
    causes = [node.id for node in bn.of_kind("due_to")]
    evidence = {"night_leg_pain": 1, "age": 2}
    found = ExactEngine(bn, kernels).most_probable(evidence, causes, k=2 ** len(causes))
    # The complaint is a deterministic OR: without any cause there is none.
    assert all(any(one.states.values()) for one in found)
    assert_close(sum(one.probability for one in found), 1.0)
    for one in found[:3] + found[-3:]:
        alone = ExactEngine(bn, "numpy").posteriors({**evidence, **one.states}, ()).log_evidence
        whole = ExactEngine(bn, "numpy").posteriors(evidence, ()).log_evidence
        assert_close(np.log(one.probability), alone - whole, atol=1e-6)


def test_a_finding_that_nothing_can_bring_about_has_exactly_no_probability():
    bn = consultation()
    causes = [node.id for node in bn.of_kind("due_to")]
    for kernels in KERNELS:
        found = ExactEngine(bn, kernels).pairwise(dict.fromkeys(causes, 0), ["night_leg_pain"], ["age"])
        assert found.joint("night_leg_pain", "age")[1].tolist() == [0.0] * len(bn.node("age").states)


def test_impossible_evidence_has_no_answers():
    engine, evidence = ExactEngine(asia(), "numpy"), {"either": 0, "lung": 1}
    assert engine.most_probable(evidence, ["bronc"]) == ()
    assert engine.pairwise(evidence, None, ["bronc"]).tables == {}
    assert engine.derivatives(evidence, [("bronc", 1)]) == {}


def as_row(bn: Network, evidence: dict) -> tuple[np.ndarray, dict]:
    """Return the states of one case as a row, and its likelihoods."""
    row = np.full(len(bn), -1, dtype=np.int8)
    soft = {}
    for node, observed in evidence.items():
        if isinstance(observed, np.ndarray):
            soft[node] = observed
        else:
            row[bn.index[node]] = observed
    return row, soft


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("threads", [1, 3])
def test_a_batch_gives_each_case_the_answer_it_gets_alone(kernels, threads):
    bn = consultation()
    cases = [random_evidence(bn, seed, seed % 6, likelihoods=0.25) for seed in range(60)]
    rows = [as_row(bn, case) for case in cases]
    likelihoods = {
        node.id: np.stack([soft.get(node.id, np.ones(len(node.states))) for _, soft in rows])
        for node in bn.nodes
        if any(node.id in soft for _, soft in rows)
    }
    engine = ExactEngine(bn, kernels)
    progress: list[int] = []
    many = engine.posteriors_many(
        np.stack([row for row, _ in rows]), None, likelihoods, threads=threads, on_progress=progress.append
    )
    for row, case in enumerate(cases):
        alone = ExactEngine(bn, "numpy").posteriors(case)
        assert many.possible[row] == alone.possible
        if alone.possible:
            assert_close(many.log_evidence[row], alone.log_evidence, atol=ENGINE)
            for node, p in alone.marginals.items():
                assert_close(many.marginals[node][row], p, atol=1e-11)
        else:
            assert all(np.isnan(values[row]).all() for values in many.marginals.values())
    assert sum(progress) == (60 if kernels == "numba" else 0)


MILLION = """
import resource
import numpy as np
from model.engine import ExactEngine
from network.build import load_network

bn = load_network()
causes = [node.id for node in bn.of_kind("due_to")]
rng = np.random.default_rng(0)
states = np.full((1_000_000, len(bn)), -1, dtype=np.int8)
possible = [node for node in bn.of_kind("risk_factor") if node.id != "pregnancy"]
for node in (*possible, *bn.of_kind("symptom")[:4]):
    states[:, bn.index[node.id]] = rng.integers(len(node.states), size=len(states))
states[:, bn.index[bn.complaint]] = 1
engine = ExactEngine(bn, "numba")
engine.posteriors_many(states[:10], causes)
told = []
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = engine.posteriors_many(states, causes, on_progress=told.append)
beyond = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
size = sum(values.nbytes for values in found.marginals.values()) + found.log_evidence.nbytes
assert sum(told) == len(states)
assert all(np.isfinite(values).all() for values in found.marginals.values())
print(beyond * 1024 - size)
"""


@pytest.mark.slow
def test_a_million_cases_take_less_than_a_gigabyte_beside_what_goes_in_and_out():
    done = subprocess.run([sys.executable, "-c", MILLION], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10**9


def test_a_batch_names_the_case_and_node_at_fault():
    engine = ExactEngine(asia())
    with pytest.raises(EvidenceError, match=r"\(n_cases, 8\)"):
        engine.posteriors_many(np.zeros((2, 3), dtype=np.int8))
    states = np.full((2, 8), -1, dtype=np.int8)
    states[1, 3] = 2
    with pytest.raises(EvidenceError, match="case 1: node 'lung' has no state at position 2"):
        engine.posteriors_many(states)
    with pytest.raises(EvidenceError, match="lung, case 1"):
        engine.posteriors_many(states[:, :] * 0 - 1, None, {"lung": np.array([[1.0, 1.0], [-1.0, 1.0]])})


def jittered(cpd: Cpd, rng: np.random.Generator, n: int) -> Cpd:
    """Return n parameter sets around a distribution."""

    def around(values: np.ndarray) -> np.ndarray:
        values = np.asarray(values)
        return values[None] * rng.uniform(0.7, 1.0, size=(n, *values.shape))

    def rows(values: np.ndarray, axis: int) -> np.ndarray:
        values = around(values)
        return values / values.sum(axis=axis, keepdims=True)

    if isinstance(cpd, Table):
        return Table(rows(cpd.values, 1), cpd.n_parents)
    if isinstance(cpd, Logistic):
        return Logistic(around(cpd.intercepts), tuple(around(c) for c in cpd.log_odds), cpd.n_base)
    if isinstance(cpd, NoisyOr):
        return NoisyOr(around(cpd.leak), tuple(around(c) for c in cpd.links))
    if isinstance(cpd, NoisyMax):
        return NoisyMax(rows(cpd.leak, -1), tuple(rows(c, -1) for c in cpd.links))
    return Attributable(around(cpd.relative_risks)) if isinstance(cpd, Attributable) else cpd


def nth(cpd: Cpd, k: int) -> Cpd:
    """Return one of the parameter sets."""
    if isinstance(cpd, AnyOf):
        return cpd
    values = {f.name: getattr(cpd, f.name) for f in fields(cpd)}
    return type(cpd)(
        **{
            name: v if isinstance(v, int) else tuple(item[k] for item in v) if isinstance(v, tuple) else v[k]
            for name, v in values.items()
        }
    )


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("seed", SEEDS)
def test_parameter_sets_give_what_each_gives_alone(seed, kernels):
    bn, evidence = possible_case(seed, zeros=False)
    rng = np.random.default_rng(seed)
    drawn = replace(bn, nodes=tuple(replace(node, cpd=jittered(node.cpd, rng, 3)) for node in bn.nodes))
    targets = [node.id for node in bn.nodes]
    answers = ExactEngine(bn, kernels).posteriors_of_draws(evidence, drawn, targets)
    for k in range(3):
        one = replace(bn, nodes=tuple(replace(node, cpd=nth(node.cpd, k)) for node in drawn.nodes))
        expected = oracles.posteriors(one, evidence)
        assert_close(answers.log_evidence[k], expected.log_evidence)
        assert_same_marginals({t: answers.marginals[t][k] for t in targets}, expected.marginals, atol=1e-11)


def test_draws_of_another_network_are_refused():
    with pytest.raises(NetworkError, match="other nodes"):
        ExactEngine(asia()).posteriors_of_draws({}, consultation(), ["lung"])


def share(bn: Network, evidence: dict, node: str, state: int) -> float:
    """Return P(node = state | evidence) by enumeration; tables need not sum to one."""
    joint = oracles.weighted_joint(bn, evidence)
    return float(np.take(joint, state, axis=bn.index[node]).sum() / joint.sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_derivatives_agree_with_small_changes_of_every_parameter(seed):
    bn, evidence = possible_case(seed, n=6)
    of = [(bn.nodes[2].id, 1), (bn.nodes[4].id, 0)]
    found = ExactEngine(bn).derivatives(evidence, of)
    step = 1e-6
    for node in bn.nodes:
        if node.id not in found or isinstance(node.cpd, AnyOf):
            continue
        for f in fields(node.cpd):
            value = getattr(node.cpd, f.name)
            if isinstance(value, int):
                continue
            items = value if isinstance(value, tuple) else (value,)
            slopes = getattr(found[node.id], f.name)
            slopes = slopes if isinstance(value, tuple) else (slopes,)
            for position, (item, slope) in enumerate(zip(items, slopes, strict=True)):
                for entry in np.ndindex(np.shape(item)):
                    if not np.isfinite(np.asarray(item)[entry]):
                        continue
                    if isinstance(node.cpd, Attributable) and np.asarray(item)[entry] < 1.0 + 2 * step:
                        continue
                    ends = []
                    for sign in (1.0, -1.0):
                        moved = np.array(item, dtype=float)
                        moved[entry] += sign * step
                        parts = tuple(moved if q == position else x for q, x in enumerate(items))
                        cpd = replace(node.cpd, **{f.name: parts if isinstance(value, tuple) else moved})
                        other = replace(
                            bn, nodes=tuple(replace(m, cpd=cpd) if m.id == node.id else m for m in bn.nodes)
                        )
                        ends.append([share(other, evidence, *one) for one in of])
                    expected = (np.array(ends[0]) - np.array(ends[1])) / (2 * step)
                    assert_close(slope[(slice(None), *entry)], expected, atol=2e-5, rtol=1e-4)
