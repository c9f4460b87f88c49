"""What each finding that was not asked is worth: how far its answer is expected to improve what is done.

    causes    the best cause to name first is the one with the largest stake x P(due to it | e); after each
              answer another one may be:  sum over f of max_c s_c P(c, f | e)  -  max_c s_c P(c | e)
    urgency   P(the answer, and all else that the rule needs) x what is lost where its level is not recognised
    advice    P(an option that is aimed at something probable stands elsewhere after the answer), the largest
              of any option, in stakes of advice

All are expected values of sample information and never negative. Causes and advice are looked at one answer
ahead; a rule of urgency with several open parts to its end, as if these were independent. The unit is an
ordinary cause that another one is named before; stakes are data of the network.

References
----------
Howard (1966), Information value theory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.pairwise import Pairs
from model.result import Answer
from model.safety import Known, open_parts
from model.standing import Facts, Truths, is_probable, joint, restriction
from model.urgency import LEVELS
from network.cpds import Array
from network.decisions import Clause, Picture
from network.structure import PRESENT, Network, Node

if TYPE_CHECKING:
    from model.differential import Differential

ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Worth:
    """Expected improvement by each finding, by what it improves; each of shape (n_findings,), at least 0."""

    causes: Array
    urgency: Array
    advice: Array

    @property
    def total(self) -> Array:
        """All of it, shape (n_findings,)."""
        return self.causes + self.urgency + self.advice


def worth(ddx: Differential, answer: Answer, table: Pairs, items: Sequence[Node]) -> Worth:
    """Return what each finding is worth.

    Parameters
    ----------
    answer : that of `ddx` to the case
    table : pairs of the causes, then the nodes at which advice turns, with every item
    items : the findings that were not asked, in the order of the table
    """
    return Worth(_causes(answer, table), _urgency(answer, table, items), _advice(ddx, answer, table, items))


def weights(network: Network) -> Array:
    """Return the stakes of the causes divided by their mean, shape (n_causes,): 1 where they are equal."""
    stakes = _stakes(network)
    mean = stakes.mean()
    weighing: Array = stakes / mean if mean > 0.0 else np.ones_like(stakes)
    return weighing


def _stakes(network: Network) -> Array:
    return np.array([network.decisions.stakes.of(cause) for cause in network.causes])


def _present(answer: Answer, nodes: Sequence[str]) -> Array:
    return np.array([answer.posteriors.marginals[node][PRESENT] for node in nodes])


def _positive(values: Array) -> Array:
    """Return improvements without what rounding made of zero."""
    found: Array = np.where(values > ROUNDING, values, 0.0)
    return found


def _causes(answer: Answer, table: Pairs) -> Array:
    """Return what naming the best cause first gains, shape (n_items,)."""
    causes, stakes = list(answer.network.causes), _stakes(answer.network)
    now = (_present(answer, causes) * stakes).max()
    return _positive((table.joint[:, :, : len(causes)] * stakes).max(axis=2).sum(axis=1) - now)


def _urgency(answer: Answer, table: Pairs, items: Sequence[Node]) -> Array:
    """Return what knowing of a higher level gains, shape (n_items,).

    Tests are left out: one is ordered for a suspicion, not to look for urgency. So are safety items, which
    have no probability and are asked first where they must be.
    """
    stakes, reached = answer.network.decisions.stakes, answer.urgency.level
    rows = {node.id: row for row, node in enumerate(items) if node.text.cost != "test"}
    known = Known.of(answer.evidence)

    def chance(clause: Clause) -> float:
        node, state = clause
        if node not in rows:
            return 0.0
        return float(table.answers[rows[node], answer.network.node(node).state_index(state)])

    lost = np.zeros(table.answers.shape)
    for flag in answer.network.red_flags:
        more = stakes.missed(flag.level) - stakes.missed(reached)
        if LEVELS.index(flag.level) <= LEVELS.index(reached or LEVELS[0]) or more <= 0.0:
            continue
        for picture in filter(lambda one: one.trigger is None, flag.pictures):
            for node, state in open_parts(picture, known):
                if node in rows:
                    place = rows[node], answer.network.node(node).state_index(state)
                    lost[place] = max(lost[place], more * _rest(picture, (node, state), known, chance))
    total: Array = (table.answers * lost).sum(axis=1)
    return total


def _rest(picture: Picture, part: Clause, known: Known, chance: Callable[[Clause], float]) -> float:
    """Return the probability that the other open parts of a picture hold, as if they were independent."""
    rest = 1.0
    for need in picture.needs:
        others = [chance(clause) for clause in known.open(need) if clause != part]
        rest *= _at_least(known.missing(need) - (part in need.of), others)
    return rest


def _at_least(count: int, chances: Sequence[float]) -> float:
    """Return the probability that so many of independent events happen."""
    happened = np.array([1.0])
    for p in chances:
        happened = np.convolve(happened, [1.0 - p, p])
    return float(happened[max(count, 0) :].sum())


def _advice(ddx: Differential, answer: Answer, table: Pairs, items: Sequence[Node]) -> Array:
    """Return what is gained where an option stands elsewhere after an answer, the most of any, (n_items,).

    Only options aimed at something probable count: of the others nobody expects anything.
    """
    decisions, chances = answer.network.decisions, joint(ddx, answer)
    now = Facts.of(answer.evidence, answer.posteriors.marginals, answer.urgency.level)
    then = after_answers(now, items, table)
    gained = np.zeros(len(items))
    for option in decisions.options:
        if is_probable(chances[option.helps], decisions):
            changed = restriction(option.turns, then) != restriction(option.turns, now)
            gained = np.maximum(gained, (table.answers * changed).sum(axis=1))
    return _positive(decisions.stakes.advice * gained)


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

    return Facts(
        now.level,
        lambda clause: answered(clause, now.suggests(clause)),
        lambda clause: answered(clause, now.holds(clause)),
        lambda node: table.after[:, :, columns[node]],
    )
