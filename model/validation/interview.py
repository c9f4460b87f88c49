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

from model.questions import KINDS
from model.result import SCHEMA, identity
from model.validation.asking import Asking
from model.validation.evaluate import setting_evidence, setting_words
from model.validation.groups import ALL, NIGHT, Group, groups
from model.validation.interview_scores import Measured, OrderScore, order_score
from model.validation.orders import ORDERS
from model.validation.people import Person, labelled_people, misheard, simulated_people
from network.errors import DiagnosisError
from network.parameters import Progress
from network.patients import LabelledPatient
from network.structure import Network

if TYPE_CHECKING:
    from model.differential import Differential

STEPS = 12
SHOWN = (0, 2, 4, 6, 8, 10, 12)
SIMULATED, LABELLED, NIGHT_LISTED = "simulated", "labelled", "labelled_night"


@dataclass(frozen=True, eq=False)
class Population:
    """People who were interviewed, in each order.

    `setting` is in words, `groups` maps names to groups of the people.
    """

    people: tuple[Person, ...] = field(repr=False)
    setting: str
    measured: Mapping[str, Measured] = field(repr=False)
    groups: Mapping[str, Group]

    def score(self, group: str, order: str, shown: tuple[int, ...] = SHOWN) -> OrderScore:
        """Return the scores of one order over a group."""
        return order_score(self.measured[order], self.groups[group].members, shown)


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
                    "words": who.words,
                    "setting": population.setting,
                    "orders": {order: score.to_plain() for order, score in self.scores[group].items()},
                }
                for population in self.populations
                for group, who in population.groups.items()
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
    progress : called with (people asked, people)

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
    asking = Asking(ddx, kind, steps, seed, _counting(simulated + len(patients), progress))
    populations = []
    if simulated:
        drawn = simulated_people(ddx.network, simulated, kind, seed)
        people = misheard(ddx, drawn, unknown, wrong, seed)
        everyone = {SIMULATED: Group("simulated patients", np.ones(len(people), bool))}
        measured = asking.measured(people, {})
        populations.append(Population(people, setting_words(ddx.network, None), measured, everyone))
    if patients:
        people = misheard(ddx, labelled_people(ddx.network, patients, kind, told), unknown, wrong, seed)
        measured = asking.measured(people, told)
        words = setting_words(ddx.network, setting)
        populations.append(Population(people, words, measured, _labelled_groups(ddx.network, patients)))
    return Interview(ddx.network, tuple(populations), kind, steps, seed, unknown, wrong)


def _counting(wanted: int, progress: Progress | None) -> Callable[[int], None]:
    """Return a function that is told of some more, and reports how many there were so far."""
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, wanted)

    return tell


def _labelled_groups(network: Network, patients: Sequence[LabelledPatient]) -> dict[str, Group]:
    """Return all labelled patients, and those with pain at night from a listed cause."""
    found = groups(patients, {node for node, of in network.causes.items() if of is None})
    return {
        name: Group(f"labelled patients, {found[group].words}", found[group].members)
        for name, group in ((LABELLED, ALL), (NIGHT_LISTED, NIGHT))
        if group in found
    }
