"""Pictures of the lessons: numbers in, a Vega-Lite dictionary out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from views.shared.pictures import (
    MUTED,
    START,
    TEXT,
    by_width,
    ranked_rows,
    row_bar,
    share_axis,
    start_tick,
    text_mark,
)
from views.shared.words import percent

LABELS, VALUES = 220, 74
IN_A_ROW = 20
TICKS = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
RATIO_TICKS = (0.001, 0.01, 0.1, 1, 10, 100, 1000)


def icon_array(with_cause: int, others: int) -> dict[str, Any]:
    """Return a person for each of the people who show the finding: filled where the cause explains it."""
    people = [
        {"column": i % IN_A_ROW, "row": i // IN_A_ROW, "cause": i < with_cause}
        for i in range(with_cause + others)
    ]
    rows = math.ceil(max(len(people), 1) / IN_A_ROW)
    place = {"axis": None, "scale": {"padding": 0.5}, "type": "ordinal"}
    return {
        "height": 18 * rows + 6,
        "data": {"values": people},
        "layer": [
            {
                "transform": [{"filter": "datum.cause"}],
                "mark": {"type": "point", "shape": "circle", "filled": True, "size": 90, "aria": False},
            },
            {
                "transform": [{"filter": "!datum.cause"}],
                "mark": {"type": "point", "shape": "circle", "filled": False, "size": 80, "aria": False},
            },
        ],
        "encoding": {
            "x": {"field": "column", **place, "scale": {"padding": 0.5, "domain": list(range(IN_A_ROW))}},
            "y": {"field": "row", **place},
        },
        "config": {"view": {"stroke": None}},
    }


def nomogram(before: float, after: float, ratio: float) -> dict[str, Any]:
    """Return Fagan's nomogram: a straight line from the probability before through the ratio.

    The left scale runs downwards and the right one upwards, in log-odds; the middle scale is the logarithm of
    the ratio at half their height, so the three points lie on one line (Fagan 1975).
    """
    ticks = [
        *({"x": 0, "y": -_logit(p), "says": percent(p), "align": "right"} for p in TICKS),
        *({"x": 1, "y": math.log(r) / 2, "says": f"{r:g}", "align": "left"} for r in RATIO_TICKS),
        *({"x": 2, "y": _logit(p), "says": percent(p), "align": "left"} for p in TICKS),
    ]
    line = [{"x": 0, "y": -_logit(before)}, {"x": 1, "y": math.log(ratio) / 2}, {"x": 2, "y": _logit(after)}]
    limit = _logit(TICKS[-1])
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [-limit, limit + 1.2]}}
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [-0.4, 2.4]}}
    drawn = {"color": {"expr": START}, "aria": False}
    return {
        "height": 380,
        "encoding": {"x": x, "y": y},
        "layer": [
            *_scales(ticks, limit),
            {"data": {"values": line}, "mark": {"type": "line", "strokeWidth": 2.5, **drawn}},
            {
                "data": {"values": line},
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, **drawn},
            },
        ],
        "config": {"view": {"stroke": None}},
    }


def _scales(ticks: Sequence[dict[str, Any]], limit: float) -> list[dict[str, Any]]:
    """Return the three scales of a nomogram: their lines, what their ticks say, the ticks, the heads."""
    heads = [(0, "Before"), (1, "Times as often"), (2, "After")]
    quiet = {"color": {"expr": MUTED}, "aria": False}
    head = {"align": "center", "color": {"expr": TEXT}, "fontWeight": 600, "fontSize": 13}
    return [
        {
            "data": {"values": [{"x": i, "y": -limit, "top": limit} for i in range(3)]},
            "mark": {"type": "rule", **quiet},
            "encoding": {"y2": {"field": "top"}},
        },
        *(
            {
                "data": {"values": [tick for tick in ticks if tick["align"] == align]},
                **text_mark("says", {"align": align, "dx": dx, "color": {"expr": TEXT}, "fontSize": 12}),
            }
            for align, dx in (("right", -8), ("left", 8))
        ),
        {
            "data": {"values": ticks},
            "mark": {"type": "tick", "size": 8, "orient": "horizontal", **quiet},
        },
        {
            "data": {"values": [{"x": x, "y": limit + 0.9, "says": says} for x, says in heads]},
            **text_mark("says", head),
        },
    ]


def walk(paths: Sequence[tuple[str, Sequence[float]]]) -> dict[str, Any]:
    """Return probabilities step by step, a line for each order: the first solid, the others dashed."""
    points = [
        {"order": name, "step": step, "p": p, "said": percent(p), "main": i == 0}
        for i, (name, path) in enumerate(paths)
        for step, p in enumerate(path)
    ]
    x = {"field": "step", "type": "ordinal", "axis": {"title": "findings heard", "labelAngle": 0}}
    y = {
        "field": "p",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {
            "labelExpr": "format(100 * datum.value, 'd') + ' %'",
            "values": [0, 0.25, 0.5, 0.75, 1],
            "title": None,
        },
    }
    dash = {"field": "order", "type": "nominal", "legend": None, "sort": None}
    shape = {"field": "order", "type": "nominal", "legend": None, "sort": None}
    return {
        "height": 240,
        "data": {"values": points},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2, "aria": False}, "encoding": {"strokeDash": dash}},
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {"shape": shape, "description": {"field": "said"}},
            },
            {
                "transform": [{"filter": "datum.main"}],
                **text_mark("said", {"dy": -14, "color": {"expr": TEXT}, "fontSize": 12}),
            },
        ],
    }


def few_bars(rows: Sequence[tuple[str, float, float, float | None]]) -> dict[str, Any]:
    """Return a bar for each (label, now, starting point, present at all), in the order given."""
    data = [
        {
            "rank": rank,
            "name": name,
            "now": now,
            "start": start,
            "present": present,
            "value": percent(now),
            "said": f"{name}: {percent(now)}, before {percent(start)}",
        }
        for rank, (name, now, start, present) in enumerate(rows)
    ]
    left = {"align": "left", "x": 0, "limit": {"expr": f"width < 560 ? width - {VALUES} : {LABELS - 14}"}}
    right = {"align": "right", "x": {"expr": "width"}}
    outline = row_bar(filled=False, strokeWidth=1.2, strokeOpacity=0.75, aria=False)
    layer: list[dict[str, Any]] = [
        {
            "transform": [{"filter": "datum.present != null"}],
            "mark": outline,
            "encoding": {"x": share_axis("present", LABELS, VALUES)},
        },
        {
            "mark": row_bar(),
            "encoding": {"x": share_axis("now", LABELS, VALUES), "description": {"field": "said"}},
        },
        {"mark": start_tick(), "encoding": {"x": share_axis("start", LABELS, VALUES)}},
        text_mark("name", {**left, "dy": by_width(0, -8), "color": {"expr": TEXT}, "fontSize": 13}),
        text_mark(
            "value",
            {**right, "dy": by_width(0, -8), "color": {"expr": TEXT}, "fontSize": 13, "fontWeight": 600},
        ),
    ]
    return ranked_rows(data, layer)


def _logit(p: float) -> float:
    """Return the log-odds, kept on the scale that is drawn."""
    p = min(max(p, TICKS[0]), TICKS[-1])
    return math.log(p / (1.0 - p))
