"""Starting: fresh processes, and the kernels compiled for the first time and loaded from their cache."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cases import consultations
from benchmarks.effort import Effort
from benchmarks.rows import Row
from benchmarks.timing import once
from network.exchange import export
from network.structure import Network

GROUP = "start"
LIMIT_S = 240.0
"""Enough for the first compilation on a slow machine."""

COMPILE = "from model.engine.warm_up import warm_up; warm_up()"
AGRUM = """
import sys, pyagrum as gum
engine = gum.LazyPropagation(gum.loadBN(sys.argv[1]))
evidence = dict(pair.split("=") for pair in sys.argv[2].split(","))
engine.setEvidence(evidence)
for target in sys.argv[3:]:
    engine.addTarget(target)
engine.makeInference()
[engine.posterior(target) for target in sys.argv[3:]]
"""
PGMPY = """
import sys
from pgmpy.inference import VariableElimination
from pgmpy.readwrite import BIFReader
model = BIFReader(sys.argv[1]).get_model()
evidence = dict(pair.split("=") for pair in sys.argv[2].split(","))
VariableElimination(model).query(sys.argv[3:], evidence=evidence, joint=False, show_progress=False)
"""


def start(bn: Network, effort: Effort) -> list[Row]:
    """Time from a shell prompt to the first answer, peers on the exported network."""
    repeats = 3 if effort.cases > 1 else 1
    case = consultations(bn, 1, findings=8)[0]
    given = [f"--evidence={name}={bn.node(name).states[state]}" for name, state in case.items()]
    causes = [node.id for node in bn.of_kind("due_to")]
    rows = []

    def row(engine: str, command: list[str], runs: int = repeats, note: str = "", **environment: str) -> None:
        def job() -> None:
            whole, variables = [sys.executable, *command], os.environ | environment
            subprocess.run(whole, check=True, capture_output=True, env=variables, timeout=LIMIT_S)

        try:
            rows.append(Row(GROUP, engine, 1e3 * once(job, runs), cases=runs, note=note))
        except subprocess.TimeoutExpired:
            rows.append(Row(GROUP, engine, 1e3 * LIMIT_S, at_least=True, note=f"{note}; stopped"))

    query = ["-m", "model.cli", "query", "--json", *given]
    row("nocturne query --json, network cached", query, max(repeats, 2))
    with tempfile.TemporaryDirectory() as folder:
        row("nocturne query --json, first time", query, 1, "builds the network", NOCTURNE_CACHE_DIR=folder)
    with tempfile.TemporaryDirectory() as folder:
        row("kernels, first compilation", ["-c", COMPILE], 1, "an empty cache", NUMBA_CACHE_DIR=folder)
        row("kernels, from their cache", ["-c", COMPILE], repeats, NUMBA_CACHE_DIR=folder)
    with tempfile.TemporaryDirectory() as folder:
        bif, _ = export(bn, Path(folder) / "leg_pain.bif")
        note = "reads the exported BIF"
        told = [str(bif), ",".join(f"{name}={bn.node(name).states[state]}" for name, state in case.items())]
        row("pyAgrum, import, read, causes", ["-c", AGRUM, *told, *causes], 1, note)
        row("pgmpy, import, read, causes", ["-W", "ignore", "-c", PGMPY, *told, *causes], 1, note)
    return rows
