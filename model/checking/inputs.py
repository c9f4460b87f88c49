"""What the rows of inputs share: a figure, what the network gives back, and whether the two are the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from model.checking.asking import Asker
from model.checking.report import ABSOLUTE, DEVIATION, INPUT, OK, RELATIVE, Row
from model.citations import short_name
from network.errors import DiagnosisError
from network.figures import Figure
from network.knowledge import Knowledge

State = dict[str, int]
"""Node id to the position of its state."""


@dataclass(frozen=True)
class Inputs:
    """The knowledge that was set, and the engine it is asked back from."""

    knowledge: Knowledge
    asker: Asker

    def row(self, node: str, group: str, words: str, figure_id: str, model: float) -> Row:
        """Return the row of one figure and of what came back for it."""
        figure = self.knowledge.figures[figure_id]
        same = math.isclose(model, figure.value, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        return Row(
            id=f"{node}: {words}",
            kind=INPUT,
            group=group,
            quantity=f"{node}: {words}",
            model=model,
            published=figure.value,
            low=figure.value,
            high=figure.value,
            verdict=OK if same else DEVIATION,
            reason="",
            figure=figure_id,
            source=source_name(self.knowledge, figure),
            grade=figure.grade,
        )

    def states(self, node: str) -> tuple[str, ...]:
        """Return the states of a node."""
        return self.asker.network.node(node).states

    def bands(self, by: Sequence[str]) -> Iterator[tuple[str, State]]:
        """Yield each band as the knowledge files write it, and as evidence; one empty band without any."""
        for combination in product(*(range(len(self.states(node))) for node in by)):
            evidence = dict(zip(by, combination, strict=True))
            yield ", ".join(self.states(node)[state] for node, state in evidence.items()), evidence

    def p(self, node: str, state: int, evidence: State, together: Sequence[str] = ()) -> float:
        """Return P(node = state | evidence); `together` names the nodes that are asked in the same breath.

        Raises
        ------
        DiagnosisError
            If the evidence is impossible, so that nothing can be asked back.
        """
        answer = self.asker.marginals(evidence, [*dict.fromkeys((node, *together))])
        if answer is None:
            shown = ", ".join(f"{other} = {self.states(other)[seen]}" for other, seen in evidence.items())
            raise DiagnosisError(f"{node!r} cannot be asked back: {shown} is impossible in the network.")
        return float(answer[node][state])


def source_name(knowledge: Knowledge, figure: Figure) -> str:
    """Return first author and year of the source, or that the figure is judged or derived."""
    source = knowledge.sources.get(figure.source)
    return short_name(source) if source is not None else figure.source.replace("_", " ")
