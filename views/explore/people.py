"""An icon array: how many of 100 or of 1,000 people. Numbers in, a Vega-Lite dictionary out."""

from __future__ import annotations

from typing import Any

from views.shared.pictures import TEXT

FEW, MANY = 100, 1000
RARE = 0.015
"""Below this, 100 people are too few to see the difference."""
COLUMNS = {FEW: 10, MANY: 40}
HEIGHT = {FEW: 190, MANY: 230}
SIZE = {FEW: 110, MANY: 16}
GAP = 0.15
"""Between the two groups, as a share of the width of one."""


def how_many(*shares: float) -> int:
    """Return of how many people to speak, so that none of the shares is too small to be drawn.

    Examples
    --------
    >>> how_many(0.3, 0.92), how_many(0.001, 0.92), how_many(0.3, 1.0), how_many(0.0, 0.4)
    (100, 1000, 100, 100)
    """
    return MANY if any(0.0 < p < RARE or 1.0 - RARE < p < 1.0 for p in shares) else FEW


def people(before: float, after: float, titles: tuple[str, str]) -> dict[str, Any]:
    """Return two groups of people side by side, those with the cause filled, the others hollow.

    Parameters
    ----------
    before, after : shares, in [0, 1]
    titles : what stands above either group
    """
    count = how_many(before, after)
    columns = COLUMNS[count]
    width, height = columns * (2 + GAP), count // columns
    values = [
        {"x": group * columns * (1 + GAP) + number % columns + 0.5, "y": number // columns + 0.5}
        | {"has": number < round(share * count)}
        for group, share in enumerate((before, after))
        for number in range(count)
    ]
    names = [{"x": group * columns * (1 + GAP), "name": title} for group, title in enumerate(titles)]
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, width], "nice": False}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [height, 0], "nice": False}}
    mark = {
        "type": "point",
        "shape": "circle",
        "size": SIZE[count],
        "opacity": 1,
        "aria": False,
        "tooltip": None,
    }
    hollow = {"filled": False, "strokeWidth": 1, "strokeOpacity": 0.5}
    text = {"type": "text", "align": "left", "y": -10, "fontSize": 13, "color": {"expr": TEXT}, "aria": False}
    return {
        "height": HEIGHT[count],
        "padding": {"top": 24, "left": 4, "right": 4, "bottom": 4},
        "layer": [
            {
                "data": {"values": values},
                "transform": [{"filter": "datum.has"}],
                "mark": {**mark, "filled": True},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": values},
                "transform": [{"filter": "!datum.has"}],
                "mark": {**mark, **hollow},
                "encoding": {"x": x, "y": y},
            },
            {"data": {"values": names}, "mark": text, "encoding": {"x": x, "text": {"field": "name"}}},
        ],
        "config": {"view": {"stroke": None}},
    }


def of_people(share: float, count: int) -> str:
    """Return a share as a number of people; only what is certain is none or all.

    Examples
    --------
    >>> of_people(0.923, 100), of_people(0.0004, 1000), of_people(0.9999, 1000), of_people(0.0, 100)
    ('92', 'fewer than 1', 'more than 999', '0')
    """
    if 0.0 < share * count < 0.5:
        return "fewer than 1"
    if count - 0.5 <= share * count < count:
        return f"more than {count - 1:,}"
    return f"{share * count:.0f}"
