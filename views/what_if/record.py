"""The scenarios of one session: up to four changes of one case, and the sweep. Immutable; no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from model.evidence import Finding

MOST = 4
LONGEST_NAME = 40
LETTERS = "ABCD"
WITHOUT, ENTERED = "without", "entered"
"""What a scenario is compared with: itself without its change, or the case as entered. Otherwise a letter."""


@dataclass(frozen=True)
class Scenario:
    """One change of the case; `do` intervenes. Its letter stands for its place; it may have no name."""

    letter: str
    name: str = ""
    change: Mapping[str, Finding] = field(default_factory=dict)
    do: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "change", MappingProxyType(dict(self.change)))


@dataclass(frozen=True)
class SweepOver:
    """What a sweep goes over; `by_ratio` takes likelihood ratios in place of answers, `follow` is a node."""

    first: str = ""
    second: str = ""
    do: bool = False
    by_ratio: bool = False
    follow: str = ""


@dataclass(frozen=True)
class Scenarios:
    """Everything that the page remembers of this session."""

    all: tuple[Scenario, ...] = ()
    compare_with: str = WITHOUT
    sweep: SweepOver = field(default_factory=SweepOver)

    def get(self, letter: str) -> Scenario | None:
        """Return the scenario of a letter."""
        return next((scenario for scenario in self.all if scenario.letter == letter), None)

    def with_added(self, scenario: Scenario) -> Scenarios:
        """Return the record with one more scenario, as long as there is room; its letter is the next one."""
        if len(self.all) >= MOST:
            return self
        return replace(self, all=(*self.all, replace(scenario, letter=LETTERS[len(self.all)])))

    def with_scenario(self, scenario: Scenario) -> Scenarios:
        """Return the record with the scenario of this letter replaced."""
        found = tuple(scenario if one.letter == scenario.letter else one for one in self.all)
        return replace(self, all=found)

    def without(self, letter: str) -> Scenarios:
        """Return the record without one scenario; those behind it move up a letter."""
        kept = [one for one in self.all if one.letter != letter]
        moved = {one.letter: LETTERS[place] for place, one in enumerate(kept)}
        compared = (
            self.compare_with if self.compare_with not in LETTERS else moved.get(self.compare_with, WITHOUT)
        )
        lettered = tuple(replace(one, letter=moved[one.letter]) for one in kept)
        return replace(self, all=lettered, compare_with=compared)


def named(name: str) -> str:
    """Return a name as a scenario keeps it: one line, short."""
    return " ".join(name.split())[:LONGEST_NAME].strip()
