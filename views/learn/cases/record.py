"""The case that a learner practises with, and what was finished before: one immutable record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from model.errors import DiagnosisError
from model.teaching.belief import Belief
from model.teaching.cases import Case
from model.teaching.debrief import Debrief, debrief
from model.teaching.practice import PracticeSession
from model.teaching.progress import Progress
from model.teaching.reflection import Reflection
from views.shared import session
from views.shared.engine import built_in

KEY, FRAGMENT = "practice", "cases"


@dataclass(frozen=True)
class PracticeRecord:
    """The case at hand (None: choosing), its feedback once it is finished, and the progress so far.

    `twin` is the other case of a contrast pair, to come next. `number` counts the cases begun, so that the
    widgets of one case are never those of another. `message` is what the last step could not do.
    """

    session: PracticeSession | None = None
    feedback: Debrief | None = None
    progress: Progress = field(default_factory=Progress)
    twin: Case | None = None
    number: int = 0
    message: str = ""


def record() -> PracticeRecord:
    """Return the record of this session."""
    held: PracticeRecord = session.held(KEY, PracticeRecord())
    return held


def begin(case: Case, twin: Case | None = None) -> None:
    """Callback: begin a case, and keep the other one of its pair for afterwards."""
    held = record()
    started = PracticeSession.start(built_in().network, case)
    _hold(replace(held, session=started, feedback=None, twin=twin, number=held.number + 1, message=""))


def leave() -> None:
    """Callback: go back to the choice of cases; a case that was not finished is dropped."""
    _hold(replace(record(), session=None, feedback=None, twin=None, message=""))


def commit(belief: Belief) -> None:
    """Callback: commit to a belief for what is known."""
    _step(lambda practice: practice.commit(belief))


def next_finding() -> None:
    """Callback: have the next finding revealed."""
    _step(PracticeSession.next_finding)


def ask_from(key: str) -> None:
    """Callback of a widget: ask for the item that it holds."""
    item = session.held(key)
    session.hold(key, None)
    if item is not None:
        _step(lambda practice: practice.ask(item))


def stop() -> None:
    """Callback: ask for nothing more."""
    _step(PracticeSession.stop)


def refuse(message: str) -> None:
    """Say why no case could be begun."""
    _hold(replace(record(), message=message))


def finish(reflection: Reflection | None) -> None:
    """Work the feedback out and keep the case in the progress."""
    held = record()
    if held.session is None:
        return
    found = debrief(built_in(), held.session, reflection=reflection)
    progress = held.progress.with_record(found.record(date.today().isoformat()))
    _hold(replace(held, feedback=found, progress=progress))


def use_progress(progress: Progress) -> None:
    """Go on from a progress that was kept in a file."""
    _hold(replace(record(), progress=progress))


def _step(step: Any) -> None:
    """Take one step of the session; what is out of turn is said, not raised."""
    held = record()
    if held.session is None:
        return
    try:
        _hold(replace(held, session=step(held.session), message=""))
    except DiagnosisError as error:
        _hold(replace(held, message=str(error)))


def _hold(held: PracticeRecord) -> None:
    session.hold(KEY, held)
