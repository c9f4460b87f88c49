"""A network that can be calibrated anew from other figures: what draws, derivatives and tornado share.

`Recalibration` knows the knowledge folder of a network. It turns values of figures (drawn, or one moved
at a time) into parameter sets, each calibrated as the network itself was.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.parameter_sets import SetEngine
from network import distributions
from network.build import EMBEDDED
from network.consequences import consequences
from network.cpds import Array
from network.distributions import ShareGroup
from network.errors import DiagnosisError
from network.figures import Figure, foundations
from network.knowledge import Knowledge, read_knowledge
from network.parameters import Layout, Progress, assemble_sets
from network.reading_table import FILE as READINGS
from network.shares import share_groups
from network.structure import Network

VERSION = 2
"""Of what is kept in the cache folder; raise it when the meaning of the arrays changes."""

HOW_DRAWN = ("consequences.py", "distributions.py", "formulas.py")
"""Code of `network` that says what draws follow from figures."""

SAME = 1e-9
"""How far the parameters of the folder may lie from the network's own: rounding only."""

SAME_SHARE = 1e-13
"""Relative: what a share may differ by and not have moved."""


class NoFigures(DiagnosisError):
    """A question about the figures asked of a network that was not built from any."""

    def __init__(self, network: Network) -> None:
        super().__init__(
            f"network {network.name!r} has no figures: nothing says how sure its numbers are. "
            "Ask a network that was built from a knowledge folder."
        )


class OtherFolder(DiagnosisError):
    """A knowledge folder that is not, or no longer, the one the network was built from."""

    def __init__(self, network: Network, folder: Path) -> None:
        super().__init__(
            f"{folder}: these knowledge files do not make network {network.name!r} as it was loaded. "
            "If they were edited meanwhile, load the network again."
        )


class Recalibration:
    """A network together with the knowledge it was built from. Safe to share between threads.

    Parameters
    ----------
    network : Network
    folder : its knowledge folder

    Raises
    ------
    NoFigures
        If no node of the network names a figure.
    """

    def __init__(self, network: Network, folder: Path) -> None:
        self.network = network
        self.folder = folder
        self.layout = Layout.of(network)
        self.figures = tuple(dict.fromkeys(figure for node in network.nodes for _, figure in node.figures))
        if not self.figures or not (folder / "figures.csv").is_file():
            raise NoFigures(network)
        self.lock = threading.RLock()

    @cached_property
    def key(self) -> str:
        """Name of what follows from this network, its figures and how they are read as distributions."""
        digest = hashlib.sha256(f"{VERSION} {self.network.hash}".encode())
        code = [Path(distributions.__file__).with_name(name) for name in HOW_DRAWN]
        for path in filter(Path.is_file, (self.folder / "figures.csv", self.folder / READINGS, *code)):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:24]

    @cached_property
    def own(self) -> Array:
        """The network's own parameters as one column, shape (layout.size, 1)."""
        return self.layout.pack({node.id: node.cpd for node in self.network.nodes})

    @cached_property
    def engine(self) -> SetEngine:
        """Inference under parameter sets of this network."""
        return SetEngine(self.network, self.layout)

    @cached_property
    def knowledge(self) -> Knowledge:
        """The knowledge folder, read and checked to be that of the network.

        Raises
        ------
        KnowledgeError, OtherFolder
        """
        knowledge = read_knowledge(self.folder)
        if not set(self.figures) <= set(knowledge.figures):
            raise OtherFolder(self.network, self.folder)
        try:
            again = assemble_sets(knowledge, self.layout, published(knowledge.figures, self.figures))
        except (KeyError, ValueError):  # nodes or shapes that the network does not have
            raise OtherFolder(self.network, self.folder) from None
        if not np.allclose(again, self.own, rtol=SAME, atol=SAME):
            raise OtherFolder(self.network, self.folder)
        return knowledge

    @cached_property
    def movable(self) -> tuple[str, ...]:
        """The figures behind the network that move by themselves: those without a formula, or with a step."""
        figures = self.knowledge.figures
        rows = foundations(figures, self.figures)
        return tuple(name for name in rows if not figures[name].formula or figures[name].step > 1.0)

    @cached_property
    def uses(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The parameters that each figure sets, itself or through formulas, as (node, parameter in words)."""
        uses: dict[str, dict[tuple[str, str], None]] = {}
        for node in self.network.nodes:
            for parameter, figure in node.figures:
                for row in foundations(self.knowledge.figures, [figure]):
                    uses.setdefault(row, {})[node.id, parameter] = None
        return {figure: tuple(found) for figure, found in uses.items()}

    @cached_property
    def groups(self) -> dict[str, ShareGroup]:
        """The group of shares that a figure belongs to, for those that belong to one."""
        return {figure: group for group in share_groups(self.knowledge) for figure in group.figures}

    def rows_of(self, nodes: Iterable[str]) -> NDArray[np.bool_]:
        """Return which parameters belong to some nodes, bool of shape (layout.size,)."""
        rows = np.zeros(self.layout.size, dtype=bool)
        wanted = set(nodes)
        for block in self.layout.blocks:
            if block.node in wanted:
                rows[block.start : block.stop] = True
        return rows

    def parameters(self, beliefs: Mapping[str, Array], progress: Progress | None = None) -> Array:
        """Return the parameters that follow from values of every figure, shape (layout.size, n_sets)."""
        return assemble_sets(self.knowledge, self.layout, beliefs, progress)

    def moved(self, moves: Sequence[tuple[str, float]]) -> dict[str, Array]:
        """Return beliefs, as `beliefs`, in which each set has one figure moved, given as (figure, value)."""
        return self.beliefs([{figure: value} for figure, value in moves])

    def beliefs(self, sets: Sequence[Mapping[str, float]]) -> dict[str, Array]:
        """Return values of every figure that nodes name, shape (n_sets,) each.

        What rests on a changed figure follows by its formula. Where that changes some shares of a whole, the
        others keep their proportions; a share that no figure names takes what is left by itself.

        Parameters
        ----------
        sets : changed figures and their values, everything else as published
            A derived figure is set to its value whatever its formula says.
        """
        figures = self.knowledge.figures
        behind = foundations(figures, self.figures)
        values = published(figures, behind, len(sets))
        for name in behind:
            if figures[name].formula:
                values[name][:] = np.nan  # not set: it follows
        for position, changed in enumerate(sets):
            for figure, value in changed.items():
                values[figure][position] = value
        found = consequences(figures, values, self.figures)
        for group in dict.fromkeys(self.groups.values()):
            for name, share in self._made_whole(group, found).items():
                values[name] = np.where(np.isnan(share), values[name], share)
        found = consequences(figures, values, self.figures)
        return {name: found[name] for name in self.figures}

    def _made_whole(self, group: ShareGroup, found: Mapping[str, Array]) -> dict[str, Array]:
        """Return the shares of a complete group that give way to those that moved; NaN where none has to."""
        if not group.complete:
            return {}
        shares = np.array([found[name] for name in group.figures])
        own = np.array([[self.knowledge.figures[name].value] for name in group.figures])
        moves = ~np.isclose(shares, own, rtol=SAME_SHARE, atol=0.0)
        whole = np.isclose(shares.sum(axis=0), own.sum(), rtol=SAME_SHARE, atol=0.0)
        room, rest = 1.0 - (shares * moves).sum(axis=0), (shares * ~moves).sum(axis=0)
        gives_way = ~moves & ~whole & moves.any(axis=0) & (room > 0.0) & (rest > 0.0)
        scaled = shares * np.divide(room, rest, out=np.ones_like(rest), where=rest > 0.0)
        return dict(zip(group.figures, np.where(gives_way, scaled, np.nan), strict=True))


def published(figures: Mapping[str, Figure], wanted: Sequence[str], n_sets: int = 1) -> dict[str, Array]:
    """Return the published values, the same in every set, shape (n_sets,) each."""
    return {figure: np.full(n_sets, figures[figure].value) for figure in wanted}


@lru_cache(maxsize=4)
def recalibration(network: Network, folder: Path | None = None) -> Recalibration:
    """Return the recalibration of a network, one for all who ask; the embedded folder if None.

    Raises
    ------
    NoFigures
    """
    return Recalibration(network, folder or EMBEDDED)
