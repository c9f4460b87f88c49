"""`Answer`: what `Differential.query` returns, frozen and printable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from model.contradictions import AskedBack
from model.evidence import Evidence
from model.inference import Observed, Posteriors
from model.setting import setting_line, setting_of
from model.urgency import Urgency
from network.errors import NoComplaint, UnknownNode
from network.structure import PRESENT, Network

SCHEMA = 1


def identity(network: Network) -> dict[str, str]:
    """Return what names a network in JSON: name, version and content hash."""
    return {"name": network.name, "version": network.version, "hash": network.hash}


@dataclass(frozen=True)
class Cause:
    """One line of the differential.

    `condition` is the condition's id, or ``other_cause``. `due_to` is P(it explains tonight's pain |
    evidence), `present` P(it is there at all | evidence), None for other_cause.
    """

    condition: str
    due_to: float
    present: float | None
    label: str


@dataclass(frozen=True)
class Answer:
    """The differential for one case. Probabilities are floats in [0, 1]; several causes can hold at once."""

    network: Network = field(repr=False)
    evidence: Evidence
    complaint: bool
    posteriors: Posteriors = field(repr=False)
    urgency: Urgency
    notes: tuple[str, ...] = ()
    contradictions: tuple[AskedBack, ...] = ()

    @property
    def log_evidence(self) -> float:
        """Natural log of P(evidence), the complaint included when it is assumed."""
        return self.posteriors.log_evidence

    @property
    def ranking(self) -> tuple[Cause, ...]:
        """Causes, most probable first, other_cause among them; empty without a complaint node."""
        causes = []
        for node, condition in self.network.causes.items():
            present = None if condition is None else self._p(condition)
            causes.append(Cause(condition or node, self._p(node), present, self.network.node(node).label))
        return tuple(sorted(causes, key=lambda cause: -cause.due_to))

    @property
    def headings(self) -> dict[str, float]:
        """P(heading) for each roll-up node, in the order of the source article."""
        return {node.id: self._p(node.id) for node in self.network.of_kind("heading")}

    def due_to(self, condition: str) -> float:
        """Return P(the condition explains tonight's pain | evidence).

        Raises
        ------
        NoComplaint
            If the network has no complaint node.
        UnknownNode
            If there is no such condition.
        """
        if not self.network.causes:
            raise NoComplaint(
                f"network {self.network.name!r} has no complaint, so nothing is due to anything."
            )
        for node, of in self.network.causes.items():
            if condition in (node, of):
                return self._p(node)
        raise UnknownNode(condition, [of or node for node, of in self.network.causes.items()], "condition")

    def present(self, condition: str) -> float:
        """Return P(the node is present | evidence)."""
        return self.posterior(condition)["present"]

    def posterior(self, node_id: str) -> dict[str, float]:
        """Return P(state | evidence) for each state of any node.

        Raises
        ------
        UnknownNode
        """
        node = self.network.node(node_id)
        return dict(zip(node.states, self.posteriors.marginals[node_id].tolist(), strict=True))

    def observed(self) -> dict[str, Observed]:
        """Return what the engine was given: the evidence, and the complaint when it is assumed."""
        observed = self.evidence.observed()
        if self.complaint and self.network.complaint is not None:
            observed[self.network.complaint] = PRESENT
        return observed

    def frame(self) -> dict[str, Any]:
        """Return what stands first in every answer in JSON: what was asked, how urgent it is, what is odd."""
        return {
            "schema": SCHEMA,
            "network": identity(self.network),
            "complaint": self.complaint,
            "setting": setting_of(self.evidence),
            "notice": list(self.network.notice),
            "notes": list(self.notes),
            "evidence": self.evidence.to_plain(),
            "urgency": self.urgency.to_plain(),
            "contradictions": [asked.to_plain() for asked in self.contradictions],
        }

    def to_plain(self) -> dict[str, Any]:
        """Return the answer as `nocturne query --json` prints it."""
        ranking = self.ranking
        return {
            **self.frame(),
            "log_evidence": self.log_evidence,
            "due_to": {cause.condition: cause.due_to for cause in ranking},
            "present": {cause.condition: cause.present for cause in ranking if cause.present is not None},
            "headings": self.headings,
            "posterior": {node: self.posterior(node) for node in self.posteriors.marginals},
        }

    def framed(self, lines: Iterable[str]) -> str:
        """Return lines with what stands around every answer: red flags and setting above, the rest below."""
        setting = setting_line(self.evidence)
        above = [*self.urgency.lines, *([setting] if setting else [])]
        asked = (asked.line for asked in self.contradictions)
        return "\n".join([*above, *lines, *asked, *self.notes, *self.network.notice])

    def __str__(self) -> str:
        lines = [f"{cause.due_to:7.1%}  {cause.label}" for cause in self.ranking]
        if not self.ranking:
            lines += [
                f"{node.id}: " + ", ".join(f"{state} {p:.1%}" for state, p in self.posterior(node.id).items())
                for node in self.network.nodes
            ]
        return self.framed(lines)

    def _p(self, node: str) -> float:
        return float(self.posteriors.marginals[node][PRESENT])
