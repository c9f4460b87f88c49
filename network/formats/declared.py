"""What the blocks of a BIF or NET file declare, put together to a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from network.cpds import Array
from network.errors import ExchangeError
from network.formats.blocks import shown
from network.formats.model import FileTable, tabular_model

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

TableReader = Callable[[str, Sequence[str], str, int, Mapping[str, Sequence[str]]], Array]
"""Reads a table from (child, parents, body, line, states of every node); shape (states, configurations)."""


@dataclass
class Declared:
    """What the blocks of a file declare: nodes with their states, and tables that are still text.

    `what` is what the format calls a node.
    """

    what: str
    states: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, tuple[Sequence[str], str, int]] = field(default_factory=dict)

    def add_node(self, name: str, states: list[str], line: int) -> None:
        """Take in a node."""
        if name in self.states:
            raise ExchangeError(f"line {line}: {self.what} {shown(name)} is declared twice. Rename one.")
        self.states[name] = states

    def add_table(self, child: str, parents: Sequence[str], body: str, line: int) -> None:
        """Take in the table of a node as it stands in the file."""
        if child in self.tables:
            raise ExchangeError(f"line {line}: a second table for {self.what} {shown(child)}. Keep one.")
        self.tables[child] = parents, body, line

    def model(self, name: str | None, read_table: TableReader) -> DiscreteBayesianNetwork:
        """Return the model, after reading every table."""
        found: dict[str, FileTable] = {}
        for child, (parents, body, line) in self.tables.items():
            unknown = [node for node in (child, *parents) if node not in self.states]
            if unknown:
                raise ExchangeError(f"line {line}: {self.what} {shown(unknown[0])} is not declared.")
            values = read_table(child, parents, body, line, self.states)
            found[child] = FileTable(tuple(parents), values)
        return tabular_model(name, self.states, found)
