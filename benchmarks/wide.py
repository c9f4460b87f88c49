"""Pairs of cases without age or sex, in parts and as a whole: what dividing them is worth."""

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
from network.structure import Network

UNKNOWN = (("sex",), ("age",), ("age", "sex"))


class Whole(ExactEngine):
    """The engine, with nothing to divide a case on."""

    cutset = ()


def wide(bn: Network, effort: Effort) -> list[Row]:
    """P(cause, node) of every cause and every node that can still be asked, without age, sex or both."""
    divided = ExactEngine(bn, "numba")
    asked = [node.id for node in bn.of_kind("risk_factor", "context", "symptom", "sign", "test")]
    made = {
        name: Ours(partial(all_pairs, engine, asked), given_first)
        for name, engine in {"ours": divided, "ours, not divided": Whole(bn, "numba")}.items()
    }
    rows: list[Row] = []
    for findings, drawn in {
        "no finding": consultations(bn, effort.cases, findings=0),
        "8 findings": consultations(bn, effort.cases, findings=8),
        "4 present": with_positive_findings(bn, effort.cases, positive=4),
    }.items():
        for unknown in UNKNOWN:
            cases = [{node: case[node] for node in case if node not in unknown} for case in drawn]
            group = f"pairs, {findings}, no {' and no '.join(unknown)}"
            questions = [(case, (), causes_of(bn)) for case in cases]
            ours, *whole = side_by_side(group, made, questions, effort.budget_s)
            entries = median(divided.plan(case).entries for case in cases)
            rows += [replace(ours, note=f"median of {entries:,.0f} table entries as a whole"), *whole]
    return rows
