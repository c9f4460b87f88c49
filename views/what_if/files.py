"""The case and its scenarios as a scenario file of the shell, and back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from model import Evidence
from model.scenario_file import (
    AS_ENTERED,
    DEFAULT_OUTPUTS,
    Change,
    Scenario,
    ScenarioCase,
    parse_scenario,
    scenario_yaml,
)
from views.shared.asking import Catalogue
from views.what_if import record
from views.what_if.record import Scenarios, named
from views.what_if.titles import name_of

CASE_ID = "case"


@dataclass(frozen=True)
class Opened:
    """What a scenario file holds for this page: its cases by id, and the first of its changes."""

    cases: dict[str, Evidence]
    without_complaint: tuple[str, ...]
    scenarios: Scenarios
    too_many: int


def to_yaml(evidence: Evidence, scenarios: Scenarios, items: Catalogue) -> str:
    """Return the text of a scenario file; scenarios that change nothing yet are left out."""
    counted = {node: finding for node, finding in evidence.findings.items() if node not in evidence.paused}
    changes: dict[str, Change] = {}
    for one in scenarios.all:
        if one.change:
            name = name_of(one, items)
            if name in (*changes, AS_ENTERED):
                name = f"{one.letter} {name}"
            changes[name] = Change(name, one.change, one.do)
    case = ScenarioCase(CASE_ID, counted, complaint=True)
    return scenario_yaml(evidence.network, Scenario("", (case,), tuple(changes.values()), DEFAULT_OUTPUTS))


def from_yaml(nothing: Evidence, text: str, name: str, items: Catalogue) -> Opened:
    """Return what the text of a scenario file holds; an id that says what changes is no name of its own.

    Raises
    ------
    ScenarioError
        With every mistake in the file.
    """
    content = parse_scenario(nothing.network, text, name)
    scenarios = Scenarios()
    for change in content.changes:
        scenario = record.Scenario("", "", change.set, change.do)
        name_of_its_own = "" if change.id == name_of(scenario, items) else named(change.id)
        scenarios = scenarios.with_added(replace(scenario, name=name_of_its_own))
    return Opened(
        cases={case.id: Evidence.of(nothing.network, case.evidence) for case in content.cases},
        without_complaint=tuple(case.id for case in content.cases if not case.complaint),
        scenarios=scenarios,
        too_many=max(0, len(content.changes) - record.MOST),
    )
