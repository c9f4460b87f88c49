"""Pictures: an answer in, a Vega-Lite dictionary out. No session, no Streamlit, no colour-only meaning.

Colours follow the theme without being told which it is: bars take the theme's own mark colour, and text asks
Vega for the luminance of the background it stands on. Below `NARROW` pixels a row puts its label above its
bar.
"""

from __future__ import annotations

from typing import Any

from model import Answer
from views.shared.words import percent

ROW = 40
"""Height of one row in pixels: a label, a clinical term, and air."""
NARROW = 560
LABELS, VALUES = 252, 74
"""Widths in pixels of the column of labels and of the column of values."""
TEXT = "luminance(background) < 0.4 ? '#e8eaf6' : '#0e1230'"
MUTED = "luminance(background) < 0.4 ? '#b3b8d6' : '#4b5178'"
START = "luminance(background) < 0.4 ? '#ffb454' : '#b45309'"


def differential_bars(answer: Answer, start: Answer) -> dict[str, Any]:
    """Return a bar for every cause: explains the pain (filled), is there (outline), starting point (tick).

    Parameters
    ----------
    start : Answer
        The complaint alone.
    """
    rows = [_row(rank, cause, answer, start) for rank, cause in enumerate(answer.ranking)]
    return {
        "height": ROW * len(rows),
        "data": {"values": rows},
        "encoding": {
            "y": {"field": "rank", "type": "ordinal", "axis": None, "scale": {"padding": 0}},
        },
        "layer": [
            _bar("present", {"filled": False, "strokeWidth": 1.2, "strokeOpacity": 0.75, "aria": False}),
            _bar("now", {"description": {"expr": "datum.said"}}),
            _tick(),
            *_labels(),
        ],
        "config": {"view": {"stroke": None}},
    }


def alternative_text(answer: Answer) -> str:
    """Return the picture in one sentence, for those who do not see it."""
    first = ", ".join(f"{cause.label} {percent(cause.due_to)}" for cause in answer.ranking[:5])
    return (
        f"How likely each cause explains the pain. The first five: {first}. All of them stand in the table."
    )


def clinical_term(answer: Answer, condition: str) -> str:
    """Return what a clinician calls a cause."""
    return answer.network.node(condition).text.clinical_term


def _row(rank: int, cause: Any, answer: Answer, start: Answer) -> dict[str, Any]:
    """Return the data of one bar."""
    before = start.due_to(cause.condition)
    present = "" if cause.present is None else f", is there at all {percent(cause.present)}"
    return {
        "rank": rank,
        "name": cause.label,
        "term": clinical_term(answer, cause.condition),
        "now": cause.due_to,
        "start": before,
        "present": cause.present,
        "value": percent(cause.due_to),
        "said": f"{cause.label}: {percent(cause.due_to)}, starting point {percent(before)}{present}",
    }


def _x(field: str) -> dict[str, Any]:
    """Return the share axis, 0 to 100 %, between the labels and the values."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {
            "domain": [0, 1],
            "range": [
                {"expr": f"width < {NARROW} ? 0 : {LABELS}"},
                {"expr": f"width < {NARROW} ? width - 2 : width - {VALUES}"},
            ],
        },
        "axis": {
            "labelExpr": "format(100 * datum.value, 'd') + ' %'",
            "labelPadding": 6,
            "values": [0, 0.25, 0.5, 0.75, 1],
            "title": None,
        },
    }


def _bar(field: str, mark: dict[str, Any]) -> dict[str, Any]:
    tooltip = [
        {"field": "name", "title": "Cause"},
        {"field": "term", "title": "Clinical term"},
        {"field": "now", "title": "Explains the pain", "format": ".1%"},
        {"field": "start", "title": "Starting point", "format": ".1%"},
        {"field": "present", "title": "Is there at all", "format": ".1%"},
    ]
    size = {"height": _by_width(14, 11), "yOffset": _by_width(0, 8), "cornerRadiusEnd": 2}
    return {"mark": {"type": "bar", **size, **mark}, "encoding": {"x": _x(field), "tooltip": tooltip}}


def _tick() -> dict[str, Any]:
    mark = {
        "type": "tick",
        "thickness": 2.5,
        "size": _by_width(22, 17),
        "yOffset": _by_width(0, 8),
        "color": {"expr": START},
        "opacity": 1,
        "aria": False,
    }
    return {"mark": mark, "encoding": {"x": _x("start")}}


def _labels() -> list[dict[str, Any]]:
    """Return label, clinical term and value; a narrow picture has label and term in one line, cut short."""
    name = f"width < {NARROW} && datum.term ? datum.name + ' · ' + datum.term : datum.name"
    limit = f"width < {NARROW} ? width - {VALUES} : {LABELS - 14}"
    left = {"align": "left", "x": 0, "limit": {"expr": limit}}
    right = {"align": "right", "x": {"expr": "width"}, "dy": _by_width(0, -8)}
    only_wide = {"opacity": {"expr": f"width < {NARROW} ? 0 : 1"}}
    return [
        _text(None, {**left, "text": {"expr": name}, "dy": -8, "color": {"expr": TEXT}, "fontSize": 13}),
        _text("term", {**left, **only_wide, "dy": 8, "color": {"expr": MUTED}, "fontSize": 11}),
        _text("value", {**right, "color": {"expr": TEXT}, "fontSize": 13, "fontWeight": 600}),
    ]


def _text(field: str | None, mark: dict[str, Any]) -> dict[str, Any]:
    """Return a text of each row: a field, or what the mark itself says."""
    encoding = {"text": {"field": field}} if field else {}
    return {
        "mark": {"type": "text", "baseline": "middle", "aria": False, "tooltip": None, **mark},
        "encoding": encoding,
    }


def _by_width(wide: int, narrow: int) -> dict[str, str]:
    """Return a length in pixels that depends on the width of the picture."""
    return {"expr": f"width < {NARROW} ? {narrow} : {wide}"}
