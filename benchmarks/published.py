"""Published networks, read from BIF: posteriors of all nodes, up to ten findings.

Without `--bif` they are those that come with pgmpy, a dependency, and four that pyAgrum generates. pyAgrum is
filled from our arrays, because its own BIF reader keeps only seven digits.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contenders import Ours, Peer
from benchmarks.effort import QUICK, Effort
from benchmarks.peers import Agrum, Pgmpy
from benchmarks.rows import Row
from benchmarks.timing import side_by_side
from model.engine import ExactEngine
from network.errors import TooWide
from network.exchange import read
from network.structure import Network
from tests.networks import sampled_evidence

SMALL = ("asia", "child", "insurance", "alarm", "win95pts", "hailfinder", "hepar2")
LARGE = ("water", "andes", "pigs", "pathfinder", "mildew", "barley")
GENERATED = ((20, 28, 3), (40, 52, 4), (60, 70, 2), (100, 110, 3))
"""Nodes, arcs and most states."""

MOST_BYTES = 50_000_000


def published(paths: Sequence[Path], effort: Effort) -> list[Row]:
    """Return the rows of the networks given by path, or of the ones at hand."""
    with tempfile.TemporaryDirectory() as folder:
        files = list(paths) or [
            *unpacked(SMALL + (LARGE if effort.cases > QUICK.cases else ()), Path(folder)),
            *generated(Path(folder)),
        ]
        return [row for file in files for row in _of_file(file, effort)]


def unpacked(names: Sequence[str], folder: Path) -> list[Path]:
    """Return BIF files of networks that pgmpy brings along, those that it has."""
    import pgmpy

    shelf = Path(pgmpy.__file__).parent / "utils" / "example_models"
    found = []
    for name in names:
        if (packed := shelf / f"{name}.bif.gz").is_file():
            file = folder / f"{name}.bif"
            file.write_bytes(gzip.decompress(packed.read_bytes()))
            found.append(file)
    return found


def generated(folder: Path) -> list[Path]:
    """Return BIF files of random networks made by pyAgrum, always the same."""
    import pyagrum as gum

    files = []
    for number, (nodes, arcs, states) in enumerate(GENERATED):
        gum.initRandom(number + 1)
        file = folder / f"generated_{nodes}_{arcs}.bif"
        gum.saveBN(gum.BNGenerator().generate(nodes, arcs, states), str(file))
        files.append(file)
    return files


def _of_file(file: Path, effort: Effort) -> list[Row]:
    bn: Network = read(file, max_bytes=MOST_BYTES, tolerance=1e-2)
    group, engine = f"BIF {file.stem}, {len(bn)} nodes", ExactEngine(bn, "numba")
    nodes = [node.id for node in bn.nodes]
    size = min(10, len(bn) // 4)
    cases = [(sampled_evidence(bn, seed, size), nodes) for seed in range(effort.cases)]
    limit = effort.limit_s
    made: dict[str, Ours | Peer] = {
        "ours": Ours(engine.posteriors, lambda found: found.marginals),
        "pyAgrum LazyPropagation": Peer(Agrum, bn, "documented", method="posteriors", limit_s=limit),
        "pyAgrum ShaferShenoyInference": Peer(Agrum, bn, "tuned", method="posteriors", limit_s=limit),
        "pgmpy one by one": Peer(Pgmpy, bn, "one by one", method="posteriors", limit_s=limit),
    }
    try:
        engine.plan(*cases[0])
    except TooWide as error:
        return [Row(group, "ours", float("nan"), note=f"refused: {error}")]
    return side_by_side(group, made, cases, effort.budget_s)
