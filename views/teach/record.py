"""What this session has to do with classes: whom it teaches, and the class being put together.

A learner's token is in the learner's own address, so that a reload resumes; an instructor's secret is in no
address and is not kept: after a reload it is typed again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from model.teaching.cases import Case
from model.teaching.classes import Instructor, OpenedClass
from views.shared import session

KEY = "teaching"
CODE, SEAT = "class", "seat"
"""Parameters of the address: the code on the board, and a learner's own token."""


@dataclass(frozen=True)
class TeachRecord:
    """The class that is taught, its secret while it is shown once, and the class in the making."""

    instructor: Instructor | None = None
    opened: OpenedClass | None = None
    draft: tuple[Case, ...] = ()
    message: str = ""


def record() -> TeachRecord:
    """Return the record of this session."""
    held: TeachRecord = session.held(KEY, TeachRecord())
    return held


def change(**changes: Any) -> None:
    """Change the record; a message stands until the next change."""
    session.hold(KEY, replace(record(), **({"message": ""} | changes)))


def client() -> str:
    """Return what tells this visitor from another, for counting wrong tries."""
    return session.client_address() or "this machine"


def request_id(key: str) -> str:
    """Return the id of a request: the same until the request went through, so that nothing counts twice."""
    name = f"request-{key}"
    if session.held(name) is None:
        session.hold(name, secrets.token_hex(16))
    found: str = session.held(name)
    return found


def request_done(key: str) -> None:
    """Forget the id of a request that went through."""
    session.forget(f"request-{key}")
