"""`PracticeSession`: one learner with one case, immutable. Commit to a belief, then learn the next finding.

The learner commits before each further finding, and before stopping. Findings are revealed in turn or asked
for; each that was asked for costs what the network says a question, an examination or a test costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from model.evidence import Evidence, Unknown
from model.questions import KINDS, kind_of
from model.teaching.belief import Belief
from model.teaching.cases import Case, CaseFinding
from model.teaching.errors import PracticeError
from network.errors import DiagnosisError
from network.structure import ASKED_KINDS, Network


@dataclass(frozen=True)
class Known:
    """Something the learner knows: `state` may be "unknown". `cost` counts only what was asked for."""

    item: str
    state: str
    says: str
    asked: bool
    cost: float


@dataclass(frozen=True)
class Stage:
    """What was learnt since the last commitment, and the belief that stands for it (None: not yet)."""

    learnt: tuple[Known, ...]
    belief: Belief | None = None


@dataclass(frozen=True)
class PracticeSession:
    """One learner, one case. Build it with `start`; every method returns a new session."""

    network: Network = field(repr=False, compare=False)
    case: Case
    stages: tuple[Stage, ...]
    stopped: bool = False

    @classmethod
    def start(cls, network: Network, case: Case) -> PracticeSession:
        """Return a session in which the learner knows what is told at once."""
        told = tuple(_told(finding) for finding in case.start)
        return cls(network, case, (Stage(told),))

    @property
    def known(self) -> tuple[Known, ...]:
        """Everything learnt so far, in order."""
        return tuple(one for stage in self.stages for one in stage.learnt)

    @property
    def evidence(self) -> Evidence:
        """What is known, as evidence."""
        return self.evidence_at(len(self.stages) - 1)

    def evidence_at(self, stage: int) -> Evidence:
        """Return what was known at a stage, 0 being the start."""
        known = [one for earlier in self.stages[: stage + 1] for one in earlier.learnt]
        return Evidence.of(self.network, {one.item: one.state for one in known})

    @property
    def belief(self) -> Belief | None:
        """The last belief committed to, None before the first."""
        return next((stage.belief for stage in reversed(self.stages) if stage.belief), None)

    @property
    def beliefs(self) -> tuple[Belief | None, ...]:
        """The belief of each stage, the last one None until it is given."""
        return tuple(stage.belief for stage in self.stages)

    @property
    def must_commit(self) -> bool:
        """Whether a belief is due before anything else."""
        return self.stages[-1].belief is None and not self.stopped

    @property
    def cost(self) -> float:
        """What was asked for, in units of one question."""
        return sum(one.cost for one in self.known)

    @property
    def left(self) -> int:
        """How many findings would still be revealed in turn."""
        return sum(1 for finding in self.case.later if finding.item not in self._items)

    @property
    def can_ask(self) -> tuple[str, ...]:
        """Every item that was not learnt: nodes that can be observed, then safety items."""
        nodes = [node.id for node in self.network.of_kind(*ASKED_KINDS)]
        safety = [item.id for item in self.network.safety_items]
        return tuple(item for item in [*nodes, *safety] if item not in self._items)

    @property
    def _items(self) -> frozenset[str]:
        return frozenset(one.item for one in self.known)

    def commit(self, belief: Belief) -> PracticeSession:
        """Return the session with a belief for what is known; a second one replaces the first.

        Raises
        ------
        PracticeError
            After the learner stopped.
        """
        self._open()
        stages = (*self.stages[:-1], replace(self.stages[-1], belief=belief))
        return replace(self, stages=stages)

    def next_finding(self) -> PracticeSession:
        """Return the session with the next finding revealed.

        Raises
        ------
        PracticeError
            Before a belief was committed to, after the last finding, or after the learner stopped.
        """
        self._committed()
        finding = next((one for one in self.case.later if one.item not in self._items), None)
        if finding is None:
            raise PracticeError("everything that is revealed in turn has been. Ask, or stop.")
        return replace(self, stages=(*self.stages, Stage((_told(finding),))))

    def ask(self, item: str) -> PracticeSession:
        """Return the session with one item asked for; the answer may be "unknown".

        Raises
        ------
        PracticeError
            Before a belief was committed to, if the item is known, or cannot be observed.
        UnknownNode
            If there is no such item.
        """
        self._committed()
        state = self.case.state_of(self.network, item)
        if item in self._items:
            raise PracticeError(f"{item} was learnt already.")
        setting = self.network.setting  # nobody is asked for it, but a session saved earlier may have been
        if item not in self.can_ask and not (setting and item == setting.id):
            raise PracticeError(f"{item} is nothing that can be asked or looked at.")
        finding = self.case.finding(item)
        known = Known(
            item=item,
            state=state.value if isinstance(state, Unknown) else state,
            says=finding.says if finding else "",
            asked=True,
            cost=self.cost_of(item),
        )
        return replace(self, stages=(*self.stages, Stage((known,))))

    def stop(self) -> PracticeSession:
        """Return the finished session.

        Raises
        ------
        PracticeError
            Before a belief was committed to for everything known, or twice.
        """
        self._committed()
        return replace(self, stopped=True)

    def cost_of(self, item: str) -> float:
        """Return what asking for an item costs, in units of one question; a safety item costs one."""
        return cost_of(self.network, item)

    def _open(self) -> None:
        if self.stopped:
            raise PracticeError("this case is finished. Begin another.")

    def _committed(self) -> None:
        self._open()
        if self.must_commit:
            raise PracticeError("first commit to your probabilities for what you know now.")

    def to_plain(self) -> dict[str, Any]:
        """Return the session as JSON holds it, the case and its answer included."""
        return {
            "case": self.case.to_plain(),
            "stages": [
                {
                    "asked": [one.item for one in stage.learnt if one.asked],
                    "belief": stage.belief.to_plain() if stage.belief else None,
                }
                for stage in self.stages
            ],
            "stopped": self.stopped,
        }

    @classmethod
    def from_plain(cls, network: Network, plain: Mapping[str, Any]) -> PracticeSession:
        """Return the session that `to_plain` spelled out, each step played again.

        Raises
        ------
        PracticeError
            If the text is not a session.
        """
        try:
            session = cls.start(network, Case.from_plain(plain["case"]))
            for position, stage in enumerate(plain["stages"]):
                if position and stage["asked"]:
                    session = session.ask(stage["asked"][0])
                elif position:
                    session = session.next_finding()
                if stage["belief"] is not None:
                    session = session.commit(Belief.from_plain(network, stage["belief"]))
            return session.stop() if plain["stopped"] else session
        except (KeyError, TypeError, AttributeError, IndexError):
            raise PracticeError("this is no saved practice session, or one of another version.") from None
        except DiagnosisError as error:
            raise PracticeError(f"this saved session does not fit the network: {error}") from None


def cost_of(network: Network, item: str) -> float:
    """Return what asking for an item costs, in units of one question; a safety item costs one.

    Raises
    ------
    UnknownNode
    """
    safety = item in {one.id for one in network.safety_items}
    return network.decisions.cost(KINDS[0] if safety else kind_of(network.node(item)))


def _told(finding: CaseFinding) -> Known:
    return Known(finding.item, finding.state, finding.says, asked=False, cost=0.0)
