"""Pictures of practice: a debrief in, a Vega-Lite dictionary out."""

from __future__ import annotations

from typing import Any

from model.teaching.debrief import Debrief
from views.shared.pictures import OTHER, START

YOU, NETWORK = "You", "Network"


def trajectory(found: Debrief, cause: str) -> dict[str, Any]:
    """Return the learner's probability of a cause and the network's with its range, finding by finding."""
    rows = []
    for step, (belief, network) in enumerate(zip(found.session.beliefs, found.track.steps, strict=True)):
        if belief is not None:
            one = belief.estimates.get(cause)
            low, high = (one.low, one.high) if one else (0.0, 0.0)
            rows.append({"step": step, "who": YOU, "p": belief.point(cause), "low": low, "high": high})
        if network.due_to:
            p = network.due_to[cause]
            low, high = network.intervals[cause] if network.intervals else (p, p)
            rows.append({"step": step, "who": NETWORK, "p": p, "low": low, "high": high})
    share = {"labelExpr": "format(100 * datum.value, 'd') + ' %'", "values": [0, 0.5, 1], "title": None}
    who = {"field": "who", "type": "nominal", "sort": [YOU, NETWORK], "legend": None}
    heard = {"field": "step", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}}
    return {
        "height": 150,
        "data": {"values": rows},
        "encoding": {
            "x": heard,
            "y": {"field": "p", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": share},
            "color": {**who, "scale": {"range": [{"expr": START}, {"expr": OTHER}]}},
        },
        "layer": [
            {
                "mark": {"type": "rule", "opacity": 0.35, "strokeWidth": 6, "aria": False},
                "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}},
            },
            {"mark": {"type": "line", "aria": False}, "encoding": {"strokeDash": who}},
            {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}, "encoding": {"shape": who}},
        ],
    }
