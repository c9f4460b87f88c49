"""Arrays in the cache folder: whole or not there, and never more of a kind than are kept."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from model.store import MOST_OF_A_KIND, read_arrays, write_arrays


def test_what_is_missing_or_damaged_is_none(tmp_path: Path) -> None:
    path = tmp_path / "draws-1.npz"
    assert read_arrays(path) is None
    assert write_arrays(path, {"a": np.ones(50)})
    path.write_bytes(path.read_bytes()[:-30])
    assert read_arrays(path) is None


def test_the_oldest_of_a_kind_go_and_other_kinds_stay(tmp_path: Path) -> None:
    other = tmp_path / "swings-0.npz"
    assert write_arrays(other, {"a": np.ones(1)})
    for number in range(MOST_OF_A_KIND + 3):
        path = tmp_path / f"draws-{number}.npz"
        assert write_arrays(path, {"a": np.full(2, float(number))})
        os.utime(path, (number, number))
    kept = {path.name for path in tmp_path.glob("draws-*.npz")}
    assert kept == {f"draws-{number}.npz" for number in range(3, MOST_OF_A_KIND + 3)}
    assert other.exists()
    found = read_arrays(tmp_path / f"draws-{MOST_OF_A_KIND + 2}.npz")
    assert found is not None and found["a"].tolist() == [MOST_OF_A_KIND + 2.0] * 2
