"""Habits of a learner over many cases: three weights, each 1 for a reasoner who weighs as the network does.

In log-odds, a first belief rests on how common the cause is among people with the complaint (`base`) and on
what was told at the start (`first`); later ones add what came after:

    first belief        = level + a * base + b * first
    each later change   = r * the network's change

    a well below 1                base-rate neglect: rare causes start too high, common ones too low
    b and r well below 1          conservatism: too little from every finding
    r well below 1 and below b    anchoring: the first impression counts, what follows too little
    b and r well above 1          over-reaction

Numbers beyond 1 % or 99 % are left out, as in the reaction ratio. "Well" means by the margin of the rules,
the 90 % range included. Other habits can give the same weights; this is a hint to look at, over many cases.

References
----------
Kahneman and Tversky (1973), Psychological Review 80:237-251. Edwards (1968), in Kleinmuntz (ed.), Formal
Representation of Human Judgment. Tversky and Kahneman (1974), Science 185:1124-1131.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.teaching.records import CaseRecord
from model.teaching.regression import Slope, slopes
from model.teaching.rules import count, rule
from model.teaching.wording import say

BASE_RATE_NEGLECT, CONSERVATISM, ANCHORING, OVER_REACTION = (
    "base_rate_neglect", "conservatism", "anchoring", "over_reaction",
)  # fmt: skip


@dataclass(frozen=True)
class Habits:
    """Weights with 90 % ranges (None where they cannot be told), what was found, and sentences about it.

    `enough` is False while there are fewer cases than the rules ask for; then nothing is found.
    """

    base_rate: Slope | None
    first_findings: Slope | None
    later_findings: Slope | None
    found: tuple[str, ...]
    texts: tuple[str, ...]
    n_cases: int
    needed: int
    enough: bool

    def to_plain(self) -> dict[str, Any]:
        """Return the weights by name; a range without an end is null."""
        return {
            "base_rate": _plain(self.base_rate), "first_findings": _plain(self.first_findings),
            "later_findings": _plain(self.later_findings), "found": list(self.found),
            "n_cases": self.n_cases, "needed": self.needed,
        }  # fmt: skip


def habits(records: Sequence[CaseRecord]) -> Habits:
    """Return the weights of a learner and what they suggest."""
    level, needed = rule("interval_level"), count("fewest_cases_for_habits")
    words = [(position, word) for position, record in enumerate(records) for word in record.first]
    first = slopes(
        [[1.0, word.base, word.first] for _, word in words],
        [word.learner for _, word in words],
        [position for position, _ in words],
        level,
    )
    changes = [
        (position, one) for position, record in enumerate(records) for one in record.changes if not one.cut
    ]
    later = slopes(
        [[one.network] for _, one in changes],
        [one.learner for _, one in changes],
        [position for position, _ in changes],
        level,
    )
    _, base_rate, first_findings = first if first else (None, None, None)
    weights = (base_rate, first_findings, later[0] if later else None)
    enough = len(records) >= needed
    found = _found(*weights) if enough else ()
    texts = _texts(found, weights) if enough else (say("habit_few", needed=needed, n=len(records)),)
    return Habits(*weights, found, texts, len(records), needed, enough)


def _found(base: Slope | None, first: Slope | None, later: Slope | None) -> tuple[str, ...]:
    """Return the names of the habits that the weights suggest."""
    found = []
    if _below(base):
        found.append(BASE_RATE_NEGLECT)
    if _below(later) and _below(first):
        found.append(CONSERVATISM)
    elif _below(later) and first is not None and later is not None and later.high < first.low:
        found.append(ANCHORING)
    if _above(later) and _above(first):
        found.append(OVER_REACTION)
    return tuple(found)


def _below(slope: Slope | None) -> bool:
    return slope is not None and slope.high < 1 - rule("habit_margin")


def _above(slope: Slope | None) -> bool:
    return slope is not None and slope.low > 1 + rule("habit_margin")


def _texts(found: Sequence[str], weights: Sequence[Slope | None]) -> tuple[str, ...]:
    """Return a sentence for each habit, with the weight it rests on."""
    base, _, later = weights
    resting = {BASE_RATE_NEGLECT: base}
    told = []
    for habit in found:
        slope = resting.get(habit, later)
        weight = "" if slope is None else f"{slope.value:.2f}"
        told.append(say(f"habit_{habit}", weight=weight))
    return tuple(told) or (say("habit_none"),)


def _plain(slope: Slope | None) -> dict[str, float | None] | None:
    if slope is None:
        return None
    ends = [x if math.isfinite(x) else None for x in (slope.low, slope.high)]
    return {"value": slope.value, "low": ends[0], "high": ends[1]}
