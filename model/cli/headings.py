"""The headings of the source article in a shell, each above the headings and causes that it rolls up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from model.cli import words
from model.headings import HeadingTree, heading_trees
from network.structure import Network

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def show_headings(
    network: Network,
    console: Console,
    cell: Callable[[str], str],
    weight: Callable[[str], float] | None = None,
) -> None:
    """Print the headings, nested; nothing where there are none.

    Parameters
    ----------
    cell : returns what stands beside a heading or cause
    weight : orders the causes below a heading, largest first; None leaves the causes out
    """
    trees = heading_trees(network)
    if not trees:
        return
    console.print("Under the headings of the source article", style="bold", end=" ")
    console.print("(they overlap)")
    table = words.grid()
    table.add_column()
    table.add_column(justify="right")

    def add(tree: HeadingTree, depth: int) -> None:
        _add_row(table, network, tree.heading, depth, cell)
        for inner in tree.inner:
            add(inner, depth + 1)
        for cause in sorted(tree.causes, key=weight, reverse=True) if weight else ():
            _add_row(table, network, cause, depth + 1, cell)

    for tree in trees:
        add(tree, 1)
    console.print(table)
    console.print()


def _add_row(table: Table, network: Network, node: str, depth: int, cell: Callable[[str], str]) -> None:
    """Add one heading or cause; the outermost headings stand out."""
    label = f"{'  ' * depth}{network.node(node).label}"
    table.add_row(label, cell(node), style="bold" if depth == 1 else None)
