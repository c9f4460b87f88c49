"""What follows after the bars, in the background: how sure they are, and whether the findings fit together.

One worker serves all sessions, so that it can never take more than one core from the clicks. A session waits
for its last case only: what it asked before and is not begun yet is dropped.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock, main_thread

import streamlit as st

from model import Differential, Evidence
from model.errors import DiagnosisError
from model.fit import Fit
from model.uncertainty import CredibleDifferential
from views.explore.answers import Case, case_of
from views.shared import session
from views.shared.engine import differential

DRAWS = 1000
KEPT = 64
"""Cases whose draws are remembered, some 140 kB each."""
WAITED_FOR = "afterthoughts"
EVERY, FOR_EACH_WAITING = 0.7, 0.15
"""Seconds between two looks at whether the background is done: at least, and for each case on the desk."""


@dataclass(frozen=True)
class Afterthoughts:
    """`credible` is None where there is nothing to draw from; then `because` says why."""

    fit: Fit
    credible: CredibleDifferential | None
    because: str = ""


class Closing(Exception):
    """The server is being stopped."""


class Desk:
    """Where cases are worked on, one after the other."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nocturne-afterthoughts")
        self._lock = Lock()
        self._found: OrderedDict[Case, Afterthoughts] = OrderedDict()
        self._waiting = 0
        self.progress: tuple[int, int] | None = None
        """Draws made and wanted, while they are made: once for a network."""

    def found(self, case: Case) -> Afterthoughts | None:
        """Return what was found about a case, None where it is not done yet."""
        with self._lock:
            if case in self._found:
                self._found.move_to_end(case)
            return self._found.get(case)

    def ask(self, ddx: Differential, evidence: Evidence) -> Future[Afterthoughts]:
        """Put a case on the desk."""
        with self._lock:
            self._waiting += 1
        asked = self._worker.submit(self.now, ddx, evidence)
        asked.add_done_callback(self._taken_off)
        return asked

    def _taken_off(self, _: Future[Afterthoughts]) -> None:
        with self._lock:
            self._waiting -= 1

    def look_again(self) -> float:
        """Return the seconds until it is worth looking again: many who wait look less often."""
        return max(EVERY, self._waiting * FOR_EACH_WAITING)

    def now(self, ddx: Differential, evidence: Evidence) -> Afterthoughts:
        """Return the afterthoughts on a possible case, worked out here and now if need be."""
        case = case_of(evidence)
        found = self.found(case) or self._think(ddx, evidence)
        with self._lock:
            self._found[case] = found
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return found

    def _think(self, ddx: Differential, evidence: Evidence) -> Afterthoughts:
        fit = ddx.fit(evidence)
        try:
            return Afterthoughts(fit, ddx.credible(evidence, DRAWS, progress=self._tell))
        except DiagnosisError as error:
            return Afterthoughts(fit, None, str(error))
        finally:
            self.progress = None

    def _tell(self, made: int, wanted: int) -> None:
        self.progress = (made, wanted)
        if not main_thread().is_alive():
            raise Closing  # whoever stops the server does not wait for the draws


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Return the one desk of this server."""
    return Desk()


def found(evidence: Evidence) -> Afterthoughts | None:
    """Return the afterthoughts on a possible case, None while they are worked out."""
    return desk().found(case_of(evidence))


def ask(evidence: Evidence) -> None:
    """Have a possible case worked on; what this session asked before is dropped if it is not begun."""
    waiting: Future[Afterthoughts] | None = session.held(WAITED_FOR)
    if waiting is not None:
        waiting.cancel()
    session.hold(WAITED_FOR, desk().ask(differential(), evidence))


def check() -> None:
    """Raise what went wrong in the background, if anything did."""
    waiting: Future[Afterthoughts] | None = session.held(WAITED_FOR)
    if waiting is not None and waiting.done() and not waiting.cancelled():
        waiting.result()
