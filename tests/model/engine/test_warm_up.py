"""Compiled kernels are loaded where they are, and never waited for where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from model import Differential
from model.engine.kernels import jit  # numba reads its cache folder now, before a test names another
from model.engine.warm_up import STEPS, load_compiled, warm_up


def test_nothing_is_loaded_where_nothing_was_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert jit.cache_folder() == tmp_path
    assert not load_compiled()
    assert not Differential.load().load_compiled()


def test_after_a_warm_up_the_kernels_are_loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    told: list[tuple[str, float]] = []
    warm_up(lambda step, share: told.append((step, share)))
    assert [step for step, _ in told] == [*STEPS, "ready"]
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert load_compiled()


def test_the_reference_engine_has_nothing_to_load():
    assert not Differential.load(engine="pgmpy").load_compiled()
