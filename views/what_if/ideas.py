"""Ready scenarios, made from the case: without a medicine, a finding the other way round, another clinic."""

from __future__ import annotations

from collections.abc import Iterator

from model import Evidence
from model.what_if import modifiable
from views.shared import asking
from views.shared.asking import Catalogue
from views.what_if.record import Scenario
from views.what_if.wording import wording

FINDINGS = ("symptom", "sign", "test")


def ideas(evidence: Evidence, items: Catalogue) -> list[Scenario]:
    """Return ready scenarios for a case, those that intervene first."""
    found = [*_changed(evidence, items), *_turned_round(evidence, items), *_other_clinic(evidence, items)]
    return found[: wording()["most_ideas"]]


def _changed(evidence: Evidence, items: Catalogue) -> Iterator[Scenario]:
    """Yield an intervention for everything entered that somebody can set to its first state."""
    for node in modifiable(evidence.network):
        entered, first = evidence.active.get(node), items.items[node].states[0]
        if isinstance(entered, str) and entered != first:
            yield _scenario(items, node, first, do=True)


def _turned_round(evidence: Evidence, items: Catalogue) -> Iterator[Scenario]:
    """Yield the latest plain finding the other way round."""
    for node in reversed(evidence.active):
        item = items.items[node]
        if item.kind in FINDINGS and item.is_yes_or_no and isinstance(evidence.active[node], str):
            other = asking.ABSENT if evidence.active[node] == asking.PRESENT else asking.PRESENT
            yield _scenario(items, node, other, do=False)
            return


def _other_clinic(evidence: Evidence, items: Catalogue) -> Iterator[Scenario]:
    clinic = wording()["clinic"]
    item = items.items.get(clinic["node"])
    if item and clinic["state"] in item.states and evidence.active.get(item.id) != clinic["state"]:
        yield _scenario(items, item.id, clinic["state"], do=False)


def _scenario(items: Catalogue, node: str, state: str, do: bool) -> Scenario:
    return Scenario("", "", {node: state}, do)
