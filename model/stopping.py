"""When to stop asking: when no single answer that is left could change the order of the top or the action.

The action is the urgency, and how every option stands that is aimed at something probable. Looked at one
answer ahead: two answers together might still change something, and the text says so. What counts as the top,
and how unlikely an answer may be before it is no reason to go on, are thresholds of the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from model.pairwise import Pairs
from model.result import Answer
from model.safety import Known, MustAsk, completing_parts
from model.standing import Facts, Truths, is_probable, joint, restriction
from model.urgency import LEVELS
from network.cpds import Array
from network.decisions import Clause
from network.structure import PRESENT, Node

if TYPE_CHECKING:
    from model.differential import Differential

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


def stop_signal(
    ddx: Differential, answer: Answer, table: Pairs, items: Sequence[Node], must_ask: Sequence[MustAsk]
) -> Stop:
    """Return whether any single answer could still change the order of the top or the action.

    Parameters
    ----------
    answer : that of `ddx` to the case
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
    turning = _names(items, likely & _turns_advice(ddx, answer, items, table))
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
        for node, state in completing_parts(flag, known):
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


def _turns_advice(ddx: Differential, answer: Answer, items: Sequence[Node], table: Pairs) -> Truths:
    """Return whether an option stands elsewhere after each answer, shape (n_items, n_states).

    Only options aimed at something probable count: of the others nobody expects anything.
    """
    decisions, chances = answer.network.decisions, joint(ddx, answer)
    now = Facts.of(answer.evidence, answer.posteriors.marginals, answer.urgency.level)
    then = after_answers(now, items, table)
    changed = np.zeros(table.answers.shape, dtype=bool)
    for option in decisions.options:
        if is_probable(chances[option.helps], decisions):
            changed |= restriction(option.turns, then) != restriction(option.turns, now)
    return changed


def after_answers(now: Facts, items: Sequence[Node], table: Pairs) -> Facts:
    """Return the facts after each answer to each item, in the shape of the table; the urgency stays."""
    rows = {node.id: (row, node) for row, node in enumerate(items)}
    columns = {target: position for position, target in enumerate(table.targets)}

    def answered(clause: Clause, before: Truths) -> Truths:
        found = np.full(table.answers.shape, bool(before))
        if clause[0] in rows:
            row, node = rows[clause[0]]
            found[row, node.state_index(clause[1])] = True
        return found

    def present(node: str) -> Array:
        return table.after[:, :, columns[node]]

    return Facts(
        now.level,
        lambda clause: answered(clause, now.suggests(clause)),
        lambda clause: answered(clause, now.holds(clause)),
        present,
    )
