"""Cases without age or sex, in parts and as a whole: what dividing them is worth."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from statistics import median

from benchmarks.cases import consultations, with_positive_findings
from benchmarks.contenders import Ours
from benchmarks.effort import Effort
from benchmarks.engine import all_pairs, causes_of, given_first
from benchmarks.rows import Row
from benchmarks.timing import side_by_side
from model.engine import ExactEngine
from model.inference import Posteriors
from network.structure import Network

UNKNOWN = (("sex",), ("age",), ("age", "sex"))


def wide(bn: Network, effort: Effort) -> list[Row]:
    """All posteriors, and P(cause, node) of every cause and every node that can still be asked."""
    engines = {"ours": ExactEngine(bn, "numba"), "ours, not divided": ExactEngine(bn, "numba")}
    vars(engines["ours, not divided"])["cutset"] = ()
    asked = [node.id for node in bn.of_kind("risk_factor", "context", "symptom", "sign", "test")]
    jobs = {
        "pairs": {
            name: Ours(partial(all_pairs, engine, asked), given_first) for name, engine in engines.items()
        },
        "posteriors": {
            name: Ours(partial(_all_posteriors, engine), lambda found: found.marginals)
            for name, engine in engines.items()
        },
    }
    rows: list[Row] = []
    for findings, drawn in {
        "no finding": consultations(bn, effort.cases, findings=0),
        "8 findings": consultations(bn, effort.cases, findings=8),
        "4 present": with_positive_findings(bn, effort.cases, positive=4),
    }.items():
        for unknown in UNKNOWN:
            cases = [{node: case[node] for node in case if node not in unknown} for case in drawn]
            entries = median(engines["ours"].plan(case).entries for case in cases)
            questions = [(case, (), causes_of(bn)) for case in cases]
            for job, made in jobs.items():
                group = f"{job}, {findings}, no {' and no '.join(unknown)}"
                ours, *whole = side_by_side(group, made, questions, effort.budget_s)
                rows += [replace(ours, note=f"median of {entries:,.0f} table entries as a whole"), *whole]
    return rows


def _all_posteriors(engine: ExactEngine, case: dict[str, int], *_: object) -> Posteriors:
    return engine.posteriors(case)
