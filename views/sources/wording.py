"""sources.yaml, and figures in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from model.ledger import Entry
from views.shared.asking import Catalogue
from views.shared.words import parameter_words, share_or_ratio


@lru_cache(maxsize=1)
def wording() -> Mapping[str, Any]:
    """Return sources.yaml."""
    text = (Path(__file__).parent / "sources.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.safe_load(text)
    return content


def title(entry: Entry, items: Catalogue) -> str:
    """Return what a figure says, in one line: the parameter that it sets, or what was published."""
    if entry.uses:
        use = entry.uses[0]
        return f"{label(use.node, items)}: {parameter_words(items, use.node, use.parameter)}"
    return published_words(entry, items)


def published_words(entry: Entry, items: Catalogue) -> str:
    """Return what was measured: kind of figure, of what, in whom."""
    figure = entry.figure
    of = _clause(figure.target, figure.target_state, items)
    kind = wording()["kinds"].get(figure.kind, figure.kind.replace("_", " "))
    given = ", ".join(_given(part, items) for part in figure.given.split(";") if part.strip())
    return f"{kind}: {of}" + (f" (given: {given})" if given else "")


def label(node: str, items: Catalogue) -> str:
    """Return the label of a node, or its id in words where the network has none of that name."""
    return items.items[node].label if node in items.items else node.replace("_", " ")


def value(entry: Entry) -> str:
    """Return the number."""
    return share_or_ratio(entry.figure.value, entry.is_proportion)


def interval(entry: Entry) -> str:
    """Return the interval, empty where there is none or where the number is fixed."""
    low, high = entry.figure.low, entry.figure.high
    if low is None or high is None or low == high:
        return ""
    return f"{share_or_ratio(low, entry.is_proportion)} to {share_or_ratio(high, entry.is_proportion)}"


def _given(part: str, items: Catalogue) -> str:
    node, sign, state = part.strip().partition("=")
    return _clause(node, state, items) if sign else part.strip().replace("_", " ")


def _clause(node: str, state: str, items: Catalogue) -> str:
    """Return a node and its state in words; "present" goes without saying."""
    item = items.items.get(node)
    if state in ("", "present"):
        return label(node, items)
    if item is None or state not in item.states:
        return f"{label(node, items)}: {state.replace('_', ' ')}"
    said = "no" if item.is_yes_or_no else item.state_labels[item.states.index(state)]
    return f"{label(node, items)}: {said}"
