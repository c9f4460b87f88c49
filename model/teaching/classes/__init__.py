"""The class store: an instructor, a room of learners, nothing lost. SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from model.teaching.classes.instructor import Instructor
from model.teaching.classes.learner import Learner
from model.teaching.classes.seen import (
    CaseTab,
    Joined,
    JoinForm,
    LearnerCase,
    LearnerTrace,
    LearnerView,
    Moment,
    OpenedClass,
    Pulse,
    Receipt,
    RevealedCase,
    Room,
    RoomLearner,
)
from model.teaching.classes.store import ClassStore

__all__ = [
    "CaseTab",
    "ClassStore",
    "Instructor",
    "JoinForm",
    "Joined",
    "Learner",
    "LearnerCase",
    "LearnerTrace",
    "LearnerView",
    "Moment",
    "OpenedClass",
    "Pulse",
    "Receipt",
    "RevealedCase",
    "Room",
    "RoomLearner",
]
