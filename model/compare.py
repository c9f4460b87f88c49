"""Scenarios side by side, and sweeps over one or two variables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from model.evidence import Evidence, Finding, Likelihood, read_finding
from model.result import Answer
from model.setting import setting_of
from model.what_if import WhatIf, what_if
from network.errors import EvidenceError, ImpossibleEvidence

if TYPE_CHECKING:
    from model.differential import Differential

MOST_AXES = 2
LARGEST_SWEEP = 2500
"""Cells of the largest sweep: fifty by fifty, more than a chart can show."""


@dataclass(frozen=True)
class Axis:
    """One variable of a sweep and the findings it takes in turn."""

    node: str
    findings: tuple[Finding, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """One short label for each finding: the state, or the likelihood ratio."""
        return tuple(_label(finding) for finding in self.findings)


@dataclass(frozen=True)
class Sweep:
    """The case once for each finding of the axes.

    `answers` has one entry for each combination, the last axis fastest; None where the combination is
    impossible.
    """

    axes: tuple[Axis, ...]
    answers: tuple[Answer | None, ...] = field(repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of findings on each axis."""
        return tuple(len(axis.findings) for axis in self.axes)

    def values(self, node: str, state: str = "present") -> tuple[float | None, ...]:
        """Return P(node = state) for each combination, the last axis fastest; None where it is impossible."""
        return tuple(None if one is None else one.posterior(node)[state] for one in self.answers)

    def to_plain(self) -> dict[str, Any]:
        """Return the sweep as JSON holds it."""
        return {
            "schema": 1,
            "axes": [{"node": axis.node, "labels": list(axis.labels)} for axis in self.axes],
            "setting": [None if one is None else setting_of(one.evidence) for one in self.answers],
            "due_to": [
                None if one is None else {cause.condition: cause.due_to for cause in one.ranking}
                for one in self.answers
            ],
        }


@dataclass(frozen=True)
class Comparison:
    """One case as entered, and with each change, by name."""

    base: Answer = field(repr=False)
    scenarios: dict[str, WhatIf]

    def due_to(self, condition: str) -> dict[str, float]:
        """Return P(due to one cause) as entered ("as entered") and in each scenario."""
        found = {"as entered": self.base.due_to(condition)}
        return found | {name: one.with_change.due_to(condition) for name, one in self.scenarios.items()}

    def to_plain(self) -> dict[str, Any]:
        """Return the comparison as JSON holds it."""
        return {
            "schema": 1,
            "setting": setting_of(self.base.evidence),
            "base": self.base.to_plain(),
            "scenarios": {name: one.to_plain() for name, one in self.scenarios.items()},
        }


def compare(
    ddx: Differential,
    evidence: Any,
    changes: Mapping[str, Mapping[str, Any]],
    do: bool = False,
    complaint: bool = True,
) -> Comparison:
    """Return the case with each of several changes, side by side.

    Parameters
    ----------
    changes : mapping of a name to a change, as for `what_if`

    Raises
    ------
    As `what_if`.
    """
    base = ddx.query(evidence, complaint)
    return Comparison(
        base, {name: what_if(ddx, base.evidence, change, do, complaint) for name, change in changes.items()}
    )


def ratios(low: float, high: float, n: int = 9) -> tuple[Likelihood, ...]:
    """Return likelihood ratios from low to high in equal steps of their logarithm.

    Raises
    ------
    EvidenceError
        Unless 0 < low < high and there are two steps or more.

    Examples
    --------
    >>> [ratio.ratio for ratio in ratios(0.25, 4.0, 3)]
    [0.25, 1.0, 4.0]
    """
    if not 0 < low < high < math.inf or n < 2:
        raise EvidenceError(
            f"cannot sweep from {low} to {high} in {n} steps: write 0 < low < high, 2 steps or more."
        )
    step = (math.log(high) - math.log(low)) / (n - 1)
    return tuple(Likelihood(round(math.exp(math.log(low) + k * step), 12)) for k in range(n))


def sweep(
    ddx: Differential,
    evidence: Any,
    over: Mapping[str, Sequence[Any] | None],
    do: bool = False,
    complaint: bool = True,
) -> Sweep:
    """Return the case for every combination of findings of one or two variables.

    Parameters
    ----------
    over : mapping of node id to the findings it takes, None for each of its states
        Likelihood ratios by `ratios`.

    Raises
    ------
    EvidenceError
        Unless there are one or two variables, each with a finding; otherwise as `what_if`.
    """
    if not 1 <= len(over) <= MOST_AXES:
        raise EvidenceError(f"a sweep goes over one or two variables, not {len(over)}.")
    axes = []
    for node, given in over.items():
        values = ddx.network.node(node).states if given is None else given
        findings = tuple(read_finding(ddx.network, node, value) for value in values)
        if not findings:
            raise EvidenceError(f"the sweep over {node!r} has no finding. Leave it out for every state.")
        axes.append(Axis(node, findings))
    if math.prod(len(axis.findings) for axis in axes) > LARGEST_SWEEP:
        raise EvidenceError(f"a sweep has at most {LARGEST_SWEEP} combinations. Take fewer steps.")
    entered = Evidence.of(ddx.network, evidence)
    answers: list[Answer | None] = []
    for findings in product(*(axis.findings for axis in axes)):
        change = {axis.node: finding for axis, finding in zip(axes, findings, strict=True)}
        try:
            answers.append(_one(ddx, entered, change, do, complaint))
        except ImpossibleEvidence:
            answers.append(None)
    return Sweep(tuple(axes), tuple(answers))


def _one(
    ddx: Differential, evidence: Evidence, change: Mapping[str, Finding], do: bool, complaint: bool
) -> Answer:
    """Return the answer with one combination of findings."""
    if do:
        return what_if(ddx, evidence, change, do, complaint).with_change
    for node, finding in change.items():
        evidence = evidence.with_finding(node, finding)
    return ddx.query(evidence, complaint)


def _label(finding: Finding) -> str:
    if isinstance(finding, str):
        return finding
    if isinstance(finding, Likelihood) and finding.ratio is not None:
        return f"{finding.ratio:g}"
    return "likelihood" if isinstance(finding, Likelihood) else "unknown"
