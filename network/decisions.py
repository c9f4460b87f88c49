"""What is urgent, what can be done, what asking costs: data that a network carries beside its probabilities.

Thresholds are judgements. Each carries its reason, so that a reader can disagree with it.

References
----------
Pauker and Kassirer (1980), The threshold approach to clinical decision making.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Clause = tuple[str, str]
"""A node or safety item and its state."""


@dataclass(frozen=True, slots=True)
class SafetyItem:
    """Something a person can report that carries no probability, only urgency.

    `always_ask` says that it is asked whatever else is known; it is never asked where one of `not_for` holds.
    """

    id: str
    label: str
    question: str
    clinical_term: str
    why: str
    always_ask: bool = False
    not_for: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A rule from evidence to urgency: all of `all_of` and, where given, one of `any_of`.

    Its parts are asked about while one of `ask_for` is at least `ask_above` probable. `basis` says what it
    rests on: "source" (`sources` are keys of ``sources.csv``), "guidance" (title and address) or "judgement".
    """

    id: str
    level: str
    all_of: tuple[Clause, ...]
    any_of: tuple[Clause, ...]
    reason: str
    action: str
    ask_for: tuple[str, ...] = ()
    ask_above: float = 0.0
    basis: str = "judgement"
    sources: tuple[str, ...] = ()
    guidance: tuple[tuple[str, str], ...] = ()
    source_note: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A probability at which something changes, and why there."""

    above: float
    reason: str


NEUTRAL = Threshold(0.0, "")
"""Where the knowledge sets no threshold, everything possible counts."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one kind of asking costs, in units of one question."""

    kind: str
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class Stakes:
    """What is lost, in units of an ordinary cause that is missed; each a row of ``figures.csv``.

    `causes` maps ``due_to_*`` nodes to what missing them costs, `urgency` levels to what it costs not to
    recognise them; `advice` is for an option that should have turned, `question` the cost of one question.
    From probability `enough` on a first cause is sure enough to be named; below it `look` says who should.
    """

    causes: tuple[tuple[str, float], ...] = ()
    urgency: tuple[tuple[str, float], ...] = ()
    advice: float = 0.0
    question: float = 0.0
    enough: float = 0.0
    look: str = ""

    def of(self, cause: str) -> float:
        """Return the stake of a ``due_to_*`` node, 1 where none is given."""
        return dict(self.causes).get(cause, 1.0)

    def missed(self, level: str | None) -> float:
        """Return what it costs not to recognise a level, 0 where nothing is given."""
        return dict(self.urgency).get(level or "", 0.0)


@dataclass(frozen=True, slots=True)
class Effect:
    """A row of ``figures.csv`` on what an option does.

    `measures` says what the number is (``pain_vas_cm``); `source` is a key of ``sources.csv`` or "judgement".
    """

    figure: str
    target: str
    measures: str
    value: float
    low: float | None
    high: float | None
    grade: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A condition under which the advice turns, and what is said then.

    It holds when P(`node` present) reaches `above`, or when one of `given` was entered; never when one of
    `unless` was entered. `then` says how the advice turns: "not_for_you", "check_first" or "take_care".
    """

    node: str | None
    above: float | None
    given: tuple[Clause, ...]
    unless: tuple[Clause, ...]
    then: str
    says: str
    reason: str


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be done.

    `helps` names nodes (``due_to_*``, headings, drug shares): it helps when at least one is present.
    `may_harm` names conditions: it may harm when at least one is present.
    """

    id: str
    label: str
    text: str
    helps: tuple[str, ...]
    may_harm: tuple[str, ...]
    caution: str
    claims: tuple[str, ...]
    note: str
    effects: tuple[Effect, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Management options, what asking costs, and when each is worth it.

    `useful` is P(target) from which an option counts as fitting the picture; `stakes` says when asking is
    worth its cost.
    """

    options: tuple[Option, ...] = ()
    costs: tuple[Cost, ...] = ()
    useful: Threshold = NEUTRAL
    stakes: Stakes = Stakes()

    def cost(self, kind: str) -> float:
        """Return the cost of one kind of asking, 1 where none is given."""
        return next((cost.weight for cost in self.costs if cost.kind == kind), 1.0)

    def option(self, option_id: str) -> Option | None:
        """Return the option of this id, None where there is none."""
        return next((option for option in self.options if option.id == option_id), None)


def to_plain(decisions: Decisions) -> dict[str, Any]:
    """Return the decisions as JSON holds them."""
    return asdict(decisions)


def from_plain(plain: Mapping[str, Any]) -> Decisions:
    """Return the decisions that `to_plain` spelled out."""
    return Decisions(
        options=tuple(_option(item) for item in plain["options"]),
        costs=tuple(Cost(**item) for item in plain["costs"]),
        useful=Threshold(**plain["useful"]),
        stakes=Stakes(**{key: tuples(value) for key, value in plain["stakes"].items()}),
    )


def safety_item(plain: Mapping[str, Any]) -> SafetyItem:
    """Return the safety item that JSON holds."""
    return SafetyItem(**{key: tuples(value) for key, value in plain.items()})


def red_flag(plain: Mapping[str, Any]) -> RedFlag:
    """Return the rule that JSON holds."""
    return RedFlag(**{key: tuples(value) for key, value in plain.items()})


def tuples(value: Any) -> Any:
    """Return lists as tuples, all the way down."""
    return tuple(tuples(item) for item in value) if isinstance(value, list | tuple) else value


def _option(plain: Mapping[str, Any]) -> Option:
    fields = {key: tuples(value) for key, value in plain.items()}
    fields["effects"] = tuple(Effect(**item) for item in plain["effects"])
    fields["turns"] = tuple(_turn(item) for item in plain["turns"])
    return Option(**fields)


def _turn(plain: Mapping[str, Any]) -> Turn:
    return Turn(**{key: tuples(value) for key, value in plain.items()})
