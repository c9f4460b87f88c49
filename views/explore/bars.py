"""Pictures: an answer in, a Vega-Lite dictionary out. No session, no Streamlit, no colour-only meaning."""

from __future__ import annotations

from typing import Any

from model import Answer
from model.uncertainty import CredibleDifferential, Spread
from views.shared.pictures import (
    TEXT,
    by_width,
    ranked_rows,
    row_bar,
    row_labels,
    share_axis,
    start_tick,
)
from views.shared.words import percent, span

LABELS, VALUES = 252, 84
"""Widths in pixels of the column of labels and of the column of values."""


def differential_bars(
    answer: Answer, start: Answer, credible: CredibleDifferential | None = None
) -> dict[str, Any]:
    """Return a bar for every cause: explains the pain (filled), is there (outline), starting point (tick).

    The room for the 90 % intervals is kept while they are not there yet.

    Parameters
    ----------
    start : Answer
        The complaint alone.
    """
    spreads = {cause.condition: cause.due_to for cause in credible.causes} if credible else {}
    rows = [
        _row(rank, cause, answer, start, spreads.get(cause.condition))
        for rank, cause in enumerate(answer.ranking)
    ]
    return ranked_rows(
        rows,
        [
            _bar("present", {"filled": False, "strokeWidth": 1.2, "strokeOpacity": 0.75, "aria": False}),
            _bar("now", {"description": {"expr": "datum.said"}}),
            _tick(),
            *_interval(),
            *row_labels(LABELS, VALUES),
        ],
    )


def alternative_text(answer: Answer) -> str:
    """Return the picture in one sentence, for those who do not see it."""
    first = ", ".join(f"{cause.label} {percent(cause.due_to)}" for cause in answer.ranking[:5])
    return (
        f"How likely each cause explains the pain. The first five: {first}. All of them stand in the table."
    )


def clinical_term(answer: Answer, condition: str) -> str:
    """Return what a clinician calls a cause."""
    return answer.network.node(condition).text.clinical_term


def _row(rank: int, cause: Any, answer: Answer, start: Answer, spread: Spread | None) -> dict[str, Any]:
    """Return the data of one bar."""
    before = start.due_to(cause.condition)
    present = "" if cause.present is None else f", is there at all {percent(cause.present)}"
    interval = "" if spread is None else span(spread.low, spread.high)
    said = f"{cause.label}: {percent(cause.due_to)}, starting point {percent(before)}{present}"
    return {
        "rank": rank,
        "name": cause.label,
        "term": clinical_term(answer, cause.condition),
        "now": cause.due_to,
        "start": before,
        "present": cause.present,
        "value": percent(cause.due_to),
        "low": None if spread is None else spread.low,
        "high": None if spread is None else spread.high,
        "interval": interval,
        "said": f"{said}, 90 % interval {interval}" if interval else said,
    }


def _x(field: str) -> dict[str, Any]:
    """Return the share axis between the labels and the values."""
    return share_axis(field, LABELS, VALUES)


def _bar(field: str, mark: dict[str, Any]) -> dict[str, Any]:
    tooltip = [
        {"field": "name", "title": "Cause"},
        {"field": "term", "title": "Clinical term"},
        {"field": "now", "title": "Explains the pain", "format": ".1%"},
        {"field": "interval", "title": "90 % interval"},
        {"field": "start", "title": "Starting point", "format": ".1%"},
        {"field": "present", "title": "Is there at all", "format": ".1%"},
    ]
    return {"mark": row_bar(**mark), "encoding": {"x": _x(field), "tooltip": tooltip}}


def _tick() -> dict[str, Any]:
    return {"mark": start_tick(), "encoding": {"x": _x("start")}}


def _interval() -> list[dict[str, Any]]:
    """Return a line with two ends; rows without an interval draw none."""
    look = {"color": {"expr": TEXT}, "opacity": 1, "aria": False, "yOffset": by_width(0, 8)}
    line = {"type": "rule", "strokeWidth": 1.5, **look}
    ends = {"type": "tick", "thickness": 1.5, "size": by_width(9, 8), **look}
    return [
        {"mark": line, "encoding": {"x": _x("low"), "x2": {"field": "high"}}},
        {"mark": ends, "encoding": {"x": _x("low")}},
        {"mark": ends, "encoding": {"x": _x("high")}},
    ]
