"""The scenarios as one word of the address, and back; whatever arrives is treated as a stranger's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model import Evidence
from model.errors import DiagnosisError, RefusedNumber
from model.evidence import Finding
from views.shared import address
from views.what_if.record import ENTERED, LETTERS, MOST, WITHOUT, Scenario, Scenarios, SweepOver, named

FORMAT = 1


@dataclass(frozen=True)
class Received:
    """What a word held, and the network it was made with.

    `left_out` names findings that this network does not know, `too_many` counts scenarios beyond the fourth.
    """

    scenarios: Scenarios
    name: str = ""
    version: str = ""
    hash: str = ""
    left_out: tuple[str, ...] = ()
    too_many: int = 0


def encode(nothing: Evidence, scenarios: Scenarios) -> str:
    """Return the word for what the page remembers; empty where that is nothing."""
    network = nothing.network
    if scenarios == Scenarios():
        return ""
    listed = [
        [one.name, one.do, {node: address.to_json(finding) for node, finding in one.change.items()}]
        for one in scenarios.all
    ]
    over = scenarios.sweep
    sweep = [over.first, over.second, over.do, over.by_ratio, over.follow]
    made_with = [network.name, network.version, network.hash]
    return address.pack([FORMAT, made_with, listed, scenarios.compare_with, sweep])


def decode(nothing: Evidence, word: str) -> Received:
    """Return what a word spells.

    Parameters
    ----------
    nothing : Evidence
        Empty evidence of the network that is to read it.

    Raises
    ------
    UnreadableCase
        If the word holds no scenarios. Single findings that do not fit are left out and named.
    RefusedNumber
        If the network does not take a number: then none of the scenarios is opened.
    """
    if not word:
        return Received(Scenarios())
    match address.unpack(word):
        case [1, [str(name), str(version), str(made_with)], list(entries), str(compared), list(sweep)]:
            pass
        case _:
            raise address.UnreadableCase
    left_out: list[str] = []
    found = Scenarios()
    for entry in entries[:MOST]:
        match entry:
            case [str(title), bool(do), dict(change)]:
                findings = _known(nothing, change, left_out)
                found = found.with_added(Scenario("", named(title), findings, do))
            case _:
                raise address.UnreadableCase
    known = compared if compared in (WITHOUT, ENTERED, *LETTERS[: len(found.all)]) else WITHOUT
    found = Scenarios(found.all, known, _sweep(nothing, sweep))
    return Received(found, name, version, made_with, tuple(left_out), max(0, len(entries) - MOST))


def _known(nothing: Evidence, change: Mapping[str, Any], left_out: list[str]) -> dict[str, Finding]:
    """Return the findings that the network knows; the names of the others go to `left_out`."""
    known = nothing
    for node, value in change.items():
        try:
            known = known.with_finding(node, address.from_json(value))
        except RefusedNumber:
            raise
        except DiagnosisError:
            left_out.append(node)
    return dict(known.findings)


def _sweep(nothing: Evidence, content: list[Any]) -> SweepOver:
    """Return the sweep that a word spells, none where it does not fit the network."""
    match content:
        case [str(first), str(second), bool(do), bool(by_ratio), str(follow)]:
            network = nothing.network
            if first not in network:
                return SweepOver()
            second = second if second in network and second != first else ""
            return SweepOver(first, second, do, by_ratio, follow if follow in network else "")
        case _:
            raise address.UnreadableCase
