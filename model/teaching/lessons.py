"""The lessons: texts from ``lessons.yaml``, numbers from the live network.

lessons()                       the six lessons, in order
worth(ddx, …)                   what one finding is worth: likelihood ratio, decibans, before and after
steps(ddx, …)                   findings weighed one after another
figures(ddx, lesson)            the numbers that the lesson's texts speak of
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from model.evidence import Evidence
from model.questions import cause_node
from network import strict_yaml
from network.errors import Fault
from network.structure import BINARY

if TYPE_CHECKING:
    from model.differential import Differential

FILE = Path(__file__).with_name("lessons.yaml")
Findings = Mapping[str, str]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Variant(_Entry):
    """A group of people that a lesson compares with another."""

    id: str
    label: str
    given: Findings


class Pair(_Entry):
    """A finding, and the cause for or against which it is weighed."""

    cause: str
    finding: str


class Tree(_Entry):
    """People of one kind, by the causes of their pain, and how many of them show the findings."""

    given: Findings
    causes: tuple[str, ...]
    findings: Findings


class Guess(_Entry):
    """What the learner commits to before the network's answer is shown; `right` only for a choice."""

    kind: Literal["percent", "ratio", "choice", "question"]
    ask: str
    after: str
    options: tuple[str, ...] = ()
    right: str = ""


class Option(_Entry):
    """One answer to the check question, with what there is to say about it."""

    says: str
    because: str
    right: bool = False


class Claim(_Entry):
    """What the network must show for the check's right answer to be right."""

    cause: str = ""
    condition: str = ""
    given: Findings = {}
    add: Findings = {}
    moves: Literal["up", "down", ""] = ""
    above: float | None = None
    below: float | None = None
    overlap: tuple[Findings, ...] = ()
    best_of: tuple[str, ...] = ()
    best: str = Field("", alias="is")


class Check(_Entry):
    """The check question; exactly one option is right."""

    ask: str
    options: tuple[Option, ...]
    claims: tuple[Claim, ...]


class Lesson(_Entry):
    """One idea, one thing to do, one check question; the thing to do decides which of the rest is there."""

    id: str
    title: str
    minutes: int
    idea: str
    setting: str
    guess: Guess
    look: str
    check: Check
    case: Findings = {}
    cause: str = ""
    finding: Findings = {}
    more: Findings = {}
    findings: tuple[Findings, ...] = ()
    variants: tuple[Variant, ...] = ()
    pairs: tuple[Pair, ...] = ()
    questions: tuple[str, ...] = ()
    tree: Tree | None = None

    def nodes(self) -> set[str]:
        """Return every node and cause that the lesson needs the network to have."""
        given = [self.case, self.finding, self.more, *self.findings, *(v.given for v in self.variants)]
        if self.tree is not None:
            given += [self.tree.given, self.tree.findings, dict.fromkeys(self.tree.causes, "")]
        found = {node for findings in given for node in findings}
        found |= {name for pair in self.pairs for name in (pair.cause, pair.finding)} | set(self.questions)
        return found | ({self.cause} if self.cause else set())


class _File(_Entry):
    lessons: tuple[Lesson, ...]


@lru_cache(maxsize=1)
def lessons() -> Mapping[str, Lesson]:
    """Return the lessons by id, in order."""
    faults: list[Fault] = []
    content = strict_yaml.parse(FILE.read_text(encoding="utf-8"), FILE.name, faults)
    if faults:
        raise ValueError("\n".join(map(str, faults)))
    return {lesson.id: lesson for lesson in _File.model_validate(content).lessons}


@dataclass(frozen=True)
class Worth:
    """What a finding is worth for a cause: P(state | it explains the pain), P(state | it does not).

    `before` and `after` are P(cause explains the pain) without and with the finding.
    """

    p_with: float
    p_without: float
    before: float
    after: float

    @property
    def likelihood_ratio(self) -> float:
        """How many times as often people with the cause show the finding; infinite where others never do."""
        return self.p_with / self.p_without if self.p_without > 0.0 else float("inf")

    @property
    def decibans(self) -> float:
        """Weight of evidence, 10 log10 of the likelihood ratio (Good)."""
        with np.errstate(divide="ignore"):
            return float(10.0 * np.log10(self.likelihood_ratio))

    def from_starting_point(self, p: float) -> float:
        """Return where the finding leads from another starting point."""
        odds = p * self.p_with
        return odds / (odds + (1.0 - p) * self.p_without)


def worth(
    ddx: Differential, evidence: Mapping[str, Any] | Evidence | None, cause: str, item: str, state: str
) -> Worth:
    """Return what one finding is worth for one cause, everything else known taken into account.

    Raises
    ------
    UnknownNode, UnknownState, ImpossibleEvidence
    """
    given = dict(Evidence.of(ddx.network, evidence).active)
    node = cause_node(ddx.network, cause)
    with_it, without_it = (_probability(ddx, given | {node: held}, item, state) for held in reversed(BINARY))
    before, after = ddx.query(given), ddx.query(given | {item: state})
    return Worth(with_it, without_it, before.due_to(cause), after.due_to(cause))


def _probability(ddx: Differential, given: Mapping[str, Any], item: str, state: str) -> float:
    """Return P(item = state | given, complaint)."""
    return ddx.query(given).posterior(item)[state]


@dataclass(frozen=True)
class Step:
    """One finding weighed after those before it."""

    item: str
    state: str
    before: float
    after: float

    @property
    def decibans(self) -> float:
        """How far the log-odds moved, in decibans."""
        return float(
            10.0 * (np.log10(self.after / (1.0 - self.after)) - np.log10(self.before / (1.0 - self.before)))
        )


def steps(
    ddx: Differential,
    evidence: Mapping[str, Any] | Evidence | None,
    cause: str,
    findings: Sequence[tuple[str, str]],
) -> tuple[Step, ...]:
    """Return what each finding adds when they come in this order."""
    given = dict(Evidence.of(ddx.network, evidence).active)
    found = []
    before = ddx.query(given).due_to(cause)
    for item, state in findings:
        given[item] = state
        after = ddx.query(given).due_to(cause)
        found.append(Step(item, state, before, after))
        before = after
    return tuple(found)


def figures(ddx: Differential, lesson: Lesson) -> dict[str, float]:
    """Return the numbers that a lesson's texts speak of, by the name in the text.

    Probabilities are floats in [0, 1]; `ratio` is a likelihood ratio, `gain` is in bits.
    """
    found: dict[str, float] = {}
    if lesson.variants:
        ((item, state),) = lesson.finding.items()
        values = {v.id: worth(ddx, v.given, lesson.cause, item, state) for v in lesson.variants}
        found = {name: value.after for name, value in values.items()}
        found["ratio"] = values[lesson.variants[0].id].likelihood_ratio
    elif lesson.more:
        found = _presence(ddx, lesson)
    elif lesson.finding:
        ((item, _),) = lesson.finding.items()
        found["before"] = ddx.query(lesson.case).due_to(lesson.cause)
        found["after"] = ddx.query({**lesson.case, **lesson.finding}).due_to(lesson.cause)
        found["otherwise"] = ddx.query({**lesson.case, item: BINARY[0]}).due_to(lesson.cause)
    elif lesson.questions:
        found["gain"] = max(gains(ddx, lesson).values())
    return found


def gains(ddx: Differential, lesson: Lesson) -> dict[str, float]:
    """Return the information about all causes in each question of a lesson, in bits, best first."""
    every = {question.item: question.gain_bits for question in ddx.next_questions(lesson.case).questions}
    return dict(sorted(((item, every[item]) for item in lesson.questions), key=lambda entry: -entry[1]))


def _presence(ddx: Differential, lesson: Lesson) -> dict[str, float]:
    """Return presence and responsibility before a test, after it, and with further signs."""
    before = ddx.query(lesson.case)
    after = ddx.query({**lesson.case, **lesson.finding})
    more = ddx.query({**lesson.case, **lesson.finding, **lesson.more})
    return {
        "before": before.due_to(lesson.cause),
        "present_before": before.present(lesson.cause),
        "responsible": after.due_to(lesson.cause),
        "present": after.present(lesson.cause),
        "responsible_more": more.due_to(lesson.cause),
        "present_more": more.present(lesson.cause),
    }
