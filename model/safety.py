"""What must be asked first: what would raise the urgency of this case, at most three at a time.

Nothing here weighs probabilities against urgency. A part of a rule is worth asking when the rule could raise
the level that stands, and the network's data say when:

    always      a safety item marked so
    completes   the one part that is missing in a picture of which other parts hold
    relevant    the rule belongs to a cause that has become probable enough; its first picture is asked for
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from model.evidence import Evidence, Finding
from model.urgency import LEVELS, urgency
from network.decisions import Clause, Need, Picture, RedFlag, SafetyItem
from network.structure import BINARY, PRESENT, RISK_FACTOR, Network

ALWAYS, COMPLETES, RELEVANT = "always", "completes", "relevant"

MOST_ASKED = 3
"""Asked first at a time: more of them are a list that nobody reads."""

LEAST_PRESSING = "emergency"
"""The level from which completing a picture comes before every other question."""


@dataclass(frozen=True)
class MustAsk:
    """Something to ask before anything else.

    `level` is the urgency that the answer could raise; `why` is "always", "completes" or "relevant", and
    `because` what it rests on: the findings of the rule that hold, or the causes that made it relevant.
    """

    item: str
    label: str
    question: str
    level: str
    flag: str
    why: str
    because: tuple[str, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "item": self.item, "label": self.label, "question": self.question, "level": self.level,
            "flag": self.flag, "why": self.why, "because": list(self.because),
        }  # fmt: skip


def must_ask_first(evidence: Evidence, present: Mapping[str, float]) -> tuple[MustAsk, ...]:
    """Return what to ask first, at most `MOST_ASKED`, each item once.

    What is always asked comes first, then the most urgent, then what most of a picture already speaks for.

    Parameters
    ----------
    present : mapping of node id to P(present | evidence)
        At least of the causes; an item whose node cannot be in the state asked for is left out.
    """
    network = evidence.network
    known = Known.of(evidence)
    reached = LEVELS.index(urgency(evidence, present).level or LEVELS[0])
    found = [
        asked
        for flag in network.red_flags
        if LEVELS.index(flag.level) > reached
        for asked in parts_to_ask(flag, network, known, present)
    ]
    order = {ALWAYS: 0, COMPLETES: 1, RELEVANT: 2}
    found.sort(
        key=lambda ask: (ask.why != ALWAYS, -LEVELS.index(ask.level), order[ask.why], -len(ask.because))
    )
    first: dict[str, MustAsk] = {}
    for ask in found:
        first.setdefault(ask.item, ask)
    return tuple(first.values())[:MOST_ASKED]


@dataclass(frozen=True)
class Known:
    """What was entered, looked up many times: every node asked about, and the findings that count."""

    asked: Collection[str]
    active: Mapping[str, Finding]
    safety: Mapping[str, SafetyItem]

    @classmethod
    def of(cls, evidence: Evidence) -> Known:
        """Return what is known from evidence."""
        safety = {item.id: item for item in evidence.network.safety_items}
        return cls(frozenset(evidence.findings), evidence.active, safety)

    def holds(self, clause: Clause) -> bool:
        """Return whether this state was entered and counts."""
        return self.active.get(clause[0]) == clause[1]

    def rules_out(self, item: str) -> bool:
        """Return whether a safety item is never asked of a person like this."""
        return any(self.holds(reason) for reason in self.safety[item].not_for)

    def missing(self, need: Need) -> int:
        """Return how many clauses of a need are still wanted."""
        return max(0, need.count - sum(self.holds(clause) for clause in need.of))

    def open(self, need: Need) -> tuple[Clause, ...]:
        """Return the clauses of a need that were never asked; none once it is met."""
        if not self.missing(need):
            return ()
        return tuple(clause for clause in need.of if clause[0] not in self.asked)


def open_parts(picture: Picture, known: Known) -> tuple[Clause, ...]:
    """Return the clauses that were never asked and would bring the picture nearer; none if it cannot hold."""
    parts = [known.open(need) for need in picture.needs]
    if any(len(part) < known.missing(need) for part, need in zip(parts, picture.needs, strict=True)):
        return ()
    return tuple(dict.fromkeys(clause for part in parts for clause in part))


def completing_parts(picture: Picture, known: Known) -> tuple[Clause, ...]:
    """Return the clauses that by themselves would raise the rule; none where a posterior has to rise too."""
    if picture.trigger is not None:
        return ()
    # One clause may stand in several needs and meets them all.
    return tuple(
        clause
        for clause in open_parts(picture, known)
        if all(known.missing(need) <= (clause in need.of) for need in picture.needs)
    )


def parts_to_ask(
    flag: RedFlag, network: Network, known: Known, present: Mapping[str, float]
) -> Iterator[MustAsk]:
    """Yield everything to ask for one rule, an item perhaps more than once.

    A picture with a trigger is completed by no answer alone.
    """
    causes = tuple(cause for cause in flag.ask_for if present.get(cause, 0.0) >= flag.ask_above)
    pressing = LEVELS.index(flag.level) >= LEVELS.index(LEAST_PRESSING)
    for picture in flag.pictures:
        if picture.trigger is not None:
            continue
        told = [clause for clause in picture.clauses if known.holds(clause) and _tells(clause, network)]
        held = tuple(node for node, _ in told)
        completing = completing_parts(picture, known) if held and pressing else ()
        for clause in open_parts(picture, known):
            node = clause[0]
            if not _askable(clause, network, known, present):
                continue
            item = known.safety.get(node)
            if item is not None and item.always_ask:
                yield _ask(flag, network, node, ALWAYS, ())
            elif clause in completing:
                yield _ask(flag, network, node, COMPLETES, held)
            elif causes and picture is flag.pictures[0]:
                yield _ask(flag, network, node, RELEVANT, causes)


def _tells(clause: Clause, network: Network) -> bool:
    """Whether a clause says something of this person: age and sex are known of everybody."""
    node, state = clause
    return node not in network or network.node(node).kind != RISK_FACTOR or state == BINARY[PRESENT]


def _askable(clause: Clause, network: Network, known: Known, present: Mapping[str, float]) -> bool:
    """Whether a part can be asked now: a test takes an appointment, and what is impossible is not asked."""
    node, state = clause
    if node in known.safety:
        return not known.rules_out(node)
    if state == "present" and present.get(node, 1.0) <= 0.0:
        return False
    return network.node(node).text.cost != "test"


def _ask(flag: RedFlag, network: Network, item: str, why: str, because: tuple[str, ...]) -> MustAsk:
    if item in network:
        node = network.node(item)
        label, question = node.label, node.text.question
    else:
        label, question = next((one.label, one.question) for one in network.safety_items if one.id == item)
    return MustAsk(item, label, question, flag.level, flag.id, why, because)
