"""What a learner may see of a class now, and what a class takes now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row

from model.teaching.belief import Belief
from model.teaching.classes.seen import CLOSED, RUNNING, LearnerCase, LearnerTrace
from model.teaching.classes.traces import CaseRow, session_of, step_limit
from model.teaching.errors import ClassError
from model.teaching.practice import PracticeSession
from network.structure import Network


def next_known(network: Network, one: CaseRow, trace: LearnerTrace, item: str | None) -> str:
    """Return the item of the next stage, by the rules of a practice session."""
    session = PracticeSession(network, one.case, session_of(network, one.case, trace).stages)
    if trace.finished:
        raise ClassError("you are done with this case.")
    after = session.next_finding() if item is None else session.ask(item)
    return after.stages[-1].learnt[0].item


def check_open(row: Row[Any], one: CaseRow) -> None:
    """Raise unless a case takes submissions now."""
    if row.status == CLOSED:
        raise ClassError("this class is over.")
    if row.status != RUNNING or not is_open(row, one):
        raise ClassError("this case has not begun.")
    if one.revealed:
        raise ClassError("the answer to this case is revealed: it takes no more answers.")


def is_open(row: Row[Any], one: CaseRow) -> bool:
    """Whether learners may see a case: once it came up, or in a self-run class once the class began."""
    if row.status not in (RUNNING, CLOSED):
        return False
    return not row.paced or step_limit(row, one.position, one.case) >= 0


def chosen_case(
    row: Row[Any], shown: Sequence[CaseRow], done: Collection[int], key: str | None
) -> CaseRow | None:
    """Return the case to show, None while there is none; `done` holds ids of finished cases."""
    if key is not None:
        found = next((one for one in shown if one.key == key), None)
        if found is None:
            raise ClassError("this class has no such case, or not yet.")
        return found
    if not shown or row.paced:
        return shown[-1] if shown else None
    return next((one for one in shown if one.id not in done), shown[-1])


def learner_case(row: Row[Any], one: CaseRow, trace: LearnerTrace) -> LearnerCase:
    """Return a case as the learner may see it."""
    case = one.case
    known = tuple(known for learnt, _ in trace.stages for known in learnt)
    items = {known_one.item for known_one in known}
    step = len(trace.stages) - 1
    return LearnerCase(
        key=one.key,
        title=case.title,
        setting=case.setting,
        vignette=case.vignette,
        known=known,
        step=step,
        left=sum(finding.item not in items for finding in case.later),
        can_ask=not row.paced and not trace.finished and not one.revealed,
        belief=last_belief(trace),
        committed=trace.stages[-1][1] is not None,
        finished=trace.finished,
        revealed=one.revealed,
    )


def last_belief(trace: LearnerTrace) -> Belief | None:
    """Return the last belief that a learner gave, None before the first."""
    return next((belief for _, belief in reversed(trace.stages) if belief is not None), None)
