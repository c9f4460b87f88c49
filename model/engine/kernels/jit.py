# mypy: disable-error-code="attr-defined"
"""The one import of numba, and where its compiled code is kept.

Compiled code goes to the user's cache folder under the hash of the kernels' sources: the package may lie
in a read-only place, and numba by itself would not notice that a kernel in another file has changed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from platformdirs import user_cache_path


def cache_folder() -> Path:
    """Return the folder of the compiled kernels; the environment variable NUMBA_CACHE_DIR overrides it."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    sources = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        sources.update(path.read_bytes())
    return user_cache_path("nocturne") / f"kernels-{numba.__version__}-{sources.hexdigest()[:12]}"


numba.config.CACHE_DIR = str(cache_folder())


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function on first use, without the interpreter's lock, and keep the result on disk."""
    return numba.njit(cache=True, nogil=True, error_model="numpy", boundscheck=False)(function)


def part(function: Callable[..., Any]) -> Any:
    """Mark a part of a single kernel: it is compiled with that kernel, and not a second time by itself."""
    return numba.njit(inline="always", nogil=True, error_model="numpy", boundscheck=False)(function)
