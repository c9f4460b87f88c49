"""The tables that `nocturne evaluate --interview` prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from model.cli.words import grid, number, percent
from model.validation.interview import Interview, Population
from model.validation.interview_scores import AfterAnswers, OrderScore, StopScore
from model.validation.orders import FIXED, NAIVE, PROGRAM, RANDOM
from model.validation.scores import Estimate

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WORDS = {PROGRAM: "the program", RANDOM: "random order", FIXED: "fixed order", NAIVE: "naive Bayes"}
FIRST = "A true cause first"
MEASURES: dict[str, Callable[[AfterAnswers], Estimate]] = {
    FIRST: lambda after: after.first,
    "A true cause among the first three": lambda after: after.first_three,
    "A true cause first, of those in whom it is with the whole story": lambda after: after.kept,
    "The urgency of all that can be asked (only the program asks warning signs)": lambda a: a.urgency,
    "A true cause first, every question counted": lambda after: after.first_put,
}
MIDDLE = 6
"""The number of answers at which it is said how many questions were put."""


def show(report: Interview, console: Console) -> None:
    """Print how fast each order of questions gets there, for each group of people."""
    asked = {"question": "history", "examination": "examinations", "test": "tests", None: "everything"}
    console.print("Interviews: questions until a true cause is first", style="bold")
    console.print(
        f"Asked: {asked[report.kind]}, one question at a time, after age, sex and one symptom. Counted are "
        "answers; warning signs (safety items) and questions that the story does not answer are not. "
        f"Ranges hold 90 % of resamples of the people. Seed {report.seed}.",
        soft_wrap=True,
    )
    if report.unknown or report.wrong:
        console.print(
            f"Left unknown: {percent(report.unknown)}, wrong: {percent(report.wrong)} of the answers."
        )
    for population in report.populations:
        for group, who in population.groups.items():
            _group(report.scores[group], f"{who.words[:1].upper()}{who.words[1:]}", population, console)


def _group(scores: dict[str, OrderScore], words: str, population: Population, console: Console) -> None:
    console.print()
    console.print(f"{words}: {scores[PROGRAM].n} (setting: {population.setting})", style="bold")
    for title, measure in MEASURES.items():
        console.print()
        console.print(title)
        console.print(_table(scores, measure, title == FIRST))
    console.print()
    _line("Answers until a true cause is first and stays so, median", _medians(scores), console)
    if MIDDLE in scores[PROGRAM].after:
        put = {order: number(score.after[MIDDLE].median_put) for order, score in scores.items()}
        _line(f"Questions put by answer {MIDDLE}, counted or not, median", put, console)
    for score in scores.values():
        if score.stop is not None:
            _stop(score.stop, score.n, console)


def _table(
    scores: dict[str, OrderScore], measure: Callable[[AfterAnswers], Estimate], with_ends: bool
) -> Table:
    orders = list(scores)
    table = grid("  After", *map(WORDS.__getitem__, orders), numbers=[WORDS[order] for order in orders])
    for k in scores[PROGRAM].after:
        table.add_row(f"  {k}", *(_share(measure(scores[order].after[k])) for order in orders))
    if with_ends:
        table.add_row("  all that can be asked", *(_share(scores[order].told) for order in orders))
        table.add_row("  the whole story", *(_share(scores[order].story) for order in orders))
    return table


def _medians(scores: dict[str, OrderScore]) -> dict[str, str]:
    return {order: _median(score.median_to_first) for order, score in scores.items()}


def _line(title: str, values: dict[str, str], console: Console) -> None:
    said = ", ".join(f"{WORDS[order]} {value}" for order, value in values.items())
    console.print(f"{title}: {said}.", soft_wrap=True)


def _stop(stop: StopScore, n: int, console: Console) -> None:
    """Print where the program's stop fires, and what stands there."""
    fired = round(stop.fired.value * n)
    answered, put = _median(stop.median_answered), _median(stop.median_put)
    median = f"at a median of {answered} answers, {put} questions put"
    if stop.median_answered is None:
        median = "fewer than half, so there is no median"
    console.print(
        f"The program says stop in {fired} of {n} ({_share(stop.fired)}), {median}; in "
        f"{round(stop.ran_out.value * n)} the story had no more answers before that.",
        soft_wrap=True,
    )
    if not fired:
        return
    below = ", ".join(f"{count} by {levels}" for levels, count in stop.below.items()) or "nobody"
    console.print(
        f"At the stop a true cause is first in {_share(stop.first)}; the urgency is that of all that can be "
        f"asked in {_share(stop.urgency)}, of the whole story in {_share(stop.urgency_story)}; levels too "
        f"low: {below}.",
        soft_wrap=True,
    )


def _share(estimate: Estimate) -> str:
    """Return a share with its range; nothing where nobody counts."""
    if not estimate.n:
        return "–"
    return f"{percent(estimate.value)} ({100 * estimate.low:.0f} to {100 * estimate.high:.0f})"


def _median(value: float | None) -> str:
    return "never" if value is None else number(value)
