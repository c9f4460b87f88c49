"""The exact engine side by side with pyAgrum and pgmpy; see README.md for what is measured and how."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.cases import as_states, consultations, with_positive_findings
from benchmarks.peers import Agrum, Pgmpy
from benchmarks.timing import alternate, once
from model.engine import ExactEngine
from model.engine.warm_up import warm_up
from network.cpds import Logistic, NoisyOr, Table
from network.structure import Network
from tests.networks import leg_pain_shaped, sampled_evidence

Rows = list[dict[str, Any]]


def one_case(bn: Network, quick: bool) -> Rows:
    """Job 1: posteriors of every node that has children, and P(evidence); then of the causes alone."""
    fast, slow = ExactEngine(bn, "numba"), ExactEngine(bn, "numpy")
    inner = [node.id for node in bn.nodes if bn.children[node.id]]
    causes = [node.id for node in bn.of_kind("due_to")]
    cases = consultations(bn, 4 if quick else 25, findings=8)
    agrum, tuned, pgmpy = Agrum(bn, False), Agrum(bn, True), Pgmpy(bn, False)
    times = alternate(
        {
            "ours, all nodes": lambda e: fast.posteriors(e),
            "ours, all nodes, NumPy": lambda e: slow.posteriors(e),
            "ours, nodes with children": lambda e: fast.posteriors(e, inner),
            "ours, causes": lambda e: fast.posteriors(e, causes),
            "pyAgrum tuned, nodes with children": lambda e: tuned.posteriors(e, inner),
            "pyAgrum tuned, causes": lambda e: tuned.posteriors(e, causes),
            "pyAgrum as documented, causes": lambda e: agrum.posteriors(e, causes),
            "pgmpy one by one, causes": lambda e: pgmpy.posteriors(e, causes),
        },
        cases,
        limit_s=10.0 if quick else 120.0,
    )
    return [{"job": "1 one case, 8 findings", "engine": name, "ms": 1e3 * t} for name, t in times.items()]


def pairs(bn: Network, quick: bool) -> Rows:
    """Job 2: P(cause, finding) of every cause and every node without evidence."""
    fast, slow = ExactEngine(bn, "numba"), ExactEngine(bn, "numpy")
    causes = [node.id for node in bn.of_kind("due_to")]
    tuned = Agrum(bn, True)
    asked = [node.id for node in bn.of_kind("risk_factor", "symptom", "sign", "test")]

    def loop(evidence: dict[str, int]) -> None:
        """One propagation per finding, the causes its targets; a tenth of the findings, to be multiplied."""
        for finding in [f for f in asked if f not in evidence][::10]:
            tuned.posteriors(evidence | {finding: 0}, causes)

    cases = consultations(bn, 3 if quick else 15, findings=8)
    times = alternate(
        {
            "ours": lambda e: fast.pairwise(e, None, causes),
            "ours, NumPy": lambda e: slow.pairwise(e, None, causes),
            "pyAgrum tuned, loop over findings (a tenth, times 10)": loop,
        },
        cases,
        limit_s=10.0 if quick else 90.0,
    )
    return [
        {"job": "2 all pairs", "engine": name, "ms": 1e3 * t * (10 if "tenth" in name else 1)}
        for name, t in times.items()
    ]


def batch(bn: Network, quick: bool) -> Rows:
    """Job 5: many cases, each with its own pattern of evidence, the causes' posteriors out."""
    fast = ExactEngine(bn, "numba")
    causes = [node.id for node in bn.of_kind("due_to")]
    rows: Rows = []
    for findings in (8, 20):
        cases = consultations(bn, 500 if quick else 5000, findings)
        states = as_states(bn, cases)
        for threads in (1, 2):
            seconds = once(lambda s=states, t=threads: fast.posteriors_many(s, causes, threads=t))
            name = f"ours, {threads} thread{'s' * (threads > 1)}"
            rows.append(
                {"job": f"5 batch, {findings} findings", "engine": name, "ms": 1e3 * seconds / len(cases)}
            )
    return rows


def draws(bn: Network, quick: bool) -> Rows:
    """Job 6: one case under many parameter sets."""
    n = 100 if quick else 1000
    rng = np.random.default_rng(0)

    def jittered(cpd: Any) -> Any:
        if isinstance(cpd, NoisyOr):
            links = tuple(link[None] * rng.uniform(0.9, 1.0, (n, 1)) for link in cpd.links)
            return NoisyOr(cpd.leak * rng.uniform(0.9, 1.0, n), links)
        if isinstance(cpd, Logistic):
            shift = rng.normal(0.0, 0.1, (n, *(1,) * cpd.intercepts.ndim))
            return Logistic(
                cpd.intercepts[None] + shift,
                tuple(np.repeat(c[None], n, 0) for c in cpd.log_odds),
                cpd.n_base,
            )
        return Table(np.repeat(cpd.values[None], n, 0), cpd.n_parents) if isinstance(cpd, Table) else cpd

    drawn = replace(bn, nodes=tuple(replace(node, cpd=jittered(node.cpd)) for node in bn.nodes))
    causes = [node.id for node in bn.of_kind("due_to")]
    case = consultations(bn, 1, findings=8)[0]
    engine = ExactEngine(bn)
    seconds = once(lambda: engine.posteriors_of_draws(case, drawn, causes))
    return [{"job": f"6 {n} parameter sets", "engine": "ours, NumPy", "ms": 1e3 * seconds}]


def growth(bn: Network, quick: bool) -> Rows:
    """Time for the causes' posteriors over the number of positive findings and of causes."""
    rows: Rows = []
    fast = ExactEngine(bn, "numba")
    causes = [node.id for node in bn.of_kind("due_to")]
    for positive in (0, 4, 8) if quick else (0, 4, 8, 12, 16, 20):
        cases = with_positive_findings(bn, 5 if quick else 30, positive)
        t = alternate({"ours": lambda e: fast.posteriors(e, causes)}, cases)["ours"]
        rows.append({"job": f"growth: {positive} positive findings", "engine": "ours, causes", "ms": 1e3 * t})
    for conditions in (8, 16) if quick else (8, 16, 24, 32):
        other = leg_pain_shaped(0, conditions=conditions, findings=5 * conditions)
        engine = ExactEngine(other, "numba")
        targets = [node.id for node in other.of_kind("due_to")]
        findings = [node.id for node in other.of_kind("symptom")]
        risks = [node.id for node in other.of_kind("risk_factor")]
        cases = [
            sampled_evidence(other, seed, 8, findings)
            | sampled_evidence(other, seed, 16, risks)
            | {"night_leg_pain": 1}
            for seed in range(5 if quick else 20)
        ]
        t = alternate({"ours": lambda e, q=engine, x=targets: q.posteriors(e, x)}, cases)["ours"]
        rows.append(
            {"job": f"growth: {conditions} causes, random shape", "engine": "ours, causes", "ms": 1e3 * t}
        )
    return rows


def start_up(bn: Network, quick: bool) -> Rows:
    """A fresh process to its first answer, and the kernels loaded from their cache."""
    del bn, quick
    code = (
        "from network.build import load_network; from model.engine import ExactEngine; "
        "ExactEngine(load_network(), 'numpy').posteriors({'age': 2})"
    )
    cold = once(lambda: subprocess.run([sys.executable, "-c", code], check=True))
    warm = "from model.engine.warm_up import warm_up; warm_up()"
    cached = once(lambda: subprocess.run([sys.executable, "-c", warm], check=True))
    return [
        {"job": "start", "engine": "ours, NumPy: process, import, network, first query", "ms": 1e3 * cold},
        {"job": "start", "engine": "ours: process, kernels from the cache", "ms": 1e3 * cached},
    ]


JOBS = {"one": one_case, "pairs": pairs, "batch": batch, "draws": draws, "growth": growth, "start": start_up}


def run(bn: Network, names: list[str], quick: bool) -> Rows:
    """Return the rows of the jobs asked for."""
    warm_up()
    rows: Rows = []
    for name in names:
        rows += JOBS[name](bn, quick)
    return rows
