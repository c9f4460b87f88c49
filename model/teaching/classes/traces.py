"""What learners did with one case, read from the store: stage by stage, the last belief of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, func, select

from model.evidence import Unknown
from model.teaching.cases import Case, CaseFinding
from model.teaching.classes.contents import belief_of, case_of, reflection_of
from model.teaching.classes.schema import asked, class_cases, classes, learners, submissions
from model.teaching.classes.seen import LearnerTrace, Moment
from model.teaching.errors import ClassError
from model.teaching.practice import Known, PracticeSession, Stage, cost_of
from network.structure import Network

BELIEF, FINISH, REFLECTION = "belief", "finish", "reflection"

Learnt = tuple[Known, ...]


@dataclass(frozen=True)
class CaseRow:
    """One case of a class."""

    id: int
    key: str
    position: int
    case: Case
    revealed: bool


def the_class(connection: Connection, class_id: int, lock: bool = False) -> Row[Any]:
    """Return the row of a class, held for writing with `lock`.

    Raises
    ------
    ClassError
        If it was deleted.
    """
    query = select(classes).where(classes.c.id == class_id)
    found = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise ClassError("this class is no longer there. It was deleted, or its time was over.")
    return found


def cases_of(connection: Connection, class_id: int) -> list[CaseRow]:
    """Return the cases of a class in order."""
    query = select(class_cases).where(class_cases.c.class_id == class_id).order_by(class_cases.c.position)
    return [_case_row(row) for row in connection.execute(query)]


def case_at(connection: Connection, class_id: int, key: str, share: bool = False) -> CaseRow:
    """Return one case of a class; with `share` its row cannot be revealed until the transaction ends.

    Raises
    ------
    ClassError
        If the class has no such case.
    """
    query = select(class_cases).where(class_cases.c.class_id == class_id, class_cases.c.key == key)
    found = connection.execute(query.with_for_update(read=True) if share else query).one_or_none()
    if found is None:
        raise ClassError("this class has no such case.")
    return _case_row(found)


def moment_of(row: Row[Any], cases: list[CaseRow]) -> Moment:
    """Return where a class stands."""
    here = cases[min(row.position, len(cases) - 1)]
    return Moment(
        version=row.version,
        status=row.status,
        paced=row.paced,
        position=row.position,
        step=row.step,
        n_cases=len(cases),
        n_steps=len(here.case.later),
        revealed=here.revealed,
    )


def step_limit(row: Row[Any], position: int, case: Case) -> int:
    """Return the last step of a case that a paced class has reached, -1 before it came up."""
    if position < row.position:
        return len(case.later)
    return int(row.step) if position == row.position else -1


def reached_step(connection: Connection, row: Row[Any], one: CaseRow, learner_id: int) -> int:
    """Return the last step of a case that a learner has reached, -1 before the case came up."""
    if row.paced:
        return step_limit(row, one.position, one.case)
    mine = (asked.c.learner_id == learner_id) & (asked.c.class_case_id == one.id)
    return int(connection.execute(select(func.count()).select_from(asked).where(mine)).scalar_one())


def traces(
    connection: Connection,
    network: Network,
    row: Row[Any],
    one: CaseRow,
    only: int | None = None,
) -> list[LearnerTrace]:
    """Return what each learner did with a case, by number; `only` one learner's id."""
    people = select(learners).where(learners.c.class_id == row.id).order_by(learners.c.number)
    given = select(submissions).where(submissions.c.class_case_id == one.id).order_by(submissions.c.id)
    turns = select(asked).where(asked.c.class_case_id == one.id).order_by(asked.c.number)
    if only is not None:
        people = people.where(learners.c.id == only)
        given = given.where(submissions.c.learner_id == only)
        turns = turns.where(asked.c.learner_id == only)
    items: dict[int, list[Row[Any]]] = defaultdict(list)
    for turn in connection.execute(turns):
        items[turn.learner_id].append(turn)
    sent: dict[int, list[Row[Any]]] = defaultdict(list)
    for submission in connection.execute(given):
        sent[submission.learner_id].append(submission)
    return [
        _trace(person, _stages(network, row, one, items[person.id]), sent[person.id])
        for person in connection.execute(people)
    ]


def session_of(network: Network, case: Case, trace: LearnerTrace) -> PracticeSession:
    """Return a learner's work on a case as a practice session, stopped."""
    stages = tuple(Stage(learnt, belief) for learnt, belief in trace.stages)
    return PracticeSession(network, case, stages, stopped=True)


def with_closed_tail(trace: LearnerTrace) -> LearnerTrace:
    """Return the trace without stages after the last belief: what was seen but never judged."""
    last = max((place for place, stage in enumerate(trace.stages) if stage[1] is not None), default=0)
    return replace(trace, stages=trace.stages[: last + 1])


def _stages(network: Network, row: Row[Any], one: CaseRow, turns: Iterable[Row[Any]]) -> list[Learnt]:
    """Return what was learnt at each stage, the start first."""
    case = one.case
    stages: list[Learnt] = [tuple(told(finding) for finding in case.start)]
    if row.paced:
        reached = max(0, step_limit(row, one.position, case))
        return stages + [(told(finding),) for finding in case.later[:reached]]
    return stages + [(_answered(network, case, turn.item, turn.in_turn),) for turn in turns]


def _trace(person: Row[Any], stages: list[Learnt], sent: list[Row[Any]]) -> LearnerTrace:
    last: dict[int, str] = {}
    finished, reflection = False, None
    for one in sent:
        if one.kind == BELIEF:
            last[one.step] = one.content
        elif one.kind == FINISH:
            finished = True
        else:
            reflection = reflection_of(one.content)
    beliefs = {step: belief_of(content) for step, content in last.items()}
    together = tuple((learnt, beliefs.get(step)) for step, learnt in enumerate(stages))
    return LearnerTrace(person.number, person.name, together, finished, reflection)


def told(finding: CaseFinding) -> Known:
    """Return a finding that was told without asking."""
    return Known(finding.item, finding.state, finding.says, asked=False, cost=0.0)


def _answered(network: Network, case: Case, item: str, in_turn: bool) -> Known:
    """Return what a learner of a self-run class got for one request."""
    finding = case.finding(item)
    if in_turn and finding is not None:
        return told(finding)
    state = case.state_of(network, item)
    word = state.value if isinstance(state, Unknown) else state
    says = finding.says if finding else ""
    return Known(item, word, says, asked=True, cost=cost_of(network, item))


def _case_row(row: Row[Any]) -> CaseRow:
    return CaseRow(row.id, row.key, row.position, case_of(row.content), row.revealed_at is not None)
