"""When to stop asking: when no single answer that is left could change the order of the top or the action.

The action is the urgency and how the advice turns. Looked at one answer ahead: two answers together might
still change something, and the text says so. What counts as the top, and how unlikely an answer may be
before it is no reason to go on, are thresholds of the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.pairwise import Pairs
from model.result import Answer
from model.safety import Known, MustAsk, completing_parts
from model.urgency import LEVELS
from network.structure import PRESENT, Node

TAKE_CARE = "take_care"
"""A turn that only adds a word of caution."""

Truths = NDArray[np.bool_]

ASK_FIRST, URGENCY, ORDER, ADVICE, DONE = "ask_first", "urgency", "order", "advice", "done"


@dataclass(frozen=True)
class Stop:
    """Whether asking may stop, and why.

    `because` is "ask_first", "urgency", "order" or "advice" where something is left to ask, "done" where
    nothing is; `items` holds the findings that could change it.
    """

    stop: bool
    because: str
    items: tuple[str, ...]
    reason: str

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {"stop": self.stop, "because": self.because, "items": list(self.items), "reason": self.reason}


def stop_signal(answer: Answer, table: Pairs, items: Sequence[Node], must_ask: Sequence[MustAsk]) -> Stop:
    """Return whether any single answer could still change the order of the top or the action.

    Parameters
    ----------
    table : pairs of the causes, then the nodes at which advice turns, with every item
    items : the findings that were not asked, in the order of the table
    """
    if must_ask:
        return Stop(
            False, ASK_FIRST, tuple(ask.item for ask in must_ask), "Some safety questions were not asked yet."
        )
    likely = table.answers >= max(answer.network.decisions.unlikely.above, np.finfo(float).tiny)
    raising = _raise_urgency(answer, items, likely)
    if raising:
        return Stop(False, URGENCY, raising, "An answer could still make this more urgent.")
    reorder = _names(items, likely & _changes_order(answer, table))
    if reorder:
        return Stop(False, ORDER, reorder, "An answer could still change the order of the leading causes.")
    turning = _names(items, likely & _turns_advice(answer, items, table))
    if turning:
        return Stop(False, ADVICE, turning, "An answer could still turn the advice.")
    return Stop(
        True,
        DONE,
        (),
        "No single answer that is left would change the order of the leading causes, the urgency or the "
        "advice; several together might.",
    )


def _names(items: Sequence[Node], changes: Truths) -> tuple[str, ...]:
    return tuple(node.id for row, node in enumerate(items) if changes[row].any())


def _raise_urgency(answer: Answer, items: Sequence[Node], likely: Truths) -> tuple[str, ...]:
    """Return items of which one answer raises the urgency above routine by itself; safety items always count.

    Tests are left out: one is ordered for a suspicion, not to look for urgency.
    """
    reached = LEVELS.index(answer.urgency.level or LEVELS[0])
    rows = {node.id: row for row, node in enumerate(items) if node.text.cost != "test"}
    known = Known.of(answer.evidence)
    found: dict[str, None] = {}
    for flag in answer.network.red_flags:
        if LEVELS.index(flag.level) <= reached:
            continue
        parts = [part for picture in flag.pictures for part in completing_parts(picture, known)]
        for node, state in parts:
            if node in known.safety:
                counts = not known.rules_out(node)
            else:
                position = answer.network.node(node).state_index(state)
                counts = node in rows and bool(likely[rows[node], position])
            if counts:
                found[node] = None
    return tuple(found)


def _changes_order(answer: Answer, table: Pairs) -> Truths:
    """Return whether the order of the leading causes differs after each answer, shape (n_items, n_states).

    Leading are the first cause and every other one above the network's threshold. Their order has changed
    when one of them falls below the next, or the last of them below a cause that was not leading.
    """
    causes = list(answer.network.causes)
    now = np.array([answer.posteriors.marginals[cause][PRESENT] for cause in causes])
    order = np.argsort(-now, kind="stable")
    threshold = answer.network.decisions.leading.above
    n_leading = max(1, int((now >= threshold).sum()))
    after = table.after[:, :, : len(causes)][:, :, order]
    leading, rest = after[..., :n_leading], after[..., n_leading:]
    changed = (np.diff(leading, axis=-1) > 0.0).any(axis=-1)
    if rest.shape[-1]:
        changed |= rest.max(axis=-1) > leading[..., -1]
    return np.asarray(changed, dtype=bool)


def _turns_advice(answer: Answer, items: Sequence[Node], table: Pairs) -> Truths:
    """Return whether an option that fits the picture turns after each answer, shape (n_items, n_states).

    It turns when the probability of a turn's node crosses its threshold, or the answer is one that turns it.
    """
    decisions, marginals = answer.network.decisions, answer.posteriors.marginals
    column = {target: position for position, target in enumerate(table.targets)}
    row = {node.id: position for position, node in enumerate(items)}
    changed = np.zeros(table.answers.shape, dtype=bool)
    known = Known.of(answer.evidence)
    for option in decisions.options:
        if max((marginals[node][PRESENT] for node in option.helps), default=0.0) < decisions.useful.above:
            continue
        for turn in option.turns:
            if any(known.holds(clause) for clause in turn.unless):
                continue
            if turn.node is not None and turn.above is not None:
                now = marginals[turn.node][PRESENT] >= turn.above
                changed |= (table.after[:, :, column[turn.node]] >= turn.above) != now
            elif turn.then != TAKE_CARE and not any(known.holds(clause) for clause in turn.given):
                for node, state in turn.given:
                    if node in row:
                        changed[row[node], answer.network.node(node).state_index(state)] = True
    return changed
