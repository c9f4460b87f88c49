"""What ``red_flags.yaml`` and ``management.yaml`` may hold: what is urgent, and what can be done."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from network.schema import (
    Care,
    Count,
    Entry,
    FigureId,
    Flag,
    Id,
    Label,
    Level,
    Reason,
    Share,
    Text,
    Threshold,
)


class AtLeast(Entry):
    """So many of these, as ``node=state``."""

    count: Count
    of: list[str]


class Probable(Entry):
    """The most probable of these causes is at least, or is less than, what a row of ``figures.csv`` says.

    No `due_to` stands for every cause of the list.
    """

    due_to: list[Id] = Field(default=[])
    above: FigureId | None = None
    below: FigureId | None = None

    @property
    def figure(self) -> str:
        """The row of the threshold."""
        return self.above or self.below or ""


class When(Entry):
    """One picture that raises a flag: all of `all`, one of `any`, so many of each of `at_least`.

    Clauses are written ``node=state``.
    """

    all: list[str] = Field(default=[])
    any: list[str] = Field(default=[])
    at_least: list[AtLeast] = Field(default=[])
    probable: Probable | None = None

    @property
    def clauses(self) -> list[str]:
        """Everything it names."""
        return [*self.all, *self.any, *(clause for part in self.at_least for clause in part.of)]


def _pictures(value: object) -> object:
    """Return one picture as a list of one."""
    return value if isinstance(value, list) else [value]


class SafetyEntry(Entry):
    """Something a person can report that carries urgency and no probability."""

    id: Id
    label: Label
    question: Text
    clinical_term: Text
    why: Text
    always_ask: Flag = False
    not_for: list[str] = Field(default=[])


class AskWhen(Entry):
    """The parts of a flag are asked about while one of these causes is at least this probable."""

    due_to: list[Id]
    above: Share
    reason: Reason


class Guidance(Entry):
    """A published guidance page."""

    title: Reason
    address: Annotated[str, StringConstraints(pattern=r"^https?://")]


class Flagged(Entry):
    """One rule from evidence to urgency."""

    id: Id
    level: Level
    when: Annotated[list[When], BeforeValidator(_pictures)]
    reason: Text
    action: Text
    clinician: Text = ""
    basis: Literal["source", "guidance", "judgement"]
    sources: list[str] = Field(default=[])
    guidance: list[Guidance] = Field(default=[])
    source_note: Text = ""
    ask_when: AskWhen | None = None
    claims: list[str] = Field(default=[])


class RedFlagsFile(Entry):
    """``red_flags.yaml``."""

    items: list[SafetyEntry]
    flags: list[Flagged]


class TurnEntry(Entry):
    """A condition under which the advice turns; see `network.decisions.Turn`."""

    levels: list[Level] = Field(default=[])
    node: Id | None = None
    above: Share | None = None
    given: list[str] = Field(default=[])
    unless: list[str] = Field(default=[])
    then: Literal["not_for_you", "not_now", "check_first", "take_care"]
    says: Reason
    reason: Reason
    sources: list[str] = Field(default=[])
    guidance: list[Guidance] = Field(default=[])


class EffectEvidenceEntry(Entry):
    """Whether the literature holds that an option works."""

    verdict: Literal["supported", "uncertain", "disputed"]
    reason: Reason
    sources: list[str] = Field(default=[])
    guidance: list[Guidance] = Field(default=[])


class ManagementOption(Entry):
    """Something that can be done: in which care, for whom it helps, whom it may harm, whether it works.

    `helps` names conditions (it helps where they explain the pain), headings or drug shares.
    """

    id: Id
    label: Text
    care: Care
    text: Text
    helps: list[Id]
    may_harm: list[Id]
    caution: Text
    claims: list[str]
    evidence: EffectEvidenceEntry
    figures: list[FigureId] = Field(default=[])
    note: Text = ""
    turns: list[TurnEntry] = Field(default=[])


class ManagementFile(Entry):
    """``management.yaml``; `turns_of` holds the turns that every option of one kind of care has."""

    useful: Threshold | None = None
    turns_of: dict[Care, list[TurnEntry]] = Field(default={})
    management: list[ManagementOption]
