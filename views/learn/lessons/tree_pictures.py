"""Pictures of natural frequencies as trees: whole people in, a Vega-Lite dictionary out.

Areas of circles are in proportion to people. The words beside a picture say everything that it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from views.shared.pictures import MUTED, OTHER, TEXT, text_mark

ROW, HEAD, TALL, AXIS = 64, 30, 118, 60
"""Heights in pixels: of a branch, of what stands above the first; of a row of steps, of the axis below."""
ROOT, TWIG, BRANCH, LEAF = 18, 42, 96, 24
"""Where root, first twig and branches stand from the left, and leaves from the right, in pixels."""
WHOLE = 1500
"""The area of everybody, in square pixels."""
LEAST = 8


def causes_tree(people: int, rows: Sequence[tuple[str, int, int]], heads: Sequence[str]) -> dict[str, Any]:
    """Return everybody on the left, then a row for each (label, people, those of them who show it).

    Parameters
    ----------
    heads : what stands above the three columns
    """
    data = [
        {"row": row, "name": name, "n": n, "showing": showing, "says": f"{n:,}", "show": f"{showing:,}"}
        | {"size": _area(n, people), "shown": _area(showing, people), "said": f"{name}: {showing} of {n}"}
        for row, (name, n, showing) in enumerate(rows)
    ]
    middle = (len(rows) - 1) / 2
    right = {"expr": f"width - {LEAF}"}
    twig = {"type": "rule", "color": {"expr": MUTED}, "opacity": 0.6, "aria": False}
    said = {"color": {"expr": TEXT}, "fontSize": 13}
    number = said | {"fontWeight": 600, "dy": 1}
    root = [{"row": middle, "says": f"{people:,}"}]
    return {
        "height": HEAD + ROW * len(rows),
        "data": {"values": data},
        "encoding": {"y": _down(len(rows))},
        "layer": [
            _between({"value": TWIG}, {"value": BRANCH}, twig, middle),
            {"mark": twig, "encoding": {"x": {"value": BRANCH}, "x2": {"value": right}}},
            _circles("size", {"value": BRANCH}, MUTED),
            _circles("shown", {"value": right}, OTHER, {"field": "said"}),
            text_mark("name", {**said, "align": "left", "x": BRANCH + 22, "dy": -12}),
            text_mark("says", {**number, "align": "left", "x": BRANCH + 22, "dy": 12}),
            text_mark("show", {**number, "align": "center", "x": right, "dy": 26}),
            {"data": {"values": root}, **text_mark("says", {**number, "align": "center", "x": ROOT})},
            *_heads(heads, (0, BRANCH - 20, {"expr": "width"})),
        ],
        "config": {"view": {"stroke": None}},
    }


def findings_tree(steps: Sequence[tuple[int, int]], names: tuple[str, str]) -> dict[str, Any]:
    """Return those with the cause above, the others below, finding by finding from left to right."""
    people = sum(steps[0])
    data = [
        {"row": row, "step": step, "n": n, "says": f"{n:,}", "size": _area(n, people), "said": f"{n} {name}"}
        for step, both in enumerate(steps)
        for row, (name, n) in enumerate(zip(names, both, strict=True))
    ]
    said = {"color": {"expr": TEXT}, "fontSize": 13}
    heads = [{"row": row, "name": name} for row, name in enumerate(names)]
    first = {"domain": [0, 1], "range": [{"expr": OTHER}, {"expr": MUTED}]}
    line = {"type": "line", "aria": False, "opacity": 0.6, "strokeWidth": 1.5}
    circle = {"type": "point", "filled": True, "opacity": 1}
    x = {
        "field": "step",
        "type": "ordinal",
        "axis": {"title": "findings heard", "labelAngle": 0, "grid": False},
    }
    who = {"field": "row", "type": "nominal", "scale": first, "legend": None}
    return {
        "height": 2 * TALL + AXIS,
        "data": {"values": data},
        "encoding": {"y": _down(2)},
        "layer": [
            {"mark": line, "encoding": {"x": x, "color": who}},
            {
                "mark": circle,
                "encoding": {
                    "x": x,
                    "color": who,
                    "size": _by_area("size"),
                    "description": {"field": "said"},
                },
            },
            _with_x(x, text_mark("says", {**said, "fontWeight": 600, "dy": 30})),
            {"data": {"values": heads}, **text_mark("name", {**said, "align": "left", "x": 0, "dy": -30})},
        ],
        "config": {"view": {"stroke": None}},
    }


def _area(n: int, people: int) -> float:
    """Return the area of a circle for so many people; nobody has none."""
    return max(WHOLE * n / people, LEAST) if n else 0.0


def _down(rows: int) -> dict[str, Any]:
    """Return the axis of rows, one below the other."""
    scale = {"domain": [-0.75, rows - 0.4], "reverse": True, "nice": False, "zero": False}
    return {"field": "row", "type": "quantitative", "axis": None, "scale": scale}


def _by_area(field: str) -> dict[str, Any]:
    """Return a size that the data give in square pixels."""
    return {"field": field, "type": "quantitative", "scale": None, "legend": None}


def _circles(size: str, x: dict[str, Any], colour: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a circle in each row."""
    mark = {"type": "point", "filled": True, "opacity": 1, "color": {"expr": colour}}
    described = {"description": said} if said else {}
    return {
        "mark": mark if said else {**mark, "aria": False},
        "encoding": {"x": x, "size": _by_area(size), **described},
    }


def _between(x: dict[str, Any], x2: dict[str, Any], mark: dict[str, Any], row: float) -> dict[str, Any]:
    """Return a line from the root, which stands in the middle of the rows, to each row."""
    return {
        "transform": [{"calculate": str(row), "as": "root"}],
        "mark": mark,
        "encoding": {"x": x2, "x2": x, "y2": {"field": "root"}},
    }


def _heads(heads: Sequence[str], places: Sequence[Any]) -> list[dict[str, Any]]:
    """Return what stands above the columns."""
    look = {"color": {"expr": MUTED}, "fontSize": 12}
    aligned = zip(heads, places, ("left", "left", "right"), strict=True)
    return [
        {
            **text_mark(None, {**look, "text": head, "align": align, "x": x}),
            "data": {"values": [{}]},
            "encoding": {"y": {"value": 8}},
        }
        for head, x, align in aligned
    ]


def _with_x(x: dict[str, Any], mark: dict[str, Any]) -> dict[str, Any]:
    return {**mark, "encoding": {**mark["encoding"], "x": x}}
