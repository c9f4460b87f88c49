"""The most probable joint explanations: which causes hold together, and which do not.

A joint explanation is one state, present or absent, of every `due_to_*` node and `other_cause`, everything
else summed out (marginal MAP). The single probabilities of the differential do not say whether two causes
stand for each other or go together; this does.

References
----------
Park and Darwiche (2003), Solving MAP exactly using systematic search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from model.evidence import Evidence
from model.inference import Observed
from model.phrases import EVEN, cause_phrase, say, times
from model.result import Answer
from network.errors import DiagnosisError, NoComplaint
from network.structure import PRESENT, Network

if TYPE_CHECKING:
    from model.differential import Differential


class JointState(Protocol):
    """One joint state of some nodes."""

    @property
    def states(self) -> Mapping[str, int]:
        """Position of the state of each node."""
        ...

    @property
    def probability(self) -> float:
        """P(joint state | evidence)."""
        ...


@runtime_checkable
class JointEngine(Protocol):
    """An engine that finds the most probable joint states."""

    def most_probable(
        self, evidence: Mapping[str, Observed], nodes: Sequence[str], k: int
    ) -> Sequence[JointState]:
        """Return the k most probable joint states of some nodes."""
        ...


@dataclass(frozen=True)
class JointExplanation:
    """Exactly these causes explain the complaint, no other does."""

    causes: tuple[str, ...]
    labels: tuple[str, ...]
    probability: float

    @property
    def name(self) -> str:
        """Return the causes in one phrase."""
        named = [cause_phrase(*one) for one in zip(self.causes, self.labels, strict=True)]
        return " + ".join(named) or say("alone_none")


@dataclass(frozen=True)
class Explanations:
    """Joint explanations, most probable first.

    `odds_against_runner_up` is how many times as probable the first is as the second; None where there is no
    second.
    """

    answer: Answer = field(repr=False)
    explanations: tuple[JointExplanation, ...]
    odds_against_runner_up: float | None

    @property
    def lead(self) -> str:
        """Return in words how far the first is ahead of the second."""
        if self.odds_against_runner_up is None:
            return say("only")
        even = self.odds_against_runner_up <= EVEN
        return say("leads_even") if even else say("leads", ratio=times(self.odds_against_runner_up))

    @property
    def rest(self) -> float:
        """The probability of every explanation that is not listed."""
        return max(1.0 - sum(one.probability for one in self.explanations), 0.0)

    def to_plain(self) -> dict[str, Any]:
        """Return it as `nocturne explanations --json` prints it."""
        return {
            **self.answer.frame(),
            "explanations": [
                {"causes": list(one.causes), "probability": one.probability} for one in self.explanations
            ],
            "rest": self.rest,
            "odds_against_runner_up": self.odds_against_runner_up,
        }

    def __str__(self) -> str:
        lines = [f"{one.probability:7.1%}  {one.name}" for one in self.explanations]
        lines.append(f"{self.rest:7.1%}  {say('every_other')}")
        return self.answer.framed([*lines, self.lead])


def explanations(
    ddx: Differential,
    evidence: Mapping[str, Any] | Evidence | None = None,
    k: int = 5,
    complaint: bool = True,
) -> Explanations:
    """Return the k most probable joint explanations; fewer where fewer are possible.

    Parameters
    ----------
    evidence, complaint : as for `Differential.query`
    k : int, 1 or more

    Raises
    ------
    NoComplaint
        If the network has no causes.
    DiagnosisError
        If k is below 1, or the engine cannot answer this question.
    """
    if k < 1:
        raise DiagnosisError(f"{k} explanations were asked for. Ask for at least 1.")
    network, engine = ddx.network, ddx.engine
    if not network.causes:
        raise NoComplaint(f"network {network.name!r} has no complaint, so it holds no explanations.")
    if not isinstance(engine, JointEngine):
        raise DiagnosisError("this engine finds no joint explanations. Ask the exact one, or pgmpy.")
    answer = ddx.query(evidence, complaint)
    states = engine.most_probable(answer.observed(), list(network.causes), max(k, 2))
    found = [_explanation(network, state) for state in states]
    odds = found[0].probability / found[1].probability if len(found) > 1 else None
    return Explanations(answer, tuple(found[:k]), odds)


def _explanation(network: Network, found: JointState) -> JointExplanation:
    """Return a joint state as the causes that hold."""
    present = [node for node, state in found.states.items() if state == PRESENT]
    return JointExplanation(
        causes=tuple(network.causes[node] or node for node in present),
        labels=tuple(network.node(node).label for node in present),
        probability=found.probability,
    )
