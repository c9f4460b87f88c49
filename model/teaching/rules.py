"""Thresholds and limits of teaching, from ``rules.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any


@cache
def _rules() -> dict[str, dict[str, str]]:
    import yaml

    text = (Path(__file__).parent / "rules.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = yaml.load(text, Loader=yaml.BaseLoader)
    return loaded


def rule(name: str) -> float:
    """Return a threshold by name."""
    return float(_rules()[name]["value"])


def count(name: str) -> int:
    """Return a threshold that is a whole number."""
    return int(_rules()[name]["value"])


def reasons() -> dict[str, Any]:
    """Return every threshold with its reason, for a page that shows them."""
    return {name: dict(entry) for name, entry in _rules().items()}
