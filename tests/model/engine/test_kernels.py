"""The kernels share the plan of the readable implementation, and their cache is the user's."""

import subprocess
import sys

import numpy as np
import pytest

from model.engine import ExactEngine
from model.engine.case import prepare
from model.engine.fast import Variants
from network.cpds import NoisyMax, NoisyOr, Table
from network.structure import BINARY, Network, Node
from tests.networks import SHAPES, random_evidence, sampled_evidence


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_kernels_plan_like_the_readable_planner(shape, seed):
    from model.engine.kernels import drive
    from model.engine.kernels.slice import room
    from model.engine.kernels.tables import unpacked

    bn = SHAPES[shape](seed)
    engine = ExactEngine(bn, "numba")
    hard, soft = engine.compiled.read_evidence(sampled_evidence(bn, seed, 5) | {})
    case = prepare(engine.compiled, hard, soft, range(len(bn)), read_off=False)
    fast = engine.fast
    states, _ = fast.evidence_arrays(hard, soft)
    tables = unpacked(fast.numbers, fast.pools[0])
    ones = np.ones((len(bn), tables.widest))
    arguments = room(tables), states[0].astype(np.int64), fast.flags(()), ones, fast.flags(range(len(bn)))
    status, steps = drive.prepare(tables, *arguments, case.plan.entries)
    assert drive.prepare(tables, *arguments, case.plan.entries - 1)[0] == drive.TOO_WIDE
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


def rare_causes() -> Network:
    """Return four rare causes of a graded and of a plain finding: observed, they lose digits if split."""
    rare = Table(np.array([1 - 1e-6, 1e-6]), 0)
    parents = ("a", "b", "c", "d")
    graded = NoisyMax(
        np.array([1 - 2e-7, 1e-7, 1e-7]),
        tuple(np.array([[1.0, 0.0, 0.0], [0.5, 0.2 + 0.05 * k, 0.3 - 0.05 * k]]) for k in range(4)),
    )
    weak = NoisyOr(np.asarray(1e-8), (np.array([0.0, 0.3]),) * 4)
    return Network(
        "rare",
        (
            *(Node(name, BINARY, (), rare) for name in parents),
            Node("f", ("none", "some", "much"), parents, graded),
            Node("g", BINARY, parents, weak),
            Node("h", BINARY, ("g",), Table(np.array([[0.9, 0.2], [0.1, 0.8]]), 1)),
        ),
    )


EVIDENCE = {"f": {"f": 1}, "g": {"h": 1, "g": np.array([1e-9, 1.0])}}


@pytest.mark.parametrize("observed", EVIDENCE)
def test_the_kernels_spell_out_a_finding_whose_digits_cancel(observed):
    bn, evidence = rare_causes(), EVIDENCE[observed]
    engine = ExactEngine(bn, "numba")
    hard, soft = engine.compiled.read_evidence(evidence)
    found, log_evidence, status = engine.fast.solve(hard, soft, ["a", "b", "c", "d"])
    assert status == 0
    exact = ExactEngine(bn, "numpy").posteriors(evidence, ["a", "b", "c", "d"])
    assert log_evidence == pytest.approx(exact.log_evidence, abs=1e-10)
    for node, values in exact.marginals.items():
        np.testing.assert_allclose(found[node], values, rtol=0, atol=1e-10)


@pytest.mark.parametrize("observed", EVIDENCE)
def test_digits_that_cancel_in_columns_are_saved_by_the_kernels_too(observed):
    bn, evidence = rare_causes(), EVIDENCE[observed]
    engine = ExactEngine(bn, "numba")
    hard, soft = engine.compiled.read_evidence(evidence)
    columns = Variants.of(
        [{}, {0: np.array([1.0, 0.0])}, {0: np.array([1.0, 0.0]), 1: np.array([0.0, 1.0])}], 3
    )
    log_z, beliefs, place, status = engine.fast.solve_columns(hard, soft, [[0, 2]], [columns])
    assert status == 0
    for column, known in enumerate(({}, {"a": 0}, {"a": 0, "b": 1})):
        exact = ExactEngine(bn, "numpy").posteriors(evidence | known, ["a", "c"])
        assert log_z[0, column] == pytest.approx(exact.log_evidence, abs=1e-10)
        for node, name in ((2, "c"), (0, "a")):
            found = beliefs[0, place[node], :2, column]
            np.testing.assert_allclose(found, exact.marginals[name], rtol=0, atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_columns_say_what_evidence_on_their_nodes_says(shape):
    bn = SHAPES[shape](1)
    engine, readable = ExactEngine(bn, "numba"), ExactEngine(bn, "numpy")
    evidence = sampled_evidence(bn, 3, 4)
    hard, soft = engine.compiled.read_evidence(evidence)
    free = [node for node in range(len(bn)) if node not in hard][:20]
    cards, most = engine.compiled.cards, max(engine.compiled.cards)
    columns = [{}, *({node: np.eye(cards[node])[-1]} for node in free)]
    log_z, beliefs, place, status = engine.fast.solve_columns(
        hard, soft, [free], [Variants.of(columns, most)]
    )
    assert status == 0
    for column, node in enumerate(free, start=1):
        names = [bn.nodes[other].id for other in free]
        expected = readable.posteriors({**evidence, bn.nodes[node].id: cards[node] - 1}, names)
        np.testing.assert_allclose(log_z[0, column], expected.log_evidence, rtol=0, atol=1e-10)
        for other, name in zip(free, names, strict=True):
            if expected.possible:
                found = beliefs[0, place[other], : cards[other], column]
                np.testing.assert_allclose(found, expected.marginals[name], rtol=0, atol=1e-10)
