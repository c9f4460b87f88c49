"""`debrief`: everything to say about one finished session: what, why, and how sure the network is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from model.evidence import UNKNOWN
from model.safety import MustAsk
from model.teaching.belief import Belief
from model.teaching.cases import all_causes
from model.teaching.errors import PracticeError
from model.teaching.path import Path, path
from model.teaching.practice import PracticeSession
from model.teaching.records import CaseRecord, record_of
from model.teaching.reflection import Comparison, Reflection, compare
from model.teaching.remarks import Remark, notice, remarks
from model.teaching.revisions import Reaction, Revision, reaction_of, revisions
from model.teaching.scores import Scores, expected_brier, score
from model.teaching.track import DRAWS, Track, track
from model.urgency import Urgency

if TYPE_CHECKING:
    from model.differential import Differential


@dataclass(frozen=True)
class Closure:
    """Premature closure: why asking should have gone on, and what the case could have answered.

    `because` is "ask_first", "order", "urgency" or "advice", as in `model.stopping`.
    """

    because: str
    items: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Debrief:
    """What one session showed. `remarks` come in the order in which they are worth reading."""

    session: PracticeSession = field(repr=False)
    track: Track = field(repr=False)
    revisions: tuple[Revision, ...]
    reaction: Reaction
    scores: Scores
    safety: tuple[MustAsk, ...]
    closure: Closure | None
    path: Path
    reflection: Comparison | None
    urgency: Urgency
    remarks: tuple[Remark, ...]
    notice: str
    contradiction: tuple[str, ...]

    def record(self, when: str) -> CaseRecord:
        """Return what goes into the learner's progress; `when` is a date as text."""
        return record_of(self, when)


def debrief(
    ddx: Differential,
    session: PracticeSession,
    draws: int = DRAWS,
    reflection: Reflection | None = None,
) -> Debrief:
    """Return the feedback for a session; findings that clash are reported and passed over.

    Parameters
    ----------
    draws : draws behind the network's intervals; 0 leaves them out, and then only clear differences are named
    reflection : the learner's lists about one cause, optional

    Raises
    ------
    PracticeError
        Before any belief was committed to.
    """
    if session.belief is None:
        raise PracticeError("there is nothing to say before you committed to a belief.")
    beside = track(ddx, session, draws)
    made = revisions(session.beliefs, beside)
    clash = next((step.clash for step in beside.steps if step.clash), ())
    closure, safety = _left_open(ddx, session, beside)
    compared = None
    if reflection is not None and beside.last is not None:
        compared = compare(ddx, beside.last.evidence, reflection)
    found = Debrief(
        session=session,
        track=beside,
        revisions=made,
        reaction=reaction_of(made),
        scores=scores(ddx, session, session.belief, beside),
        safety=safety,
        closure=closure,
        path=path(ddx, session.case),
        reflection=compared,
        urgency=ddx.urgency(session.evidence),
        remarks=(),
        notice=notice(),
        contradiction=clash,
    )
    return replace(found, remarks=remarks(ddx, found))


def scores(ddx: Differential, session: PracticeSession, belief: Belief, beside: Track) -> Scores:
    """Return the learner's scores beside the network's at the same findings."""
    answer = session.case.answer
    causes = all_causes(ddx.network)
    last = beside.last
    return Scores(
        learner=score({cause: belief.point(cause) for cause in causes}, answer),
        network=None if last is None else score(last.due_to, answer),
        start=score(beside.start, answer),
        expected_brier=None if last is None else expected_brier(last.due_to),
    )


def _left_open(
    ddx: Differential, session: PracticeSession, beside: Track
) -> tuple[Closure | None, tuple[MustAsk, ...]]:
    """Return what should have kept the learner asking, and the safety items that were not asked.

    Only what the case can answer counts: nobody closes too early on what cannot be known.
    """
    if beside.last is None:
        return None, ()
    asked = ddx.next_questions(beside.last.evidence)
    safety = tuple(must for must in asked.must_ask if must.item not in session.evidence)
    known = {finding.item for finding in session.case.findings}
    evidence = beside.last.evidence
    while asked.must_ask and not known & {must.item for must in asked.must_ask}:
        # What the case cannot answer hides what else would have mattered.
        for must in asked.must_ask:
            evidence = evidence.with_finding(must.item, UNKNOWN)
        asked = ddx.next_questions(evidence)
    mattered = tuple(item for item in asked.stop.items if item in known and item not in session.evidence)
    if asked.stop.stop or not mattered:
        return None, safety
    return Closure(asked.stop.because, mattered, asked.stop.reason), safety
