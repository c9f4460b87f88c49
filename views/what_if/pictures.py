"""Pictures of differences and sweeps: numbers in, Vega-Lite dictionaries out. No colour-only meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from views.shared.pictures import (
    NARROW,
    TEXT,
    by_width,
    ranked_rows,
    row_bar,
    share_axis,
    start_tick,
    text_mark,
)
from views.shared.words import percent

LABELS, VALUES = 252, 92
"""Widths in pixels of the column of labels and of the column of values."""
CELL = 44
"""Height in pixels of one row of a heat map."""
SHADE = 0.55
"""Opacity of the fullest cell: the number in it stays readable in both themes."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of a comparison: a probability without and with a change."""

    name: str
    before: float
    after: float

    @property
    def points(self) -> str:
        """Return the difference in percentage points: "+4", "−12", "±0"."""
        return points(self.before, self.after)


def points(before: float, after: float) -> str:
    """Return the difference of two probabilities in percentage points, as the numbers beside it show them.

    Examples
    --------
    >>> points(0.136, 0.174), points(0.2, 0.08), points(0.131, 0.134)
    ('+3', '−12', '±0')
    """
    difference = round(100 * after) - round(100 * before)
    return f"{difference:+d}".replace("-", "−") if difference else "±0"


def compact(p: float) -> str:
    """Return a probability in percent, without the sign, as short as it gets.

    Examples
    --------
    >>> [compact(p) for p in (0.384, 0.002, 0.9999, 0.0, 1.0)]
    ['38', '<1', '>99', '0', '100']
    """
    if 0 < p < 0.005:
        return "<1"
    return ">99" if 0.995 <= p < 1 else f"{100 * p:.0f}"


def pair_bars(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return a bar for each pair (with the change), and a tick where it stands without."""
    rows = [
        {
            "rank": rank,
            "name": pair.name,
            "after": pair.after,
            "before": pair.before,
            "value": f"{compact(pair.after)}\u202f% ({pair.points})",
            "said": f"{pair.name}: {percent(pair.before)} without, {percent(pair.after)} with, "
            f"{pair.points} points",
        }
        for rank, pair in enumerate(pairs)
    ]
    tooltip = [
        {"field": "name", "title": "Cause"},
        {"field": "before", "title": "Without", "format": ".1%"},
        {"field": "after", "title": "With", "format": ".1%"},
    ]
    bar = row_bar(description={"expr": "datum.said"})
    return ranked_rows(
        rows,
        [
            {"mark": bar, "encoding": {"x": share_axis("after", LABELS, VALUES), "tooltip": tooltip}},
            {"mark": start_tick(), "encoding": {"x": share_axis("before", LABELS, VALUES)}},
            *_labels(),
        ],
    )


def state_bars(labels: Sequence[str], values: Sequence[float | None], entered: str = "") -> dict[str, Any]:
    """Return a bar for each answer of one variable; the one that was entered is marked by words."""
    rows = [
        {
            "rank": rank,
            "name": f"{label} (entered)" if label == entered else label,
            "after": value or 0.0,
            "value": "cannot be" if value is None else percent(value),
        }
        for rank, (label, value) in enumerate(zip(labels, values, strict=True))
    ]
    bar = row_bar(description={"expr": "datum.name + ': ' + datum.value"})
    encoding = {"x": share_axis("after", LABELS, VALUES), "tooltip": None}
    return ranked_rows(rows, [{"mark": bar, "encoding": encoding}, *_labels()])


def ratio_line(ratios: Sequence[float], values: Sequence[float | None]) -> dict[str, Any]:
    """Return a line over likelihood ratios, on a logarithmic axis, with its numbers."""
    rows = [
        {"ratio": ratio, "p": value, "value": "" if value is None else compact(value)}
        for ratio, value in zip(ratios, values, strict=True)
    ]
    above, below = "format(datum.value, 'd')", "format(1 / datum.value, 'd')"
    x = {
        "field": "ratio",
        "type": "quantitative",
        "scale": {"type": "log"},
        "title": None,
        "axis": {
            "values": [0.1, 0.25, 0.5, 1, 2, 4, 10],
            "labelExpr": f"datum.value < 1 ? '1 to ' + {below} : {above} + ' to 1'",
            "labelOverlap": True,
        },
    }
    y = {
        "field": "p",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"labelExpr": "format(100 * datum.value, 'd') + ' %'", "title": None, "tickCount": 5},
    }
    said = {"expr": "format(datum.ratio, '.2~f') + ' to 1: ' + datum.value + ' %'"}
    return {
        "height": 260,
        "data": {"values": rows},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2.5, "aria": False}},
            {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "description": said}},
            text_mark("value", {"dy": -14, "color": {"expr": TEXT}, "fontSize": 12}),
        ],
        "config": {"view": {"stroke": None}},
    }


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[float | None],
    row_title: str,
    column_title: str,
) -> dict[str, Any]:
    """Return a cell for each pair of answers with its number in it; shading repeats what the number says.

    Parameters
    ----------
    values : sequence of n_rows * n_columns probabilities, columns fastest; None where it cannot be
    """
    cells = [
        {
            "row": row,
            "column": column,
            "p": value or 0.0,
            "value": "–" if value is None else compact(value),
            "said": f"{row_title} {row}, {column_title} {column}: "
            + ("cannot be" if value is None else percent(value)),
        }
        for (row, column), value in zip(
            ((row, column) for row in rows for column in columns), values, strict=True
        )
    ]
    opacity = {
        "field": "p",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": [0.04, SHADE]},
        "legend": None,
    }
    axis = {"title": None, "ticks": False, "domain": False, "labelPadding": 6}
    narrow = f"width < {NARROW}"
    by_word = f"{narrow} ? split(datum.label, ' ') : datum.label"
    across = {**axis, "orient": "bottom", "labelAngle": 0, "labelExpr": by_word, "labelLimit": 160}
    down = {**axis, "labelLimit": {"expr": f"{narrow} ? 110 : 240"}}
    return {
        "height": CELL * len(rows),
        "data": {"values": cells},
        "encoding": {
            "x": {"field": "column", "type": "ordinal", "sort": None, "axis": across},
            "y": {"field": "row", "type": "ordinal", "sort": None, "axis": down},
        },
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 4, "description": {"expr": "datum.said"}},
                "encoding": {"fillOpacity": opacity, "tooltip": {"field": "said"}},
            },
            text_mark("value", {"color": {"expr": TEXT}, "fontSize": 13, "fontWeight": 600}),
        ],
        "config": {"view": {"stroke": None}, "scale": {"rectBandPaddingInner": 0.06}},
    }


def _labels() -> list[dict[str, Any]]:
    """Return the label and the value of each row; in a narrow picture both stand above the bar."""
    limit = f"width < {NARROW} ? width - {VALUES} : {LABELS - 14}"
    left = {"align": "left", "x": 0, "limit": {"expr": limit}, "dy": by_width(0, -8)}
    right = {"align": "right", "x": {"expr": "width"}, "dy": by_width(0, -8)}
    return [
        text_mark("name", {**left, "color": {"expr": TEXT}, "fontSize": 13}),
        text_mark("value", {**right, "color": {"expr": TEXT}, "fontSize": 13, "fontWeight": 600}),
    ]
