"""What follows after the bars: how sure they are, and whether the findings fit together.

It is worked out in the run that drew the bars, right after them, so that a click never meets a redraw that
nobody asked for. Only the draws of a network, which take seconds once, are made in the background. One
session at a time is served, and none while many click: then the bars come first and the rest is left for
later.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Lock, main_thread

import streamlit as st

from model import Differential, Evidence
from model.draws import Draws
from model.errors import DiagnosisError
from model.fit import Fit
from model.uncertainty import CredibleDifferential
from views.explore.answers import Case, case_of
from views.shared import session
from views.shared.engine import differential

DRAWS = 300
"""The ends of an interval differ by about two percentiles between two such sets; a click hardly waits."""
KEPT = 64
"""Cases whose draws are remembered, some 40 kB each."""
PATIENCE_S = 2.0
"""How long bars wait for draws that are only read from the disk; making them takes longer."""
MOST_AT_WORK, LATELY_S = 4, 3.0
"""How many sessions may have clicked in the last seconds. Intervals cost as much as several clicks: for every
click of a crowd they would keep all of them waiting for their bars."""
MOST_NETWORKS = 4
"""Networks whose draws are being made or are ready."""


@dataclass(frozen=True)
class Afterthoughts:
    """`credible` is None where there is nothing to draw from; then `because` says why."""

    fit: Fit
    credible: CredibleDifferential | None
    because: str = ""


class Closing(Exception):
    """The server is being stopped."""


class Desk:
    """Where cases are worked on, one at a time."""

    def __init__(self) -> None:
        self._busy = Lock()
        self._lock = Lock()
        self._clicked: dict[str, float] = {}
        self._found: OrderedDict[Case, Afterthoughts] = OrderedDict()
        self._draws: OrderedDict[str, Future[Draws]] = OrderedDict()

    def found(self, case: Case) -> Afterthoughts | None:
        """Return what was found about a case, None where it was not worked on."""
        with self._lock:
            if case in self._found:
                self._found.move_to_end(case)
            return self._found.get(case)

    def ready(self, ddx: Differential) -> bool:
        """Return whether the draws of a network are made; the first who asks has them begun or read.

        Not before the kernels are compiled: without them a click would wait seconds for its afterthoughts.
        """
        if ddx.awaits_kernels:
            return False
        with self._lock:
            name = ddx.network.hash
            if name not in self._draws:
                try:
                    self._draws[name] = ddx.start_draws(DRAWS, progress=_go_on)
                except DiagnosisError:
                    return True  # a network without figures: `now` says why there is no interval
                while len(self._draws) > MOST_NETWORKS:
                    self._draws.popitem(last=False)
            draws = self._draws[name]
        wait((draws,), PATIENCE_S)
        return draws.done()

    def if_free(self, ddx: Differential, evidence: Evidence, who: str) -> Afterthoughts | None:
        """Return the afterthoughts on a possible case; None while another session is served or many click."""
        if self._is_crowded(who) or not self._busy.acquire(blocking=False):
            return None
        try:
            return self.now(ddx, evidence)
        finally:
            self._busy.release()

    def _is_crowded(self, who: str) -> bool:
        """Note the click of a session; return whether many sessions have clicked lately."""
        now = time.monotonic()
        with self._lock:
            self._clicked[who] = now
            self._clicked = {one: when for one, when in self._clicked.items() if now - when < LATELY_S}
            return len(self._clicked) > MOST_AT_WORK

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
            return Afterthoughts(fit, ddx.credible(evidence, DRAWS))
        except DiagnosisError as error:
            return Afterthoughts(fit, None, str(error))


def _go_on(made: int, wanted: int) -> None:
    """Stop making draws once the server is being stopped: whoever stops it does not wait for them."""
    if not main_thread().is_alive():
        raise Closing


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Return the one desk of this server."""
    return Desk()


def found(evidence: Evidence) -> Afterthoughts | None:
    """Return the afterthoughts on a possible case, None where there are none yet."""
    return desk().found(case_of(evidence))


def ready() -> bool:
    """Return whether intervals can be worked out at once."""
    return desk().ready(differential())


def if_free(evidence: Evidence) -> Afterthoughts | None:
    """Return the afterthoughts on a possible case; None while another session is served or many click."""
    return desk().if_free(differential(), evidence, session.name())
