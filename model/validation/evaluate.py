"""How often is it right? The network, and simpler methods, on published patients.

Patients are judged in each setting asked for: by default in none (anyone with the complaint) and in those
that the collection names. What was found is told; tests are left out unless asked for.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.phrases import percent
from model.result import SCHEMA, identity
from model.setting import NOT_STATED
from model.validation.agreement import Agreement, agreement
from model.validation.contenders import NETWORK, PRIOR, Answers, Coded, answers, urgency
from model.validation.groups import ALL, HALVES, NIGHT, Group, groups
from model.validation.misses import Miss, misses
from model.validation.reliability import Bin, drawn_posteriors, reliability
from model.validation.scores import (
    MEASURES,
    CauseScore,
    Estimate,
    Labels,
    cause_scores,
    discordant,
    estimate,
    measures,
)
from model.validation.triage import Triage
from network.build import EMBEDDED
from network.cpds import Array
from network.errors import DiagnosisError
from network.knowledge import read_knowledge
from network.notice import Tried
from network.parameters import Progress
from network.patients import FILE, LEVELS, LabelledPatient, read_patients_file
from network.readings import Readings, read_readings
from network.structure import Network

if TYPE_CHECKING:
    from model.differential import Differential


@dataclass(frozen=True, eq=False)
class InSetting:
    """The patients judged in one setting.

    `setting` is the state that every patient was given, None where none was. `answers` holds P(cause) of each
    method, `drawn` the network's P under draws, None where nothing was drawn.
    """

    judge: Judge = field(repr=False)
    setting: str | None
    answers: Answers = field(repr=False)
    drawn: Array | None = field(repr=False, default=None)

    @property
    def words(self) -> str:
        """The setting in words."""
        return setting_words(self.judge.ddx.network, self.setting)

    @property
    def patients(self) -> tuple[LabelledPatient, ...]:
        """Who was judged."""
        return self.judge.patients

    @cached_property
    def labels(self) -> Labels:
        """The stated diagnoses."""
        return Labels.of(self.patients, self.answers.causes)

    @cached_property
    def values(self) -> dict[str, dict[str, Array]]:
        """Each measure of each patient, by method."""
        return {method: measures(p, self.labels) for method, p in self.answers.p.items()}

    @cached_property
    def groups(self) -> dict[str, Group]:
        """The groups of patients by name."""
        causes = self.judge.ddx.network.causes.items()
        return groups(self.patients, [node for node, condition in causes if condition is None])

    @cached_property
    def misses(self) -> tuple[Miss, ...]:
        """Whose right cause is not first, in the half that is listed, and what weighed against it."""
        judge = self.judge
        shown = [row for row, one in enumerate(self.patients) if judge.half in (None, one.half)]
        return misses(
            judge.ddx,
            [self.patients[row] for row in shown],
            [judge.cases[row] for row in shown],
            self.answers.p[NETWORK][shown],
            setting_evidence(judge.ddx.network, self.setting),
        )

    def score(self, method: str, group: str, measure: str) -> Estimate:
        """Return one measure of one method over a group."""
        return estimate(self.values[method][measure], self.groups[group].members)

    def causes(self, group: str = ALL) -> tuple[CauseScore, ...]:
        """Return the network's scores of each cause over a group."""
        p = self.answers.p
        return cause_scores(
            p[NETWORK], p[PRIOR], self.labels, self.answers.causes, self.groups[group].members
        )

    def reliability(self) -> tuple[Bin, ...]:
        """Return the calibration curve of the network over all patients."""
        return reliability(self.answers.p[NETWORK], self.labels, self.drawn)

    def discordant(self, method: str, group: str = ALL) -> tuple[int, int]:
        """Return how many patients only the network, and only the other method, ranks right first."""
        return discordant(self.values[NETWORK], self.values[method], self.groups[group].members)

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "setting": self.setting,
            "methods": {
                method: {
                    group: {
                        name: self.score(method, group, name).to_plain() for name in MEASURES
                    }
                    for group in self.groups
                }
                for method in self.answers.p
            },
            "discordant": {
                method: {group: list(self.discordant(method, group)) for group in self.groups}
                for method in self.answers.p
                if method != NETWORK
            },
            "causes": [score.to_plain() for score in self.causes()],
            "reliability": [one.to_plain() for one in self.reliability()],
            "misses": [miss.to_plain() for miss in self.misses],
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What `evaluate` returns.

    `told` says whether tests were told too. `triage` is urgency with everything that was told,
    `triage_one_open` with one safety item of the story left unanswered, the one that lowers the level most,
    `triage_unasked` without the safety items, as before they are asked.
    """

    network: Network = field(repr=False)
    patients: tuple[LabelledPatient, ...] = field(repr=False)
    settings: tuple[InSetting, ...]
    triage: Triage
    triage_one_open: Triage
    triage_unasked: Triage
    agreement: Agreement
    told: str
    half: str | None

    @property
    def tried(self) -> Tried:
        """What the notice says: the first setting judged, all patients."""
        first, three = (self.settings[0].score(NETWORK, ALL, one).value for one in ("first", "first_three"))
        return Tried(patients=len(self.patients), first=round(first, 4), first_three=round(three, 4))

    @property
    def sentence(self) -> str:
        """How often the network is right, in words, in every setting judged."""
        judged = "; ".join(_right(one) for one in self.settings)
        return f"Tried on {len(self.patients)} published patients, never in a clinic: {judged}."

    def to_plain(self) -> dict[str, Any]:
        """Return it as `nocturne evaluate --json` prints it."""
        return {
            "schema": SCHEMA,
            "network": identity(self.network),
            "notice": list(self.network.notice),
            "patients": len(self.patients),
            "told": self.told,
            "misses_of": self.half,
            "settings": [one.to_plain() for one in self.settings],
            "urgency": self.triage.to_plain(),
            "urgency_with_one_safety_item_open": self.triage_one_open.to_plain(),
            "urgency_without_safety_items": self.triage_unasked.to_plain(),
            "agreement": self.agreement.to_plain(),
        }


def _right(judged: InSetting) -> str:
    """Return how often a stated cause came first and among three, for all and where the night is told."""
    said = []
    for name in (ALL, NIGHT):
        if name in judged.groups:
            first, three = (judged.score(NETWORK, name, one) for one in ("first", "first_three"))
            whom = "" if name == ALL else f" ({judged.groups[name].words}: "
            counts = f"{percent(first.value)}, among the first three in {percent(three.value)}"
            said.append(f"{whom}{counts}" + (")" if whom else ""))
    place = "with no setting stated" if judged.setting is None else f"as “{judged.words}”"
    return f"{place} a stated cause came first in {''.join(said)}"


def evaluate(
    ddx: Differential,
    patients: Path | None = None,
    settings: Iterable[str | None] | None = None,
    tests: bool = False,
    half: str | None = "looking",
    draws: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Return how often the network, and simpler methods, are right about published patients.

    Parameters
    ----------
    patients : a file of labelled patients, optional
        Those of the knowledge folder if None.
    settings : states of the setting node, None for no setting, optional
        By default none, and those that the knowledge names for published patients.
    tests : tell the results of tests as well
    half : "looking" or "kept"
        Misses are listed of this half only, of everybody if None.
    draws : draws of the figures for the bands of the calibration curve; none if 0
    progress : called with (patients done, patients) while draws are propagated

    Raises
    ------
    KnowledgeError
        With every fault in the patients or readings.
    DiagnosisError
        If there are no patients, no causes, or the network finds a patient impossible.
    """
    if half is not None and half not in HALVES:
        raise DiagnosisError(f"no half is called {half!r}. Halves: {', '.join(HALVES)}.")
    folder = Path(ddx.folder or EMBEDDED)
    if not folder.is_dir():
        raise DiagnosisError(
            f"{folder}: a network file has no labelled patients to be judged by. Name a knowledge folder."
        )
    knowledge = read_knowledge(folder)
    file = read_patients_file(Path(patients or folder / FILE), knowledge)
    if not file.patients:
        raise DiagnosisError(f"{patients or folder / FILE}: there is no patient in it.")
    wanted = (None, *file.judged_in) if settings is None else tuple(dict.fromkeys(settings))
    for state in wanted:
        setting_evidence(ddx.network, state)  # a wrong name is told before anything is worked out
    judge = Judge(ddx, tuple(file.patients), read_readings(folder, knowledge), tests, half)
    judged = tuple(judge.in_setting(state, draws, progress) for state in wanted)
    p = judged[0].answers.p[NETWORK]
    safety = {item.id for item in ddx.network.safety_items}
    unasked = [{node: state for node, state in case.items() if node not in safety} for case in judge.cases]
    return Evaluation(
        network=ddx.network,
        patients=judge.patients,
        settings=judged,
        triage=Triage.of(judge.patients, judged[0].answers.urgency),
        triage_one_open=Triage.of(judge.patients, _one_open(ddx, judge.cases, p, safety)),
        # A safety item carries no probability: what a posterior raises is the same without it.
        triage_unasked=Triage.of(judge.patients, urgency(ddx, unasked, p)),
        agreement=agreement(judge.patients),
        told="history, signs and tests" if tests else "history and signs",
        half=half,
    )


def _one_open(
    ddx: Differential, cases: Sequence[Coded], p: Array, safety: Container[str]
) -> list[str | None]:
    """Return the lowest level of each case with one of its safety items left unanswered."""
    rows = [
        (row, item) for row, case in enumerate(cases) for item in (None, *(filter(safety.__contains__, case)))
    ]
    less = [{node: state for node, state in cases[row].items() if node != item} for row, item in rows]
    lowest: list[str | None] = [LEVELS[-1]] * len(cases)
    found = urgency(ddx, less, p[[row for row, _ in rows]])
    for (row, _), level in zip(rows, found, strict=True):
        lowest[row] = min(lowest[row], level, key=lambda one: -1 if one is None else LEVELS.index(one))
    return lowest


@dataclass(frozen=True)
class Judge:
    """Who is judged, by what, and whose misses are listed."""

    ddx: Differential
    patients: tuple[LabelledPatient, ...]
    readings: Readings | None
    tests: bool
    half: str | None

    @cached_property
    def cases(self) -> tuple[Coded, ...]:
        """What is told of each patient."""
        return tuple({**one.evidence, **(one.tests if self.tests else {})} for one in self.patients)

    def in_setting(self, state: str | None, draws: int, progress: Progress | None) -> InSetting:
        """Return what every method says in a setting."""
        setting = setting_evidence(self.ddx.network, state)
        said = answers(self.ddx, self.cases, setting, self.readings)
        told = [{**case, **setting} for case in self.cases]
        drawn = drawn_posteriors(self.ddx, told, draws, progress=progress) if draws else None
        return InSetting(self, state, said, drawn)


def setting_evidence(network: Network, state: str | None) -> dict[str, str]:
    """Return the evidence of a setting: nothing for none.

    Raises
    ------
    DiagnosisError
        If the network has no settings, UnknownState if it has none of that name.
    """
    if state is None:
        return {}
    node = network.setting
    if node is None:
        raise DiagnosisError(f"network {network.name!r} has no settings, so {state!r} cannot be chosen.")
    node.state_index(state)
    return {node.id: state}


def setting_words(network: Network, state: str | None) -> str:
    """Return a setting in words."""
    node = network.setting
    return NOT_STATED if node is None or state is None else node.state_label(state)
