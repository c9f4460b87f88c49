"""Compile the kernels once, with something to show meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from network.cpds import NoisyOr, Table
from network.structure import BINARY, Network, Node

STEPS = {"cases": 0.0, "columns": 0.85}
"""What is compiled, and which share of the work is done before."""


def warm_up(on_progress: Callable[[str, float], None] | None = None) -> None:
    """Compile every kernel, or load it from the user's cache: half a minute the first time, then a moment.

    Parameters
    ----------
    on_progress : function, optional
        Told what is being compiled and which share of the work is done, from 0 to 1.
    """
    from model.engine.exact import ExactEngine

    root = Table(np.array([0.5, 0.5]), 0)
    parents = ("a", "b", "c")
    finding = NoisyOr(np.asarray(0.1), (np.array([0.0, 0.5]),) * 3)
    network = Network(
        "warm-up", (*(Node(name, BINARY, (), root) for name in parents), Node("f", BINARY, parents, finding))
    )
    engine = ExactEngine(network, kernels="numba")
    states = np.full((1, 4), -1, dtype=np.int8)
    jobs: tuple[Callable[[], object], ...] = (
        lambda: engine.posteriors_many(states),
        lambda: engine.pairwise({"f": 1}, None, ["a"]),
    )
    for (step, share), job in zip(STEPS.items(), jobs, strict=True):
        if on_progress is not None:
            on_progress(step, share)
        job()
    from model.engine.kernels.jit import cache_folder

    _stamp(cache_folder()).touch()
    if on_progress is not None:
        on_progress("ready", 1.0)


def is_compiled() -> bool:
    """Return whether an earlier `warm_up` compiled the kernels."""
    from model.engine.kernels.jit import cache_folder

    return _stamp(cache_folder()).exists()


def load_compiled() -> bool:
    """Load the kernels if an earlier `warm_up` compiled them; return whether it did. A second or two."""
    if not is_compiled():
        return False
    warm_up()
    return True


def _stamp(folder: Path) -> Path:
    """Return the file that says that every kernel was compiled, from sources in this place and of this time.

    numba looks at both: a copy of the package that lies elsewhere, or is installed again, is compiled anew.
    """
    from model.engine.kernels import jit

    sources = sorted(Path(jit.__file__).parent.glob("*.py"))
    seen = repr([(str(path), path.stat().st_mtime_ns) for path in sources])
    return folder / f"complete-{hashlib.sha256(seen.encode()).hexdigest()[:12]}"
