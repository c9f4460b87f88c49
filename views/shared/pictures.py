"""What the pictures of all pages share: colours that follow the theme, and texts of the rows of a bar chart.

Colours follow the theme without being told which it is: bars take the theme's own mark colour, and text asks
Vega for the luminance of the background it stands on. Below `NARROW` pixels a row puts its label above its
bar.
"""

from __future__ import annotations

from typing import Any

ROW = 40
"""Height of one row in pixels: a label, a clinical term, and air."""
NARROW = 560
TEXT = "luminance(background) < 0.4 ? '#e8eaf6' : '#0e1230'"
MUTED = "luminance(background) < 0.4 ? '#b3b8d6' : '#4b5178'"
OTHER = "luminance(background) < 0.4 ? '#83c9ff' : '#0068c9'"
"""The theme's own mark colour, where a picture has to name it."""
START = "luminance(background) < 0.4 ? '#ffb454' : '#b45309'"


def text_mark(field: str | None, mark: dict[str, Any]) -> dict[str, Any]:
    """Return a text of each row: a field, or what the mark itself says."""
    encoding = {"text": {"field": field}} if field else {}
    return {
        "mark": {"type": "text", "baseline": "middle", "aria": False, "tooltip": None, **mark},
        "encoding": encoding,
    }


def by_width(wide: int, narrow: int) -> dict[str, str]:
    """Return a length in pixels that depends on the width of the picture."""
    return {"expr": f"width < {NARROW} ? {narrow} : {wide}"}


def share_axis(field: str, labels: int, values: int) -> dict[str, Any]:
    """Return an axis from 0 to 100 % between a column of labels and a column of values, widths in pixels."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {
            "domain": [0, 1],
            "range": [
                {"expr": f"width < {NARROW} ? 0 : {labels}"},
                {"expr": f"width < {NARROW} ? width - 2 : width - {values}"},
            ],
        },
        "axis": {
            "labelExpr": "format(100 * datum.value, 'd') + ' %'",
            "labelPadding": 6,
            "values": [0, 0.25, 0.5, 0.75, 1],
            "title": None,
        },
    }


def ranked_rows(rows: list[dict[str, Any]], layer: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a picture of one row below the other, in the order of the field `rank`."""
    return {
        "height": ROW * len(rows),
        "data": {"values": rows},
        "encoding": {"y": {"field": "rank", "type": "ordinal", "axis": None, "scale": {"padding": 0}}},
        "layer": layer,
        "config": {"view": {"stroke": None}},
    }


def row_bar(**mark: Any) -> dict[str, Any]:
    """Return the mark of a bar that leaves a narrow picture room for the label above it."""
    size = {"height": by_width(14, 11), "yOffset": by_width(0, 8), "cornerRadiusEnd": 2}
    return {"type": "bar", **size, **mark}


def row_labels(labels: int, values: int) -> list[dict[str, Any]]:
    """Return the texts of each row: `name` over `term` on the left, `value` over `interval` on the right.

    A narrow picture has name and term in one line, cut short. Widths of both columns in pixels.
    """
    name = f"width < {NARROW} && datum.term ? datum.name + ' · ' + datum.term : datum.name"
    limit = f"width < {NARROW} ? width - {values} : {labels - 14}"
    left = {"align": "left", "x": 0, "limit": {"expr": limit}}
    right = {"align": "right", "x": {"expr": "width"}, "dy": -8}
    only_wide = {"opacity": {"expr": f"width < {NARROW} ? 0 : 1"}}
    return [
        text_mark(None, {**left, "text": {"expr": name}, "dy": -8, "color": {"expr": TEXT}, "fontSize": 13}),
        text_mark("term", {**left, **only_wide, "dy": 8, "color": {"expr": MUTED}, "fontSize": 11}),
        text_mark("value", {**right, "color": {"expr": TEXT}, "fontSize": 13, "fontWeight": 600}),
        text_mark("interval", {**right, **only_wide, "dy": 8, "color": {"expr": MUTED}, "fontSize": 11}),
    ]


def start_tick() -> dict[str, Any]:
    """Return the mark of a starting point: a tick across the bar."""
    return {
        "type": "tick",
        "thickness": 2.5,
        "size": by_width(22, 17),
        "yOffset": by_width(0, 8),
        "color": {"expr": START},
        "opacity": 1,
        "aria": False,
    }
