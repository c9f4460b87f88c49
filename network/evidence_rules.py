"""What a number must bring before the network may rest on it.

Of every figure that a node names, and of every row that such a figure is derived from: people whom it was
measured on, a source that was confirmed, and a grade that is no better than that of what it rests on, as far
as that is judgement.
"""

from __future__ import annotations

from collections.abc import Iterator

from network.errors import Fault
from network.figures import DERIVED, GRADES, JUDGEMENT, Figure, foundations
from network.knowledge import Knowledge

JUDGED = GRADES[-1]


def evidence_faults(knowledge: Knowledge, named: Iterator[str]) -> Iterator[Fault]:
    """Yield what is missing behind the figures that nodes name.

    Parameters
    ----------
    named : ids of figures; those that do not exist are left to others
    """
    for figure_id in foundations(knowledge.figures, named):
        figure = knowledge.figures[figure_id]
        if not figure.population.strip():
            yield _fault(figure, "population", "no population.", "Say whom the number was measured on.")
        if figure.source not in (JUDGEMENT, DERIVED):
            yield from _source_faults(figure, knowledge)
        if figure.grade < JUDGED:
            for base in figure.derived_from:
                if base in knowledge.figures and knowledge.figures[base].grade == JUDGED:
                    problem = f"grade {figure.grade}, but it rests on {base!r}, a judgement."
                    yield _fault(figure, "grade", problem, f"Write {JUDGED}, or rest it on published rows.")
            if figure.readings:
                problem = f"grade {figure.grade}, but it rests on a reading, a judgement."
                yield _fault(figure, "grade", problem, f"Write {JUDGED}, or rest it on published rows.")


def _source_faults(figure: Figure, knowledge: Knowledge) -> Iterator[Fault]:
    source = knowledge.sources.get(figure.source)
    if source is None:
        problem = f"no source has the key {figure.source!r}."
        yield _fault(figure, "source", problem, "Add it to sources.csv.")
    elif not source.citable:
        problem = f"source {source.key!r} is not verified and may not be cited."
        yield _fault(figure, "source", problem, "Confirm it or use another figure.")


def _fault(figure: Figure, field: str, problem: str, remedy: str) -> Fault:
    return Fault("figures.csv", figure.id, field, problem, remedy)
