"""Numbers and findings as people read them in a shell."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from model.evidence import Evidence, Likelihood, Unknown
from network.structure import BINARY, Node

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

EIGHTHS = " ▏▎▍▌▋▊▉█"


def percent(p: float) -> str:
    """Return a probability in percent; only what is certain is written as 0 or 100.

    Examples
    --------
    >>> percent(0.384), percent(0.002), percent(0.9999), percent(0.0)
    ('38 %', '< 1 %', '> 99 %', '0 %')
    """
    if 0 < p < 0.005:
        return "< 1 %"
    if 0.995 <= p < 1:
        return "> 99 %"
    return f"{100 * p:.0f} %"


def number(x: float) -> str:
    """Return a figure with at most four significant digits.

    Examples
    --------
    >>> number(0.0123456), number(12.0)
    ('0.01235', '12')
    """
    return f"{x:.4g}"


def interval(low: float | None, high: float | None) -> str:
    """Return an interval, empty where there is none.

    Examples
    --------
    >>> interval(0.1, 0.25), interval(2.0, 2.0), interval(None, 1.0)
    ('0.1 to 0.25', 'fixed', '')
    """
    if low is None or high is None:
        return ""
    return "fixed" if low == high else f"{number(low)} to {number(high)}"


def state(state_id: str, label: str) -> str:
    """Return a state with its label where that says more.

    Examples
    --------
    >>> state("under_40", "Under 40"), state("current", "Now")
    ('under_40', 'current (Now)')
    """
    return state_id if state_id.replace("_", " ").lower() == label.lower() else f"{state_id} ({label})"


def grid(*headings: str, numbers: Container[str] = ()) -> Table:
    """Return a table without lines, under headings where they are given; columns of numbers stand right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=bool(headings))
    for heading in headings:
        table.add_column(heading, justify="right" if heading in numbers else "left")
    return table


def bar(p: float, width: int, console: Console) -> str:
    """Return a bar of eighths of a character, or of ``#`` where the terminal knows no others."""
    if console.options.ascii_only:
        return "#" * round(p * width)
    whole, rest = divmod(round(p * width * 8), 8)
    return ("█" * whole + EIGHTHS[rest]).strip()


def finding(evidence: Evidence, node_id: str) -> tuple[str, str]:
    """Return (what was asked, what was answered) of one entry, in words."""
    network, value = evidence.network, evidence.findings[node_id]
    node = network.node(node_id) if node_id in network else None
    if node_id in evidence.paused:
        return finding(evidence.resumed(node_id), node_id)[0], "paused"
    labels = {item.id: item.label for item in network.safety_items}
    label = node.label if node else labels[node_id]
    if isinstance(value, Unknown):
        return label, "not known"
    if isinstance(value, Likelihood):
        return label, likelihood(node, value) if node else ""
    return label, node.state_label(value) if node else value


def likelihood(node: Node, value: Likelihood) -> str:
    """Return uncertain evidence in words.

    Examples
    --------
    >>> from network.cpds import Table
    >>> import numpy as np
    >>> node = Node("cold_foot", BINARY, (), Table(np.array([0.9, 0.1]), 0))
    >>> likelihood(node, Likelihood(3.0))
    'likelihood ratio 3, present to absent'
    """
    if value.ratio is not None and node.states == BINARY:
        return f"likelihood ratio {number(value.ratio)}, present to absent"
    weights = zip(node.states, value.vector(node).tolist(), strict=True)
    return "likelihood " + ", ".join(f"{node.state_label(state)} {number(x)}" for state, x in weights)
