"""What each threshold on a posterior finds and costs, among labelled and among simulated patients.

A threshold that raises the urgency earns its place by patients who need that level and whom the findings
alone do not raise, and costs patients who do not need it.

References
----------
Pauker and Kassirer (1980), The threshold approach to clinical decision making.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from model.evidence import Evidence
from model.questions import KINDS
from model.urgency import Exceeded, urgency, watched
from model.validation.contenders import NETWORK, Coded, posteriors
from model.validation.people import simulated_people
from network.cpds import Array
from network.decisions import RedFlag, Trigger
from network.patients import LEVELS

if TYPE_CHECKING:
    from model.differential import Differential
    from model.validation.evaluate import Evaluation

N_SIMULATED = 200
SEED = 0


@dataclass(frozen=True)
class ThresholdScore:
    """One threshold: a row of ``figures.csv``, its value, the level it raises to.

    Among labelled patients `raised` counts those in whom it holds, `alone` those whom nothing else raises
    that high, `needed` those of them whose label asks for it. Among `simulated` people, told as history,
    `simulated_raised` counts those in whom it holds, `simulated_right` those of them who have the cause that
    it names, `simulated_there` all who have one of its causes.
    """

    figure: str
    value: float
    level: str
    raised: int = 0
    alone: int = 0
    needed: int = 0
    simulated: int = 0
    simulated_raised: int = 0
    simulated_right: int = 0
    simulated_there: int = 0

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)


def threshold_scores(ddx: Differential, report: Evaluation) -> tuple[ThresholdScore, ...]:
    """Return every threshold of the network's rules, in their order; none where there is none.

    Parameters
    ----------
    report : the labelled patients, told and answered as they are judged there in its first setting
    """
    if not watched(ddx.network):
        return ()
    judged = report.settings[0]
    patients, cases, p = report.patients, judged.judge.cases, judged.answers.p[NETWORK]
    people = simulated_people(ddx.network, N_SIMULATED, KINDS[0], SEED)
    told = [one.told for one in people]
    labelled = [_raised(ddx, case, row) for case, row in zip(cases, p, strict=True)]
    simulated = [
        _raised(ddx, case, row) for case, row in zip(told, posteriors(ddx, told, {})[0], strict=True)
    ]
    reached = [_level(ddx, case) for case in cases]

    def score(flag: RedFlag, trigger: Trigger) -> ThresholdScore:
        level, figure = LEVELS.index(flag.level), trigger.figure
        alone = [
            LEVELS.index(patient.level) >= level
            for patient, raised, before in zip(patients, labelled, reached, strict=True)
            if figure in raised and before < level and patient.level is not None
        ]
        causes = {ddx.network.causes[node] or node for node in trigger.nodes}
        named = [
            (ddx.network.causes[raised[figure].node] or raised[figure].node, person)
            for raised, person in zip(simulated, people, strict=True)
            if figure in raised
        ]
        return ThresholdScore(
            figure=figure,
            value=trigger.threshold,
            level=flag.level,
            raised=sum(figure in raised for raised in labelled),
            alone=len(alone),
            needed=sum(alone),
            simulated=len(people),
            simulated_raised=len(named),
            simulated_right=sum(cause in person.right for cause, person in named),
            simulated_there=sum(bool(causes & one.right) for one in people),
        )

    return tuple(
        score(flag, picture.trigger)
        for flag in ddx.network.red_flags
        for picture in flag.pictures
        if picture.trigger is not None
    )


def _level(ddx: Differential, case: Coded) -> int:
    """Return the position of the level that the evidence alone raises; nothing counts as the lowest."""
    return LEVELS.index(urgency(Evidence.of(ddx.network, case)).level or LEVELS[0])


def _raised(ddx: Differential, case: Coded, p: Array) -> dict[str, Exceeded]:
    """Return the thresholds that hold in a case, by figure."""
    flags = urgency(
        Evidence.of(ddx.network, case), dict(zip(ddx.network.causes, p.tolist(), strict=True))
    ).flags
    return {flag.exceeded.figure: flag.exceeded for flag in flags if flag.exceeded is not None}
