"""`nocturne app` on a machine that has never compiled the fast engine, and on one that has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from model.cli import serve
from model.engine import warm_up
from model.engine.kernels import jit
from model.errors import DiagnosisError


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Return the commands that are started beside the app, with an empty cache of kernels."""
    commands: list[list[str]] = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(subprocess, "Popen", commands.append)
    return commands


def test_what_was_never_compiled_is_compiled_beside_the_app(started: list[list[str]]) -> None:
    serve.compile_beside()
    assert started == [[sys.executable, "-P", "-m", "model.cli", "warm-up"]]


def test_what_is_compiled_is_not_compiled_again(started: list[list[str]], tmp_path: Path) -> None:
    assert not warm_up.is_compiled()
    warm_up._stamp(tmp_path).touch()
    assert warm_up.is_compiled()
    serve.compile_beside()
    assert started == []


def test_nothing_is_compiled_for_an_app_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, started: list[list[str]]
) -> None:
    monkeypatch.setattr(serve, "BESIDE", tmp_path)
    with pytest.raises(DiagnosisError, match="is missing"):
        serve.app.callback(port=None, lan=False, browser=False)
    assert started == []


def test_a_copy_of_the_package_that_lies_elsewhere_is_not_taken_for_compiled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, started: list[list[str]]
) -> None:
    warm_up._stamp(tmp_path).touch()
    copy = tmp_path / "elsewhere"
    shutil.copytree(Path(jit.__file__).parent, copy)
    monkeypatch.setattr(jit, "__file__", str(copy / "jit.py"))
    assert not warm_up.is_compiled()
