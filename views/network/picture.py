"""The graph as an ECharts option: nodes in columns, a colour, a size and a number for the value of each.

Pure: what is shown comes in, a dictionary goes out. Texts are drawn as text, never as HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from views.network.paint import Paint, mixed
from views.network.shown import Column, Value

ROW, WIDE_ROW, FEW = 17, 34, 14
"""Pixels between two nodes of a full column, and of one with few nodes."""
ROOM_FOR_WORDS = 56
"""Pixels in which a word of a label fits."""
LOWEST, HEADINGS, LEGEND = 280, 40, 46
SMALLEST, LARGEST = 6.0, 15.0
MANY_ARCS = 90
"""Beyond this, arcs are thin lines without heads."""
BEND, MOST_BEND = 2.4, 0.3
"""How far an arc within a column swings out, in rows: the first column has the margin and no more."""
USUAL_WIDTH, STEP = 700, 50
WIDTHS = range(250, 1601, STEP)
"""Widths in pixels at which the room of labels changes."""
LEGEND_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Picture:
    """What is drawn: `nodes` in the order in which the picture reports clicks, and the option itself."""

    nodes: tuple[str, ...]
    option: dict[str, Any]
    height: int


def picture(
    columns: Sequence[Column],
    labels: Mapping[str, str],
    values: Mapping[str, Value],
    arcs: Sequence[tuple[str, str]],
    chosen: str,
    entered: frozenset[str],
    legend: Sequence[str],
    paint: Paint,
) -> Picture:
    """Return the picture.

    Parameters
    ----------
    labels : what stands beside each node: its value and its name
    arcs : (parent, child)
    chosen : the node that is inspected, "" for none
    entered : nodes with evidence; they are squares
    legend : words for the shares 0, ¼, ½, ¾ and 1
    """
    rows = max((len(column.nodes) for column in columns), default=1)
    nodes = tuple(node for column in columns for node in column.nodes)
    place = {node: at for at, node in enumerate(nodes)}
    chosen_label = {"fontWeight": "bold", "color": paint.accent}
    data = [
        _node(
            labels[node],
            x,
            y,
            values.get(node),
            chosen_label if node == chosen else {},
            node in entered,
            paint,
        )
        for node, x, y in _places(columns, rows)
    ]
    data += _headings(columns, paint) + _legend(legend, len(columns), rows, paint)
    # Without ids of their own, nodes of one name would be one node.
    data = [{"id": f"n{at}", **entry} for at, entry in enumerate(data)]
    links = [
        _arc(place[a], place[b], chosen in (a, b), bool(chosen), len(arcs), data, paint)
        for a, b in arcs
        if a in place and b in place
    ]
    height = max(rows * (ROW if rows > FEW else WIDE_ROW) + HEADINGS + LEGEND, LOWEST)
    return Picture(
        nodes, _option(data, links, (max(len(columns), 1), rows + 2.5), rows <= FEW, paint), height
    )


def _places(columns: Sequence[Column], rows: int) -> list[tuple[str, float, float]]:
    """Return (node, x, y): columns one apart, the nodes of each spread over the full height."""
    return [
        (node, float(x), (at + 0.5) * rows / len(column.nodes) + 1.0)
        for x, column in enumerate(columns)
        for at, node in enumerate(column.nodes)
    ]


def _node(
    text: str,
    x: float,
    y: float,
    value: Value | None,
    label: dict[str, str],
    entered: bool,
    paint: Paint,
) -> dict[str, Any]:
    """Return one node; one without a value is a small ring, and the chosen one has a label of its own."""
    share = value.share if value else 0.0
    style = {
        "color": mixed(paint.low, paint.high, share) if value else paint.behind,
        "borderColor": paint.accent if label else paint.edge,
        "borderWidth": 3 if label else 1,
    }
    return {
        "name": text,
        "value": [x, y],
        "symbol": "rect" if entered else "circle",
        "symbolSize": SMALLEST + (LARGEST - SMALLEST) * share,
        "itemStyle": style,
        "label": label,
    }


def _arc(
    start: int,
    end: int,
    is_near: bool,
    any_chosen: bool,
    count: int,
    data: Sequence[Mapping[str, Any]],
    paint: Paint,
) -> dict[str, Any]:
    """Return one arc; those of the chosen node stand out, those within a column are bent."""
    quiet = 0.16 if any_chosen else 0.3
    style = {
        "color": paint.accent if is_near else paint.edge,
        "opacity": 0.9 if is_near else (quiet if count > MANY_ARCS else 0.55),
        "width": 1.6 if is_near else 0.8,
        "curveness": _bend(data[start]["value"], data[end]["value"]),
    }
    symbols = ["none", "arrow"] if is_near or count <= MANY_ARCS else ["none", "none"]
    return {"source": start, "target": end, "lineStyle": style, "symbol": symbols}


def _bend(start: Sequence[float], end: Sequence[float]) -> float:
    """Return how bent an arc is: straight between columns, and within one as far as there is room."""
    rows = abs(start[1] - end[1])
    return min(MOST_BEND, BEND / rows) if start[0] == end[0] and rows else 0.0


def _headings(columns: Sequence[Column], paint: Paint) -> list[dict[str, Any]]:
    """Return the names of the columns as nodes without a symbol."""
    label = {"position": "right", "offset": [-6, 0], "color": paint.muted, "fontWeight": "bold"}
    return [_mute(column.heading, float(x), 0.3, 0.0, label) for x, column in enumerate(columns)]


def _legend(words: Sequence[str], width: int, rows: int, paint: Paint) -> list[dict[str, Any]]:
    """Return the scale of colours and sizes with its numbers."""
    span = max(width - 1, 1) / len(LEGEND_SHARES)
    found = []
    for at, (share, text) in enumerate(zip(LEGEND_SHARES, words, strict=True)):
        size = SMALLEST + (LARGEST - SMALLEST) * share
        mark = _mute(text, at * span, rows + 2.0, size, {"color": paint.muted, "width": 60})
        mark["itemStyle"] = {
            "color": mixed(paint.low, paint.high, share),
            "borderColor": paint.edge,
            "borderWidth": 1,
        }
        found.append(mark)
    return found


def _mute(text: str, x: float, y: float, size: float, label: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node that is no node of the network."""
    return {
        "name": text,
        "value": [x, y],
        "symbolSize": size,
        "label": dict(label),
        "tooltip": {"show": False},
        "emphasis": {"disabled": True},
        "cursor": "default",
    }


def _option(
    data: list[dict[str, Any]],
    links: list[dict[str, Any]],
    size: tuple[int, float],
    is_airy: bool,
    paint: Paint,
) -> dict[str, Any]:
    """Return the option; how much room a label has follows from the width of the picture.

    The nodes stand in a hidden pair of axes: a layout of its own would stretch the symbols with the picture.
    """
    width, bottom = size
    hidden = {"type": "value", "show": False}
    by_width = [
        {
            "query": {"maxWidth": pixels + STEP - 1, "minWidth": pixels},
            "option": {
                "series": [{"label": _room(pixels, width, is_airy)}],
                "grid": {"right": _column(pixels, width)},
            },
        }
        for pixels in WIDTHS
    ]
    tooltip = {
        "renderMode": "richText",
        "confine": True,
        "formatter": "{b}",
        "backgroundColor": paint.behind,
        "textStyle": {"color": paint.text},
    }
    return {
        "baseOption": {
            "animation": False,
            "grid": {"left": 26, "right": _column(USUAL_WIDTH, width), "top": 6, "bottom": 6},
            "xAxis": {**hidden, "min": 0, "max": max(width - 1, 1)},
            "yAxis": {**hidden, "min": 0, "max": bottom, "inverse": True},
            "tooltip": tooltip,
            "series": [_series(data, links, _room(USUAL_WIDTH, width, is_airy), paint)],
        },
        "media": by_width,
    }


def _series(
    data: list[dict[str, Any]], links: list[dict[str, Any]], room: Mapping[str, Any], paint: Paint
) -> dict[str, Any]:
    """Return the graph itself."""
    label = {
        "show": True,
        "position": "right",
        "distance": 4,
        "color": paint.text,
        # Arcs run behind the text, not through it.
        "textBorderColor": paint.behind,
        "textBorderWidth": 3,
    }
    return {
        "type": "graph",
        "coordinateSystem": "cartesian2d",
        "layout": "none",
        "data": data,
        "links": links,
        "selectedMode": "single",
        "edgeSymbolSize": 6,
        "label": {**label, **room},
        "labelLayout": {"hideOverlap": True},
        "lineStyle": {"color": paint.edge},
        "select": {"itemStyle": {"borderColor": paint.accent}},
        "emphasis": {
            "focus": "adjacency",
            "label": {"overflow": "none", "backgroundColor": paint.behind, "color": paint.text},
        },
    }


def _column(size: int, width: int) -> int:
    """Return the pixels of one column of a picture of this size."""
    return round((size - 36) / max(width, 2))


def _room(size: int, width: int, is_airy: bool) -> dict[str, Any]:
    """Return how wide a label may be in a picture of this size, how large its letters are, and how it ends.

    Where there is room below, it goes on there. Where only a number fits, nothing tells of the name cut off.
    """
    room = _column(size, width) - 18
    letters = 10 if width > 5 or room < 80 else 12
    return {
        "width": max(room, 24),
        "fontSize": letters,
        "lineHeight": letters + 1,
        "overflow": "break" if is_airy and room >= ROOM_FOR_WORDS else "truncate",
        "ellipsis": "…" if room > 50 else "",
    }
