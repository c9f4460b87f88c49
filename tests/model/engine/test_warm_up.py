"""Compiled kernels are loaded where they are, and never waited for where they are not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from model import Differential
from model.engine.exact import WORTH_COMPILING, WORTH_THE_KERNELS, ExactEngine
from model.engine.kernels import jit  # numba reads its cache folder now, before a test names another
from model.engine.warm_up import STEPS, load_compiled, warm_up
from tests.networks import asia


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


LOADED = "model.engine.kernels.drive"


def test_a_batch_goes_to_the_kernels_where_it_repays_what_is_still_to_be_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.delitem(sys.modules, LOADED, raising=False)
    engine = ExactEngine(asia())
    assert engine.uses_kernels(WORTH_COMPILING) and not engine.uses_kernels(WORTH_COMPILING - 1)
    warm_up()
    monkeypatch.delitem(sys.modules, LOADED, raising=False)
    assert engine.uses_kernels(WORTH_THE_KERNELS) and not engine.uses_kernels(WORTH_THE_KERNELS - 1)


def test_a_page_waits_for_kernels_only_where_there_can_be_some(monkeypatch: pytest.MonkeyPatch):
    warm_up()
    assert not Differential.load().awaits_kernels
    monkeypatch.delitem(sys.modules, LOADED)
    assert Differential.load().awaits_kernels
    assert not Differential.load(engine="pgmpy").awaits_kernels
