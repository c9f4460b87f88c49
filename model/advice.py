"""What helps, what harms: every management option weighed against this case.

    P(target)    = P(at least one of the causes that the option helps is at work | e)
    P(harmed)    = P(at least one of the conditions that it may harm is present | e)
    balance      = P(target) - P(harmed)

Both are joint probabilities, exact: an auxiliary OR over the nodes is asked for, so causes that go with
each other are counted once. Options stand in the order of

    1. whether what they are aimed at is probable here
    2. how they stand: fits, check first, not now, not for you
    3. what the literature says of their effect: supported, uncertain, disputed
    4. their balance

The balance takes help and harm as equally large. How well an option works is left to the third place: effects
come in units that do not compare (cramps a night, points on a scale), so figure and grade stand beside it.

Advice turns under conditions that the network holds as data, each with its reason (thresholds after Pauker
and Kassirer 1980: check first when P exceeds harm / (harm + benefit)). Urgency comes first: where the network
says that a level of urgency holds an option back, what the raised rules say to do stands in its place.
Nothing here says to start or to stop a medicine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model.evidence import Evidence
from model.result import Answer
from model.standing import FITS, STANDINGS, Facts, is_probable, joint, severity, standing, turn_holds
from model.urgency import Urgency
from network.cpds import Array
from network.decisions import NOT_NOW, SELF, VERDICTS, Effect, EffectEvidence, Option, Turn
from network.structure import PRESENT

if TYPE_CHECKING:
    from model.differential import Differential


@dataclass(frozen=True)
class Turned:
    """A turn that holds now.

    `because` names what was entered or how urgent it is (``node=state``, ``urgency=level``); the node whose
    `probability` reaches `above`; or, where something that was not entered is asked for, nothing.
    """

    turn: Turn = field(repr=False)
    because: str
    probability: float | None = None

    @property
    def then(self) -> str:
        """How the advice turns: "not_for_you", "not_now", "check_first" or "take_care"."""
        return self.turn.then

    @property
    def says(self) -> str:
        """What is said then."""
        return self.turn.says

    @property
    def reason(self) -> str:
        """Why the advice turns there."""
        return self.turn.reason

    @property
    def above(self) -> float | None:
        """The probability from which on it turns; None where no probability turns it."""
        return self.turn.above

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "then": self.then, "says": self.says, "reason": self.reason, "because": self.because,
            "probability": self.probability, "above": self.above, **_cited(self.turn),
        }  # fmt: skip


@dataclass(frozen=True)
class OptionAdvice:
    """One option for this case. `helped` and `harmed_by` give P(node present | e) for each node by itself.

    `standing` is "fits", "check_first", "not_now" or "not_for_you"; None where nothing is against the option
    but what it is aimed at is improbable here. `probable` says whether that is probable. `turns` holds what
    turns the advice now, the most restricting first; `actions` what the rules of the urgency reached say.
    """

    option: Option = field(repr=False)
    standing: str | None
    probable: bool
    target: float
    harmed: float
    helped: dict[str, float]
    harmed_by: dict[str, float]
    turns: tuple[Turned, ...]
    actions: str = ""

    @property
    def id(self) -> str:
        """The option's id."""
        return self.option.id

    @property
    def label(self) -> str:
        """The option's name."""
        return self.option.label

    @property
    def is_self_care(self) -> bool:
        """Whether the person in pain carries it out alone."""
        return self.option.care == SELF

    @property
    def warns(self) -> bool:
        """Whether something is against it."""
        return self.standing not in (FITS, None)

    @property
    def withheld(self) -> bool:
        """Whether the urgency holds the option back."""
        return any(turned.turn.levels and turned.then == NOT_NOW for turned in self.turns)

    @property
    def text(self) -> str:
        """What to do: the option's own text; while the urgency holds it back, what is urgent instead."""
        return self.actions if self.withheld else self.option.text

    @property
    def evidence(self) -> EffectEvidence:
        """Whether the literature holds that it works."""
        return self.option.evidence

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
            "care": option.care,
            "text": self.text,
            "caution": option.caution,
            "note": option.note,
            "claims": list(option.claims),
            "standing": self.standing,
            "probable": self.probable,
            "withheld": self.withheld,
            "evidence": {
                "verdict": self.evidence.verdict, "reason": self.evidence.reason, **_cited(self.evidence),
            },
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

    def __str__(self) -> str:
        shown = self.standing or "aimed at what is improbable here"
        head = (
            f"{self.target:7.1%} helped  {self.harmed:7.1%} harmed  {self.label} ({shown.replace('_', ' ')})"
        )
        return "\n".join([head, *(f"    {turned.says}" for turned in self.turns)])


@dataclass(frozen=True)
class Advice:
    """Urgency first, then every option in order. `answer` is the differential behind it."""

    answer: Answer = field(repr=False)
    options: tuple[OptionAdvice, ...]

    @property
    def urgency(self) -> Urgency:
        """How urgent it is; kept apart from the probabilities."""
        return self.answer.urgency

    @property
    def withheld(self) -> tuple[OptionAdvice, ...]:
        """The options that wait for the urgency to pass; what is ruled out anyway is not among them."""
        return tuple(one for one in self.options if one.withheld and one.standing == NOT_NOW)

    @property
    def waiting(self) -> dict[str, list[str]]:
        """The names of `withheld`, under what is said of them."""
        told: dict[str, list[str]] = {}
        for one in self.withheld:
            says = next(turned.says for turned in one.turns if turned.turn.levels)
            told.setdefault(says, []).append(one.label)
        return told

    def __getitem__(self, option: str) -> OptionAdvice:
        return {advice.id: advice for advice in self.options}[option]

    def to_plain(self) -> dict[str, Any]:
        """Return the advice as `nocturne advice --json` prints it."""
        return {
            **self.answer.frame(),
            "options": [advice.to_plain() for advice in self.options],
        }

    def __str__(self) -> str:
        return self.answer.framed(str(one) for one in self.options)


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
    decisions, marginals, urgency = ddx.network.decisions, answer.posteriors.marginals, answer.urgency
    chances = joint(ddx, answer)
    actions = " ".join(flag.action for flag in urgency.flags if flag.level == urgency.level)
    facts = Facts.of(answer.evidence, marginals, urgency.level)
    options = [
        OptionAdvice(
            option=option,
            standing=standing(option, facts, probable),
            probable=probable,
            target=chances[option.helps],
            harmed=chances[option.may_harm],
            helped={node: float(marginals[node][PRESENT]) for node in option.helps},
            harmed_by={node: float(marginals[node][PRESENT]) for node in option.may_harm},
            turns=tuple(turned(option, answer.evidence, marginals, urgency.level)),
            actions=actions,
        )
        for option in decisions.options
        for probable in (is_probable(chances[option.helps], decisions),)
    ]
    return Advice(answer, tuple(sorted(options, key=_place)))


def turned(
    option: Option, evidence: Evidence, marginals: Mapping[str, Array], level: str | None
) -> list[Turned]:
    """Return the turns of an option that hold, the most restricting first.

    What is held back or ruled out needs neither a check nor care: then turns that ask for them are left out.

    Parameters
    ----------
    marginals : mapping of node id to P(state | e), shape (n_states,); at least of the nodes of the turns
    level : the urgency reached
    """
    facts = Facts.of(evidence, marginals, level)
    found = [_turned(turn, evidence, facts) for turn in option.turns if turn_holds(turn, facts)]
    held_back = severity(NOT_NOW)
    if any(severity(one.then) >= held_back for one in found):
        found = [one for one in found if severity(one.then) >= held_back]
    return sorted(found, key=lambda one: -severity(one.then))


def _turned(turn: Turn, evidence: Evidence, facts: Facts) -> Turned:
    """Return a turn that holds with what makes it hold."""
    if turn.levels:
        return Turned(turn, f"urgency={facts.level}")
    if turn.node is not None:
        return Turned(turn, turn.node, float(facts.present(turn.node)))
    return Turned(
        turn, next((f"{node}={state}" for node, state in turn.given if evidence.suggests(node, state)), "")
    )


def _place(one: OptionAdvice) -> tuple[bool, int, int, float]:
    """Return where an option stands among the others: the order that the module describes."""
    place = 0 if one.standing is None else STANDINGS.index(one.standing)
    return not one.probable, place, VERDICTS.index(one.evidence.verdict), -one.balance


def _cited(entry: Turn | EffectEvidence) -> dict[str, Any]:
    """Return what an entry rests on as JSON holds it."""
    return {
        "sources": list(entry.sources),
        "guidance": [{"title": title, "address": address} for title, address in entry.guidance],
    }
