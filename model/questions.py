"""What should I ask next? The information in every finding that was not asked, about one cause or about all.

About one cause, the gain is the mutual information of `due_to_X` with the finding given the evidence. About
all, it is the sum over causes, called `total_gain_bits`. The sum is no mutual information: causes that a
finding tells about together are counted each by itself. It looks one answer ahead; two questions asked
together may tell more than their gains added up.

References
----------
Shannon (1948), A mathematical theory of communication.
Good (1950), Probability and the Weighing of Evidence.
Heckerman, Horvitz and Nathwani (1992), Toward normative expert systems: the Pathfinder project.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from model.evidence import Evidence
from model.pairwise import Pairs, pairs
from model.result import Answer
from model.safety import MustAsk, must_ask_first
from model.stopping import Stop, stop_signal
from network.cpds import Array
from network.errors import DiagnosisError, NoComplaint, UnknownNode, did_you_mean
from network.structure import ASKED_KINDS, PRESENT, Network, Node

if TYPE_CHECKING:
    from model.differential import Differential

KINDS = ("question", "examination", "test")
SHOWN = 10


@dataclass(frozen=True)
class Outcome:
    """One possible answer: P(answer | e), and P(due to each cause | answer, e)."""

    state: str
    probability: float
    due_to: dict[str, float]


@dataclass(frozen=True, eq=False)
class Question:
    """One finding that was not asked.

    `gain_bits` is the information about the cause asked for, or, where none was, the sum over causes.
    `cost` is in units of one question; `gain_per_cost` is bits per unit.
    """

    item: str
    label: str
    text: str
    kind: str
    gain_bits: float
    cost: float
    states: tuple[str, ...]
    causes: tuple[str, ...]
    answers: Array = field(repr=False)  # (n_states,)
    after: Array = field(repr=False)  # (n_states, n_causes)
    gains: Array = field(repr=False)  # (n_causes,)

    @property
    def gain_per_cost(self) -> float:
        """Bits per unit of cost."""
        return self.gain_bits / self.cost

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

    `about` is the cause asked for, None for all: then every `gain_bits` is a sum over causes.
    """

    answer: Answer = field(repr=False)
    about: str | None
    kind: str | None
    must_ask: tuple[MustAsk, ...]
    questions: tuple[Question, ...]
    stop: Stop

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
            for question in self.questions[:SHOWN]
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
    return NextQuestions(
        answer=answer,
        about=None if target is None else (network.causes[target] or target),
        kind=kind,
        must_ask=must_ask,
        questions=_questions(network, items, table, target, kind),
        stop=stop_signal(ddx, answer, table, items, must_ask),
    )


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
    found = [
        Question(
            item=node.id,
            label=node.label,
            text=node.text.question,
            kind=kind_of(node),
            gain_bits=float(value[row]),
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
