"""The waterfall: from the starting point, finding by finding, to now. Numbers in, a Vega-Lite dict out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log10
from typing import Any

from model.explanation import Explanation
from model.phrases import decibans
from views.shared.pictures import MUTED, NARROW, START, TEXT, by_width, text_mark
from views.shared.words import counted, percent

ROW = 36
LABELS, VALUES = 236, 72
"""Widths in pixels of the column of labels and of the column of values."""
MOST_ROWS = 14
TICKS = (0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999)
"""Probabilities at which the scale is labelled."""
ROOM = 2.0
"""Decibans left free at either end."""


@dataclass(frozen=True)
class Step:
    """One row: what it is, from where to where in decibans; the ends of the fall have no length."""

    label: str
    value: str
    start: float
    end: float
    is_end: bool = False


def steps(explanation: Explanation, names: Sequence[str]) -> list[Step]:
    """Return the rows from top to bottom: what speaks for it, what speaks against it, both strongest first.

    Parameters
    ----------
    names : the findings with their answers, in the order of the contributions
    """
    at = _log_odds(explanation, last=False)
    found = [Step("Starting point", _standing(explanation, last=False), at, at, is_end=True)]
    each = sorted(zip(explanation.contributions, names, strict=True), key=lambda one: -one[0].decibans)
    shown = sorted(each, key=lambda one: -abs(one[0].decibans))[:MOST_ROWS]
    moves = [(name, one.decibans) for one, name in each if (one, name) in shown]
    if rest := [one.decibans for one in (pair[0] for pair in each if pair not in shown)]:
        moves.append((counted(len(rest), "other finding"), sum(rest)))
    for name, move in moves:
        found.append(Step(name, decibans(move), at, at + move))
        at += move
    return [*found, Step("Now", _standing(explanation, last=True), at, at, is_end=True)]


def waterfall(rows: Sequence[Step], contrast: bool) -> dict[str, Any]:
    """Return the picture."""
    ends = [x for row in rows for x in (row.start, row.end)]
    domain = [min(ends) - ROOM, max(ends) + ROOM]
    values = [
        {
            "row": number,
            "name": row.label,
            "value": row.value,
            "from": row.start,
            "to": row.end,
            "kind": "end" if row.is_end else "for" if row.end >= row.start else "against",
            "said": f"{row.label}: {row.value}",
        }
        for number, row in enumerate(rows)
    ]
    y = {"field": "row", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
    return {
        "height": ROW * len(rows),
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": [*_bars(values, domain, contrast), _ends(domain, contrast), *_labels()],
        "config": {"view": {"stroke": None}},
    }


def _log_odds(explanation: Explanation, last: bool) -> float:
    """Return where the fall starts or ends, in decibans."""
    p = explanation.posterior if last else explanation.baseline
    rival = explanation.posterior_against if last else explanation.baseline_against
    return 10.0 * log10(p / ((1.0 - p) if rival is None else rival))


def _standing(explanation: Explanation, last: bool) -> str:
    """Return the probability at an end, or how many times as likely one cause is as the other."""
    if explanation.against is None:
        return percent(explanation.posterior if last else explanation.baseline)
    return decibans(_log_odds(explanation, last))


def can_be_drawn(explanation: Explanation) -> bool:
    """Return whether there is a fall: something was entered, and nothing is certain or impossible."""
    numbers = (explanation.baseline, explanation.posterior)
    return bool(explanation.contributions) and all(0.0 < p < 1.0 and isfinite(p) for p in numbers)


def _x(field: str, domain: Sequence[float], contrast: bool) -> dict[str, Any]:
    """Return the scale of decibans, labelled in percent, or in times as likely."""
    odds = "pow(10, abs(datum.value) / 10)"
    if contrast:
        ticks = [float(x) for x in range(-60, 70, 10) if domain[0] <= x <= domain[1]]
        words = f"datum.value == 0 ? 'even' : format({odds}, ',.0f') + ' to 1'"
    else:
        ticks = [x for x in (10.0 * log10(p / (1.0 - p)) for p in TICKS) if domain[0] <= x <= domain[1]]
        words = "format(100 / (1 + pow(10, -datum.value / 10)), '.4~r') + ' %'"
    left = {"expr": f"width < {NARROW} ? 0 : {LABELS}"}
    right = {"expr": f"width < {NARROW} ? width - 2 : width - {VALUES}"}
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": list(domain), "range": [left, right], "nice": False, "zero": False},
        "axis": {"values": ticks, "labelExpr": words, "title": None, "labelPadding": 6, "orient": "bottom"},
    }


def _bars(values: Sequence[dict[str, Any]], domain: Sequence[float], contrast: bool) -> list[dict[str, Any]]:
    """Return the falls, those for the cause in the theme's own colour; no layer without any in it."""
    look = {
        "type": "bar",
        "height": by_width(13, 9),
        "yOffset": by_width(0, 6),
        "description": {"expr": "datum.said"},
        "cornerRadius": 2,
    }
    place = {"x": _x("from", domain, contrast), "x2": {"field": "to"}}
    colours: dict[str, dict[str, Any]] = {"for": {}, "against": {"color": {"expr": START}}}
    return [
        {"transform": [{"filter": f"datum.kind == '{kind}'"}], "mark": look | colour, "encoding": place}
        for kind, colour in colours.items()
        if any(value["kind"] == kind for value in values)
    ]


def _ends(domain: Sequence[float], contrast: bool) -> dict[str, Any]:
    mark = {
        "type": "tick",
        "thickness": 3,
        "size": by_width(22, 15),
        "yOffset": by_width(0, 6),
        "color": {"expr": TEXT},
        "opacity": 1,
        "description": {"expr": "datum.said"},
    }
    return {
        "transform": [{"filter": "datum.kind == 'end'"}],
        "mark": mark,
        "encoding": {"x": _x("from", domain, contrast)},
    }


def _labels() -> list[dict[str, Any]]:
    """Return the name of each row and its value; a narrow picture has them above the bar."""
    limit = f"width < {NARROW} ? width - {VALUES + 4} : {LABELS - 12}"
    dy = by_width(0, -9)
    left = {"align": "left", "x": 0, "limit": {"expr": limit}, "dy": dy}
    right = {"align": "right", "x": {"expr": "width"}, "dy": dy, "fontWeight": 600}
    colour = {"expr": f"datum.kind == 'end' ? ({TEXT}) : ({MUTED})"}
    return [
        text_mark("name", {**left, "color": {"expr": TEXT}, "fontSize": 13}),
        text_mark("value", {**right, "color": colour, "fontSize": 12}),
    ]
