"""`Instructor`: what the holder of a class's secret may see and do.

Every change names the moment the instructor saw. Where the class has moved on since (a second click, a second
window), nothing is changed and the present moment comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, update

from model.teaching.belief import Belief
from model.teaching.classes.database import Database
from model.teaching.classes.schema import class_cases, classes
from model.teaching.classes.seen import CLOSED, RUNNING, WAITING, LearnerTrace, Moment, Room, RoomLearner
from model.teaching.classes.traces import CaseRow, case_at, cases_of, moment_of, the_class, traces
from model.teaching.errors import ClassError
from model.teaching.track import DRAWS
from network.structure import Network

if TYPE_CHECKING:
    from model.differential import Differential
    from model.teaching.classes.sheet import Sheet


@dataclass(frozen=True)
class Instructor:
    """The instructor of one class."""

    database: Database = field(repr=False)
    network: Network = field(repr=False)
    class_id: int
    clock: Callable[[], float] = field(repr=False)

    def moment(self) -> Moment:
        """Return where the class stands: cheap, to poll."""
        with self.database.read() as connection:
            return self._moment(connection)

    def cases(self) -> tuple[CaseRow, ...]:
        """Return the cases of the class in order, answers included."""
        with self.database.read() as connection:
            return tuple(cases_of(connection, self.class_id))

    def room(self, key: str | None = None) -> Room:
        """Return who is here and what they believe about a case, by default the one the class is at."""
        with self.database.read() as connection:
            row = the_class(connection, self.class_id)
            rows = cases_of(connection, self.class_id)
            one = case_at(connection, self.class_id, key) if key else rows[min(row.position, len(rows) - 1)]
            everyone = traces(connection, self.network, row, one)
        beliefs = [(trace.number, _shown(trace, row.paced and not one.revealed)) for trace in everyone]
        given = {number for number, belief in beliefs if belief is not None}
        return Room(
            code=row.code,
            title=row.title,
            moment=moment_of(row, rows),
            key=one.key,
            case=one.case,
            learners=tuple(
                RoomLearner(trace.number, trace.name, trace.number in given, trace.finished)
                for trace in everyone
            ),
            beliefs=tuple((number, belief) for number, belief in beliefs if belief is not None),
        )

    def traces(self, key: str) -> tuple[LearnerTrace, ...]:
        """Return everything each learner did with one case."""
        with self.database.read() as connection:
            row, one = the_class(connection, self.class_id), case_at(connection, self.class_id, key)
            return tuple(traces(connection, self.network, row, one))

    def start(self, moment: Moment) -> Moment:
        """Begin the class: learners see the first case, or all of them in a self-run class."""
        return self._change(moment, {"status": RUNNING}, moment.status == WAITING)

    def advance(self, moment: Moment) -> Moment:
        """Reveal the next finding of a paced class; nothing happens after the last."""
        able = moment.paced and moment.status == RUNNING and moment.step < moment.n_steps
        return self._change(moment, {"step": moment.step + 1}, able and not moment.revealed)

    def next_case(self, moment: Moment) -> Moment:
        """Go to the next case of a paced class; nothing happens after the last."""
        able = moment.paced and moment.status == RUNNING and moment.position + 1 < moment.n_cases
        return self._change(moment, {"position": moment.position + 1, "step": 0}, able)

    def reveal(self, moment: Moment, key: str | None = None) -> Moment:
        """Reveal the answer of a case, by default the one the class is at; it takes no more answers then."""
        with self.database.write() as connection:
            row = the_class(connection, self.class_id, lock=True)
            rows = cases_of(connection, self.class_id)
            here = key or rows[min(row.position, len(rows) - 1)].key
            one = case_at(connection, self.class_id, here)
            if row.version == moment.version and row.status != WAITING and not one.revealed:
                connection.execute(
                    update(class_cases)
                    .where(class_cases.c.id == one.id)
                    .values(revealed_at=int(self.clock()))
                )
                self._set(connection, moment, {})
            return self._moment(connection)

    def close(self, moment: Moment) -> Moment:
        """End the class: nothing more is taken, everything can still be looked at."""
        return self._change(moment, {"status": CLOSED, "joining": False}, moment.status != CLOSED)

    def joining(self, open_to_all: bool) -> None:
        """Let learners join, or close the door; those who are in stay in."""
        with self.database.write() as connection:
            the_class(connection, self.class_id, lock=True)
            self._always(connection, {"joining": open_to_all})

    def new_code(self) -> str:
        """Return a new code for joining; the old one opens nothing any more."""
        from model.teaching.classes.store import free_code

        with self.database.write() as connection:
            code = free_code(connection)
            self._always(connection, {"code": code})
        return code

    def delete(self) -> None:
        """Delete the class and everything of it at once."""
        with self.database.write() as connection:
            connection.execute(delete(classes).where(classes.c.id == self.class_id))

    def results_csv(self, ddx: Differential) -> str:
        """Return one row for each learner, case, step and cause; see `model.teaching.classes.results`."""
        from model.teaching.classes.results import results_csv

        return results_csv(ddx, self)

    def sheet(self, ddx: Differential, draws: int = DRAWS) -> Sheet:
        """Return the debrief sheet; see `model.teaching.classes.sheet`."""
        from model.teaching.classes.sheet import sheet

        return sheet(ddx, self, draws)

    def _change(self, moment: Moment, values: dict[str, Any], able: bool) -> Moment:
        """Change the class if it still stands where the instructor saw it; return where it stands."""
        with self.database.write() as connection:
            if able:
                self._set(connection, moment, values)
            return self._moment(connection)

    def _set(self, connection: Connection, moment: Moment, values: dict[str, Any]) -> None:
        connection.execute(
            update(classes)
            .where(classes.c.id == self.class_id, classes.c.version == moment.version)
            .values(version=moment.version + 1, **values)
        )

    def _always(self, connection: Connection, values: dict[str, Any]) -> None:
        done = connection.execute(update(classes).where(classes.c.id == self.class_id).values(**values))
        if not done.rowcount:
            raise ClassError("this class is no longer there. It was deleted, or its time was over.")

    def _moment(self, connection: Connection) -> Moment:
        row: Row[Any] = the_class(connection, self.class_id)
        return moment_of(row, cases_of(connection, self.class_id))


def _shown(trace: LearnerTrace, paced: bool) -> Belief | None:
    """Return the belief to show: at the present step of a paced class, else the last one."""
    if paced:
        return trace.stages[-1][1]
    return next((belief for _, belief in reversed(trace.stages) if belief is not None), None)
