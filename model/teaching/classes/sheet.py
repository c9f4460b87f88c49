"""The debrief sheet of a class: what the room believed, what the network says, what to talk about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.phrases import listed, percent
from model.teaching.belief import Belief
from model.teaching.cases import Case, all_causes, cause_labels, item_label
from model.teaching.classes.seen import LearnerTrace
from model.teaching.classes.traces import session_of, with_closed_tail
from model.teaching.remarks import notice
from model.teaching.revisions import FAULTS, Reaction, Revision, reaction, revisions
from model.teaching.room import Distribution, distribution
from model.teaching.scores import score
from model.teaching.track import DRAWS, Track, track
from model.teaching.wording import say

if TYPE_CHECKING:
    from model.differential import Differential
    from model.teaching.classes.instructor import Instructor

SHOWN = 5
"""Causes and turning points listed for each case."""


@dataclass(frozen=True)
class SheetCase:
    """One case on the sheet.

    `turning_points` lists findings after which most revisions differed from the network's beyond its own
    uncertainty, with how many did and how many were made. `mean_brier` is None where nobody submitted.
    """

    number: int
    case: Case
    answer: str
    n: int
    first_places: tuple[tuple[str, int], ...]
    distribution: Distribution
    reaction: Reaction
    turning_points: tuple[tuple[str, int, int], ...]
    mean_brier: float | None
    network_brier: float | None


@dataclass(frozen=True)
class Sheet:
    """The whole sheet."""

    title: str
    cases: tuple[SheetCase, ...]
    notice: str

    def to_markdown(self) -> str:
        """Return the sheet as Markdown; text from cases and labels is escaped."""
        lines = [f"# {_plain(self.title)}", "", _plain(self.notice)]
        for one in self.cases:
            lines += ["", *_lines(one)]
        return "\n".join(lines) + "\n"


def sheet(ddx: Differential, instructor: Instructor, draws: int = DRAWS) -> Sheet:
    """Return the debrief sheet of a class, answers included.

    Parameters
    ----------
    draws : draws behind the network's intervals; 0 leaves them out
    """
    found = [
        _case(ddx, one.position + 1, one.case, instructor.traces(one.key), draws)
        for one in instructor.cases()
    ]
    return Sheet(instructor.room().title, tuple(found), notice())


def _case(
    ddx: Differential, number: int, case: Case, everyone: tuple[LearnerTrace, ...], draws: int
) -> SheetCase:
    """Return one case of the sheet."""
    labels = cause_labels(ddx.network)
    traced = [with_closed_tail(trace) for trace in everyone]
    last = [belief for trace in traced if (belief := trace.stages[-1][1]) is not None]
    made: list[tuple[int, Revision]] = []
    known: dict[tuple[str, ...], Track] = {}
    for trace in traced:
        session = session_of(ddx.network, case, trace)
        items = tuple(one.item for one in session.known)
        if items not in known:
            known[items] = track(ddx, session, draws)
        made += [(trace.number, one) for one in revisions(session.beliefs, known[items])]
    firsts = Counter(belief.top for belief in last if belief.top)
    everything = distribution(ddx, case, None, last)
    return SheetCase(
        number=number,
        case=case,
        answer=listed([labels[cause] for cause in case.answer]),
        n=len(last),
        first_places=tuple((labels[cause], n) for cause, n in firsts.most_common(SHOWN)),
        distribution=everything,
        reaction=reaction(
            [(r.learner_decibans, r.network_decibans, (who, r.step)) for who, r in made if not r.is_cut]
        ),
        turning_points=_turning(ddx, [one for _, one in made]),
        mean_brier=_mean_brier(ddx, case, last),
        network_brier=_network_brier(case, everything),
    )


def _turning(ddx: Differential, made: list[Revision]) -> tuple[tuple[str, int, int], ...]:
    """Return the findings after which most revisions differed, the worst first."""
    total, differed = Counter[str](), Counter[str]()
    for one in made:
        item = one.items[-1] if one.items else ""
        total[item] += 1
        differed[item] += one.verdict in FAULTS
    worst = sorted((item for item in total if differed[item]), key=lambda item: -differed[item] / total[item])
    return tuple((item_label(ddx.network, item), differed[item], total[item]) for item in worst[:SHOWN])


def _mean_brier(ddx: Differential, case: Case, last: list[Belief]) -> float | None:
    if not last:
        return None
    causes = all_causes(ddx.network)
    scores = [score({cause: belief.point(cause) for cause in causes}, case.answer) for belief in last]
    return sum(one.brier_mean for one in scores) / len(scores)


def _network_brier(case: Case, everything: Distribution) -> float | None:
    if everything.clash:
        return None
    given = {one.cause: one.network for one in everything.causes if one.network is not None}
    return score(given, case.answer).brier_mean


def _lines(one: SheetCase) -> list[str]:
    """Return the Markdown of one case."""
    lines = [f"## {one.number}. {_plain(one.case.title)}", "", _plain(one.case.vignette), ""]
    lines += [f"**{_plain(say('answer', causes=one.answer))}**", ""]
    if one.distribution.clash:
        lines += [_plain(say("contradiction", findings=listed(list(one.distribution.clash)))), ""]
    lines += [_plain(say("sheet_n", n=one.n)), "", say("sheet_head"), "| --- | --- | --- | --- |"]
    for cause in one.distribution.causes[:SHOWN]:
        middle = "–" if cause.quartiles is None else percent(cause.quartiles[1])
        network = "–" if cause.network is None else percent(cause.network)
        lines.append(f"| {_plain(cause.label)} | {middle} | {cause.first_places} | {network} |")
    lines.append("")
    if one.mean_brier is not None:
        network = "–" if one.network_brier is None else f"{one.network_brier:.3f}"
        lines += [say("sheet_scores", room=f"{one.mean_brier:.3f}", network=network), ""]
    for label, differed, total in one.turning_points:
        lines.append("- " + _plain(say("sheet_turning", finding=label, differed=differed, total=total)))
    lines += [f"- {_plain(point)}" for point in one.case.teaching]
    return lines


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is written, on one line."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>$~|#" else sign for sign in " ".join(text.split()))
