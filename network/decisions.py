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

import numpy as np
from numpy.typing import NDArray

from network.cpds import Array

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
class Need:
    """At least `count` of these clauses hold."""

    count: int
    of: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A posterior that raises: the most probable of `nodes` is at least `threshold`, or, where `below`, less.

    `figure` is the row of the threshold.
    """

    nodes: tuple[str, ...]
    threshold: float
    figure: str
    below: bool = False

    def met_by(self, largest: Array) -> NDArray[np.bool_]:
        """Return whether the largest probability of its nodes meets it; NaN, no answer, does not."""
        return largest < self.threshold if self.below else largest >= self.threshold


@dataclass(frozen=True, slots=True)
class Picture:
    """One way in which a syndrome shows itself: every need is met and, where given, the trigger holds.

    Nothing in a picture asks that something be absent, so more findings never take it away.
    """

    needs: tuple[Need, ...]
    trigger: Trigger | None = None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Everything that its needs name, each once."""
        return tuple(dict.fromkeys(clause for need in self.needs for clause in need.of))


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A syndrome that must not be missed, raised by any of its `pictures`.

    `reason` and `action` are for the patient; in a rule with triggers `reason` names the cause and its
    probability at {cause} and {probability}. `clinician` says the same to a colleague. Parts of the pictures
    are asked about while one of `ask_for` is at least `ask_above` probable. `basis` says what the rule rests
    on: "source" (`sources` are keys of ``sources.csv``), "guidance" (title and address) or "judgement".
    """

    id: str
    level: str
    pictures: tuple[Picture, ...]
    reason: str
    action: str
    clinician: str = ""
    ask_for: tuple[str, ...] = ()
    ask_above: float = 0.0
    basis: str = "judgement"
    sources: tuple[str, ...] = ()
    guidance: tuple[tuple[str, str], ...] = ()
    source_note: str = ""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Everything that its pictures name, each once."""
        return tuple(dict.fromkeys(clause for picture in self.pictures for clause in picture.clauses))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Numbers that a node does not take, `below` a limit or `above` one (None: no limit); what is said."""

    node: str
    below: float | None
    above: float | None
    says: str

    def holds(self, number: float) -> bool:
        """Return whether a number is refused."""
        below = self.below is not None and number < self.below
        return below or (self.above is not None and number > self.above)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Findings that can hardly hold together, all of `all_of` and, where given, one of `any_of`.

    `question` is put back to whoever entered them, for this `reason`; no probability depends on it.
    """

    id: str
    all_of: tuple[Clause, ...]
    any_of: tuple[Clause, ...]
    question: str
    reason: str


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
    fields = {key: tuples(value) for key, value in plain.items()}
    fields["pictures"] = tuple(_picture(picture) for picture in plain["pictures"])
    return RedFlag(**fields)


def _picture(plain: Mapping[str, Any]) -> Picture:
    needs = tuple(Need(need["count"], tuples(need["of"])) for need in plain["needs"])
    trigger = plain["trigger"]
    return Picture(needs, trigger and Trigger(**{key: tuples(value) for key, value in trigger.items()}))


def contradiction(plain: Mapping[str, Any]) -> Contradiction:
    """Return the rule that JSON holds."""
    return Contradiction(**{key: tuples(value) for key, value in plain.items()})


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
