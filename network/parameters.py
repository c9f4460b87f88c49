"""All parameters of a network in one column of numbers, and many such columns side by side.

A *parameter set* is the network's numbers after calibration: intercepts and log odds, leaks and links,
tables. One column holds one set; a thousand drawn sets are a matrix of shape (n_parameters, n_sets),
which is what is stored and what an engine reads (each parameter's values lie side by side).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from network.assemble import Assembly
from network.cpds import CLASSES, Array, Cpd
from network.knowledge import Knowledge
from network.structure import Network

SETS_AT_ONCE = 250
"""Parameter sets that are assembled together: enough to spread the overhead, some 90 MB of tables."""

Progress = Callable[[int, int], None]
"""Called with (sets made, sets wanted)."""


@dataclass(frozen=True)
class Block:
    """One array of one distribution: where it stands in the column and how it is shaped."""

    node: str
    field: str
    item: int | None
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """Numbers in the array."""
        return int(np.prod(self.shape, dtype=int))

    @property
    def stop(self) -> int:
        """One past the last row."""
        return self.start + self.size


@dataclass(frozen=True)
class Layout:
    """Where each array of each distribution stands."""

    cpds: Mapping[str, Cpd]
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, network: Network) -> Layout:
        """Return the layout of a network, nodes in topological order."""
        blocks: list[Block] = []
        start = 0
        for node in network.nodes:
            for field, item, values in _arrays(node.cpd):
                blocks.append(Block(node.id, field, item, values.shape, start))
                start = blocks[-1].stop
        return cls({node.id: node.cpd for node in network.nodes}, tuple(blocks))

    @property
    def size(self) -> int:
        """Numbers in one column."""
        return self.blocks[-1].stop if self.blocks else 0

    def pack(self, cpds: Mapping[str, Cpd]) -> Array:
        """Return one column per parameter set, shape (size, n_sets).

        Parameters
        ----------
        cpds : distributions with one leading axis of sets (or none, which is one set)
            Nodes that are left out are zeros, as in a gradient.
        """
        arrays = {
            (node, field, item): values for node, cpd in cpds.items() for field, item, values in _arrays(cpd)
        }
        named = [(block, arrays.get((block.node, block.field, block.item))) for block in self.blocks]
        held = [(block, values) for block, values in named if values is not None]
        columns = np.zeros((self.size, max((values.size // block.size for block, values in held), default=1)))
        for block, values in held:
            columns[block.start : block.stop] = values.reshape(-1, block.size).T
        return columns

    def unpack(self, columns: Array, nodes: Sequence[str] | None = None) -> dict[str, Cpd]:
        """Return distributions with one leading axis of sets, for all nodes or for some.

        The arrays are views of `columns` (shape (size, n_sets)); nothing is copied. Nodes without
        parameters (deterministic ORs) come back as they are.
        """
        wanted = set(self.cpds if nodes is None else nodes)
        arguments: dict[str, dict[str, object]] = {node: {} for node in self.cpds if node in wanted}
        for block in self.blocks:
            if block.node not in wanted:
                continue
            values = columns[block.start : block.stop].T.reshape(-1, *block.shape)
            if block.item is None:
                arguments[block.node][block.field] = values
            else:
                found = arguments[block.node].get(block.field, ())
                assert isinstance(found, tuple)
                arguments[block.node][block.field] = (*found, values)
        result: dict[str, Cpd] = {}
        for node, given in arguments.items():
            cpd = self.cpds[node]
            for field in fields(CLASSES[cpd.kind]):
                given.setdefault(field.name, getattr(cpd, field.name))
            result[node] = CLASSES[cpd.kind](**given)
        return result


def _arrays(cpd: Cpd) -> list[tuple[str, int | None, Array]]:
    """Return (field, position in it, array) of every array that a distribution holds."""
    found: list[tuple[str, int | None, Array]] = []
    for field in fields(CLASSES[cpd.kind]):
        value = getattr(cpd, field.name)
        if isinstance(value, tuple):
            found += [(field.name, item, np.asarray(array, dtype=float)) for item, array in enumerate(value)]
        elif not isinstance(value, int):
            found.append((field.name, None, np.asarray(value, dtype=float)))
    return found


def assemble_sets(
    knowledge: Knowledge,
    layout: Layout,
    beliefs: Mapping[str, Array],
    progress: Progress | None = None,
) -> Array:
    """Return the calibrated parameters of many sets of figures, shape (layout.size, n_sets).

    Parameters
    ----------
    beliefs : every figure that the network names, shape (n_sets,) each
    progress : called after each batch of `SETS_AT_ONCE`

    Notes
    -----
    Within a set that asks the impossible (a drawn sensitivity below its leak) the nearest possible
    network is taken: the link is 0.
    """
    n_sets = len(next(iter(beliefs.values())))
    columns = np.empty((layout.size, n_sets))
    for start in range(0, n_sets, SETS_AT_ONCE):
        part = slice(start, min(start + SETS_AT_ONCE, n_sets))
        assembly = Assembly(knowledge, {figure: values[part] for figure, values in beliefs.items()})
        columns[:, part] = layout.pack({node: made.cpd for node, made in assembly.run().items()})
        if progress is not None:
            progress(part.stop, n_sets)
    return columns
