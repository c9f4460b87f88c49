"""Pictures of an evaluation: how often each cause came first, and whether what was said came true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.validation.reliability import Bin
from model.validation.scores import CauseScore
from views.shared.pictures import MUTED, TEXT, ranked_rows, row_bar, row_labels, share_axis, text_mark
from views.shared.words import counted, percent

LABELS, VALUES = 252, 84
"""Widths in pixels of the column of labels and of the column of values."""
HEIGHT = 340
ROOM_FOR_COUNT = 0.1
"""Below this probability the points stand so close that only the table counts them."""


def causes_picture(
    scores: Sequence[CauseScore], labels: Mapping[str, str], words: Mapping[str, str]
) -> dict[str, Any]:
    """Return a bar for every cause: came first (filled), was among the first three (outline).

    Parameters
    ----------
    labels : what each cause is called
    words : templates `top` and `row`
    """
    rows = [
        {
            "rank": rank,
            "name": labels[score.cause],
            "term": counted(score.n, "patient"),
            "first": score.first,
            "three": score.first_three,
            "value": percent(score.first),
            "interval": words["top"].format(share=percent(score.first_three)),
            "said": cause_words(score, labels, words),
        }
        for rank, score in enumerate(scores)
    ]
    outline = {"filled": False, "strokeWidth": 1.2, "strokeOpacity": 0.75, "aria": False}
    return ranked_rows(
        rows,
        [
            _bar("three", outline),
            _bar("first", {"description": {"expr": "datum.said"}}),
            *row_labels(LABELS, VALUES),
        ],
    )


def cause_words(score: CauseScore, labels: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Return a bar in words."""
    first, three = percent(score.first), percent(score.first_three)
    n = counted(score.n, "patient")
    return words["row"].format(cause=labels[score.cause], n=n, first=first, three=three)


def _bar(field: str, mark: dict[str, Any]) -> dict[str, Any]:
    tooltip = [{"field": "said", "title": " "}]
    return {"mark": row_bar(**mark), "encoding": {"x": share_axis(field, LABELS, VALUES), "tooltip": tooltip}}


def calibration_picture(bins: Sequence[Bin], words: Mapping[str, str]) -> dict[str, Any]:
    """Return the share that was right over what was said, with counts, beside the diagonal.

    Parameters
    ----------
    words : titles `x` and `y`, and the template `bin`
    """
    rows = [
        {
            "said": one.mean,
            "was": one.observed,
            "count": f"{one.n:,}" if one.mean >= ROOM_FOR_COUNT else "",
            "words": bin_words(one, words),
        }
        for one in bins
    ]
    axis = {"labelExpr": "format(100 * datum.value, 'd') + ' %'", "values": [0, 0.25, 0.5, 0.75, 1]}
    x, y = (
        {
            "field": field,
            "type": "quantitative",
            "scale": {"domain": [0, 1]},
            "axis": {**axis, "title": words[title]},
        }
        for field, title in (("said", "x"), ("was", "y"))
    )
    point = {
        "type": "point",
        "filled": True,
        "size": 70,
        "opacity": 1,
        "description": {"expr": "datum.words"},
    }
    diagonal = {
        "type": "line",
        "strokeDash": [4, 4],
        "color": {"expr": MUTED},
        "aria": False,
        "tooltip": None,
    }
    # Away from the diagonal, so that it crosses no number.
    above = "datum.was > datum.said"
    place = {"dy": f"{above} ? -11 : 13", "dx": f"{above} ? -6 : 6", "align": f"{above} ? 'right' : 'left'"}
    count = {name: {"expr": said} for name, said in place.items()} | {"color": {"expr": TEXT}, "fontSize": 11}
    return {
        "height": HEIGHT,
        "data": {"values": rows},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"data": {"values": [{"said": 0, "was": 0}, {"said": 1, "was": 1}]}, "mark": diagonal},
            {"mark": {"type": "line", "strokeWidth": 1, "opacity": 0.6, "aria": False, "tooltip": None}},
            {"mark": point, "encoding": {"tooltip": [{"field": "words", "title": " "}]}},
            text_mark("count", count),
        ],
        "config": {"view": {"stroke": None}},
    }


def bin_words(one: Bin, words: Mapping[str, str]) -> str:
    """Return a point in words."""
    return words["bin"].format(said=percent(one.mean), was=percent(one.observed), n=f"{one.n:,}")
