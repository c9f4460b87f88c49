"""What can be asked, and the answers one can give. The words of answers are in asking.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from model import UNKNOWN, Differential, Likelihood

PRESENT, ABSENT, UNKNOWN_ANSWER, OTHER_LIKELIHOOD = "present", "absent", "unknown", "likelihood"
YES_OR_NO = (ABSENT, PRESENT)
UNSORTED = "node"
"""The kind of the nodes of a network that knows no kinds."""
BATCH = 12
"""Nodes under one heading where a network has no headings of its own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be entered: a node of the network, or a safety item, which carries urgency only."""

    id: str
    kind: str
    group: str
    label: str
    term: str
    question: str
    why: str
    synonyms: tuple[str, ...]
    states: tuple[str, ...]
    state_labels: tuple[str, ...]

    @property
    def is_yes_or_no(self) -> bool:
        return self.states == YES_OR_NO


@dataclass(frozen=True, slots=True)
class Strength:
    """An answer that is not certain; `ratio` is its likelihood ratio, yes to no."""

    id: str
    label: str
    ratio: float
    odds: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the questionnaire; `groups` maps the heading of a group to its items."""

    id: str
    label: str
    note: str
    groups: Mapping[str, tuple[Item, ...]]


@dataclass(frozen=True)
class Catalogue:
    """Everything that can be asked of one network."""

    items: Mapping[str, Item]
    sections: tuple[Section, ...]

    def section(self, section_id: str) -> Section:
        return next(section for section in self.sections if section.id == section_id)


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """Return asking.yaml."""
    text = (Path(__file__).parent / "asking.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.safe_load(text)
    return content


def nothing_raised(ddx: Differential) -> str:
    """Return what is said where no level of urgency is raised; it never reassures."""
    return str(words()["no_warning_sign" if ddx.network.red_flags else "no_rules"])


@lru_cache(maxsize=1)
def strengths() -> Mapping[str, Strength]:
    return {entry["id"]: Strength(**entry) for entry in words()["strengths"]}


@lru_cache(maxsize=8)
def catalogue(ddx: Differential) -> Catalogue:
    """Return what can be asked of a network."""
    network = ddx.network
    batches = _batches([node for node in network.nodes if not node.text.group and node.kind == UNSORTED])
    items = {
        node.id: Item(
            id=node.id,
            kind=node.kind,
            group=node.text.group or batches.get(node.id, node.label),
            label=node.label,
            term=node.text.clinical_term,
            question=node.text.question or node.label,
            why=node.text.why,
            synonyms=node.text.synonyms,
            states=node.states,
            state_labels=tuple(node.state_label(state) for state in node.states),
        )
        for node in network.nodes
    }
    safety_label = next((entry["label"] for entry in words()["sections"] if "safety" in entry["kinds"]), "")
    items |= {
        item.id: Item(
            id=item.id,
            kind="safety",
            group=safety_label,
            label=item.label,
            term=item.clinical_term,
            question=item.question,
            why=item.why,
            synonyms=(),
            states=YES_OR_NO,
            state_labels=YES_OR_NO,
        )
        for item in network.safety_items
    }
    sections = (_section(entry, items.values()) for entry in words()["sections"])
    filled = tuple(section for section in sections if section.groups)
    return Catalogue(items, filled or (_everything(items),))


def _batches(nodes: Sequence[Any]) -> dict[str, str]:
    """Return a heading for each node of a network without groups: a batch is named by its first and last."""
    found: dict[str, str] = {}
    for start in range(0, len(nodes), BATCH):
        batch = nodes[start : start + BATCH]
        name = f"{batch[0].label} … {batch[-1].label}" if len(batch) > 1 else batch[0].label
        found |= {node.id: name for node in batch}
    return found


def _everything(items: Mapping[str, Item]) -> Section:
    """Return one section with every node, for a network in which nothing is of a kind that is asked."""
    entry = words()["sections"][-1]
    return Section(entry["id"], entry["label"], entry["note"], {entry["label"]: tuple(items.values())})


def _section(entry: Mapping[str, Any], items: Any) -> Section:
    """Return a section with the items of its kinds, groups in the order in which they first appear."""
    groups: dict[str, list[Item]] = {}
    for kind in entry["kinds"]:
        for item in items:
            if item.kind == kind:
                groups.setdefault(item.group, []).append(item)
    return Section(
        entry["id"], entry["label"], entry["note"], {name: tuple(found) for name, found in groups.items()}
    )


def answers(item: Item) -> tuple[str, ...]:
    """Return every answer to one item, as the words that widgets hold."""
    if not item.is_yes_or_no:
        return (*item.states, UNKNOWN_ANSWER)
    likely = () if item.kind == "safety" else tuple(strengths())
    return (PRESENT, ABSENT, UNKNOWN_ANSWER, *likely)


def answer_label(item: Item, answer: str) -> str:
    """Return the wording of an answer."""
    if answer in strengths():
        return strengths()[answer].label
    if answer == OTHER_LIKELIHOOD:
        return "As entered"
    if item.is_yes_or_no or answer == UNKNOWN_ANSWER:
        return str(words()["answers"][answer])
    return item.state_labels[item.states.index(answer)]


def to_finding(answer: str) -> Any:
    """Return an answer as the finding that evidence holds."""
    if answer in strengths():
        return Likelihood(strengths()[answer].ratio)
    return UNKNOWN if answer == UNKNOWN_ANSWER else answer


def to_answer(finding: Any) -> str | None:
    """Return a finding as an answer, None where nothing was entered."""
    if finding is None or isinstance(finding, str):
        return finding
    if finding is UNKNOWN:
        return UNKNOWN_ANSWER
    ratio = ratio_of(finding)
    return next((s.id for s in strengths().values() if s.ratio == ratio), OTHER_LIKELIHOOD)


def ratio_of(finding: Likelihood) -> float | None:
    """Return the likelihood ratio of a yes-or-no finding, None where it has none."""
    if finding.ratio is not None:
        return finding.ratio
    weights = dict(finding.weights)
    if not set(weights) <= set(YES_OR_NO) or not weights.get(ABSENT):
        return None
    return weights.get(PRESENT, 0.0) / weights[ABSENT]
