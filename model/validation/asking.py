"""Everybody asked in every order, and what the causes and the urgency are after each answer.

Cases that several orders come to are ranked once. Naive Bayes ranks by itself, the other orders by the
network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from model.questions import next_questions
from model.threads import all_cores, share
from model.validation.contenders import Causes, Coded, marginals, posteriors, urgency
from model.validation.interview_scores import Measured, Stops, Whole
from model.validation.orders import (
    FIXED,
    NAIVE,
    ORDERS,
    PROGRAM,
    RANDOM,
    Course,
    NaiveBayes,
    Stopped,
    along,
    by_program,
    items_to_ask,
)  # fmt: skip
from model.validation.people import Person
from model.validation.scores import Labels, Mask, measures
from network.cpds import Array
from network.patients import LEVELS

if TYPE_CHECKING:
    from model.differential import Differential

AT_ONCE = 1000
"""Cases ranked in one batch."""

ORDER_STREAM = 1
"""Random orders are drawn apart from what else a seed decides."""

Ranker = Callable[[Sequence[Coded]], Array]


@dataclass(frozen=True)
class Asking:
    """How people are asked, and by what; `tell` is told how many more have been asked."""

    ddx: Differential
    kind: str | None
    steps: int
    seed: int
    tell: Callable[[int], None]

    @cached_property
    def causes(self) -> Causes:
        """Conditions and the unlisted cause, in the order of the network."""
        return tuple(condition or node for node, condition in self.ddx.network.causes.items())

    def measured(self, people: Sequence[Person], setting: Coded) -> dict[str, Measured]:
        """Return what every order achieves."""
        naive = self._naive_bayes(setting)
        by_gain = [one.item for one in next_questions(self.ddx, setting, self.kind).by_gain]
        courses = {
            PROGRAM: self._by_program(people),
            RANDOM: [along(one, self._shuffled(row, one), self.steps) for row, one in enumerate(people)],
            FIXED: [along(one, by_gain, self.steps) for one in people],
            NAIVE: [naive.course(one, self.steps) for one in people],
        }
        whole = [case for one in people for case in (one.told, one.story)]
        known = [case for order in (PROGRAM, RANDOM, FIXED) for one in courses[order] for case in one.known]
        exact = self._exact([{}, *whole, *known])
        return {
            order: self._measure(people, courses[order], naive.posteriors if order == NAIVE else exact)
            for order in ORDERS
        }

    def _by_program(self, people: Sequence[Person]) -> list[Course]:
        """Return the courses of the program's own questions, a person on each core."""
        found: dict[int, Course] = {}

        def ask(part: slice) -> None:
            for row in range(part.start, part.stop):
                found[row] = by_program(self.ddx, people[row], self.kind, self.steps)

        share(ask, len(people), 1, all_cores(), self.tell)
        return [found[row] for row in range(len(people))]

    def _shuffled(self, row: int, person: Person) -> list[str]:
        """Return what can be asked of a person in random order, the same for a seed."""
        rng = np.random.default_rng([self.seed, ORDER_STREAM, row])
        items = items_to_ask(self.ddx.network, person.start, self.kind)
        return [str(item) for item in rng.permutation(items)]

    def _naive_bayes(self, setting: Coded) -> NaiveBayes:
        network = self.ddx.network
        prior = posteriors(self.ddx, [{}], setting)[0][0]
        findings = items_to_ask(network, setting, None)
        given, _ = marginals(self.ddx, findings, setting, prior)
        return NaiveBayes.of(
            self.causes, prior / prior.sum(), items_to_ask(network, setting, self.kind), given
        )

    def _exact(self, cases: Sequence[Coded]) -> Ranker:
        """Return the network's P(cause) of any of these cases; each is worked out once."""
        network = self.ddx.network

        def key(case: Coded) -> frozenset[tuple[str, str]]:
            return frozenset(entry for entry in case.items() if entry[0] in network)

        row = {case: number for number, case in enumerate(dict.fromkeys(map(key, cases)))}
        different = [dict(sorted(case)) for case in row]
        batches = [different[start : start + AT_ONCE] for start in range(0, len(different), AT_ONCE)]
        p = np.concatenate([posteriors(self.ddx, batch, {})[0] for batch in batches])
        return lambda cases: p[[row[key(case)] for case in cases]]

    def _measure(self, people: Sequence[Person], courses: Sequence[Course], ranker: Ranker) -> Measured:
        """Return what one order achieves; `ranker` gives P(cause) of cases, shape (n_cases, n_causes)."""
        columns = range(self.steps + 1)
        right = np.array([[cause in one.right for cause in self.causes] for one in people], bool)
        labels = Labels(right, right)

        def ranked(cases: Sequence[Coded], measure: str) -> Mask:
            found: Mask = measures(ranker(cases), labels)[measure] > 0.5
            return found

        known = [[one.known[min(k, len(one.answered))] for one in courses] for k in columns]
        told, story = [one.told for one in people], [one.story for one in people]
        first = np.stack([ranked(cases, "first") for cases in known], axis=1)
        return Measured(
            first=first,
            first_three=np.stack([ranked(cases, "first_three") for cases in known], axis=1),
            level=np.stack([self._levels(cases, ranker) for cases in known], axis=1),
            put=np.array([[one.put[min(k, len(one.answered))] for k in columns] for one in courses]),
            answered=np.array([len(one.answered) for one in courses]),
            first_told=ranked(told, "first"),
            first_story=ranked(story, "first"),
            level_told=self._levels(told, ranker),
            level_story=self._levels(story, ranker),
            stops=self._stops(courses, first, ranker) if courses[0].may_stop else None,
        )

    def _stops(self, courses: Sequence[Course], first: Mask, ranker: Ranker) -> Stops:
        """Return where the stop fired."""
        nowhere = Stopped(0, 0, {})
        stopped = [one.stopped or nowhere for one in courses]
        answered = np.array([one.answered for one in stopped])
        return Stops(
            fired=np.array([one.stopped is not None for one in courses], bool),
            answered=answered,
            put=np.array([one.put for one in stopped]),
            first=first[np.arange(len(courses)), answered],
            level=self._levels([one.known for one in stopped], ranker),
        )

    def _levels(self, cases: Sequence[Coded], ranker: Ranker) -> Whole:
        """Return the urgency of cases as positions among the levels; nothing raised counts as the lowest."""
        raised = urgency(self.ddx, cases, ranker(cases))
        return np.array([LEVELS.index(level or LEVELS[0]) for level in raised], dtype=np.intp)
