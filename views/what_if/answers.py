"""Answers to the scenarios, remembered by case and change; what cannot be answered says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from model import Evidence
from model.compare import Sweep, ratios
from model.errors import ImpossibleEvidence, TooWide
from model.evidence import Finding
from model.what_if import WhatIf, modifiable
from views.shared import address
from views.shared.engine import differential
from views.shared.turns import worked_out
from views.what_if.record import Scenario, SweepOver

REMEMBERED = 256
LOWEST_RATIO, HIGHEST_RATIO, RATIOS = 0.1, 10.0, 9


@dataclass(frozen=True)
class Outcome:
    """What came of a scenario: a result, or a clash, or nodes that nobody can set, or tables too large."""

    result: WhatIf | None = None
    clash: ImpossibleEvidence | None = None
    not_settable: tuple[str, ...] = ()
    needs_state: tuple[str, ...] = ()
    too_wide: TooWide | None = None


def outcome(evidence: Evidence, scenario: Scenario) -> Outcome | None:
    """Return what came of a scenario, None while it changes nothing."""
    if not scenario.change:
        return None
    if scenario.do:
        able = modifiable(evidence.network)
        not_settable = tuple(node for node in scenario.change if node not in able)
        if not_settable:
            return Outcome(not_settable=not_settable)
        needs_state = tuple(node for node, value in scenario.change.items() if not isinstance(value, str))
        if needs_state:
            return Outcome(needs_state=needs_state)
    changed = address.encode(Evidence.of(evidence.network, scenario.change))
    return _outcome(
        evidence.network.hash, address.encode(evidence), changed, scenario.do, evidence, scenario.change
    )


@worked_out
@st.cache_resource(show_spinner=False, max_entries=REMEMBERED)
def _outcome(
    network_hash: str, case: str, changed: str, do: bool, _evidence: Evidence, _change: Mapping[str, Finding]
) -> Outcome:
    """Return an outcome by the words that spell its case and its change."""
    try:
        return Outcome(differential().what_if(_evidence, _change, do))
    except ImpossibleEvidence as error:
        return Outcome(clash=error)
    except TooWide as error:
        return Outcome(too_wide=error)


def sweep(evidence: Evidence, over: SweepOver) -> Sweep:
    """Return the case for every answer of one or two variables.

    Raises
    ------
    NotModifiable
        If a change is asked for that nobody can make.
    """
    return _sweep(evidence.network.hash, address.encode(evidence), over, evidence)


@worked_out
@st.cache_resource(show_spinner="Going through the answers …", max_entries=REMEMBERED)
def _sweep(network_hash: str, case: str, over: SweepOver, _evidence: Evidence) -> Sweep:
    """Return a sweep by what it goes over and the word that spells its case."""
    by_ratio = ratios(LOWEST_RATIO, HIGHEST_RATIO, RATIOS) if over.by_ratio and not over.second else None
    axes = {over.first: by_ratio} | ({over.second: None} if over.second else {})
    return differential().sweep(_evidence, axes, over.do)
