"""The embedded network with its recalibration, shared by the tests of draws, intervals and tornado."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path

from model.differential import Differential
from model.recalibration import Recalibration, recalibration
from network.build import load_network
from network.figures import FIGURE_COLUMNS, JUDGEMENT
from tests.knowledge_files import edited

DRAWS = 300

ENDS = {"low": min, "high": max}

CASE: dict[str, object] = {
    "age": 78, "sex": "female", "smoking": "current", "low_back_pain": "present", "cold_foot": "present",
    "urge_to_move": "absent", "evening_worsening": "present", "numbness_or_tingling": "absent",
}  # fmt: skip


@lru_cache(maxsize=1)
def ddx() -> Differential:
    return Differential.load()


def calibration() -> Recalibration:
    return recalibration(ddx().network)


def rebuilt(folder: Path, values: dict[str, float]) -> Differential:
    """Return the differential of a copy of the knowledge folder in which some figures have other values."""
    copy = edited(folder)
    write_figures(copy, values)
    return Differential.of(load_network(copy, use_cache=False), folder=copy)


def write_figures(folder: Path, values: dict[str, float]) -> None:
    """Change the values of some figures in a knowledge folder, and intervals that would not hold them."""
    path = folder / "figures.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    judged = {name for name in values if any(row["id"] == name and row["formula"] for row in rows)}
    for row in rows:
        if row["id"] in values:
            value = values[row["id"]]
            if row["id"] in judged:  # set whatever its formula says: a judgement
                row |= {"formula": "", "step": "", "source": JUDGEMENT, "grade": "D"}
            row["value"] = repr(value)
            row |= {end: repr(pick(value, float(row[end]))) for end, pick in ENDS.items() if row[end]}
    while resting := [
        row for row in rows if row["grade"] != "D" and judged & set(re.findall(r"\w+", row["formula"]))
    ]:
        for row in resting:  # what rests on a judgement is one
            row["grade"] = "D"
        judged |= {row["id"] for row in resting}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIGURE_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
