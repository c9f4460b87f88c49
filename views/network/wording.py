"""The words of the page, from network.yaml, and names of nodes and states as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from views.shared.asking import ABSENT, PRESENT, YES_OR_NO, Item
from views.shared.words import percent

LONGEST_LABEL = 90
"""A label of a foreign network is cut where a picture or a list needs one line."""


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """Return network.yaml."""
    content: Mapping[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "network.yaml").read_text(encoding="utf-8")
    )
    return content


def kind_name(kind: str, many: bool = False) -> str:
    """Return a kind of node in words; a kind that is not known by its own name."""
    found = words()["kinds"].get(kind)
    return str(found[1] if many else found[0]) if found else kind.replace("_", " ")


def short(text: str) -> str:
    """Return a label on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LABEL else line[: LONGEST_LABEL - 1] + "…"


def telling_state(item: Item, posterior: Mapping[str, float]) -> str:
    """Return the state whose probability stands for a node: "present", else the most probable one."""
    if item.is_yes_or_no:
        return PRESENT
    return max(posterior, key=posterior.__getitem__)


def state_word(item: Item, state: str) -> str:
    """Return a state in words."""
    if item.states == YES_OR_NO:
        return {PRESENT: "yes", ABSENT: "no"}[state]
    return item.state_labels[item.states.index(state)]


def value_words(item: Item, state: str, p: float) -> str:
    """Return a node's value in words: "12 %", or "40 to 59: 51 %" where no state goes without saying."""
    return percent(p) if item.is_yes_or_no else f"{short(state_word(item, state))}: {percent(p)}"


def bits_words(bits: float) -> str:
    """Return information in bits.

    Examples
    --------
    >>> bits_words(0.4567), bits_words(0.00004), bits_words(0.0)
    ('0.457\\xa0bits', 'under\\xa00.001\\xa0bits', '0\\xa0bits')
    """
    if 0.0 < bits < 0.001:
        return "under\u00a00.001\u00a0bits"
    return f"{bits:.3f}\u00a0bits" if bits else "0\u00a0bits"
