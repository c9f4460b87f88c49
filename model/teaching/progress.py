"""`Progress`: what many finished cases show. Scores are feedback over many cases, never a grade from few."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.teaching.calibration import CalibrationBin, calibration
from model.teaching.cases import all_causes
from model.teaching.errors import ProgressError
from model.teaching.habits import Habits, habits
from model.teaching.records import CaseRecord
from model.teaching.revisions import Reaction, reaction
from model.teaching.rules import count, rule
from model.teaching.tables import to_csv
from model.teaching.wording import say
from network.structure import Network

SCHEMA = 1
MOST_RECORDS = 5000
LARGEST_FILE = 20_000_000


@dataclass(frozen=True)
class HistoryPoint:
    """One case in the history; `mean_brier` is the running mean up to it."""

    number: int
    case: str
    title: str
    kind: str
    when: str
    brier: float
    network_brier: float | None
    start_brier: float
    log_bits: float
    mean_brier: float


@dataclass(frozen=True)
class CauseStrength:
    """How a learner does with one cause: what was stated on average when it was and was not the answer."""

    cause: str
    n_present: int
    n_absent: int
    mean_given_present: float | None
    mean_given_absent: float | None
    brier: float


@dataclass(frozen=True)
class Standing:
    """The mean Brier score with its 90 % range over cases, and how many cases it takes to read it."""

    n: int
    mean: float | None
    low: float | None
    high: float | None
    network_mean: float | None
    needed: int
    enough: bool
    text: str


@dataclass(frozen=True)
class Progress:
    """Finished cases in order. Immutable."""

    records: tuple[CaseRecord, ...] = ()

    def with_record(self, record: CaseRecord) -> Progress:
        """Return the progress with one more case."""
        if len(self.records) >= MOST_RECORDS:
            raise ProgressError(f"a progress holds at most {MOST_RECORDS} cases. Export it and begin anew.")
        return Progress((*self.records, record))

    def calibration(self) -> tuple[CalibrationBin, ...]:
        """Return the calibration curve; see `model.teaching.calibration`."""
        return calibration(self.records)

    def habits(self) -> Habits:
        """Return weights and habits; see `model.teaching.habits`."""
        return habits(self.records)

    def reaction(self) -> Reaction:
        """Return the reaction ratio over all cases."""
        changes = [
            (one.learner, one.network, (position, one.step))
            for position, record in enumerate(self.records)
            for one in record.changes
            if not one.cut
        ]
        return reaction(changes, sum(one.wrong_way for record in self.records for one in record.changes))

    def history(self) -> tuple[HistoryPoint, ...]:
        """Return the scores case by case."""
        points, total = [], 0.0
        for number, one in enumerate(self.records, start=1):
            total += one.brier
            points.append(
                HistoryPoint(
                    number=number,
                    case=one.case,
                    title=one.title,
                    kind=one.kind,
                    when=one.when,
                    brier=one.brier,
                    network_brier=one.network_brier,
                    start_brier=one.start_brier,
                    log_bits=one.log_bits,
                    mean_brier=total / number,
                )
            )
        return tuple(points)

    def strengths(self) -> tuple[CauseStrength, ...]:
        """Return how the learner does with each cause that was ever stated or true."""
        named = [cause for record in self.records for cause in (*record.stated, *record.answer)]
        causes = dict.fromkeys(named)
        return tuple(self._strength(cause) for cause in causes)

    def standing(self) -> Standing:
        """Return the mean Brier score, its range, and how many cases it takes to read it."""
        scores = [record.brier for record in self.records]
        n = len(scores)
        if not n:
            needed = count("fewest_cases")
            return Standing(0, None, None, None, None, needed, False, say("standing_none"))
        mean, half, needed = _mean_range(scores)
        network = [record.network_brier for record in self.records if record.network_brier is not None]
        network_mean = sum(network) / len(network) if network else None
        enough = n >= needed
        words: dict[str, Any] = {"n": n, "needed": needed}
        key = "standing_few"
        if n >= count("fewest_cases"):
            key = "standing" if enough else "standing_wide"
            words |= {
                "mean": f"{mean:.3f}",
                "low": f"{max(0.0, mean - half):.3f}",
                "high": f"{mean + half:.3f}",
            }
            words["network"] = "–" if network_mean is None else f"{network_mean:.3f}"
        finite = math.isfinite(half)
        return Standing(
            n=n,
            mean=mean,
            low=max(0.0, mean - half) if finite else None,
            high=min(1.0, mean + half) if finite else None,
            network_mean=network_mean,
            needed=needed,
            enough=enough,
            text=say(key, **words),
        )

    def to_csv(self) -> str:
        """Return one row for each case, then its stated probabilities; no cell runs in a spreadsheet."""
        causes = list(dict.fromkeys(cause for record in self.records for cause in record.stated))
        fixed = ("number", "when", "case", "title", "kind", "answer", "brier", "network_brier", "start_brier",
                 "log_bits", "cost", "safety_missed", "closed_early")  # fmt: skip
        rows = []
        for number, one in enumerate(self.records, start=1):
            row: dict[str, Any] = {name: getattr(one, name, None) for name in fixed}
            row |= {"number": number, "answer": " ".join(one.answer), "closed_early": int(one.closed_early)}
            rows.append(row | {f"stated_{cause}": one.stated.get(cause) for cause in causes})
        return to_csv((*fixed, *(f"stated_{cause}" for cause in causes)), rows)

    def to_json(self) -> str:
        """Return everything as text that `from_json` reads."""
        plain = {"schema": SCHEMA, "records": [record.to_plain() for record in self.records]}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, network: Network, text: str) -> Progress:
        """Return the progress that `to_json` wrote.

        Raises
        ------
        ProgressError
            Naming what is wrong.
        """
        if len(text) > LARGEST_FILE:
            raise ProgressError("the progress file is too large.")
        try:
            plain = json.loads(text)
        except (ValueError, RecursionError):
            raise ProgressError("this is no progress file: it is not JSON.") from None
        if (
            not isinstance(plain, dict)
            or plain.get("schema") != SCHEMA
            or not isinstance(plain.get("records"), list)
        ):
            raise ProgressError("this is no progress file, or one of another version.")
        if len(plain["records"]) > MOST_RECORDS:
            raise ProgressError(f"a progress holds at most {MOST_RECORDS} cases.")
        causes = all_causes(network)
        return cls(tuple(CaseRecord.from_plain(record, causes) for record in plain["records"]))

    def _strength(self, cause: str) -> CauseStrength:
        present = [r.stated.get(cause, 0.0) for r in self.records if cause in r.answer]
        absent = [r.stated.get(cause, 0.0) for r in self.records if cause not in r.answer]
        squares = [(1 - p) ** 2 for p in present] + [p**2 for p in absent]
        return CauseStrength(
            cause=cause,
            n_present=len(present),
            n_absent=len(absent),
            mean_given_present=sum(present) / len(present) if present else None,
            mean_given_absent=sum(absent) / len(absent) if absent else None,
            brier=sum(squares) / len(squares),
        )


def _mean_range(scores: list[float]) -> tuple[float, float, int]:
    """Return the mean, half its 90 % range, and how many cases make the range as narrow as the rules ask.

    Student's t: half = t * s / sqrt(n), so that n cases are needed where (t s / precision)^2 = n.
    """
    from scipy.special import stdtrit

    n, fewest = len(scores), count("fewest_cases")
    mean = sum(scores) / n
    if n < 2:
        return mean, math.inf, fewest
    spread = float(np.std(scores, ddof=1))
    t = float(stdtrit(n - 1, (1 + rule("interval_level")) / 2))
    far = float(stdtrit(max(n, fewest) - 1, (1 + rule("interval_level")) / 2))
    needed = max(fewest, math.ceil((far * spread / rule("brier_precision")) ** 2))
    return mean, t * spread / math.sqrt(n), needed
