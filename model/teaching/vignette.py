"""The text of a generated case, put together from the labels and questions of the network."""

from __future__ import annotations

from collections.abc import Iterable

from model.teaching.cases import CaseFinding
from model.teaching.wording import say
from network.structure import BINARY, Network


def vignette(network: Network, findings: Iterable[CaseFinding]) -> str:
    """Return what a patient with these findings tells: the person, the complaint, questions and answers."""
    told = list(findings)
    person = [finding for finding in told if finding.item in person_items()]
    about = ", ".join(_state_label(network, finding) for finding in person)
    rest = [tell(network, finding) for finding in told if finding not in person]
    opening = [f"{about.capitalize()}."] if about else []
    return " ".join([*opening, say("tells_complaint"), *rest])


def tell(network: Network, finding: CaseFinding) -> str:
    """Return one finding as question and answer."""
    node = network.node(finding.item)
    question = node.text.question or f"{node.label}?"
    if node.states == BINARY:
        return say("tells_yes" if finding.state == BINARY[1] else "tells_no", question=question)
    return say("tells_state", question=question, state=_state_label(network, finding))


def person_items() -> tuple[str, ...]:
    """Return the items that are told about the person before the complaint."""
    return tuple(say("person_items").split())


def _state_label(network: Network, finding: CaseFinding) -> str:
    return network.node(finding.item).state_label(finding.state)
