"""The mistakes a teacher or learner can make, all children of one root."""

from __future__ import annotations

from collections.abc import Sequence

from network.errors import DiagnosisError, Fault


class TeachingError(DiagnosisError):
    """Root of the errors of teaching; the message can be shown as it is."""


class CaseError(TeachingError):
    """Cases that cannot be read; carries every fault found, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = f"{len(self.faults)} faults" if len(self.faults) > 1 else "1 fault"
        super().__init__(f"{count} in the cases:\n" + "\n".join(f"  {fault}" for fault in self.faults))


class BeliefError(TeachingError):
    """A learner's numbers that cannot be read."""


class PracticeError(TeachingError):
    """A step of a practice session that is out of turn."""


class ProgressError(TeachingError):
    """A progress file that cannot be read."""


class ClassError(TeachingError):
    """Something that a class does not allow."""


class WrongCode(ClassError):
    """A class code, or a code and secret, that open nothing."""


class TooManyTries(ClassError):
    """Too many wrong tries; `seconds` says when to try again."""

    def __init__(self, message: str, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(message)


class NoSuchLearner(ClassError):
    """A learner's token that opens nothing."""


class NotRevealed(ClassError):
    """The answer was asked for before the instructor revealed it."""


class ClassLimit(ClassError):
    """A size or count above what a class holds."""


class StoreError(ClassError):
    """A class store that cannot be opened."""
