"""Pictures of progress: numbers in, a Vega-Lite dictionary out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.teaching.calibration import CalibrationBin
from model.teaching.progress import HistoryPoint
from views.shared.pictures import MUTED, START

PERCENT = {"labelExpr": "format(100 * datum.value, 'd') + ' %'", "values": [0, 0.25, 0.5, 0.75, 1]}


def score_history(history: Sequence[HistoryPoint]) -> dict[str, Any]:
    """Return the Brier score of each case, the running mean, and the network's score beside it."""
    rows = [
        {"number": one.number, "brier": one.brier, "mean": one.mean_brier, "network": one.network_brier}
        for one in history
    ]
    x = {
        "field": "number",
        "type": "quantitative",
        "axis": {"title": "case", "tickMinStep": 1, "format": "d"},
    }

    def y(field: str) -> dict[str, Any]:
        return {
            "field": field,
            "type": "quantitative",
            "scale": {"zero": True},
            "axis": {"title": "Brier score"},
        }

    return {
        "height": 200,
        "data": {"values": rows},
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {"y": y("brier")},
            },
            {"mark": {"type": "line", "strokeWidth": 2, "aria": False}, "encoding": {"y": y("mean")}},
            {
                "mark": {
                    "type": "point",
                    "shape": "diamond",
                    "size": 60,
                    "color": {"expr": START},
                    "aria": False,
                },
                "encoding": {"y": y("network")},
            },
        ],
    }


def calibration_curve(bins: Sequence[CalibrationBin]) -> dict[str, Any]:
    """Return the share that was true over what was stated, with its range, beside the diagonal."""
    rows = [
        {
            "stated": one.stated,
            "true": one.observed,
            "low": one.credible_low,
            "high": one.credible_high,
            "enough": one.enough,
        }
        for one in bins
    ]
    scale = {"domain": [0, 1]}
    x = {
        "field": "stated",
        "type": "quantitative",
        "scale": scale,
        "axis": {**PERCENT, "title": "what you said"},
    }
    y = {"field": "true", "type": "quantitative", "scale": scale, "axis": {**PERCENT, "title": "was true"}}
    point = {"type": "point", "size": 70, "opacity": 1}
    return {
        "height": 260,
        "data": {"values": rows},
        "encoding": {"x": x, "y": y},
        "layer": [
            {
                "data": {"values": [{"stated": 0, "true": 0}, {"stated": 1, "true": 1}]},
                "mark": {"type": "line", "strokeDash": [4, 4], "color": {"expr": MUTED}, "aria": False},
            },
            {
                "mark": {"type": "rule", "aria": False},
                "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}},
            },
            {"transform": [{"filter": "datum.enough"}], "mark": {**point, "filled": True}},
            {"transform": [{"filter": "!datum.enough"}], "mark": {**point, "filled": False}},
        ],
    }
