"""`Case`: one patient for practice, frozen: what is told, what can be found out, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from model.evidence import UNKNOWN, Evidence, Unknown
from model.teaching.schema import Kind, When
from network.structure import BINARY, Network

KINDS: tuple[str, ...] = get_args(Kind)
START, LATER, ASKED = get_args(When)
LIBRARY, AUTHORED, GENERATED = "library", "authored", "generated"


@dataclass(frozen=True)
class CaseFinding:
    """One finding: `state` of a node or safety item, when it is told, and the patient's words if any.

    `when` is "start" (told at once), "later" (revealed in turn) or "asked" (only on asking).
    """

    item: str
    state: str
    when: str = LATER
    says: str = ""


@dataclass(frozen=True)
class Case:
    """One patient.

    `answer` holds the causes that explain the complaint, `distractor` a condition that is present and does
    not. `origin` is "library", "authored" or "generated"; `seed` is kept for a generated case.
    """

    id: str
    title: str
    kind: str
    setting: str
    vignette: str
    findings: tuple[CaseFinding, ...]
    answer: tuple[str, ...]
    distractor: str | None = None
    teaching: tuple[str, ...] = ()
    origin: str = AUTHORED
    seed: int | None = None
    notes: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def start(self) -> tuple[CaseFinding, ...]:
        """What is told at once."""
        return tuple(finding for finding in self.findings if finding.when == START)

    @property
    def later(self) -> tuple[CaseFinding, ...]:
        """What is revealed in turn."""
        return tuple(finding for finding in self.findings if finding.when == LATER)

    @property
    def hidden(self) -> tuple[CaseFinding, ...]:
        """What is not told at once: revealed in turn, or only on asking."""
        return tuple(finding for finding in self.findings if finding.when != START)

    @property
    def told(self) -> tuple[CaseFinding, ...]:
        """What everybody learns in the end: told at once or revealed in turn."""
        return self.start + self.later

    def finding(self, item: str) -> CaseFinding | None:
        """Return the finding of an item, None where the case does not mention it."""
        return next((finding for finding in self.findings if finding.item == item), None)

    def state_of(self, network: Network, item: str) -> str | Unknown:
        """Return what asking for an item gives.

        A safety item that the case does not mention is absent; any other item it does not mention is unknown.

        Raises
        ------
        UnknownNode
        """
        found = self.finding(item)
        if found is not None:
            return found.state
        if item in {safety.id for safety in network.safety_items}:
            return BINARY[0]
        network.node(item)
        return UNKNOWN

    def evidence(self, network: Network, later: int | None = None) -> Evidence:
        """Return the findings told at once and the first so many of those revealed in turn, all if None."""
        told = self.start + (self.later if later is None else self.later[:later])
        return Evidence.of(network, {finding.item: finding.state for finding in told})

    def outcome(self, cause: str) -> int:
        """Return 1 if a cause is (part of) the answer, else 0."""
        return int(cause in self.answer)

    def to_plain(self) -> dict[str, Any]:
        """Return the case as JSON holds it, answer included."""
        return {
            "id": self.id, "title": self.title, "kind": self.kind, "setting": self.setting,
            "vignette": self.vignette,
            "findings": [
                {"item": one.item, "state": one.state, "when": one.when, "says": one.says}
                for one in self.findings
            ],
            "answer": list(self.answer), "distractor": self.distractor, "teaching": list(self.teaching),
            "origin": self.origin, "seed": self.seed, "notes": dict(self.notes),
        }  # fmt: skip

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Case:
        """Return the case that `to_plain` spelled out; for text from outside use `case_file.parse_cases`."""
        return cls(
            id=plain["id"],
            title=plain["title"],
            kind=plain["kind"],
            setting=plain["setting"],
            vignette=plain["vignette"],
            findings=tuple(CaseFinding(**finding) for finding in plain["findings"]),
            answer=tuple(plain["answer"]),
            distractor=plain["distractor"],
            teaching=tuple(plain["teaching"]),
            origin=plain["origin"],
            seed=plain["seed"],
            notes=dict(plain["notes"]),
        )


def all_causes(network: Network) -> tuple[str, ...]:
    """Return every cause as `Answer.ranking` names it, in network order."""
    return tuple(condition or node for node, condition in network.causes.items())


def cause_labels(network: Network) -> dict[str, str]:
    """Return the wording of every cause."""
    return {condition or node: network.node(node).label for node, condition in network.causes.items()}


def item_label(network: Network, item: str) -> str:
    """Return the wording of a node or safety item."""
    safety = {one.id: one.label for one in network.safety_items}
    return safety.get(item) or network.node(item).label
