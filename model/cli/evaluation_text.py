"""The tables that `nocturne evaluate` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.cli.words import grid, percent
from model.validation.contenders import EQUAL_ODDS, NAIVE_BAYES, NETWORK, PRIOR, READINGS, SINGLE_CAUSE
from model.validation.evaluate import Evaluation, InSetting
from model.validation.groups import ALL, NIGHT
from model.validation.misses import Miss
from model.validation.scores import Estimate
from model.validation.thresholds import ThresholdScore
from model.validation.triage import Triage
from network.patients import LEVELS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from network.structure import Network

METHODS = {
    NETWORK: "the network",
    PRIOR: "prior alone",
    NAIVE_BAYES: "naive Bayes, each cause by itself",
    SINGLE_CAUSE: "naive Bayes, one cause at a time",
    EQUAL_ODDS: "the network, equal odds",
}


def show(report: Evaluation, console: Console) -> None:
    """Print everything: each setting, then urgency and agreement."""
    console.print(report.sentence)
    console.print(f"Told: {report.told}. Ranges hold 90 % of resamples of the patients.")
    for judged in report.settings:
        console.print()
        _setting(judged, report, console)
    _urgency(report, console)
    console.print()
    console.print(report.agreement.sentence)
    for line in report.network.notice:
        console.print(line, style="dim")


def sentence(report: Evaluation, console: Console) -> None:
    """Print the sentence that the notice carries."""
    console.print(report.sentence)


def _setting(judged: InSetting, report: Evaluation, console: Console) -> None:
    console.print(f"Setting: {judged.words}", style="bold")
    for group in (ALL, NIGHT):
        if group in judged.groups:
            _headed(console, f"Methods: {judged.groups[group].words}", _methods(judged, group))
    _headed(console, "The network by group of patients", _groups(judged))
    _headed(console, "The network by cause", _causes(judged, report))
    _headed(
        console,
        "Calibration: how often causes of that probability were the stated ones",
        _calibration(judged),
    )
    _misses(judged, report, console)


def _headed(console: Console, title: str, table: Table) -> None:
    console.print()
    console.print(title, style="bold")
    console.print(table)


def _methods(judged: InSetting, group: str) -> Table:
    columns = (
        "Method",
        "First",
        "First three",
        "Log loss",
        "Binary log loss",
        "Only network : only it right",
    )
    table = grid(*columns, numbers=columns[1:])
    for method in judged.answers.p:
        cells = [_share(judged.score(method, group, name)) for name in ("first", "first_three")]
        cells += [_loss(judged.score(method, group, name)) for name in ("log_loss", "binary_log_loss")]
        only = "" if method == NETWORK else "{} : {}".format(*judged.discordant(method, group))
        table.add_row(method_words(method), *cells, only)
    return table


def _groups(judged: InSetting) -> Table:
    columns = ("Group", "Patients", "First", "First three", "Every cause", "Log loss")
    table = grid(*columns, numbers=columns[1:])
    for name, group in judged.groups.items():
        measures = [judged.score(NETWORK, name, one) for one in ("first", "first_three", "every_cause")]
        loss = _loss(judged.score(NETWORK, name, "log_loss"))
        table.add_row(group.words, str(measures[0].n), *map(_share, measures), loss)
    return table


def _causes(judged: InSetting, report: Evaluation) -> Table:
    columns = ("Cause", "Patients", "First", "First three", "Brier", "Skill")
    table = grid(*columns, numbers=columns[1:])
    for score in judged.causes():
        ranked = (percent(score.first), percent(score.first_three)) if score.n else ("", "")
        skill = f"{score.skill:.2f}" if score.n and np.isfinite(score.skill) else ""
        brier = f"{score.brier:.4f}" if np.isfinite(score.brier) else ""
        words = _label(report.network, score.cause)
        table.add_row(words, str(score.n), *ranked, brier, skill)
    return table


def _calibration(judged: InSetting) -> Table:
    columns = ("Probability", "Entries", "Mean", "Stated", "Band of the draws")
    table = grid(*columns, numbers=columns[1:])
    for one in judged.reliability():
        band = ""
        if one.band_low is not None and one.band_high is not None:
            band = f"{percent(one.band_low)} to {percent(one.band_high)}"
        within = f"{100 * one.low:.0f} to {100 * one.high:.0f} %"
        table.add_row(within, str(one.n), percent(one.mean), percent(one.observed), band)
    return table


def _misses(judged: InSetting, report: Evaluation, console: Console) -> None:
    if not judged.misses:
        return
    whose = "all patients" if report.half is None else f"the {report.half} half"
    console.print()
    console.print(f"Missed, of {whose} (decibans against the cause; * no arc joins finding and cause):")
    for miss in judged.misses:
        console.print(f"  {_miss(miss, report)}")


def _miss(miss: Miss, report: Evaluation) -> str:
    against = ", ".join(
        f"{one.finding}={one.state} "
        f"{f'{one.decibans:.1f}' if np.isfinite(one.decibans) else 'rules it out'}{'' if one.linked else '*'}"
        for one in miss.against
    )
    said = f"{_label(report.network, miss.cause)} {percent(miss.p)}, place {miss.rank}"
    first = f"{_label(report.network, miss.first)} {percent(miss.first_p)}"
    return f"{miss.patient}: {said}; first {first}" + (f"; against: {against}" if against else "")


def _urgency(report: Evaluation, console: Console) -> None:
    for words, triage in (
        ("Urgency, with all that was told", report.triage),
        (
            "Urgency, one safety item of the story unanswered, the one that counts most",
            report.triage_one_open,
        ),
        ("Urgency, before the safety questions are asked", report.triage_unasked),
    ):
        _headed(console, words, _triage_table(triage))
        found, there = triage.emergencies
        console.print(
            f"{triage.n} labelled: too low {triage.under} (by two levels or more {triage.under_by_two}), "
            f"too high {triage.over}; emergencies found {found} of {there}."
        )


def show_thresholds(scores: Sequence[ThresholdScore], console: Console) -> None:
    """Print what each threshold of urgency finds and costs."""
    numbers = (
        "From",
        "Labelled: holds",
        "raises alone",
        "needed",
        "Simulated: holds",
        "has it",
        "all who have it",
    )
    table = grid("Threshold", "Level", *numbers, numbers=numbers)
    for one in scores:
        labelled = (one.raised, one.alone, one.needed)
        simulated = (one.simulated_raised, one.simulated_right, one.simulated_there)
        counts = map(str, (*labelled, *simulated))
        table.add_row(one.figure, one.level.replace("_", " "), percent(one.value), *counts)
    people = scores[0].simulated if scores else 0
    _headed(console, f"Thresholds on a posterior; {people} simulated people told as history", table)


def _triage_table(triage: Triage) -> Table:
    columns = ("Label", *(f"given {level.replace('_', ' ')}" for level in LEVELS))
    table = grid(*columns, numbers=columns[1:])
    for name in LEVELS:
        counts = (str(triage.counts.get((name, level), 0)) for level in LEVELS)
        table.add_row(name.replace("_", " "), *counts)
    return table


def _label(network: Network, cause: str) -> str:
    return network.node(cause).label


def method_words(method: str) -> str:
    """Return a method in words; readings name the setting of their prior."""
    if method in METHODS:
        return METHODS[method]
    return f"naive Bayes on the readings, {method.removeprefix(READINGS + '_').replace('_', ' ')}"


def _share(one: Estimate) -> str:
    return f"{percent(one.value)} ({100 * one.low:.0f} to {100 * one.high:.0f})" if one.n else ""


def _loss(one: Estimate) -> str:
    return f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})" if one.n else ""
