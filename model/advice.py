"""What helps, what harms: every management option weighed against this case.

    P(target)    = P(at least one of the causes that the option helps is at work | e)
    P(harmed)    = P(at least one of the conditions that it may harm is present | e)
    balance      = P(target) - P(harmed)

Both are joint probabilities, exact: an auxiliary OR over the nodes is asked for, so causes that go with
each other are counted once. Options stand in the order of their balance, those that are not for this person
last. The balance takes help and harm as equally large and leaves out how well the option works: effects
come in units that do not compare (cramps a night, points on a scale), so figure and grade stand beside it
instead.

Advice turns under conditions that the network holds as data, each with its reason (thresholds after Pauker
and Kassirer 1980: check first when P exceeds harm / (harm + benefit)). Urgency stands apart and first.
Nothing here says to start or to stop a medicine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from model.evidence import Evidence
from model.result import Answer
from model.surgery import engine_with_nodes
from model.urgency import Urgency
from network.cpds import AnyOf, Array
from network.decisions import Effect, Option, Turn
from network.structure import BINARY, PRESENT, Network, Node

if TYPE_CHECKING:
    from model.differential import Differential

FITS, LESS_LIKELY, CHECK_FIRST, NOT_FOR_YOU = "fits", "less_likely", "check_first", "not_for_you"
"""How an option stands: aimed at something probable, or not; a check comes first; or it is ruled out."""


@dataclass(frozen=True)
class Turned:
    """A condition that turns the advice and holds now.

    `because` names what was entered; or the node, then `probability` and `above` say by how much it holds.
    """

    then: str
    says: str
    reason: str
    because: str
    probability: float | None
    above: float | None

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "then": self.then, "says": self.says, "reason": self.reason, "because": self.because,
            "probability": self.probability, "above": self.above,
        }  # fmt: skip


@dataclass(frozen=True)
class OptionAdvice:
    """One option for this case. `helped` and `harmed_by` give P(node present | e) for each node by itself."""

    option: Option = field(repr=False)
    standing: str
    target: float
    harmed: float
    helped: dict[str, float]
    harmed_by: dict[str, float]
    turns: tuple[Turned, ...]

    @property
    def id(self) -> str:
        """The option's id."""
        return self.option.id

    @property
    def label(self) -> str:
        """The option's name."""
        return self.option.label

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Figures on what it does, with grade and source."""
        return self.option.effects

    @property
    def balance(self) -> float:
        """P(target) - P(harmed)."""
        return self.target - self.harmed

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        option = self.option
        return {
            "id": option.id,
            "label": option.label,
            "text": option.text,
            "caution": option.caution,
            "note": option.note,
            "claims": list(option.claims),
            "standing": self.standing,
            "target": self.target,
            "harmed": self.harmed,
            "balance": self.balance,
            "helps": self.helped,
            "may_harm": self.harmed_by,
            "turns": [turn.to_plain() for turn in self.turns],
            "effects": [
                {
                    "figure": effect.figure, "target": effect.target, "measures": effect.measures,
                    "value": effect.value, "low": effect.low, "high": effect.high,
                    "grade": effect.grade, "source": effect.source, "note": effect.note,
                }
                for effect in option.effects
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """Urgency first, then every option in order. `answer` is the differential behind it."""

    answer: Answer = field(repr=False)
    options: tuple[OptionAdvice, ...]

    @property
    def urgency(self) -> Urgency:
        """How urgent it is; kept apart from the probabilities."""
        return self.answer.urgency

    def __getitem__(self, option: str) -> OptionAdvice:
        return {advice.id: advice for advice in self.options}[option]

    def to_plain(self) -> dict[str, Any]:
        """Return the advice as `nocturne advice --json` prints it."""
        return {
            **self.answer.frame(),
            "options": [advice.to_plain() for advice in self.options],
        }

    def __str__(self) -> str:
        lines: list[str] = []
        for advice in self.options:
            lines.append(
                f"{advice.target:7.1%} helped  {advice.harmed:7.1%} harmed  {advice.label} "
                f"({advice.standing.replace('_', ' ')})"
            )
            lines += [f"    {turn.says}" for turn in advice.turns]
        return self.answer.framed(lines)


def advice(ddx: Differential, evidence: Any = None, complaint: bool = True) -> Advice:
    """Return every management option with P(target), P(harmed) and how the advice turns.

    Parameters
    ----------
    evidence : mapping or Evidence, as for `Differential.query`

    Raises
    ------
    As `Differential.query`. A network without management options gets an empty list.
    """
    answer = ddx.query(evidence, complaint)
    decisions, marginals = ddx.network.decisions, answer.posteriors.marginals
    joint = _joint(ddx, answer)
    options = [
        OptionAdvice(
            option=option,
            standing="",
            target=joint[option.helps],
            harmed=joint[option.may_harm],
            helped={node: float(marginals[node][PRESENT]) for node in option.helps},
            harmed_by={node: float(marginals[node][PRESENT]) for node in option.may_harm},
            turns=tuple(turned(option, answer.evidence, marginals)),
        )
        for option in decisions.options
    ]
    stood = [_with_standing(option, decisions.useful.above) for option in options]
    return Advice(answer, tuple(sorted(stood, key=lambda one: (one.standing == NOT_FOR_YOU, -one.balance))))


def turned(option: Option, evidence: Evidence, marginals: Mapping[str, Array]) -> list[Turned]:
    """Return the turns of an option that hold."""
    found = []
    for turn in option.turns:
        if any(evidence.holds(*clause) for clause in turn.unless):
            continue
        if turn.node is not None and turn.above is not None:
            probability = float(marginals[turn.node][PRESENT])
            if probability >= turn.above:
                found.append(Turned(turn.then, turn.says, turn.reason, turn.node, probability, turn.above))
        elif entered := _entered(turn, evidence):
            found.append(Turned(turn.then, turn.says, turn.reason, entered, None, None))
    return found


def _entered(turn: Turn, evidence: Evidence) -> str:
    """Return the first clause of a turn that was entered, as node=state; empty where none was."""
    return next((f"{node}={state}" for node, state in turn.given if evidence.holds(node, state)), "")


def _with_standing(one: OptionAdvice, useful: float) -> OptionAdvice:
    """Return the advice with how it stands: ruled out, else to be checked, else how well it fits."""
    thens = {turn.then for turn in one.turns}
    standing = next(
        (then for then in (NOT_FOR_YOU, CHECK_FIRST) if then in thens),
        FITS if one.target >= useful else LESS_LIKELY,
    )
    return replace(one, standing=standing)


def _joint(ddx: Differential, answer: Answer) -> dict[tuple[str, ...], float]:
    """Return P(at least one is present | e) for every group of nodes that an option names; 0 for no nodes."""
    options = ddx.network.decisions.options
    groups = {group for option in options for group in (option.helps, option.may_harm)}
    marginals = answer.posteriors.marginals
    found = {
        group: float(marginals[group[0]][PRESENT]) if group else 0.0 for group in groups if len(group) < 2
    }
    several = sorted(group for group in groups if len(group) > 1)
    if several:
        nodes = _any_of_nodes(ddx.network, tuple(several))
        engine = engine_with_nodes(ddx.engine, "advice", nodes)
        joint = engine.posteriors(answer.observed(), [node.id for node in nodes]).marginals
        found |= {group: float(joint[node.id][PRESENT]) for group, node in zip(several, nodes, strict=True)}
    return found


def _any_of_nodes(network: Network, groups: tuple[tuple[str, ...], ...]) -> tuple[Node, ...]:
    """Return one deterministic OR for each group."""
    return tuple(
        Node(f"_any_{position}", BINARY, group, AnyOf(len(group))) for position, group in enumerate(groups)
    )
