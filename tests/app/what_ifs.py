"""A case and scenarios that tests of the What if page share."""

from __future__ import annotations

from typing import Any

from model import Differential, Evidence
from network.build import load_network
from views.shared import asking
from views.what_if.record import Scenario, Scenarios

BN = load_network()
DDX = Differential.of(BN)
ITEMS = asking.catalogue(DDX)
NOTHING = Evidence.of(BN)
CRAMPS = Evidence.of(BN, {"age": 70, "sex": "female", "diuretic": "present", "sudden_cramp": "present"})
NO_DIURETIC = Scenario("A", "", {"diuretic": "absent"}, do=True)
CLINIC = Scenario("B", "clinic", {"seen_in": "vascular_clinic"})
IMPOSSIBLE = {"periodic_limb_movements": "absent", "due_to_periodic_limb_movements": "present"}


def of(*scenarios: Scenario, **more: Any) -> Scenarios:
    return Scenarios(tuple(scenarios), **more)
