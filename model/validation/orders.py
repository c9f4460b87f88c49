"""The orders in which questions are asked of a person, and the course that an interview takes in each.

    program        after every answer what must be asked first, else the first of `next_questions`
    random         any order as likely as any other
    fixed          total information gain at the start, largest first, never updated
    naive Bayes    greedy gain about which single cause it is, with naive-Bayes posteriors

A question without an answer in the story is put once and recorded as unknown; it changes nothing and is not
counted. Warning signs (safety items) carry no probability: they are asked in the program's order alone, and
not counted either. `put` counts everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from model.engine.exact import ExactEngine
from model.engine.pairs import Pairwise
from model.evidence import UNKNOWN, Evidence
from model.inference import Observed, Posteriors
from model.questions import askable, kind_of, next_questions
from model.validation.contenders import Causes, Cells, Coded, naive_bayes
from model.validation.people import Person
from network.cpds import Array
from network.structure import Network

if TYPE_CHECKING:
    from model.differential import Differential

ORDERS = PROGRAM, RANDOM, FIXED, NAIVE = "program", "random", "fixed", "naive_bayes"


@dataclass(frozen=True)
class Stopped:
    """Where the program said that asking may stop: answers and questions by then, and what was known."""

    answered: int
    put: int
    known: Coded


@dataclass(frozen=True)
class Course:
    """One interview: what was known after 0, 1, 2 ... answers, and how many questions had been put by then.

    `answered` names the answered items in their order. `may_stop` is whether this order knows a stop.
    """

    known: tuple[Coded, ...]
    put: tuple[int, ...]
    answered: tuple[str, ...]
    may_stop: bool = False
    stopped: Stopped | None = None


def items_to_ask(network: Network, start: Coded, kind: str | None) -> tuple[str, ...]:
    """Return what can be asked of somebody of whom this is known, in the order of the network."""
    open_nodes = askable(network, Evidence.of(network, start))
    return tuple(node.id for node in open_nodes if kind in (None, kind_of(node)))


def along(person: Person, items: Sequence[str], steps: int) -> Course:
    """Return the course that puts items in this order, up to so many answers."""
    return _course(person, iter(items), steps)


def by_program(ddx: Differential, person: Person, kind: str | None, steps: int) -> Course:
    """Return the course of the program's own questions, with the place where it would stop.

    It goes on after the stop. It ends after `steps` answers, when the next question would be answered, or
    when everything that the person can say has been said.
    """
    network = ddx.network
    if isinstance(ddx.engine, ExactEngine):
        ddx = replace(ddx, engine=LastCase(ddx.engine))
    evidence = Evidence.of(network, person.start)
    answered: list[str] = []
    known, puts, n_put, stopped = [dict(person.start)], [0], 0, None
    left = {item for item in person.says if item in network}
    while True:
        asked = next_questions(ddx, evidence, kind)
        if stopped is None and asked.stop.stop:
            active = {item: str(state) for item, state in evidence.active.items()}
            stopped = Stopped(len(answered), n_put, active)
        coming = [*(one.item for one in asked.must_ask), *(one.item for one in asked.questions)]
        if not coming or not (left or asked.must_ask):
            break
        item = coming[0]
        if item in left and len(answered) == steps:
            break
        evidence, n_put = evidence.with_finding(item, person.says.get(item, UNKNOWN)), n_put + 1
        if item in left:
            left.remove(item)
            answered.append(item)
            known.append({node: str(state) for node, state in evidence.active.items()})
            puts.append(n_put)
    return Course(tuple(known), tuple(puts), tuple(answered), True, stopped)


@dataclass(frozen=True, eq=False)
class NaiveBayes:
    """Naive Bayes over single causes as an interviewer.

    Parameters
    ----------
    prior : ndarray of shape (n_causes,), sums to one
    items : what may be asked
    p_given : ndarray of shape (n_items, n_states, n_causes), P(state | cause), padded with zeros
    cells : (finding, cause) to P(state | cause), for what is known at the start
    """

    causes: Causes
    prior: Array
    items: tuple[str, ...]
    p_given: Array
    cells: Cells = field(repr=False)

    @classmethod
    def of(cls, causes: Causes, prior: Array, items: Sequence[str], cells: Cells) -> NaiveBayes:
        """Return it from the marginals of a network."""
        states = [list(cells[item, causes[0]]) for item in items]
        p_given = np.zeros((len(items), max(map(len, states), default=0), len(causes)))
        for row, item in enumerate(items):
            for column, cause in enumerate(causes):
                p_given[row, : len(states[row]), column] = list(cells[item, cause].values())
        return cls(causes, prior, tuple(items), p_given, cells)

    def gains(self, p: Array) -> Array:
        """Return I(cause; item) in bits, shape (n_items,), where P(cause) is `p`.

        I = H(answer) - sum over causes of p(cause) H(answer | cause)
        """
        gain: Array = _entropy(self.p_given @ p) - self._noise @ p
        return gain

    @cached_property
    def _noise(self) -> Array:
        """H(answer | cause) in bits, shape (n_items, n_causes)."""
        return _entropy(self.p_given.swapaxes(1, 2))

    def posteriors(self, cases: Sequence[Coded]) -> Array:
        """Return P(cause | what is known), shape (n_cases, n_causes)."""
        return naive_bayes(cases, self.causes, self.prior, self.cells)

    def course(self, person: Person, steps: int) -> Course:
        """Return the course that always puts the question of the largest gain."""
        return _course(person, self._asking(person), steps)

    def _asking(self, person: Person) -> Iterator[str]:
        """Yield items, the gain worked out anew after each answer."""
        p = self.prior
        for item, state in person.start.items():
            if (item, self.causes[0]) in self.cells:
                p = self._given(p, item, state)
        open_rows = [row for row, item in enumerate(self.items) if item not in person.start]
        while open_rows:
            gains = self.gains(p).tolist()
            for row in sorted(open_rows, key=lambda row: -gains[row]):
                open_rows.remove(row)
                item = self.items[row]
                yield item
                if item in person.says:
                    p = self._given(p, item, person.says[item])
                    break

    def _given(self, p: Array, item: str, state: str) -> Array:
        """Return P(cause | one more answer); what no cause can produce changes nothing."""
        joint = p * np.array([self.cells[item, cause][state] for cause in self.causes])
        total = joint.sum()
        return joint / total if total > 0.0 else p


def _course(person: Person, items: Iterator[str], steps: int) -> Course:
    """Return the course that puts items as they come."""
    answered: list[str] = []
    known, puts, n_put = [dict(person.start)], [0], 0
    while len(answered) < steps and (item := next(items, None)) is not None:
        if item in person.start:
            continue
        n_put += 1
        if item in person.says:
            answered.append(item)
            known.append({**known[-1], item: person.says[item]})
            puts.append(n_put)
    return Course(tuple(known), tuple(puts), tuple(answered))


def _entropy(p: Array) -> Array:
    """Return -sum of p log2 p over the last axis."""
    terms = np.where(p > 0.0, -p * np.log2(np.where(p > 0.0, p, 1.0)), 0.0)
    total: Array = terms.sum(axis=-1)
    return total


class LastCase:
    """An engine that remembers the last case: after an unknown answer the same one is asked about again.

    Like every engine it can be made of a network alone, as changed networks are.
    """

    def __init__(self, of: ExactEngine | Network) -> None:
        self.engine = ExactEngine(of) if isinstance(of, Network) else of
        self.network = self.engine.network
        self.case: dict[str, Observed] | None = None
        self.answer = Posteriors({}, -np.inf)
        self.table: Pairwise | None = None

    def posteriors(
        self, evidence: Mapping[str, Observed], targets: Sequence[str] | None = None
    ) -> Posteriors:
        """Return the answer of the engine; those about all nodes are remembered."""
        if targets is not None:
            return self.engine.posteriors(evidence, targets)
        if self.case != evidence:
            self.case, self.table = dict(evidence), None
            self.answer = self.engine.posteriors(evidence)
        return self.answer

    def pairwise(
        self, evidence: Mapping[str, Observed], findings: Sequence[str], targets: Sequence[str]
    ) -> Pairwise:
        """Return the pairs of the engine; rows of the last table where it has them."""
        table = self.table if self.case == evidence else None
        if table is None or not (set(findings) <= set(table.findings) and set(targets) <= set(table.columns)):
            table = self.engine.pairwise(evidence, findings, targets)
            self.table = table if self.case == evidence else None
        place = {finding: row for row, finding in enumerate(table.findings)}
        rows = [place[finding] for finding in findings]
        cards = tuple(table.cards[row] for row in rows)
        return replace(table, findings=tuple(findings), table=table.table[rows], cards=cards)
