"""Arrays in the user's cache folder: written in one step, checked when read, done without where need be."""

from __future__ import annotations

import contextlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

MOST_OF_A_KIND = 12
"""Files of one kind (what stands before the first dash of a name) that are kept: every edit of a network and
every network that somebody brings makes new ones, of some 13 MB each."""


def read_arrays(path: Path) -> Arrays | None:
    """Return the arrays of a file, None where there is none or it is damaged (every array has a checksum)."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Write arrays so that a reader sees the old file or the new one; return False where that fails."""
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, suffix=".part", delete=False) as file:
            temporary = file.name
            save: Any = np.savez  # its stub reads every named array as the flag allow_pickle
            save(file, **arrays)
        os.replace(temporary, path)
        _keep_newest(path)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        return False
    return True


def _keep_newest(written: Path) -> None:
    """Remove the oldest files of the kind that was just written; one that another process removes is gone."""
    kind = written.name.split("-")[0]
    others = [path for path in written.parent.glob(f"{kind}-*{written.suffix}") if path != written]
    with contextlib.suppress(OSError):
        others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in others[MOST_OF_A_KIND - 1 :]:
            path.unlink(missing_ok=True)
