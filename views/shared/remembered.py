"""The latest answers of one network, shared by all sessions that ask it; they go when the network goes."""

from __future__ import annotations

import threading
from collections import OrderedDict

from model import Answer, Differential, Evidence

MOST_ANSWERS = 256


class Remembered:
    """A differential with the answers it gave last.

    Parameters
    ----------
    ddx : Differential
    most : int
        Answers kept; the one asked for longest ago goes first.
    """

    def __init__(self, ddx: Differential, most: int = MOST_ANSWERS) -> None:
        self.ddx = ddx
        self._most = most
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, word: str, evidence: Evidence) -> Answer:
        """Return the answer to a case; answers are immutable.

        Parameters
        ----------
        word : str
            Spells the case, and nothing but this case.

        Raises
        ------
        ImpossibleEvidence, TooWide
        """
        with self._lock:
            if word in self._kept:
                self._kept.move_to_end(word)
                return self._kept[word]
        found = self.ddx.query(evidence)
        with self._lock:
            self._kept[word] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found
