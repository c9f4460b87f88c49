"""Generated cases: drawn from the network, seeded and so the same again, and contrast pairs.

A target is put in as evidence (it explains the complaint), and everything else is drawn. The typicality dial
chooses among several sets of findings drawn for the same person, by how probable they make the target:
0 takes the least telling set, 1 the most telling, None the first, as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from model.phrases import listed
from model.questions import KINDS as ASKING
from model.questions import Question, cause_node
from model.teaching.cases import ASKED, GENERATED, LATER, START, Case, CaseFinding, cause_labels, item_label
from model.teaching.errors import TeachingError
from model.teaching.sampling import draw_forward, draw_given, upstream
from model.teaching.vignette import person_items, vignette
from model.teaching.wording import say
from network.structure import ASKED_KINDS, BINARY, PRESENT, Network

if TYPE_CHECKING:
    from model.differential import Differential

SETS = 9
"""Sets of findings that the typicality dial chooses from."""
ASKED_AT_START, YES_AT_START, TOLD_LATER = 7, 3, 8
"""Symptoms asked at once, fewer once so many are there; findings revealed in turn after that."""
CANDIDATES = 20
"""Symptoms from which those told at once are drawn, the most telling for this age and sex."""
TRIES = 60
"""Cases looked at for a contrast pair before giving up."""
LEADS, HAPPENS = 0.4, 0.05
"""In a contrast pair each answer reaches this probability, and each of the two findings this share."""
MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class ContrastPair:
    """Two cases that differ in one finding, the last one revealed, and therefore in their answer.

    The answers are the causes that the network puts first; `states` are the two states of `item`.
    """

    first: Case
    second: Case
    item: str
    states: tuple[str, str]


def generate_case(
    ddx: Differential, seed: int, target: str | None = None, typicality: float | None = None
) -> Case:
    """Return a case drawn from the network given the complaint.

    Parameters
    ----------
    seed : int, 0 or more
        The same seed, target, dial and network give the same case.
    target : a cause that explains the complaint, optional; others may explain it too
    typicality : 0 (atypical) to 1 (typical), None as it comes; needs a target

    Raises
    ------
    UnknownNode
        If there is no such cause.
    TeachingError
        If the seed or the dial is out of range.
    """
    if not 0 <= seed <= MOST_SEED:
        raise TeachingError(f"a seed is a whole number from 0 to {MOST_SEED}; this is {seed}.")
    if typicality is not None and not (0 <= typicality <= 1 and target is not None):
        raise TeachingError("typicality runs from 0 (atypical) to 1 (typical) and needs a target cause.")
    rng = np.random.default_rng(seed)
    drawn = _person(ddx, rng, target, typicality)
    return _case(ddx, drawn, seed, rng)


def contrast_pair(ddx: Differential, seed: int, target: str | None = None) -> ContrastPair:
    """Return two cases that differ in one finding which changes the network's answer.

    Parameters
    ----------
    target : the answer of one of the two, optional

    Raises
    ------
    UnknownNode
        If there is no such cause.
    TeachingError
        If no pair turned up; another seed may find one.
    """
    rng = np.random.default_rng(seed)
    for _ in range(TRIES):
        case = generate_case(ddx, int(rng.integers(MOST_SEED)), target, None if target is None else 0.5)
        told = case.start + case.later[: int(rng.integers(2, TOLD_LATER))]
        asked = ddx.next_questions({finding.item: finding.state for finding in told})
        for question in asked.by_gain:
            states = _turning(question, target)
            if states is not None and question.kind != ASKING[2]:
                return _pair(ddx.network, replace(case, seed=seed), told, question, states)
    raise TeachingError("no contrast pair turned up for this seed. Try another seed or no target.")


def _person(
    ddx: Differential, rng: np.random.Generator, target: str | None, typicality: float | None
) -> dict[str, int]:
    """Return a state for every node."""
    network = ddx.network
    given = {str(network.complaint): PRESENT}
    node = None if target is None else cause_node(network, target)
    if node is not None:
        given[node] = PRESENT
    person = draw_given(ddx, given, upstream(network), rng)
    if typicality is None or node is None:
        return draw_forward(network, person, rng)
    sets = [draw_forward(network, person, rng) for _ in range(SETS)]
    telling = [_telling(ddx, one, node) for one in sets]
    order = np.argsort(telling, kind="stable")
    return sets[int(order[round(typicality * (SETS - 1))])]


def _telling(ddx: Differential, drawn: Mapping[str, int], node: str) -> float:
    """Return how probable everything a patient can tell or show makes the target."""
    kinds = ("risk_factor", "symptom", "sign")
    observed = {one.id: drawn[one.id] for one in ddx.network.of_kind(*kinds)}
    observed[str(ddx.network.complaint)] = PRESENT
    return float(ddx.engine.posteriors(observed, targets=(node,)).marginals[node][PRESENT])


def _case(ddx: Differential, drawn: Mapping[str, int], seed: int, rng: np.random.Generator) -> Case:
    """Return what was drawn as a case: what is told, in which order, and the truth."""
    network = ddx.network
    states = {node.id: node.states[drawn[node.id]] for node in network.of_kind(*ASKED_KINDS)}
    start = _first_told(ddx, states, rng)
    later = _telling_order(ddx, {item: states[item] for item in start})
    findings = [CaseFinding(item, states[item], START) for item in start]
    findings += [CaseFinding(item, states[item], LATER) for item in later]
    rest = [item for item in states if item not in start and item not in later]
    findings += [CaseFinding(item, states[item], ASKED) for item in rest]
    answer = tuple(of or node for node, of in network.causes.items() if drawn[node] == PRESENT)
    idle = [of for of in network.causes.values() if of and drawn[of] == PRESENT and of not in answer]
    return Case(
        id=f"generated_{seed}",
        title=say("generated_title", number=seed),
        kind=_kind(ddx, answer, findings),
        setting=say("generated_setting"),
        vignette=vignette(network, findings[: len(start)]),
        findings=tuple(findings),
        answer=answer,
        distractor=None,
        teaching=_points(network, answer, idle),
        origin=GENERATED,
        seed=seed,
    )


def _first_told(ddx: Differential, states: Mapping[str, str], rng: np.random.Generator) -> list[str]:
    """Return what is told at once: the person, then symptoms drawn one by one until some are there.

    Whatever was drawn is told, present or not. Telling only what is there would itself be news that the
    network does not know of, and its probabilities would no longer come true.
    """
    person = [item for item in person_items() if item in states]
    asked = ddx.next_questions({item: states[item] for item in person}).by_gain
    symptoms = [one.item for one in asked if ddx.network.node(one.item).kind == "symptom"]
    told: list[str] = []
    for item in rng.permutation(symptoms[:CANDIDATES]):
        told.append(str(item))
        if sum(states[one] == BINARY[PRESENT] for one in told) == YES_AT_START or len(told) == ASKED_AT_START:
            break
    return person + sorted(told, key=lambda one: states[one] == BINARY[0])


def _telling_order(ddx: Differential, told: Mapping[str, str]) -> list[str]:
    """Return the findings that tell most after the start, questions before examinations; no tests."""
    asked = ddx.next_questions(told).by_gain
    open_to = [one for one in asked if one.kind != ASKING[2]][:TOLD_LATER]
    return [one.item for one in sorted(open_to, key=lambda one: ASKING.index(one.kind))]


def _kind(ddx: Differential, answer: tuple[str, ...], findings: list[CaseFinding]) -> str:
    """Return which kind of case this is: by how many causes it has and where the network puts the answer."""
    others = [node for node, of in ddx.network.causes.items() if of is None]
    if len(answer) > 1:
        return "two_causes"
    if list(answer) == others:
        return "outside"
    told = {finding.item: finding.state for finding in findings if finding.when != ASKED}
    return "typical" if ddx.query(told).ranking[0].condition == answer[0] else "atypical"


def _points(network: Network, answer: tuple[str, ...], idle: list[str]) -> tuple[str, ...]:
    """Return what to say of a generated case afterwards."""
    labels = cause_labels(network)
    points = [say("generated_point", causes=listed([labels[cause] for cause in answer]))]
    if idle:
        names = listed([item_label(network, condition) for condition in idle])
        points.append(say("generated_present", conditions=names))
    return tuple(points)


def _turning(question: Question, target: str | None) -> tuple[str, str] | None:
    """Return two states of a finding after which different causes lead clearly, None where there are none."""
    leading: dict[str, str] = {}
    for outcome in question.outcomes:
        cause = max(outcome.due_to, key=lambda one: outcome.due_to[one])
        if outcome.due_to[cause] >= LEADS and outcome.probability >= HAPPENS:
            leading.setdefault(cause, outcome.state)
    if target is not None and target not in leading:
        return None
    causes = sorted(leading, key=lambda cause: cause != target)
    return (leading[causes[0]], leading[causes[1]]) if len(causes) > 1 else None


def _pair(
    network: Network,
    case: Case,
    told: tuple[CaseFinding, ...],
    question: Question,
    states: tuple[str, str],
) -> ContrastPair:
    """Return the twins: the same findings, then the one that differs."""
    twins = []
    for suffix, state in zip(("a", "b"), states, strict=True):
        due_to = next(one.due_to for one in question.outcomes if one.state == state)
        answer = (max(due_to, key=lambda cause: due_to[cause]),)
        labels = cause_labels(network)
        points = (
            say("generated_point", causes=labels[answer[0]]),
            say("generated_contrast", item=question.label),
        )
        others = [node for node, of in network.causes.items() if of is None]
        twins.append(
            replace(
                case,
                id=f"contrast_{case.seed}{suffix}",
                title=f"{say('generated_title', number=case.seed)} {suffix}",
                kind="outside" if list(answer) == others else "typical",
                findings=(*told, CaseFinding(question.item, state, LATER)),
                answer=answer,
                distractor=None,
                teaching=points,
            )
        )
    return ContrastPair(twins[0], twins[1], question.item, states)
