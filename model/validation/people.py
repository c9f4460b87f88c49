"""The people of a measured interview: what each says when asked, and which causes would be right.

Labelled patients say what their story states. Simulated patients are ancestral samples with the complaint and
can answer everything; a warning sign has no probability, so they have none. Nobody is asked where they are
seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from model.many_cases import query_many
from model.questions import KINDS, kind_of
from model.simulated import Rng, draw_complaining
from model.validation.contenders import Coded
from network.errors import DiagnosisError
from network.patients import LabelledPatient
from network.structure import ASKED_KINDS, BINARY, PRESENT, Network, Node

if TYPE_CHECKING:
    from model.differential import Differential

FIRST_KNOWN = ("age", "sex")
"""Nodes that are known before the first question, where the story states them."""

ANSWER_STREAM = 2
"""What is misheard is drawn apart from what else a seed decides."""

TRIES = 100
"""How often answers are made wrong anew where the network finds them impossible together."""


@dataclass(frozen=True)
class Person:
    """One person to be interviewed.

    `start` is known before the first question, `says` what the answers would be; a question that is not in
    it cannot be answered. `further` is in the story and cannot be learnt by this kind of interview. `right`
    holds the causes that count as right.
    """

    id: str
    start: Coded
    says: Coded
    further: Coded
    right: frozenset[str]

    @property
    def told(self) -> dict[str, str]:
        """All that this kind of interview could learn."""
        return {**self.start, **self.says}

    @property
    def story(self) -> dict[str, str]:
        """All that is known of the person."""
        return {**self.told, **self.further}


def labelled_people(
    network: Network, patients: Sequence[LabelledPatient], kind: str | None, setting: Coded
) -> tuple[Person, ...]:
    """Return labelled patients; each starts with age, sex and the first symptom of the story that is there.

    Parameters
    ----------
    kind : "question", "examination" or "test"; None for all
        Tests belong to the story where they may be asked for.
    setting : added to what is known at the start
    """
    people = []
    for patient in patients:
        story = {**patient.evidence, **(patient.tests if kind in (None, KINDS[2]) else {})}
        symptoms = [node for node in story if _is_symptom(network, node, story[node])]
        right = frozenset(patient.right)
        people.append(_person(network, patient.id, story, symptoms[:1], right, kind, setting))
    return tuple(people)


def simulated_people(network: Network, n_people: int, kind: str | None, seed: int) -> tuple[Person, ...]:
    """Return samples with the complaint; each starts with age, sex and a symptom at random that is there."""
    rng = np.random.default_rng(seed)
    absent = {item.id: BINARY[1 - PRESENT] for item in network.safety_items}
    people = []
    for number in range(n_people):
        case = draw_complaining(network, rng)
        asked = network.of_kind(*ASKED_KINDS)
        story = {
            node.id: node.states[case[node.id]]
            for node in asked
            if kind in (None, KINDS[2]) or kind_of(node) != KINDS[2]
        }
        symptoms = [node for node in story if _is_symptom(network, node, story[node])]
        first = [str(rng.choice(symptoms))] if symptoms else []
        right = frozenset(of or node for node, of in network.causes.items() if case[node] == PRESENT)
        people.append(
            _person(network, f"simulated_{number + 1}", {**story, **absent}, first, right, kind, {})
        )
    return tuple(people)


def misheard(
    ddx: Differential, people: Sequence[Person], unknown: float, wrong: float, seed: int
) -> tuple[Person, ...]:
    """Return people of whose answers a share is left unknown and a share is another state at random.

    Where the network finds what a person says impossible, it is drawn again. Warning signs may be unknown;
    they are never wrong, as one that is made up would decide the urgency alone.

    Raises
    ------
    DiagnosisError
        If a share is no proportion, or a person's answers stay impossible.
    """
    for name, share in (("unknown", unknown), ("wrong", wrong)):
        if not 0.0 <= share <= 1.0:
            raise DiagnosisError(f"{name}: {share} is no proportion. Write a number from 0 to 1.")
    if not people or unknown == wrong == 0.0:
        return tuple(people)
    rngs = [np.random.default_rng([seed, ANSWER_STREAM, number]) for number in range(len(people))]
    found = list(people)
    left = list(range(len(people)))
    for _ in range(TRIES):
        for row in left:
            found[row] = _misheard(ddx.network, people[row], unknown, wrong, rngs[row])
        told = [found[row].story for row in left]
        nodes = dict.fromkeys((str(ddx.network.complaint), *(node for case in told for node in case)))
        table = {node: [case.get(node) for case in told] for node in nodes}
        possible = query_many(ddx, table).possible
        left = [row for row, fits in zip(left, possible.tolist(), strict=True) if not fits]
        if not left:
            return tuple(found)
    raise DiagnosisError(f"{people[left[0]].id}: no wrong answers were found that can hold together.")


def _misheard(network: Network, person: Person, unknown: float, wrong: float, rng: Rng) -> Person:
    says = {}
    for item, state in person.says.items():
        is_unknown, is_wrong = rng.random(2) < (unknown, wrong)
        others = [one for one in network.node(item).states if one != state] if item in network else []
        if not is_unknown:
            says[item] = str(rng.choice(others)) if is_wrong and others else state
    return replace(person, says=says)


def _person(
    network: Network,
    name: str,
    story: Coded,
    symptoms: Sequence[str],
    right: frozenset[str],
    kind: str | None,
    setting: Coded,
) -> Person:
    start = {node: story[node] for node in (*FIRST_KNOWN, *symptoms) if node in story}
    rest = {node: state for node, state in story.items() if node not in start}
    asked = {item for item in rest if _is_asked(network, item, kind)}
    return Person(
        id=name,
        start={**setting, **start},
        says={node: state for node, state in rest.items() if node in asked},
        further={node: state for node, state in rest.items() if node not in asked},
        right=right,
    )


def _is_asked(network: Network, item: str, kind: str | None) -> bool:
    if item not in network:
        return True  # a warning sign
    node = network.node(item)
    return node.kind in ASKED_KINDS and kind in (None, kind_of(node))


def _is_symptom(network: Network, item: str, state: str) -> bool:
    """Whether it is a symptom that is there: of several states, any but the first."""
    if item not in network:
        return False
    node: Node = network.node(item)
    return node.kind == "symptom" and kind_of(node) == KINDS[0] and node.state_index(state) > 0
