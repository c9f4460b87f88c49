"""Natural frequencies: how many of so many people, for one or several causes and one or several findings.

People reason better about "10 of 1,000" than about "1 %" (Gigerenzer and Hoffrage 1995), and trees of such
counts can be drawn for several causes and findings too (Hoffrage and others 2015); see `docs/teaching.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from model.evidence import Evidence, Likelihood
from model.questions import cause_node
from network.errors import DiagnosisError
from network.structure import BINARY

if TYPE_CHECKING:
    from model.differential import Differential

PEOPLE = 1000
MOST_CAUSES = 3
"""Eight branches are as many as a tree can show."""


@dataclass(frozen=True)
class Branch:
    """People whose pain each of the causes explains or does not: how many, and how many show the findings.

    `causes` maps a cause to whether it explains the pain; `p_showing` is P(findings | branch).
    """

    causes: Mapping[str, bool]
    people: int
    showing: int
    p_showing: float


@dataclass(frozen=True)
class FrequencyTree:
    """So many people with the complaint, by what explains it, and by whether they show the findings."""

    people: int
    branches: tuple[Branch, ...]

    @property
    def showing(self) -> int:
        """How many show the findings."""
        return sum(branch.showing for branch in self.branches)

    def showing_with(self, cause: str) -> int:
        """Return how many show the findings and owe the pain to a cause."""
        return sum(branch.showing for branch in self.branches if branch.causes[cause])

    def with_cause(self, cause: str) -> int:
        """Return how many owe the pain to a cause."""
        return sum(branch.people for branch in self.branches if branch.causes[cause])


def frequency_tree(
    ddx: Differential,
    evidence: Mapping[str, Any] | Evidence | None,
    causes: Sequence[str],
    findings: Mapping[str, Any],
    people: int = PEOPLE,
) -> FrequencyTree:
    """Return how many of so many people each combination of causes accounts for, and who shows the findings.

    Parameters
    ----------
    evidence : what is known of all of these people, besides the complaint
    causes : one to three conditions, or other_cause
    findings : mapping of node id to state; "showing" means all of them

    Returns
    -------
    FrequencyTree, with whole people that add up; branches in the order none, …, all

    Raises
    ------
    UnknownNode, UnknownState, ImpossibleEvidence
    DiagnosisError
        If there are no causes or too many.
    """
    if not 1 <= len(causes) <= MOST_CAUSES:
        raise DiagnosisError(f"a tree is drawn for 1 to {MOST_CAUSES} causes, not for {len(causes)}.")
    nodes = [cause_node(ddx.network, cause) for cause in causes]
    given = dict(Evidence.of(ddx.network, evidence).active)
    unsure = [node for node in nodes if isinstance(given.get(node), Likelihood)]
    if unsure:
        raise DiagnosisError(
            f"{unsure[0]!r} is entered with a likelihood: settle it, or leave it out of the tree."
        )
    whole = ddx.query(given).log_evidence
    combinations = list(product(BINARY, repeat=len(nodes)))
    shares, p_showing = [], []
    for states in combinations:
        branch = dict(zip(nodes, states, strict=True))
        settled_otherwise = any(given.get(node, state) != state for node, state in branch.items())
        held = given | branch
        with_causes = -np.inf if settled_otherwise else _log_probability(ddx, held)
        shares.append(np.exp(with_causes - whole))
        both = _log_probability(ddx, held | dict(findings))
        p_showing.append(float(np.exp(both - with_causes)) if with_causes > -np.inf else 0.0)
    counts = whole_people(shares, people)
    return FrequencyTree(
        people,
        tuple(
            Branch(
                {cause: state == BINARY[1] for cause, state in zip(causes, states, strict=True)},
                count,
                round(count * p),
                p,
            )
            for states, count, p in zip(combinations, counts, p_showing, strict=True)
        ),
    )


def people_left(
    ddx: Differential,
    evidence: Mapping[str, Any] | Evidence | None,
    cause: str,
    findings: Sequence[tuple[str, str]],
    people: int = PEOPLE,
) -> tuple[tuple[int, int], ...]:
    """Return how many people still fit after each finding: those who owe the pain to the cause, and others.

    Parameters
    ----------
    evidence : what is known of all of these people, besides the complaint
    findings : (node id, state), in the order in which they are heard

    Returns
    -------
    tuple of (with the cause, others), before any finding and after each; neither number ever grows

    Raises
    ------
    UnknownNode, UnknownState, ImpossibleEvidence, DiagnosisError
    """
    trees = [
        frequency_tree(ddx, evidence, [cause], dict(findings[:heard]), people)
        for heard in range(1, len(findings) + 1)
    ]
    start = trees[0].with_cause(cause)
    left = [(tree.showing_with(cause), tree.showing - tree.showing_with(cause)) for tree in trees]
    return ((start, people - start), *left)


def whole_people(shares: Sequence[float], people: int) -> list[int]:
    """Return shares as whole people that add up: the largest remainders are rounded up.

    Examples
    --------
    >>> whole_people([0.996, 0.003, 0.001], 100)
    [100, 0, 0]
    >>> whole_people([1 / 3, 1 / 3, 1 / 3], 100)
    [34, 33, 33]
    """
    exact = np.asarray(shares) / np.sum(shares) * people
    counts = np.floor(exact).astype(int)
    short = people - int(counts.sum())
    for i in np.argsort(-(exact - counts), kind="stable")[:short]:
        counts[i] += 1
    return [int(count) for count in counts]


def _log_probability(ddx: Differential, findings: Mapping[str, Any]) -> float:
    """Return log P(findings, complaint), minus infinity where they cannot hold together."""
    observed = Evidence.of(ddx.network, findings).observed()
    if ddx.network.complaint is not None:
        observed.setdefault(ddx.network.complaint, 1)
    return ddx.engine.posteriors(observed, targets=()).log_evidence
