"""What should I ask next? The information in every finding that was not asked, about one cause or about all.

About one cause, the gain is the mutual information of `due_to_X` with the finding given the evidence. About
all, it is the sum over causes, called `total_gain_bits`. The sum is no mutual information: causes that a
finding tells about together are counted each by itself. It looks one answer ahead; two questions asked
together may tell more than their gains added up.

Questions stand in the order of the sum in which each cause weighs by its stake (`weighted_bits`), per cost.
Weights are divided by their mean: where all causes have one stake, it is the plain sum.

References
----------
Shannon (1948), A mathematical theory of communication.
Good (1950), Probability and the Weighing of Evidence.
Heckerman, Horvitz and Nathwani (1992), Toward normative expert systems: the Pathfinder project.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from model.evidence import Evidence
from model.inference import Engine
from model.listing import left_after
from model.pairwise import Pairs, pairs
from model.result import Answer
from model.safety import MustAsk, must_ask_first
from model.stopping import ADVICE, URGENCY, Stop, stop_signal
from model.worth import weights, worth
from network.cpds import Array
from network.errors import DiagnosisError, NoComplaint, UnknownNode, did_you_mean
from network.structure import ASKED_KINDS, PRESENT, Network, Node

if TYPE_CHECKING:
    from model.differential import Differential

KINDS = ("question", "examination", "test")
SHOWN = 10
CANDIDATES = 8
"""So many more than a list holds are looked at for it: what tells little by itself tells little in a list."""


@dataclass(frozen=True)
class Outcome:
    """One possible answer: P(answer | e), and P(due to each cause | answer, e)."""

    state: str
    probability: float
    due_to: dict[str, float]


@dataclass(frozen=True, eq=False)
class Question:
    """One finding that was not asked.

    `gain_bits` is the information about the cause asked for, or, where none was, the sum over causes;
    `weighted_bits` is that sum with causes weighed by their stakes. `cost` is in units of one question.
    """

    item: str
    label: str
    text: str
    kind: str
    gain_bits: float
    weighted_bits: float
    cost: float
    states: tuple[str, ...]
    causes: tuple[str, ...]
    answers: Array = field(repr=False)  # (n_states,)
    after: Array = field(repr=False)  # (n_states, n_causes)
    gains: Array = field(repr=False)  # (n_causes,)

    @property
    def gain_per_cost(self) -> float:
        """Weighted bits per unit of cost, by which questions are ordered."""
        return self.weighted_bits / self.cost

    @property
    def gain_about(self) -> dict[str, float]:
        """The gain about each cause by itself, in bits."""
        return dict(zip(self.causes, self.gains.tolist(), strict=True))

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every answer that is possible, with what it would lead to."""
        return tuple(
            Outcome(state, float(p), dict(zip(self.causes, row.tolist(), strict=True)))
            for state, p, row in zip(self.states, self.answers, self.after, strict=True)
            if p > 0.0
        )

    def to_plain(self) -> dict[str, Any]:
        """Return the question as JSON holds it."""
        return {
            "item": self.item,
            "label": self.label,
            "text": self.text,
            "kind": self.kind,
            "gain_bits": self.gain_bits,
            "weighted_bits": self.weighted_bits,
            "cost": self.cost,
            "gain_per_cost": self.gain_per_cost,
            "gain_about": self.gain_about,
            "outcomes": [
                {"state": outcome.state, "probability": outcome.probability, "due_to": outcome.due_to}
                for outcome in self.outcomes
            ],
        }


@dataclass(frozen=True)
class NextQuestions:
    """What to ask next, most information per cost first.

    Where asking goes on for urgency or advice, what is worth asking comes before the rest.

    `about` is the cause asked for, None for all: then every `gain_bits` is a sum over causes.
    """

    answer: Answer = field(repr=False)
    about: str | None
    kind: str | None
    must_ask: tuple[MustAsk, ...]
    questions: tuple[Question, ...]
    stop: Stop
    engine: Engine = field(repr=False)
    _left: dict[tuple[str, ...], Array] = field(default_factory=dict, init=False, repr=False, compare=False)

    def in_turn(self, n: int) -> tuple[Question, ...]:
        """Return a list of n questions to ask one after the other, each discounted by those above it.

        Greedy: the first of `questions`, then what still tells most per cost; see `model.listing`.
        """
        pinned = _pinned(self.stop, self.about)
        pool = list(self.questions[: n + CANDIDATES])
        left = {one.item: one.weighted_bits for one in pool}
        chosen: list[Question] = []
        while pool and len(chosen) < n:
            best = max(pool, key=lambda one: (one.item in pinned, left[one.item] / one.cost))
            pool.remove(best)
            chosen.append(best)
            if pool and len(chosen) < n:
                after = self._left_after(best, [one.item for one in pool])
                left = {
                    one.item: min(left[one.item], bits)
                    for one, bits in zip(pool, after.tolist(), strict=True)
                }
        return tuple(chosen)

    def _left_after(self, asked: Question, others: list[str]) -> Array:
        """Return what others still tell once this one is answered, shape (n_others,), worked out once."""
        key = (asked.item, *others)
        if key not in self._left:
            targets, weighing = _watched(self.answer.network, self.about)
            answers = (asked.item, asked.answers)
            observed = self.answer.observed()
            self._left[key] = left_after(self.engine, observed, answers, others, targets, weighing)
        return self._left[key]

    @property
    def by_gain(self) -> tuple[Question, ...]:
        """The questions by information alone, whatever they cost."""
        return tuple(sorted(self.questions, key=lambda question: -question.gain_bits))

    def __getitem__(self, item: str) -> Question:
        for question in self.questions:
            if question.item == item:
                return question
        raise UnknownNode(item, [question.item for question in self.questions], "open question")

    def to_plain(self) -> dict[str, Any]:
        """Return the answer as `nocturne next --json` prints it."""
        measure = "gain_bits" if self.about else "total_gain_bits"
        return {
            **self.answer.frame(),
            "about": self.about,
            "kind": self.kind,
            "measure": measure,
            "must_ask_first": [ask.to_plain() for ask in self.must_ask],
            "stop": self.stop.to_plain(),
            "questions": [
                {measure if key == "gain_bits" else key: value for key, value in question.to_plain().items()}
                for question in self.questions
            ],
        }

    def __str__(self) -> str:
        lines = [
            f"{ask.level.replace('_', ' ').upper()}: {ask.question or ask.label}" for ask in self.must_ask
        ]
        lines.append(self.stop.reason)
        lines += [
            f"{question.gain_bits:8.4f} bits  {question.label} ({question.kind})"
            for question in self.in_turn(SHOWN)
        ]
        return self.answer.framed(lines)


def next_questions(
    ddx: Differential,
    evidence: Any = None,
    kind: str | None = None,
    about: str | None = None,
    complaint: bool = True,
) -> NextQuestions:
    """Return every finding that was not asked, with what it would tell.

    What was answered "don't know" and what is paused counts as asked.

    Parameters
    ----------
    evidence : mapping or Evidence, as for `Differential.query`
    kind : "question", "examination" or "test", optional
    about : a condition or cause, optional
        None sums over all causes.

    Raises
    ------
    NoComplaint
        If the network has no causes.
    DiagnosisError
        If there is no such kind; UnknownNode if there is no such cause; otherwise as `Differential.query`.
    """
    network = ddx.network
    if kind is not None and kind not in KINDS:
        raise DiagnosisError(
            f"no kind of question is called {kind!r}.{did_you_mean(kind, KINDS)} Kinds: {', '.join(KINDS)}."
        )
    target = None if about is None else cause_node(network, about)
    answer = ddx.query(evidence, complaint)
    if not network.causes:
        raise NoComplaint(f"network {network.name!r} has no complaint, so there is no cause to ask about.")
    items = [node for node in askable(network, answer.evidence)]
    causes = list(network.causes)
    watched = [turn.node for option in network.decisions.options for turn in option.turns if turn.node]
    table = pairs(
        ddx.engine, answer.observed(), [node.id for node in items], list(dict.fromkeys([*causes, *watched]))
    )
    present = {node.id: float(answer.posteriors.marginals[node.id][PRESENT]) for node in network.nodes}
    must_ask = must_ask_first(answer.evidence, present)
    costs = np.array([network.decisions.cost(kind_of(node)) for node in items])
    asked_now = np.array([kind in (None, kind_of(node)) for node in items], dtype=bool)
    stop = stop_signal(answer, worth(ddx, answer, table, items), items, costs, asked_now, must_ask)
    about = None if target is None else (network.causes[target] or target)
    pinned = _pinned(stop, about)
    questions = _questions(network, items, table, target, kind)
    return NextQuestions(
        answer=answer,
        about=about,
        kind=kind,
        must_ask=must_ask,
        questions=tuple(sorted(questions, key=lambda question: question.item not in pinned)),
        stop=stop,
        engine=ddx.engine,
    )


def _pinned(stop: Stop, about: str | None) -> frozenset[str]:
    """Return what comes before all else: what is worth asking for urgency or advice; it may tell little."""
    return frozenset(stop.items if about is None and stop.because in (URGENCY, ADVICE) else ())


def _watched(network: Network, about: str | None) -> tuple[list[str], Array]:
    """Return the cause nodes that information is about, and their weights."""
    if about is None:
        return list(network.causes), weights(network)
    return [cause_node(network, about)], np.ones(1)


def askable(network: Network, evidence: Evidence) -> tuple[Node, ...]:
    """Return what a person can still be asked: risk factors and findings that were not entered."""
    return tuple(node for node in network.of_kind(*ASKED_KINDS) if node.id not in evidence)


def kind_of(node: Node) -> str:
    """Return whether a node is learnt by question, examination or test."""
    return node.text.cost or KINDS[0]


def cause_node(network: Network, name: str) -> str:
    """Return the `due_to_*` node of a condition or cause.

    Raises
    ------
    NoComplaint, UnknownNode
    """
    if not network.causes:
        raise NoComplaint(f"network {network.name!r} has no complaint, so there is no cause to ask about.")
    for node, condition in network.causes.items():
        if name in (node, condition):
            return node
    raise UnknownNode(name, [condition or node for node, condition in network.causes.items()], "cause")


def _questions(
    network: Network, items: list[Node], table: Pairs, target: str | None, kind: str | None
) -> tuple[Question, ...]:
    """Return the questions of one kind, most information per cost first."""
    nodes = list(network.causes)
    causes = tuple(condition or node for node, condition in network.causes.items())
    gains, after = table.gain_bits[:, : len(nodes)], table.after[:, :, : len(nodes)]
    value = gains.sum(axis=1) if target is None else gains[:, nodes.index(target)]
    weighted = gains @ weights(network) if target is None else value
    found = [
        Question(
            item=node.id,
            label=node.label,
            text=node.text.question,
            kind=kind_of(node),
            gain_bits=float(value[row]),
            weighted_bits=float(weighted[row]),
            cost=network.decisions.cost(kind_of(node)),
            states=node.states,
            causes=causes,
            answers=table.answers[row, : len(node.states)],
            after=after[row, : len(node.states)],
            gains=gains[row],
        )
        for row, node in enumerate(items)
        if kind in (None, kind_of(node))
    ]
    return tuple(sorted(found, key=lambda question: -question.gain_per_cost))
