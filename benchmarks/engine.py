"""Jobs of the engine: one case, dense evidence, all pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from statistics import median

import numpy as np

from benchmarks.cases import consultations, dense
from benchmarks.contenders import Ours, Peer
from benchmarks.effort import Effort
from benchmarks.peers import Agrum, Answer, Pgmpy
from benchmarks.rows import Row
from benchmarks.timing import once, side_by_side
from model.engine import ExactEngine
from model.engine.pairs import Pairwise
from network.structure import Network

AGAIN = 60
AGRUM = {
    "pyAgrum as documented": "documented",
    "pyAgrum on exported chains": "exported",
    "pyAgrum tuned": "tuned",
}
PGMPY = {"pgmpy one by one": "one by one", "pgmpy joint=False": "joint=False", "pgmpy one joint": "one joint"}


def causes_of(bn: Network) -> list[str]:
    """Return the ids of the nodes that say what the complaint is due to."""
    return [node.id for node in bn.of_kind("due_to")]


def contenders(bn: Network, effort: Effort, *uses: str, numpy: bool = False) -> dict[str, Ours | Peer]:
    """Return us and the peers in the uses named, all answering (evidence, targets)."""
    made: dict[str, Ours | Peer] = {"ours": _posteriors(ExactEngine(bn, "numba"))}
    if numpy:
        made["ours, NumPy"] = _posteriors(ExactEngine(bn, "numpy"))
    for name in uses:
        kind, use = (Agrum, AGRUM[name]) if name in AGRUM else (Pgmpy, PGMPY[name])
        made[name] = Peer(kind, bn, use, method="posteriors", limit_s=effort.limit_s)
    return made


def one_case(bn: Network, effort: Effort) -> list[Row]:
    """Job 1: posteriors and P(evidence) of one case: of the causes, of nodes with children, of all nodes."""
    cases = consultations(bn, effort.cases, findings=8)
    inner = [node.id for node in bn.nodes if bn.children[node.id]]
    everything = [node.id for node in bn.nodes]
    rows: list[Row] = []
    for what, targets in (
        ("causes", causes_of(bn)),
        ("nodes with children", inner),
        ("all nodes", everything),
    ):
        # 2 to the power of 68 or 157: no joint
        uses = [*AGRUM, *PGMPY] if what == "causes" else [*AGRUM, "pgmpy one by one"]
        made = contenders(bn, effort, *uses, numpy=True)
        rows += side_by_side(f"one case, {what}", made, [(case, targets) for case in cases], effort.budget_s)
    return rows


def dense_case(bn: Network, effort: Effort) -> list[Row]:
    """Every symptom answered, one in ten missing."""
    made = contenders(bn, effort, *AGRUM, "pgmpy one joint")
    cases = [(case, causes_of(bn)) for case in dense(bn, effort.cases)]
    return side_by_side("one dense case, causes", made, cases, effort.budget_s)


def pairs(bn: Network, effort: Effort) -> list[Row]:
    """Job 2: P(cause, finding) of every cause and every node that can still be asked.

    pyAgrum propagates once for each finding; a part of the findings is timed and multiplied. With pgmpy an
    expert asks once for the joint of the causes and multiplies it with the tables of the findings; where
    findings hang on more than causes, as here, that is not enough: the joint alone is a lower bound.
    """
    group, causes = "pairs of a cause and a finding", causes_of(bn)
    engines = {"ours": ExactEngine(bn, "numba"), "ours, NumPy": ExactEngine(bn, "numpy")}
    kinds = ("risk_factor", "context", "symptom", "sign", "test")
    asked = [node.id for node in bn.of_kind(*kinds)]
    cases = []
    rng = np.random.default_rng(1)
    for case in consultations(bn, effort.cases, findings=8):
        free = [node for node in asked if node not in case]
        cases.append((case, [str(f) for f in rng.choice(free, min(effort.sample, 6), replace=False)], causes))
    made: dict[str, Ours | Peer] = {
        name: Ours(partial(all_pairs, engine, asked), given_first) for name, engine in engines.items()
    }
    parts = len(cases[0][1])
    whole = sum(node not in cases[0][0] for node in asked)
    limit = effort.limit_s * parts
    made["pyAgrum as documented, loop"] = Peer(Agrum, bn, "documented", method="given_each", limit_s=limit)
    made["pyAgrum tuned, loop"] = Peer(Agrum, bn, "tuned", method="given_each", limit_s=limit)
    rows = side_by_side(group, made, cases, effort.budget_s)
    rows = [row if row.engine.startswith("ours") else scaled(row, parts, whole) for row in rows]
    rows.insert(1, _asked_again(group, engines["ours"], asked, cases))
    joint: dict[str, Ours | Peer] = {
        "ours": Ours(partial(all_pairs, engines["ours"], asked)),
        "pgmpy one joint": Peer(Joint, bn, method="time", limit_s=effort.limit_s),
    }
    lower = side_by_side(group, joint, cases, effort.budget_s)[1]
    note = "the joint of the causes alone, without the findings" + (f"; {lower.note}" if lower.note else "")
    return [*rows, replace(lower, at_least=True, note=note)]


def _asked_again(
    group: str,
    engine: ExactEngine,
    asked: Sequence[str],
    cases: Sequence[tuple[dict[str, int], list[str], list[str]]],
) -> Row:
    """Return what the same case takes again at once, when nothing has been driven out of the caches."""
    ms = [1e3 * once(partial(all_pairs, engine, asked, *case), AGAIN) for case in cases]
    note = f"shortest of {AGAIN} calls; over the cases {min(ms):.2f} to {max(ms):.2f}"
    return Row(group, "ours, asked again", median(ms), cases=len(ms), note=note)


class Joint(Pgmpy):
    """pgmpy's joint of the causes, timed and not compared."""

    def __init__(self, bn: Network) -> None:
        super().__init__(bn, "one joint")

    def time(self, evidence: dict[str, int], _: Sequence[str], targets: Sequence[str]) -> None:
        """Compute the joint."""
        self.posteriors(evidence, targets)


def scaled(row: Row, parts: int, whole: int) -> Row:
    """Return the row of a peer that was timed on so many parts of a whole."""
    factor = whole / parts
    note = f"{parts} of {whole} timed, times {factor:.3g}" + (f"; {row.note}" if row.note else "")
    ratio = None if row.ratio is None else row.ratio * factor
    return replace(row, ms=row.ms * factor, ratio=ratio, note=note)


def all_pairs(
    engine: ExactEngine, asked: Sequence[str], case: dict[str, int], _: Sequence[str], targets: Sequence[str]
) -> Pairwise:
    """Return the joint posteriors of the targets with every node of `asked` that the case leaves open."""
    return engine.pairwise(case, [node for node in asked if node not in case], targets)


def given_first(found: Pairwise) -> Answer:
    """Return P(cause | evidence, finding = its first state) from the joint posteriors."""
    return {
        f"{cause} given {finding}": table[0, columns] / table[0, columns].sum()
        for finding, table in found.tables.items()
        for cause, columns in found.columns.items()
    }


def _posteriors(engine: ExactEngine) -> Ours:
    return Ours(engine.posteriors, lambda found: found.marginals)
