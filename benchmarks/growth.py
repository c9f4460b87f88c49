"""How the time for the causes' posteriors grows, over positive findings and over causes."""

from __future__ import annotations

from benchmarks.cases import drawn, with_positive_findings
from benchmarks.effort import Effort
from benchmarks.engine import causes_of, contenders
from benchmarks.replicas import replicated
from benchmarks.rows import Row
from benchmarks.timing import side_by_side
from network.structure import Network

USES = ("pyAgrum as documented", "pyAgrum tuned", "pgmpy one joint")


def over_positives(bn: Network, effort: Effort) -> list[Row]:
    """The leg-pain network; findings of three parents or more, all present."""
    rows: list[Row] = []
    for positive in effort.positives:
        cases = [(case, causes_of(bn)) for case in with_positive_findings(bn, effort.cases, positive)]
        group = f"growth, {positive} positive findings"
        rows += side_by_side(group, contenders(bn, effort, *USES), cases, effort.budget_s)
    return rows


def over_causes(bn: Network, effort: Effort) -> list[Row]:
    """The leg-pain network's structure with fewer and more causes; 8 findings of a person drawn from it."""
    rows: list[Row] = []
    for causes in effort.causes:
        other = replicated(bn, causes)
        findings = [node.id for node in other.of_kind("symptom", "sign", "test")]
        cases = [
            (
                drawn(other, seed, 8, findings)
                | drawn(other, seed, 2, ["age", "sex"])
                | {str(other.complaint): 1},
                causes_of(other),
            )
            for seed in range(effort.cases)
        ]
        group = f"growth, {causes} conditions and another cause"
        rows += side_by_side(group, contenders(other, effort, *USES), cases, effort.budget_s)
    return rows
