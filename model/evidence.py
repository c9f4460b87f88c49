"""`Evidence`: what is known of one patient, immutable and validated against a network.

A finding is a state ("present"), a likelihood, or `UNKNOWN` (asked, not known: recorded, no effect,
never asked again). A finding can be paused: it is kept but has no effect. Safety items are evidence
too; they carry urgency and no probability.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

import numpy as np

from model.inference import Observed
from network.errors import EvidenceError, RefusedNumber, UnknownNode, UnknownState
from network.structure import BINARY, Network, Node


class Unknown(Enum):
    """The answer "I don't know"."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown.UNKNOWN
LARGEST = sys.float_info.max


@dataclass(frozen=True, init=False)
class Likelihood:
    """Virtual evidence: how well each state of a node explains what was seen.

    ``Likelihood(3.0)`` on a binary node is a likelihood ratio, present to absent.
    ``Likelihood(never=1, former=2, current=4)`` names the states; those left out count 0.

    Raises
    ------
    EvidenceError
        Unless every number is finite and at least 0, one of them above 0.
    """

    ratio: float | None
    weights: tuple[tuple[str, float], ...]

    def __init__(self, ratio: float | None = None, /, **weights: float) -> None:
        if (ratio is None) == (not weights):
            raise EvidenceError(
                "a likelihood is one ratio, as in Likelihood(3.0), or a weight for each state."
            )
        numbers: list[Any] = [ratio] if ratio is not None else list(weights.values())
        # Compared, not converted: an integer may be too large for a float.
        if not all(isinstance(x, int | float | np.number) and 0 <= x <= LARGEST for x in numbers):
            raise EvidenceError(
                f"likelihood {numbers} is not usable: write finite numbers that are at least 0."
            )
        if ratio is None and not any(weights.values()):
            raise EvidenceError("a likelihood needs at least one state with a weight above 0.")
        object.__setattr__(self, "ratio", None if ratio is None else float(ratio))
        object.__setattr__(self, "weights", tuple((state, float(x)) for state, x in weights.items()))

    def vector(self, node: Node) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return one weight for each state of the node, shape (n_states,).

        Raises
        ------
        EvidenceError, UnknownState
            If a ratio is given for a node with more than two states, or a state is unknown.
        """
        if self.ratio is not None:
            if len(node.states) != 2:
                named = ", ".join(f"{state}=1" for state in node.states)
                raise EvidenceError(
                    f"node {node.id!r} has {len(node.states)} states: one ratio is not enough. "
                    f"Write Likelihood({named})."
                )
            return np.array([1.0, self.ratio])
        result = np.zeros(len(node.states))
        for state, weight in self.weights:
            result[node.state_index(state)] = weight
        return result


Finding = str | Likelihood | Unknown


@dataclass(frozen=True)
class Evidence:
    """Findings by node id, in the order they were entered.

    Build it with `Evidence.of`, which validates; change it with `with_finding`, `without`, `paused_at`
    and `resumed`, which return new evidence.
    """

    network: Network = field(repr=False, compare=False)
    findings: Mapping[str, Finding]
    paused: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "findings", MappingProxyType(dict(self.findings)))

    @classmethod
    def of(cls, network: Network, findings: Mapping[str, Any] | Evidence | None = None) -> Evidence:
        """Return validated evidence.

        Parameters
        ----------
        findings : mapping of node or safety item id to a state, a `Likelihood` or `UNKNOWN`
            ``age=45`` is read as its band; ``yes``/``no`` as present/absent; "unknown" as `UNKNOWN`.

        Raises
        ------
        UnknownNode, UnknownState, RefusedNumber, EvidenceError
            Naming the nearest spelling or what would be right.
        """
        if isinstance(findings, Evidence):
            if findings.network is network:
                return findings
            read = {node: read_finding(network, node, value) for node, value in findings.findings.items()}
            return cls(network, read, findings.paused)
        read = {node: read_finding(network, node, value) for node, value in (findings or {}).items()}
        return cls(network, read)

    def __iter__(self) -> Iterator[str]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __contains__(self, node: object) -> bool:
        return node in self.findings

    def get(self, node: str) -> Finding | None:
        """Return the finding entered for a node, or None."""
        return self.findings.get(node)

    def with_finding(self, node: str, value: Any) -> Evidence:
        """Return evidence with one finding added or changed, and no longer paused."""
        found = {**self.findings, node: read_finding(self.network, node, value)}
        return replace(self, findings=found, paused=self.paused - {node})

    def without(self, *nodes: str) -> Evidence:
        """Return evidence without these findings."""
        found = {node: value for node, value in self.findings.items() if node not in nodes}
        return replace(self, findings=found, paused=self.paused - set(nodes))

    def paused_at(self, *nodes: str) -> Evidence:
        """Return evidence in which these findings are kept but have no effect."""
        return replace(self, paused=self.paused | (set(nodes) & set(self.findings)))

    def resumed(self, *nodes: str) -> Evidence:
        """Return evidence in which these findings count again."""
        return replace(self, paused=self.paused - set(nodes))

    @property
    def active(self) -> dict[str, Finding]:
        """Findings that count: neither paused nor unknown."""
        return {
            node: value
            for node, value in self.findings.items()
            if node not in self.paused and not isinstance(value, Unknown)
        }

    def observed(self) -> dict[str, Observed]:
        """Return what an engine reads: state indices and likelihood vectors of network nodes."""
        result: dict[str, Observed] = {}
        for node_id, value in self.active.items():
            if node_id not in self.network:
                continue
            node = self.network.node(node_id)
            result[node_id] = (
                value.vector(node) if isinstance(value, Likelihood) else node.state_index(str(value))
            )
        return result

    def holds(self, node: str, state: str) -> bool:
        """Return whether this state was entered and counts."""
        return self.active.get(node) == state

    def suggests(self, node: str, state: str) -> bool:
        """Return whether this state was entered, or a likelihood that favours it over every other state."""
        value = self.active.get(node)
        if not isinstance(value, Likelihood):
            return value == state
        weights = value.vector(self.network.node(node))
        wanted = weights[self.network.node(node).state_index(state)]
        return bool(wanted == weights.max() and (weights == wanted).sum() == 1)

    def to_plain(self) -> dict[str, Any]:
        """Return the findings as JSON holds them; paused findings are left out."""
        return {node: plain_finding(self.network, node, value) for node, value in self.findings.items()
                if node not in self.paused}  # fmt: skip


def plain_finding(network: Network, node: str, value: Finding) -> Any:
    """Return one finding as JSON holds it: a state, ``{"likelihood": {state: x}}`` or "unknown"."""
    if isinstance(value, Unknown):
        return value.value
    if isinstance(value, Likelihood):
        states = network.node(node).states
        return {"likelihood": dict(zip(states, value.vector(network.node(node)).tolist(), strict=True))}
    return value


def read_finding(network: Network, node_id: str, value: Any) -> Finding:
    """Return a validated finding, or raise as `Evidence.of` does."""
    if isinstance(value, np.generic):
        value = value.item()
    if node_id not in network:
        if node_id not in {item.id for item in network.safety_items}:
            raise UnknownNode(node_id, [*network.index, *(item.id for item in network.safety_items)])
        return _read_safety(node_id, value)
    node = network.node(node_id)
    if isinstance(value, Unknown) or value == UNKNOWN.value:
        return UNKNOWN
    if isinstance(value, Likelihood):
        value.vector(node)
        return value
    if isinstance(value, Mapping):
        return _read_likelihood(node, value)
    if isinstance(value, bool):
        value = BINARY[value]
    if isinstance(value, str) and value in node.states:
        return value
    _refuse(network, node, value)
    if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"\d{1,3}(\.\d+)?", value)):
        return _band_of(node, value)
    if not isinstance(value, str):
        raise EvidenceError(
            f"node {node_id!r}: {value!r} is not a finding. Give a state ({', '.join(node.states)}), "
            "a Likelihood, or UNKNOWN."
        )
    return node.states[node.state_index(value)]


def _read_safety(item: str, value: Any) -> Finding:
    """Return the finding of a safety item: present, absent or unknown."""
    if isinstance(value, Unknown) or value == UNKNOWN.value:
        return UNKNOWN
    words = {"yes": "present", "no": "absent", True: "present", False: "absent"}
    state = words.get(value, value) if isinstance(value, str | bool) else value
    if state in BINARY:
        return str(state)
    raise UnknownState(item, value, BINARY)


def _read_likelihood(node: Node, value: Mapping[Any, Any]) -> Likelihood:
    """Return the likelihood that JSON or YAML holds: ``{"likelihood": {state: x}}``."""
    inner = value.get("likelihood")
    if set(value) != {"likelihood"} or not isinstance(inner, Mapping | int | float | str):
        raise EvidenceError(
            f"node {node.id!r}: write a state, 'unknown', or {{likelihood: {{state: number}}}}."
        )
    try:
        if isinstance(inner, Mapping):
            likelihood = Likelihood(**{str(state): float(x) for state, x in inner.items()})
        else:
            likelihood = Likelihood(float(inner))
    except (TypeError, ValueError):
        raise EvidenceError(
            f"node {node.id!r}: the likelihood {inner!r} holds something that is no number."
        ) from None
    likelihood.vector(node)
    return likelihood


def _refuse(network: Network, node: Node, value: Any) -> None:
    """Raise `RefusedNumber` where a value is or spells a number that the node does not take."""
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        return
    if isinstance(number, int | float) and (says := network.refusal(node.id, number)) is not None:
        raise RefusedNumber(node.id, value, says)


def _band_of(node: Node, value: float | str) -> str:
    """Return the state whose band holds a number; bands are named under_40, 40_to_59, 75_plus.

    Raises
    ------
    UnknownState
        If the node's states are not bands or the number lies in none.
    """
    number = float(value) if isinstance(value, str) else value
    for state in node.states:
        low, high = band_limits(state)
        if low <= number < high:
            return state
    raise UnknownState(node.id, value, node.states)


def band_limits(state: str) -> tuple[float, float]:
    """Return the half-open range of numbers that a band's name covers; empty where it names none.

    Examples
    --------
    >>> band_limits("40_to_59"), band_limits("75_plus"), band_limits("present")
    ((40.0, 60.0), (75.0, inf), (inf, -inf))
    """
    if match := re.fullmatch(r"under_(\d+)", state):
        return 0.0, float(match[1])
    if match := re.fullmatch(r"(\d+)_to_(\d+)", state):
        return float(match[1]), float(match[2]) + 1
    if match := re.fullmatch(r"(\d+)_plus", state):
        return float(match[1]), math.inf
    return math.inf, -math.inf
