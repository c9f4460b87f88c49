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

NOT_FOR_YOU, NOT_NOW, CHECK_FIRST, TAKE_CARE = "not_for_you", "not_now", "check_first", "take_care"
"""What a turn does: rule an option out, hold it back, ask for a check before it, or add a word of caution."""

SUPPORTED, UNCERTAIN, DISPUTED = "supported", "uncertain", "disputed"
VERDICTS = (SUPPORTED, UNCERTAIN, DISPUTED)
"""What the literature says of an effect, the better known first."""

SELF, PLANNED, ACUTE = "self", "planned", "acute"
"""Self-care; care by an appointment; care that may be what a warning sign calls for."""


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

    It holds in one of four ways: while the urgency is one of `levels`; when P(`node` present) reaches
    `above`; when one of `given` was entered; or, where none of these is set, always. It never holds when one
    of `unless` was entered. `then` says how the advice turns: "not_for_you", "not_now", "check_first" or
    "take_care". `sources` are keys of ``sources.csv``, `guidance` titles and addresses of published pages.
    """

    node: str | None
    above: float | None
    given: tuple[Clause, ...]
    unless: tuple[Clause, ...]
    then: str
    says: str
    reason: str
    levels: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    guidance: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EffectEvidence:
    """Whether the literature holds that an option works: "supported", "uncertain" or "disputed", and why.

    `sources` are keys of ``sources.csv``, `guidance` titles and addresses of published pages; the figures of
    the option count too.
    """

    verdict: str
    reason: str
    sources: tuple[str, ...] = ()
    guidance: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be done.

    `helps` names nodes (``due_to_*``, headings, drug shares): it helps when at least one is present.
    `may_harm` names conditions: it may harm when at least one is present. `care` is "self", "planned" or
    "acute".
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
    care: str = SELF
    evidence: EffectEvidence = EffectEvidence(UNCERTAIN, "")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Management options, what asking costs, and the thresholds of both.

    `useful` is P(target) from which an option counts as fitting the picture; `unlikely` the probability from
    which an answer counts when it is judged whether asking can still change anything; `leading` how many
    causes of the ranking are watched for that.
    """

    options: tuple[Option, ...] = ()
    costs: tuple[Cost, ...] = ()
    useful: Threshold = NEUTRAL
    unlikely: Threshold = NEUTRAL
    leading: Threshold = NEUTRAL

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
        unlikely=Threshold(**plain["unlikely"]),
        leading=Threshold(**plain["leading"]),
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
    if "evidence" in plain:  # files of earlier versions have none
        fields["evidence"] = EffectEvidence(**{key: tuples(x) for key, x in plain["evidence"].items()})
    return Option(**fields)


def _turn(plain: Mapping[str, Any]) -> Turn:
    return Turn(**{key: tuples(value) for key, value in plain.items()})
