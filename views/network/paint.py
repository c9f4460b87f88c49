"""The colours of the graph, one set for each theme."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paint:
    """Colours of one theme; `low` to `high` is the scale of values."""

    low: str
    high: str
    edge: str
    accent: str
    text: str
    muted: str
    behind: str


LIGHT = Paint("#f3f4fb", "#1f2f86", "#6b7199", "#b45309", "#0e1230", "#4b5178", "#ffffff")
DARK = Paint("#1a1f38", "#aab6ff", "#7d85b5", "#ffb454", "#e8eaf6", "#b3b8d6", "#0d1021")


def mixed(low: str, high: str, share: float) -> str:
    """Return the colour at a share of the way.

    Examples
    --------
    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    ends = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (low, high)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*ends, strict=True))
