"""`Learner`: what the holder of a token may see and do.

Before the reveal nothing here returns the answer, the kind of case, findings that are still hidden, or what
others submitted: the types have no such field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from model.teaching.belief import Belief
from model.teaching.classes.contents import client_id, to_text
from model.teaching.classes.database import Database
from model.teaching.classes.schema import asked, learners, submissions
from model.teaching.classes.seen import (
    CaseTab,
    LearnerTrace,
    LearnerView,
    Pulse,
    Receipt,
    RevealedCase,
)
from model.teaching.classes.showing import (
    check_open,
    chosen_case,
    is_open,
    last_belief,
    learner_case,
    next_known,
)
from model.teaching.classes.traces import (
    BELIEF,
    FINISH,
    REFLECTION,
    CaseRow,
    case_at,
    cases_of,
    reached_step,
    session_of,
    the_class,
    traces,
    with_closed_tail,
)
from model.teaching.errors import ClassError, ClassLimit, NoSuchLearner, NotRevealed
from model.teaching.practice import PracticeSession
from model.teaching.reflection import Reflection
from model.teaching.rules import count
from network.structure import Network


@dataclass(frozen=True)
class Learner:
    """One learner of one class."""

    database: Database = field(repr=False)
    network: Network = field(repr=False)
    id: int
    class_id: int
    clock: Callable[[], float] = field(repr=False)

    def pulse(self) -> Pulse:
        """Return whether the class has moved on: cheap, to look again and again.

        All learners of a class share one reading.

        Raises
        ------
        ClassError
            If the class is gone.
        """
        return self.database.lately.of(self.class_id, self._pulse)

    def view(self, key: str | None = None) -> LearnerView:
        """Return everything the learner's page may show.

        Parameters
        ----------
        key : which case; by default the one that the class is at, or in a self-run class the first unfinished

        Raises
        ------
        ClassError
            If the class is gone or has no such case (yet).
        """
        with self.database.read() as connection:
            row, me = the_class(connection, self.class_id), self._me(connection)
            shown = [one for one in cases_of(connection, self.class_id) if is_open(row, one)]
            done = self._finished(connection)
            case = chosen_case(row, shown, done, key)
            trace = None if case is None else self._trace(connection, row, case)
        tabs = tuple(
            CaseTab(one.key, one.position, one.case.title, one.id in done, one.revealed) for one in shown
        )
        return LearnerView(
            title=row.title,
            paced=row.paced,
            status=row.status,
            version=row.version,
            number=me.number,
            name=me.name,
            cases=tabs,
            case=None if case is None or trace is None else learner_case(row, case, trace),
        )

    def submit(self, submission_id: str, key: str, step: int, belief: Belief) -> Receipt:
        """Keep a belief about a case; returns when it is on the disk.

        The same id again changes nothing and gets the same receipt. Of several beliefs at one step, the last
        counts.

        Parameters
        ----------
        submission_id : made up by the learner's page, one for each submission
        step : the step at which the learner gave it, as in `LearnerCase.step`

        Raises
        ------
        ClassError
            After the reveal, before the class began or after it ended, or for a step that was not reached.
        ClassLimit
            If there are too many.
        """
        return self._keep(submission_id, key, step, BELIEF, to_text(belief.to_plain()))

    def reflect(self, submission_id: str, key: str, reflection: Reflection) -> Receipt:
        """Keep a structured reflection; see `submit`."""
        return self._keep(submission_id, key, None, REFLECTION, to_text(reflection.to_plain()))

    def finish(self, request_id: str, key: str) -> Receipt:
        """Record that the learner is done with a case; see `submit`."""
        return self._keep(request_id, key, None, FINISH, "{}")

    def next_finding(self, request_id: str, key: str) -> LearnerView:
        """Return the view with the next finding revealed, in a self-run class.

        Raises
        ------
        ClassError
            In a paced class, before a belief for what is known, or when nothing is left.
        """
        return self._ask(request_id, key, None)

    def ask(self, request_id: str, key: str, item: str) -> LearnerView:
        """Return the view with one item asked for, in a self-run class.

        Raises
        ------
        ClassError
            As `next_finding`; PracticeError or UnknownNode if the item cannot be asked for.
        """
        return self._ask(request_id, key, item)

    def revealed(self, key: str) -> RevealedCase:
        """Return the whole case and the room's last beliefs without names.

        Raises
        ------
        NotRevealed
            Before the instructor reveals it.
        """
        with self.database.read() as connection:
            row, one = the_class(connection, self.class_id), case_at(connection, self.class_id, key)
            if not one.revealed:
                raise NotRevealed("the answer to this case is not revealed yet.")
            everyone = traces(connection, self.network, row, one)
        last = [last_belief(trace) for trace in everyone]
        return RevealedCase(key, one.case, tuple(sorted((b for b in last if b), key=lambda b: b.ranking)))

    def session(self, key: str) -> PracticeSession:
        """Return the learner's own work on a revealed case, for `model.teaching.debrief`.

        Raises
        ------
        NotRevealed
        """
        with self.database.read() as connection:
            row, one = the_class(connection, self.class_id), case_at(connection, self.class_id, key)
            if not one.revealed:
                raise NotRevealed("the answer to this case is not revealed yet.")
            trace = self._trace(connection, row, one)
        return session_of(self.network, one.case, with_closed_tail(trace))

    def reflection(self, key: str) -> Reflection | None:
        """Return the learner's own reflection on a case, None where there is none."""
        with self.database.read() as connection:
            row, one = the_class(connection, self.class_id), case_at(connection, self.class_id, key)
            return self._trace(connection, row, one).reflection

    def _pulse(self) -> Pulse:
        people = select(func.count()).select_from(learners).where(learners.c.class_id == self.class_id)
        with self.database.read() as connection:
            row = the_class(connection, self.class_id)
            return Pulse(row.version, row.status, row.paced, int(connection.execute(people).scalar_one()))

    def _me(self, connection: Connection, lock: bool = False) -> Row[Any]:
        query = select(learners).where(learners.c.id == self.id)
        found = connection.execute(query.with_for_update() if lock else query).one_or_none()
        if found is None:
            raise NoSuchLearner("this link opens no class any more.")
        return found

    def _trace(self, connection: Connection, row: Row[Any], one: CaseRow) -> LearnerTrace:
        return traces(connection, self.network, row, one, only=self.id)[0]

    def _keep(self, submission_id: str, key: str, step: int | None, kind: str, content: str) -> Receipt:
        """Write one submission, or find the one that was written under this id."""
        named = client_id(submission_id)
        return self.database.run(
            lambda connection: self._written(connection, named, key, step, kind, content)
        )

    def _written(
        self, connection: Connection, named: str, key: str, step: int | None, kind: str, content: str
    ) -> Receipt:
        """Write one submission inside a transaction; see `_keep`."""
        earlier = self._kept(connection, named)
        if earlier is not None:
            return Receipt(named, earlier, repeated=True)
        one = case_at(connection, self.class_id, key, share=True)
        row = the_class(connection, self.class_id)
        reached = reached_step(connection, row, one, self.id)
        at = reached if step is None else step
        check_open(row, one)
        if not 0 <= at <= reached:
            raise ClassError("this step was not reached yet. Reload the page.")
        if self._many(connection, one) >= count("most_submissions_per_case"):
            raise ClassLimit("that is more than one case can take.")
        # Two arrivals of one id at the same moment: the second finds the first and adds nothing.
        writer = insert_sqlite if self.database.is_sqlite else insert_postgresql
        added = connection.execute(
            writer(submissions)
            .values(
                learner_id=self.id, class_case_id=one.id, client_id=named, kind=kind, step=at,
                content=content, created_at=int(self.clock()),
            )
            .on_conflict_do_nothing()
            .returning(submissions.c.id)
        ).scalar_one_or_none()  # fmt: skip
        return Receipt(named, at, repeated=added is None)

    def _finished(self, connection: Connection) -> frozenset[int]:
        """Return the ids of the cases that the learner is done with."""
        mine = (submissions.c.learner_id == self.id) & (submissions.c.kind == FINISH)
        return frozenset(connection.execute(select(submissions.c.class_case_id).where(mine)).scalars())

    def _kept(self, connection: Connection, named: str) -> int | None:
        """Return the step of the submission with this id."""
        step: int | None = connection.execute(
            select(submissions.c.step).where(
                submissions.c.learner_id == self.id, submissions.c.client_id == named
            )
        ).scalar_one_or_none()
        return step

    def _many(self, connection: Connection, one: CaseRow) -> int:
        query = select(func.count()).select_from(submissions)
        mine = (submissions.c.learner_id == self.id) & (submissions.c.class_case_id == one.id)
        return int(connection.execute(query.where(mine)).scalar_one())

    def _ask(self, request_id: str, key: str, item: str | None) -> LearnerView:
        """Write one request of a self-run class; the same id again, or the same item, changes nothing."""
        named = client_id(request_id)
        with self.database.write() as connection:
            self._me(connection, lock=True)  # one request of a learner at a time
            mine = asked.c.learner_id == self.id
            if not connection.execute(select(asked.c.id).where(mine, asked.c.client_id == named)).first():
                row, one = the_class(connection, self.class_id), case_at(connection, self.class_id, key)
                check_open(row, one)
                if row.paced:
                    raise ClassError("in this class the instructor reveals the findings.")
                trace = self._trace(connection, row, one)
                known = next_known(self.network, one, trace, item)
                connection.execute(
                    insert(asked).values(
                        learner_id=self.id, class_case_id=one.id, client_id=named,
                        number=len(trace.stages), item=known, in_turn=item is None,
                    )
                )  # fmt: skip
        return self.view(key)
