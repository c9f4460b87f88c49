"""The path the network would have taken: the next question that tells most per cost, again and again.

It begins with what the learner was told, asks only what the case can answer, safety items that must be asked
first before all else, and ends when nothing left would change the order of the leading causes or the action.
Each question is the best by itself; together another set may tell more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.evidence import Evidence, Unknown
from model.questions import NextQuestions
from model.teaching.cases import Case, all_causes, item_label
from model.teaching.practice import cost_of
from model.teaching.rules import count
from network.errors import ImpossibleEvidence

if TYPE_CHECKING:
    from model.differential import Differential


@dataclass(frozen=True)
class PathStep:
    """One question of the path, with P(due to each cause) after it.

    `gain_bits` is the sum over causes, None for what must be asked first.
    """

    item: str
    label: str
    state: str
    gain_bits: float | None
    cost: float
    due_to: Mapping[str, float]


@dataclass(frozen=True)
class Path:
    """The questions, their whole cost, and why it ended."""

    steps: tuple[PathStep, ...]
    cost: float
    reason: str


def path(ddx: Differential, case: Case) -> Path:
    """Return the network's own path through a case, at most as long as the rules say."""
    evidence = case.evidence(ddx.network, later=0)
    steps: list[PathStep] = []
    reason = ""
    for _ in range(count("path_length")):
        try:
            asked = ddx.next_questions(evidence)
        except ImpossibleEvidence as error:
            reason = str(error)
            break
        reason = asked.stop.reason
        chosen = None if asked.stop.stop else _choice(case, evidence, asked)
        if chosen is None:
            break
        item, gain = chosen
        state = case.state_of(ddx.network, item)
        evidence = evidence.with_finding(item, state)
        steps.append(_step(ddx, evidence, item, gain))
    return Path(tuple(steps), sum(step.cost for step in steps), reason)


def _choice(case: Case, evidence: Evidence, asked: NextQuestions) -> tuple[str, float | None] | None:
    """Return what to ask and its gain: what must be asked first, then the most bits per cost.

    None where nothing that the case can answer would change the order of the leading causes or the action.
    """
    for must in asked.must_ask:
        if _answers(case, evidence, must.item):
            return must.item, None
    matters = [item for item in asked.stop.items if case.finding(item) is not None]
    for question in asked.questions if matters else ():
        if _answers(case, evidence, question.item):
            return question.item, question.gain_bits
    # What is left carries urgency and no probability.
    return (matters[0], None) if matters else None


def _answers(case: Case, evidence: Evidence, item: str) -> bool:
    """Whether the case says what asking would give."""
    return not isinstance(case.state_of(evidence.network, item), Unknown)


def _step(ddx: Differential, evidence: Evidence, item: str, gain: float | None) -> PathStep:
    network = ddx.network
    try:
        answer = ddx.query(evidence)
        due_to = {cause: answer.due_to(cause) for cause in all_causes(network)}
    except ImpossibleEvidence:
        due_to = {}
    state = str(evidence.get(item))
    return PathStep(item, item_label(network, item), state, gain, cost_of(network, item), due_to)
