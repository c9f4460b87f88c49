"""A differential that remembers: one click asks for the same case in several places, a class in many."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from model.differential import Differential
from model.evidence import Evidence
from model.result import Answer

if TYPE_CHECKING:
    from model.explanation import Explanation
    from model.questions import NextQuestions
    from model.uncertainty import CredibleDifferential

T = TypeVar("T")
MOST_KEPT = 256


@dataclass
class _Kept:
    """One result, None until it is worked out: by whoever has the turn, while the others wait for it."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    result: Any = None


@dataclass(frozen=True)
class Remembering(Differential):
    """A differential with its latest results; results never change.

    Remembered are posteriors, intervals, reasons and next questions. What was refused is asked again. A copy
    that `dataclasses.replace` makes of it, perhaps with another network, begins with nothing.

    Parameters
    ----------
    most : results kept; the one asked for longest ago goes first
    around : makes a block in which one result is worked out, as one that waits for a turn
    """

    most: int = MOST_KEPT
    around: Callable[[], AbstractContextManager[None]] = nullcontext
    _kept: OrderedDict[Hashable, _Kept] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    @classmethod
    def what(
        cls, ddx: Differential, around: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> Remembering:
        """Return a differential that asks the same engine and remembers."""
        return cls(ddx.network, ddx.engine, ddx.folder, around=around)

    def query(self, evidence: Mapping[str, Any] | Evidence | None = None, complaint: bool = True) -> Answer:
        """See `Differential.query`."""
        return self._once("query", evidence, (complaint,), super().query)

    def explain(
        self,
        evidence: Mapping[str, Any] | Evidence | None,
        cause: str,
        against: str | None = None,
        complaint: bool = True,
    ) -> Explanation:
        """See `Differential.explain`."""
        return self._once("explain", evidence, (cause, against, complaint), super().explain)

    def next_questions(
        self,
        evidence: Mapping[str, Any] | Evidence | None = None,
        kind: str | None = None,
        about: str | None = None,
        complaint: bool = True,
    ) -> NextQuestions:
        """See `Differential.next_questions`."""
        return self._once("next", evidence, (kind, about, complaint), super().next_questions)

    def credible(
        self,
        evidence: Mapping[str, Any] | Evidence | None = None,
        draws: int = 1000,
        seed: int = 0,
        complaint: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> CredibleDifferential:
        """See `Differential.credible`; `progress` is told only where the draws are made anew."""
        ask = partial(super().credible, progress=progress)
        return self._once("credible", evidence, (draws, seed, complaint), ask)

    def _once(
        self,
        what: str,
        evidence: Mapping[str, Any] | Evidence | None,
        rest: tuple[Any, ...],
        ask: Callable[..., T],
    ) -> T:
        """Return the result of asking, remembered where the same was asked of the same findings."""
        read = Evidence.of(self.network, evidence)
        key = (what, tuple(read.findings.items()), read.paused, rest)
        with self._lock:
            kept = self._kept.setdefault(key, _Kept())
            self._kept.move_to_end(key)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        if kept.result is None:
            with self.around(), kept.turn:  # who waits for a result must not keep its author from a turn
                if kept.result is None:
                    kept.result = ask(read, *rest)
        found: T = kept.result
        return found
