"""When to stop asking: when no question that is left is worth what it costs.

Going on is worth it while one answer is expected to improve what is done by more than it costs to get (see
`model.worth`): the cause that is named first, the urgency or the advice. Where nothing is worth it and no
cause is probable enough to be named, asking stops as well, and it is said who should look. What is at stake,
what a question costs and what is probable enough are data of the network.

References
----------
Gorry and Barnett (1968), Computers and Biomedical Research 1:490-507 (sequential diagnosis).
Howard (1966), Information value theory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.result import Answer
from model.safety import MustAsk
from model.urgency import LEVELS
from model.worth import Worth
from network.cpds import Array
from network.structure import PRESENT, Node

ASK_FIRST, URGENCY, ORDER, ADVICE, DONE, UNSURE = "ask_first", "urgency", "order", "advice", "done", "unsure"
EMERGENCY = "emergency"

GO_ON = {
    ORDER: "An answer is likely enough to change which cause comes first.",
    URGENCY: "An answer could still make this more urgent.",
    ADVICE: "An answer could still turn the advice.",
}
EMERGENCY_TEXT = "This is an emergency: more questions would cost time."
DONE_TEXT = "No single answer that is left is worth a further question; several together might be."
UNSURE_TEXT = "No question that is left is worth asking, and no cause is probable enough to be named."


@dataclass(frozen=True)
class Stop:
    """Whether asking may stop, and why.

    `because` is "ask_first", "order", "urgency" or "advice" where something is left to ask: for "order",
    which cause is named first. It is "emergency" where there is no time to ask, "done" where nothing is left,
    and "unsure" where nothing is and no cause is probable enough. `items` holds the findings that are worth
    asking, the most valuable first; for "unsure" what else would be worth it, of any kind. `expected` is what
    the best of them gains beyond its cost.
    """

    stop: bool
    because: str
    items: tuple[str, ...]
    reason: str
    expected: float = 0.0

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "stop": self.stop, "because": self.because, "items": list(self.items), "reason": self.reason,
            "expected": self.expected,
        }  # fmt: skip


def stop_signal(
    answer: Answer, value: Worth, items: Sequence[Node], costs: Array, may_ask: NDArray[np.bool_],
    must_ask: Sequence[MustAsk],
) -> Stop:  # fmt: skip
    """Return whether anything is worth asking.

    Parameters
    ----------
    items : the findings that were not asked
    value : what each of them is worth
    costs : ndarray of shape (n_items,), in units of one question
    may_ask : ndarray of bool, shape (n_items,)
        Those of the kind that is asked now; the others are only named where asking ends unsure.
    """
    if answer.urgency.level == LEVELS[-1]:
        return Stop(True, EMERGENCY, (), f"{EMERGENCY_TEXT} {answer.urgency.flags[0].action}")
    if must_ask:
        return Stop(
            False, ASK_FIRST, tuple(ask.item for ask in must_ask), "Some safety questions were not asked yet."
        )
    stakes = answer.network.decisions.stakes
    beyond = value.total - costs * stakes.question
    paying = _best_first(beyond, may_ask)
    if paying:
        because = _because(value, paying)
        return Stop(False, because, _names(items, paying), GO_ON[because], float(beyond[paying[0]]))
    first = max((answer.posteriors.marginals[cause][PRESENT] for cause in answer.network.causes), default=0.0)
    if first >= stakes.enough:
        return Stop(True, DONE, (), DONE_TEXT)
    others = _names(items, _best_first(beyond, ~may_ask))
    return Stop(True, UNSURE, others, " ".join(filter(None, (UNSURE_TEXT, stakes.look))))


def _best_first(beyond: Array, among: NDArray[np.bool_]) -> list[int]:
    """Return the rows that are worth more than they cost, the most valuable first."""
    order = np.argsort(-beyond, kind="stable")
    return [row for row in order.tolist() if among[row] and beyond[row] > 0.0]


def _because(value: Worth, rows: Sequence[int]) -> str:
    """Return what the most is gained for: the first cause before urgency, urgency before advice, if equal."""
    parts = {ORDER: value.causes, URGENCY: value.urgency, ADVICE: value.advice}
    return max(parts, key=lambda name: float(parts[name][list(rows)].max()))


def _names(items: Sequence[Node], rows: Sequence[int]) -> tuple[str, ...]:
    return tuple(items[row].id for row in rows)
