"""The worked cases of urgency in ``urgency.yaml``, read strictly: what is misspelt is a fault."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from network import strict_yaml
from network.errors import Fault
from network.schema import Entry, Id, Level, Reason, State

FILE = Path(__file__).parent / "urgency.yaml"
LEVELS = ("none", "routine", "soon", "same_day", "emergency")
"""From least to most urgent, like `model.urgency.LEVELS`; "none" stands for no flag raised."""

Wanted = Level | Literal["none"]


class Source(Entry):
    """The guideline or review that a syndrome's levels rest on."""

    title: Reason
    address: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class Case(Entry):
    """What was told of one person, and how urgent it is: one level, or a range of them."""

    title: Reason
    evidence: dict[Id, State]
    level: Wanted | None = None
    at_least: Wanted | None = None
    at_most: Wanted | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Case:
        if (self.level is None) == (self.at_least is None and self.at_most is None):
            raise ValueError("write level, or else at_least, at_most or both")
        if LEVELS.index(self.lowest) > LEVELS.index(self.highest):
            raise ValueError("at_least is above at_most")
        if not {"age", "sex"} <= self.evidence.keys():
            raise ValueError("say age and sex")
        return self

    @property
    def lowest(self) -> str:
        """The least urgent level that is right."""
        return self.level or self.at_least or LEVELS[0]

    @property
    def highest(self) -> str:
        """The most urgent level that is right."""
        return self.level or self.at_most or LEVELS[-1]

    @property
    def raised(self) -> bool:
        """Whether the case must be raised at all."""
        return self.lowest != LEVELS[0]

    def allows(self, level: str | None) -> bool:
        """Return whether an answer is right; None is no level."""
        return LEVELS.index(self.lowest) <= LEVELS.index(level or LEVELS[0]) <= LEVELS.index(self.highest)


class Harmless(Entry):
    """A picture that needs no hurry, with its cases."""

    name: Reason
    source: Source
    because: Reason
    cases: list[Case]

    @model_validator(mode="after")
    def _has_its_cases(self) -> Harmless:
        self._check(sum(case.raised for case in self.cases))
        return self

    def _check(self, raised: int) -> None:
        if raised or not self.cases:
            raise ValueError(f"{self.name}: write cases, none of which must be raised")


class Syndrome(Harmless):
    """A danger: cases that must be raised, and near pictures that must not."""

    def _check(self, raised: int) -> None:
        if raised < 2 or raised == len(self.cases):
            raise ValueError(f"{self.name}: write two cases that must be raised, and one that must not")


class CasesFile(Entry):
    """``urgency.yaml``."""

    syndromes: list[Syndrome]
    harmless: list[Harmless]

    @model_validator(mode="after")
    def _tells_apart(self) -> CasesFile:
        titles = Counter(case.title for group in self.groups for case in group.cases)
        names = Counter(group.name for group in self.groups)
        twice = [name for name, count in (titles + names).items() if count > 1]
        if twice:
            raise ValueError(f"stands twice: {'; '.join(twice)}")
        return self

    @property
    def groups(self) -> list[Harmless]:
        """Syndromes and harmless pictures, in the order of the file."""
        return [*self.syndromes, *self.harmless]


def parse(text: str) -> CasesFile:
    """Return the cases that YAML text holds.

    Raises
    ------
    ValueError
        With what is wrong; pydantic's `ValidationError` is one.
    """
    faults: list[Fault] = []
    content = strict_yaml.parse(text, FILE.name, faults)
    if faults:
        raise ValueError("\n".join(map(str, faults)))
    return CasesFile.model_validate(content)


def read() -> CasesFile:
    """Return the cases of the file."""
    return parse(FILE.read_text(encoding="utf-8"))
