"""What a case file may hold, strictly: one pydantic model for each kind of entry, every size limited.

The limits on sizes protect the class store and the page; they are no judgement about good cases.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from network.schema import Entry, Id, State

Kind = Literal["typical", "atypical", "two_causes", "distractor", "outside"]
When = Literal["start", "later", "asked"]

MOST_CASES = 200
MOST_FINDINGS = 150

CaseId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(max_length=400, strip_whitespace=True)]
Story = Annotated[str, StringConstraints(min_length=1, max_length=3000, strip_whitespace=True)]
Point = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=True)]


class FindingEntry(Entry):
    """One finding of a case."""

    item: Id
    state: State
    when: When = "later"
    says: Words = ""


class CaseEntry(Entry):
    """One case."""

    id: CaseId
    title: Line
    kind: Kind
    setting: Line
    vignette: Story
    findings: Annotated[list[FindingEntry], Field(min_length=1, max_length=MOST_FINDINGS)]
    answer: Annotated[list[Id], Field(min_length=1, max_length=5)]
    distractor: Id | None = None
    teaching: Annotated[list[Point], Field(max_length=12, default_factory=list)]


class CaseFile(Entry):
    """A file of cases."""

    cases: Annotated[list[CaseEntry], Field(min_length=1, max_length=MOST_CASES)]


FIELDS = tuple(
    sorted({field for model in (FindingEntry, CaseEntry, CaseFile) for field in model.model_fields})
)
