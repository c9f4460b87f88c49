"""What the knowledge files may hold: one pydantic model for each kind of entry.

Figures are named by id (`FigureId`); bands are written as states joined by commas ("under_40, female").
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

PATIENT_ID, ADDRESS, YEAR = r"^[A-Za-z][A-Za-z0-9_]*$", r"^(https?://.+)?$", r"^([0-9]{4})?$"
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
State = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")]
FigureId = Annotated[str, StringConstraints(min_length=1)]
Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Banded = FigureId | dict[str, FigureId]
Level = Literal["emergency", "same_day", "soon", "routine"]
Literature = Literal["supports", "disputes", "silent", "mixed"]
Care = Literal["self", "planned", "acute"]


def _flag(value: object) -> object:
    """Read the words true and false; everything else is left for pydantic to refuse."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


Flag = Annotated[bool, BeforeValidator(_flag)]


def _number(value: object) -> object:
    """Read a written number; everything else is left for pydantic to refuse."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


Count = Annotated[float, BeforeValidator(_number), Field(ge=1, multiple_of=1)]
Share = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1)]
Weight = Annotated[float, BeforeValidator(_number), Field(gt=0, allow_inf_nan=False)]
Number = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Reason = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Entry(BaseModel):
    """Strict: no unknown field, nothing coerced, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Described(Entry):
    """The wording every node has."""

    id: Id
    label: Label
    clinical_term: Text
    description: Text = ""
    question: Text = ""
    why: Text = ""
    group: Text = ""
    modifiable: Flag = False
    claims: list[str] = []
    synonyms: list[str] = []
    states: list[State] = ["absent", "present"]
    state_labels: dict[State, str] = {}


class OddsRatio(Entry):
    """A risk factor of a condition; `marginal` where the ratio is not adjusted for the others (sex)."""

    parent: Id
    state: State = "present"
    odds_ratio: FigureId
    marginal: Flag = False


class RiskFactor(Described):
    """A risk factor: shares of its states, or a prevalence with odds ratios."""

    by: list[Id] = []
    shares: dict[State, Banded] = {}
    prevalence: Banded | None = None
    odds_ratios: list[OddsRatio] = []


class DueTo(Entry):
    """That a condition explains tonight's pain: its share among those who have it."""

    label: Label
    description: Text
    share: FigureId
    modifiers: list[OddsRatio] = []


class Condition(Described):
    """A condition: how common it is, what makes it likelier, and how often it explains the pain.

    `stake` is what is lost where it explains the pain and another cause is named first; 1 by default.
    """

    by: list[Id] = []
    prevalence: Banded
    odds_ratios: list[OddsRatio] = []
    due_to: DueTo
    stake: FigureId | None = None


class OtherCause(Described):
    """Everything that is not listed."""

    by: list[Id] = []
    prevalence: Banded
    stake: FigureId | None = None


class Link(Entry):
    """How often a parent produces the finding.

    `sensitivity` is P(finding | `of`), where `of` is the parent itself unless an ancestor is named.
    Graded findings give a `distribution` over states instead; without one the parent changes nothing but the
    states of `mixtures`.
    """

    parent: Id
    state: State = "present"
    sensitivity: FigureId | None = None
    of: Id | None = None
    distribution: dict[State, FigureId] | None = None


class Mixture(Entry):
    """A state in which the causes are the answer in stated shares, however common they are elsewhere.

    `shares` is a figure for each parent, or one that all of them share. `rate` is how often the state occurs;
    as only the ratios between causes matter, it is small and a convention.
    """

    rate: FigureId
    shares: FigureId | dict[Id, FigureId]
    reason: Reason


class Observation(Described):
    """A symptom, sign, test, context or latent: noisy-OR, or noisy-MAX where it has more states.

    A context is the setting: where the person is seen. It is chosen, never asked.
    """

    kind: Literal["symptom", "sign", "test", "context", "latent"]
    cost: Literal["question", "examination", "test", ""] = ""
    by: list[Id] = []
    leak: Banded | None = None
    leak_distribution: dict[State, FigureId] | None = None
    specificity: FigureId | None = None
    mixtures: dict[State, Mixture] = {}
    links: list[Link]

    @property
    def plain_states(self) -> list[State]:
        """The states whose figures are columns; those of `mixtures` are solved from shares."""
        return [state for state in self.states if state not in self.mixtures]


class Split(Described):
    """A latent that divides a condition into kinds; the first state means that it is absent."""

    parent: Id
    shares: dict[State, FigureId]


class Heading(Described):
    """One of the nine headings of the source article."""

    rolls_up: list[Id]


class Drug(Entry):
    """A drug and its total effect on a condition, as one of the two kinds of ratio."""

    parent: Id
    relative_risk: FigureId | None = None
    odds_ratio: FigureId | None = None


class DrugAttribution(Described):
    """The share of a complaint that drugs are to blame for."""

    condition: Id
    by: list[Id] = []
    drugs: list[Drug]


class Threshold(Entry):
    """A probability at which something changes, and why there."""

    above: Share
    reason: Reason


class Cost(Entry):
    """What one kind of asking costs, in units of one question."""

    id: Literal["question", "examination", "test"]
    weight: Weight
    reason: Reason


class Stakes(Entry):
    """When asking is worth it: rows of kind utility, in units of an ordinary cause that is missed.

    `question` is what one question costs; `urgency` what is lost where a level is not recognised, `advice`
    where an option is followed that should have turned. From `enough` on (a proportion) a first cause is sure
    enough to be named; below it `look` says who should.
    """

    question: FigureId
    urgency: dict[Level, FigureId] = {}
    advice: FigureId | None = None
    enough: FigureId
    look: Reason


class Asking(Entry):
    """What the kinds of asking cost beside each other, and when asking is worth it."""

    costs: list[Cost]
    stakes: Stakes | None = None


class RefusalEntry(Entry):
    """Numbers that are not read as a band of a node: those below a limit or above one, and what is said."""

    node: Id
    below: Number | None = None
    above: Number | None = None
    says: Reason


class ContradictionEntry(Entry):
    """Findings that can hardly hold together, as ``node=state``: all of `all`, one of `any`."""

    id: Id
    all: list[str] = []
    any: list[str] = []
    question: Reason
    reason: Reason


class NetworkFile(Entry):
    """``network.yaml``."""

    name: Id
    title: Text
    version: Text
    population: Text
    notice: list[Text]
    complaint: Described
    latents: list[Observation]
    splits: list[Split]
    headings: list[Heading]
    drug_attribution: list[DrugAttribution]
    asking: Asking | None = None
    refused: list[RefusalEntry] = []
    contradictions: list[ContradictionEntry] = []


class RiskFactorsFile(Entry):
    """``risk_factors.yaml``."""

    risk_factors: list[RiskFactor]


class ConditionsFile(Entry):
    """``conditions.yaml``."""

    conditions: list[Condition]
    other_cause: OtherCause


class ObservationsFile(Entry):
    """``observations.yaml``."""

    observations: list[Observation]


class TestsFile(Entry):
    """``tests.yaml``."""

    tests: list[Observation]


class Claim(Entry):
    """One claim of the source article and what the literature says of it."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]+$")]
    says: Text
    literature: Literature
    note: Text
    represented_by: list[Id]
    figures: list[FigureId] = []


class ClaimsFile(Entry):
    """``claims.yaml``."""

    claims: list[Claim]
