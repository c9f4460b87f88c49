"""What a scenario is called: its name, or what it changes."""

from __future__ import annotations

from views.shared.asking import Catalogue
from views.shared.words import finding_words
from views.what_if.record import LONGEST_NAME, Scenario


def name_of(scenario: Scenario, items: Catalogue) -> str:
    """Return the name that was given, or what changes in words; empty where nothing does yet."""
    if scenario.name:
        return scenario.name
    words = "; ".join(finding_words(items.items[node], value) for node, value in scenario.change.items())
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1].rstrip() + "…"


def title_of(scenario: Scenario, items: Catalogue) -> str:
    """Return letter and name: "A · Water tablets: no"."""
    name = name_of(scenario, items)
    return f"{scenario.letter} · {name}" if name else f"Scenario {scenario.letter}"
