"""The room's beliefs about one case, beside the network's where they may be seen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.teaching.room import CauseInRoom, Distribution
from views.shared.pictures import MUTED, OTHER, START, TEXT, text_mark
from views.shared.words import counted, percent, plain, span

MOST_CAUSES = 8
ROW, AXIS = 46, 30
"""Heights in pixels."""


def draw_room(found: Distribution, beside: bool, key: str) -> None:
    """Draw the room; `beside` shows the network's numbers too."""
    if not found.n:
        st.caption("Nobody has answered yet.")
        return
    causes = _shown(found, beside)
    says = "; ".join(_words(one, beside) for one in causes)
    st.vega_lite_chart(
        _picture(causes, beside), key=f"{key}-room", alt=f"{counted(found.n, 'answer')}. {says}."
    )
    network = "\u2003:orange[┃] the network" if beside else ""
    st.caption(f"● one answer each\u2003▬ the middle half\u2003{counted(found.n, 'answer')}{network}")
    with st.expander("As a table", icon=":material/table:"):
        st.table([_table_row(one, beside) for one in causes], hide_index=True)


def _shown(found: Distribution, beside: bool) -> list[CauseInRoom]:
    """Return the causes that somebody named, and the network's first ones where they may be seen."""
    named = sorted(
        (one for one in found.causes if one.points), key=lambda one: (-one.first_places, -sum(one.points))
    )
    others = [one for one in found.causes if beside and not one.points]
    return [*named, *others][:MOST_CAUSES]


def _words(one: CauseInRoom, beside: bool) -> str:
    middle = "nobody" if one.quartiles is None else f"middle {percent(one.quartiles[1])}"
    network = f", network {percent(one.network)}" if beside and one.network is not None else ""
    return f"{one.label}: {middle}, first for {one.first_places}{network}"


def _table_row(one: CauseInRoom, beside: bool) -> dict[str, str]:
    row = {
        "Cause": plain(one.label),
        "Named by": str(len(one.points)),
        "First for": str(one.first_places),
        "Middle": "–" if one.quartiles is None else percent(one.quartiles[1]),
        "Middle half": "–" if one.quartiles is None else span(one.quartiles[0], one.quartiles[2]),
    }
    return row | ({"Network": "–" if one.network is None else percent(one.network)} if beside else {})


def _picture(causes: list[CauseInRoom], beside: bool) -> dict[str, Any]:
    """Return a row for each cause: a dot for each answer, the middle half, and the network's number."""
    rows = [
        {
            "rank": rank,
            "name": one.label,
            "low": one.quartiles[0] if one.quartiles else None,
            "high": one.quartiles[2] if one.quartiles else None,
            "network": one.network if beside else None,
        }
        for rank, one in enumerate(causes)
    ]
    dots = [{"rank": rank, "p": p} for rank, one in enumerate(causes) for p in one.points]
    bar = _mark("bar", MUTED, height=12, opacity=0.3)
    dot = _mark("point", OTHER, filled=True, size=55, opacity=0.6)
    tick = _mark("tick", START, thickness=3, size=24, opacity=1)
    return {
        "height": ROW * len(rows) + AXIS,
        "data": {"values": rows},
        "encoding": {"y": {"field": "rank", "type": "ordinal", "axis": None}},
        "layer": [
            {"mark": bar, "encoding": {"x": _share("low"), "x2": {"field": "high"}}},
            {"data": {"values": dots}, "mark": dot, "encoding": {"x": _share("p")}},
            {"mark": tick, "encoding": {"x": _share("network")}},
            text_mark("name", {"align": "left", "x": 0, "dy": -12, "color": {"expr": TEXT}, "fontSize": 13}),
        ],
        "config": {"view": {"stroke": None}},
    }


def _mark(kind: str, colour: str, **look: Any) -> dict[str, Any]:
    """Return a mark below the label of its row; the words beside the picture say what it shows."""
    return {"type": kind, "yOffset": 8, "color": {"expr": colour}, "aria": False, **look}


def _share(field: str) -> dict[str, Any]:
    """Return the axis from 0 to 100 %."""
    axis = {
        "labelExpr": "format(100 * datum.value, 'd') + ' %'",
        "values": [0, 0.25, 0.5, 0.75, 1],
        "title": None,
    }
    return {"field": field, "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
