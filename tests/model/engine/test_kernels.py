"""The kernels share the plan of the readable implementation, and their cache is the user's."""

import subprocess
import sys

import numpy as np
import pytest

from model.engine import ExactEngine
from model.engine.case import prepare
from network.cpds import NoisyMax, NoisyOr, Table
from network.structure import BINARY, Network, Node
from tests.networks import SHAPES, random_evidence, sampled_evidence


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_kernels_plan_like_the_readable_planner(shape, seed):
    from model.engine.kernels import drive
    from model.engine.kernels.slice import room

    bn = SHAPES[shape](seed)
    engine = ExactEngine(bn, "numba")
    hard, soft = engine.compiled.read_evidence(sampled_evidence(bn, seed, 5) | {})
    case = prepare(engine.compiled, hard, soft, range(len(bn)), read_off=False)
    fast = engine.fast
    states, flags, weights = fast.evidence_arrays(hard, soft)
    sliced = room(fast.tables)
    status, steps = drive.prepare(fast.tables, sliced, states, flags, weights, fast.flags(range(len(bn))))
    assert status == drive.ANSWERED
    assert tuple(steps.order) == case.plan.order
    for step, bucket in enumerate(case.plan.buckets):
        separator = steps.sep[steps.first_sep[step] : steps.first_sep[step + 1]]
        assert tuple(reversed(separator)) == bucket.separator
        assert tuple(steps.factor[steps.first_factor[step] : steps.first_factor[step + 1]]) == bucket.factors
        assert (
            tuple(steps.message[steps.first_message[step] : steps.first_message[step + 1]]) == bucket.messages
        )
    assert steps.cost[0] == case.plan.entries


def test_a_cold_query_never_imports_numba():
    code = (
        "import sys; from tests.networks import asia; from model.engine import ExactEngine; "
        "ExactEngine(asia()).posteriors({'dysp': 1}); print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_cache_can_be_put_elsewhere(monkeypatch, tmp_path):
    from model.engine.kernels import jit

    assert "kernels-" in jit.cache_folder().name or "NUMBA_CACHE_DIR" in __import__("os").environ
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert jit.cache_folder() == tmp_path


def test_warming_up_tells_how_far_it_is():
    from model.engine.warm_up import warm_up

    told: list[tuple[str, float]] = []
    warm_up(lambda step, share: told.append((step, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert told[-1] == ("ready", 1.0)


def test_cases_the_kernels_doubt_go_to_the_readable_implementation():
    bn = SHAPES["layered_noisy_or"](2)
    engine, readable = ExactEngine(bn, "numba"), ExactEngine(bn, "numpy")
    for seed in range(30):
        evidence = random_evidence(bn, seed, 12)
        one, other = engine.posteriors(evidence), readable.posteriors(evidence)
        assert one.possible == other.possible
        if one.possible:
            np.testing.assert_allclose(one.log_evidence, other.log_evidence, atol=1e-10)


@pytest.mark.parametrize("observed", ["f", "g"])
def test_the_kernels_spell_out_a_finding_whose_digits_cancel(observed):
    rare = Table(np.array([1 - 1e-6, 1e-6]), 0)
    parents = ("a", "b", "c", "d")
    graded = NoisyMax(
        np.array([1 - 2e-7, 1e-7, 1e-7]),
        tuple(np.array([[1.0, 0.0, 0.0], [0.5, 0.2 + 0.05 * k, 0.3 - 0.05 * k]]) for k in range(4)),
    )
    weak = NoisyOr(np.asarray(1e-8), (np.array([0.0, 0.3]),) * 4)
    bn = Network(
        "rare",
        (
            *(Node(name, BINARY, (), rare) for name in parents),
            Node("f", ("none", "some", "much"), parents, graded),
            Node("g", BINARY, parents, weak),
            Node("h", BINARY, ("g",), Table(np.array([[0.9, 0.2], [0.1, 0.8]]), 1)),
        ),
    )
    engine = ExactEngine(bn, "numba")
    evidence = {observed: 1} if observed == "f" else {"h": 1, "g": np.array([1e-9, 1.0])}
    hard, soft = engine.compiled.read_evidence(evidence)
    found, log_evidence, status = engine.fast.solve(hard, soft, range(4))
    assert status == 0
    exact = ExactEngine(bn, "numpy").posteriors(evidence, parents)
    assert log_evidence == pytest.approx(exact.log_evidence, abs=1e-10)
    for node, name in enumerate(parents):
        np.testing.assert_allclose(found[node], exact.marginals[name], rtol=0, atol=1e-10)
