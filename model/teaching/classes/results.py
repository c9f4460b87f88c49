"""Results of a class as CSV: a row for each learner, case, step and cause. No cell runs as a formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from model.teaching.cases import Case, all_causes, cause_labels
from model.teaching.classes.seen import LearnerTrace
from model.teaching.classes.traces import CaseRow, session_of
from model.teaching.tables import to_csv
from model.teaching.track import Track, track

if TYPE_CHECKING:
    from model.differential import Differential
    from model.teaching.classes.instructor import Instructor

COLUMNS = (
    "learner", "name", "case_number", "case", "step", "learnt", "state", "cause", "label", "low", "high",
    "point", "place", "network", "is_answer", "brier", "cost_so_far",
)  # fmt: skip


def results_csv(ddx: Differential, instructor: Instructor) -> str:
    """Return the results of every case of a class."""
    rows: list[dict[str, Any]] = []
    for one in instructor.cases():
        known: dict[tuple[str, ...], Track] = {}
        for trace in instructor.traces(one.key):
            rows += _rows(ddx, one, trace, known)
    return to_csv(COLUMNS, rows)


def _rows(
    ddx: Differential, one: CaseRow, trace: LearnerTrace, known: dict[tuple[str, ...], Track]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one learner and case. Learners of a paced class share one track."""
    session = session_of(ddx.network, one.case, trace)
    items = tuple(found.item for found in session.known)
    if items not in known:
        known[items] = track(ddx, session, draws=0)
    beside = known[items]
    labels = cause_labels(ddx.network)
    cost = 0.0
    for step, (learnt, belief) in enumerate(trace.stages):
        cost += sum(found.cost for found in learnt)
        if belief is None:
            continue
        shared = {
            "learner": trace.number, "name": trace.name, "case_number": one.position + 1,
            "case": one.case.title, "step": step, "cost_so_far": cost,
            "learnt": " ".join(found.item for found in learnt), "state": " ".join(f.state for f in learnt),
        }  # fmt: skip
        for cause in all_causes(ddx.network):
            if cause in belief.estimates:
                estimate = belief.estimates[cause]
                place = belief.ranking.index(cause) + 1 if cause in belief.ranking else None
                yield shared | {
                    "cause": cause, "label": labels[cause], "low": estimate.low, "high": estimate.high,
                    "point": estimate.point, "place": place, "network": beside.steps[step].due_to.get(cause),
                    "is_answer": one.case.outcome(cause), "brier": _brier(one.case, cause, estimate.point),
                }  # fmt: skip


def _brier(case: Case, cause: str, p: float) -> float:
    return (p - case.outcome(cause)) ** 2
