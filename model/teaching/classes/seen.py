"""What a class shows to whom. A learner's types have no field for the answer or for others' numbers."""

from __future__ import annotations

from dataclasses import dataclass

from model.teaching.belief import Belief
from model.teaching.cases import Case
from model.teaching.practice import Known
from model.teaching.reflection import Reflection

WAITING, RUNNING, CLOSED = "waiting", "running", "closed"


@dataclass(frozen=True)
class JoinForm:
    """All that a code opens: enough to see that it is the right class."""

    title: str
    paced: bool


@dataclass(frozen=True)
class OpenedClass:
    """A new class. The secret is not kept and cannot be shown again."""

    code: str
    secret: str


@dataclass(frozen=True)
class Joined:
    """A new learner. The token goes into the learner's own address; it is not kept."""

    token: str
    number: int


@dataclass(frozen=True)
class Moment:
    """Where a class stands; whoever changes it names the moment they saw.

    `version` grows with every change. `step` counts the findings revealed in turn. `revealed` is about the
    case at `position`.
    """

    version: int
    status: str
    paced: bool
    position: int
    step: int
    n_cases: int
    n_steps: int
    revealed: bool


@dataclass(frozen=True)
class Pulse:
    """What a learner's page looks at again and again: whether the class has moved on, and how many are in it.

    It may be half a second old. `version`, `status` and `paced` are those of `Moment`.
    """

    version: int
    status: str
    paced: bool
    learners: int


@dataclass(frozen=True)
class Receipt:
    """A submission is on the disk. `repeated` where this id had arrived before: then the first one counts."""

    submission_id: str
    step: int
    repeated: bool


@dataclass(frozen=True)
class CaseTab:
    """One case in a learner's list. `key` names it and holds nothing."""

    key: str
    position: int
    title: str
    finished: bool
    revealed: bool


@dataclass(frozen=True)
class LearnerCase:
    """One case as a learner may see it before the answer is revealed.

    `belief` is the learner's own last one, `committed` whether it was given at this step. `left` counts the
    findings that are still to be revealed in turn.
    """

    key: str
    title: str
    setting: str
    vignette: str
    known: tuple[Known, ...]
    step: int
    left: int
    can_ask: bool
    belief: Belief | None
    committed: bool
    finished: bool
    revealed: bool


@dataclass(frozen=True)
class LearnerView:
    """Everything that a learner's page gets. `case` is None while the class waits."""

    title: str
    paced: bool
    status: str
    version: int
    number: int
    name: str
    cases: tuple[CaseTab, ...]
    case: LearnerCase | None


@dataclass(frozen=True)
class RevealedCase:
    """A case after the reveal: the whole case, and the last beliefs of the room without names."""

    key: str
    case: Case
    beliefs: tuple[Belief, ...]


@dataclass(frozen=True)
class RoomLearner:
    """One learner in the instructor's list; `submitted` and `finished` are about the case shown."""

    number: int
    name: str
    submitted: bool
    finished: bool


@dataclass(frozen=True)
class Room:
    """What the instructor sees of one case. `beliefs` holds the last belief of each learner.

    In a paced class these are beliefs at the step shown; in a self-run class, and once the answer is
    revealed, the last ones altogether.
    """

    code: str
    title: str
    moment: Moment
    key: str
    case: Case
    learners: tuple[RoomLearner, ...]
    beliefs: tuple[tuple[int, Belief], ...]


@dataclass(frozen=True)
class LearnerTrace:
    """Everything one learner did with one case, for results and debriefs.

    `stages` holds what was learnt and the last belief for it (None where none was given).
    """

    number: int
    name: str
    stages: tuple[tuple[tuple[Known, ...], Belief | None], ...]
    finished: bool
    reflection: Reflection | None
