"""How fast does an interview get there? The program's questions beside other orders, on the same people.

Everybody starts with age, sex and one symptom and answers one question at a time, history only unless asked
otherwise. After each answer the causes are ranked by what is known by then (in the naive-Bayes order by naive
Bayes), and the urgency is that of the rules. What is measured, over simulated and over labelled people:

    first, first three    a true cause ranks there after k answers
    kept                  the same of those only in whom it is first with the whole story
    to first              answers until a true cause is first and stays so to the end of the interview
    stop                  where the program says that asking may stop, and what stands there

References
----------
Gorry and Barnett (1968), Computers and Biomedical Research 1:490-507 (sequential diagnosis).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from model.case_table import read_table
from model.questions import KINDS, next_questions
from model.result import SCHEMA, identity
from model.threads import all_cores, share
from model.validation.contenders import Causes, Coded, marginals, posteriors
from model.validation.evaluate import setting_evidence, setting_words
from model.validation.interview_scores import Measured, OrderScore, Stops, Whole, order_score
from model.validation.orders import (
    FIXED,
    NAIVE,
    PROGRAM,
    RANDOM,
    Course,
    NaiveBayes,
    Stopped,
    along,
    by_program,
    items_to_ask,
)
from model.validation.people import Person, labelled_people, misheard, simulated_people
from model.validation.scores import Labels, Mask, measures
from network.cpds import Array
from network.errors import DiagnosisError
from network.patients import LEVELS, LabelledPatient
from network.structure import Network

if TYPE_CHECKING:
    from model.differential import Differential

ORDERS = (PROGRAM, RANDOM, FIXED, NAIVE)
STEPS = 12
SHOWN = (0, 2, 4, 6, 8, 10, 12)
SIMULATED, LABELLED, NIGHT = "simulated", "labelled", "labelled_night"

AT_ONCE = 1000
"""Cases ranked in one batch."""

Ranker = Callable[[Sequence[Coded]], Array]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""


@dataclass(frozen=True, eq=False)
class Population:
    """People who were interviewed, in each order.

    `setting` is in words, `groups` maps the name of a group to its words and members.
    """

    people: tuple[Person, ...] = field(repr=False)
    setting: str
    measured: Mapping[str, Measured] = field(repr=False)
    groups: Mapping[str, tuple[str, Mask]]

    def score(self, group: str, order: str, shown: tuple[int, ...] = SHOWN) -> OrderScore:
        """Return the scores of one order over a group."""
        return order_score(self.measured[order], self.groups[group][1], shown)


@dataclass(frozen=True, eq=False)
class Interview:
    """What `interview` returns.

    `kind` is what was asked: "question", "examination", "test", None for all. `unknown` and `wrong` are
    shares of the answers.
    """

    network: Network = field(repr=False)
    populations: tuple[Population, ...]
    kind: str | None
    steps: int
    seed: int
    unknown: float
    wrong: float

    @cached_property
    def scores(self) -> dict[str, dict[str, OrderScore]]:
        """The scores by group of people and order."""
        return {
            group: {order: population.score(group, order) for order in ORDERS}
            for population in self.populations
            for group in population.groups
        }

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "schema": SCHEMA,
            "network": identity(self.network),
            "kind": self.kind,
            "steps": self.steps,
            "seed": self.seed,
            "unknown": self.unknown,
            "wrong": self.wrong,
            "groups": {
                group: {
                    "words": words,
                    "setting": population.setting,
                    "orders": {order: score.to_plain() for order, score in self.scores[group].items()},
                }
                for population in self.populations
                for group, (words, _) in population.groups.items()
            },
        }


def interview(
    ddx: Differential,
    patients: Sequence[LabelledPatient] = (),
    simulated: int = 200,
    seed: int = 0,
    steps: int = STEPS,
    kind: str | None = KINDS[0],
    setting: str | None = None,
    unknown: float = 0.0,
    wrong: float = 0.0,
    progress: Progress | None = None,
) -> Interview:
    """Return how fast questions lead to a true cause, in the program's order and in others.

    Parameters
    ----------
    patients : labelled people
    simulated : number of samples from the network
    steps : answers after which an interview ends
    kind : "question", "examination" or "test"; None for all
    setting : where the labelled people are seen, a state of the setting node; nothing is said if None
    unknown, wrong : shares of the answers that are left unknown, and that are another state
    progress : called with what is being done, how much is done and how much there is

    Raises
    ------
    DiagnosisError
        If the network has no complaint, there is nobody to ask, or an option makes no sense.
    """
    if not ddx.network.causes:
        raise DiagnosisError(f"network {ddx.network.name!r} has no complaint, so nobody can be interviewed.")
    if kind is not None and kind not in KINDS:
        raise DiagnosisError(f"no kind of question is called {kind!r}. Kinds: {', '.join(KINDS)}.")
    if steps < 1 or simulated < 0 or not (simulated or patients):
        raise DiagnosisError("an interview takes at least one person and one answer.")
    told = setting_evidence(ddx.network, setting)
    asking = _Asking(ddx, kind, steps, seed, progress)
    populations = []
    if simulated:
        drawn = simulated_people(ddx.network, simulated, kind, seed)
        people = misheard(ddx, drawn, unknown, wrong, seed)
        everyone = np.ones(len(people), bool)
        groups = {SIMULATED: ("simulated patients", everyone)}
        measured = asking.measured(people, {}, SIMULATED)
        populations.append(Population(people, setting_words(ddx.network, None), measured, groups))
    if patients:
        people = misheard(ddx, labelled_people(ddx.network, patients, kind, told), unknown, wrong, seed)
        measured = asking.measured(people, told, LABELLED)
        words = setting_words(ddx.network, setting)
        populations.append(Population(people, words, measured, _labelled_groups(ddx.network, patients)))
    return Interview(ddx.network, tuple(populations), kind, steps, seed, unknown, wrong)


def _labelled_groups(network: Network, patients: Sequence[LabelledPatient]) -> dict[str, tuple[str, Mask]]:
    """Return all labelled patients, and those with pain at night from a listed cause."""
    beyond = {node for node, of in network.causes.items() if of is None}
    at_night = [one.night != "no" and not set(one.diagnoses) <= beyond for one in patients]
    groups = {
        LABELLED: ("labelled patients", np.ones(len(patients), bool)),
        NIGHT: ("labelled patients, at night, a listed cause", np.array(at_night, bool)),
    }
    return {name: group for name, group in groups.items() if group[1].any()}


@dataclass(frozen=True)
class _Asking:
    """How people are asked, and by what."""

    ddx: Differential
    kind: str | None
    steps: int
    seed: int
    progress: Progress | None

    @cached_property
    def causes(self) -> Causes:
        """Conditions and the unlisted cause, in the order of the network."""
        return tuple(condition or node for node, condition in self.ddx.network.causes.items())

    def measured(self, people: Sequence[Person], setting: Coded, whom: str) -> dict[str, Measured]:
        """Return what every order achieves."""
        naive = self._naive_bayes(setting)
        by_gain = [one.item for one in next_questions(self.ddx, setting, self.kind).by_gain]
        courses = {
            PROGRAM: self._by_program(people, whom),
            RANDOM: [along(one, self._shuffled(row, one), self.steps) for row, one in enumerate(people)],
            FIXED: [along(one, by_gain, self.steps) for one in people],
            NAIVE: [naive.course(one, self.steps) for one in people],
        }
        whole = [case for one in people for case in (one.told, one.story)]
        known = [case for order in (PROGRAM, RANDOM, FIXED) for one in courses[order] for case in one.known]
        exact = self._exact([*whole, *known], whom)
        return {
            order: self._measure(people, courses[order], naive.posteriors if order == NAIVE else exact)
            for order in ORDERS
        }

    def _by_program(self, people: Sequence[Person], whom: str) -> list[Course]:
        """Return the courses of the program's own questions, a person on each core."""
        found: dict[int, Course] = {}
        done = 0

        def ask(part: slice) -> None:
            for row in range(part.start, part.stop):
                found[row] = by_program(self.ddx, people[row], self.kind, self.steps)

        def tell(more: int) -> None:
            nonlocal done
            done += more
            if self.progress is not None:
                self.progress(f"Asking {whom} patients", done, len(people))

        share(ask, len(people), 1, all_cores(), tell)
        return [found[row] for row in range(len(people))]

    def _shuffled(self, row: int, person: Person) -> list[str]:
        """Return what can be asked of a person in random order, the same for a seed."""
        items = items_to_ask(self.ddx.network, person.start, self.kind)
        return [str(item) for item in np.random.default_rng([self.seed, row]).permutation(items)]

    def _naive_bayes(self, setting: Coded) -> NaiveBayes:
        network = self.ddx.network
        prior = posteriors(self.ddx, [{}], setting)[0][0]
        findings = items_to_ask(network, setting, None)
        given, _ = marginals(self.ddx, findings, setting, prior)
        return NaiveBayes.of(
            self.causes, prior / prior.sum(), items_to_ask(network, setting, self.kind), given
        )

    def _exact(self, cases: Sequence[Coded], whom: str) -> Ranker:
        """Return the network's P(cause) of any of these cases; each is worked out once."""
        network = self.ddx.network

        def key(case: Coded) -> frozenset[tuple[str, str]]:
            return frozenset(entry for entry in case.items() if entry[0] in network)

        row = {case: number for number, case in enumerate(dict.fromkeys(map(key, cases)))}
        different = [dict(sorted(case)) for case in row]
        found = []
        for start in range(0, len(different), AT_ONCE):
            found.append(posteriors(self.ddx, different[start : start + AT_ONCE], {})[0])
            if self.progress is not None:
                self.progress(f"Ranking for {whom} patients", start + len(found[-1]), len(different))
        p = np.concatenate(found)
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
            level=np.stack([self._levels(cases) for cases in known], axis=1),
            put=np.array([[one.put[min(k, len(one.answered))] for k in columns] for one in courses]),
            answered=np.array([len(one.answered) for one in courses]),
            first_told=ranked(told, "first"),
            first_story=ranked(story, "first"),
            level_told=self._levels(told),
            level_story=self._levels(story),
            stops=self._stops(courses, first) if courses[0].may_stop else None,
        )

    def _stops(self, courses: Sequence[Course], first: Mask) -> Stops:
        """Return where the stop fired."""
        nowhere = Stopped(0, 0, {})
        stopped = [one.stopped or nowhere for one in courses]
        answered = np.array([one.answered for one in stopped])
        return Stops(
            fired=np.array([one.stopped is not None for one in courses], bool),
            answered=answered,
            put=np.array([one.put for one in stopped]),
            first=first[np.arange(len(courses)), answered],
            level=self._levels([one.known for one in stopped]),
        )

    def _levels(self, cases: Sequence[Coded]) -> Whole:
        """Return the urgency of cases as positions among the levels; nothing raised counts as the lowest."""
        nodes = dict.fromkeys(node for case in cases for node in case)
        table = {node: [case.get(node) for case in cases] for node in nodes}
        urgency = read_table(self.ddx.network, table).urgency if nodes else (None,) * len(cases)
        return np.array([LEVELS.index(level or LEVELS[0]) for level in urgency], dtype=np.intp)
