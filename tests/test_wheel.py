"""The built wheel, installed elsewhere, answers a query and serves the app."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running_app import AS_USERS_DO, running_app
from tests.visitor import Visitor

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of what git tracks or would track, and install it into an empty folder."""
    source, wheels, target = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "target"))
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in names.splitlines():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    return target


def environment(target: Path, tmp_path: Path) -> dict[str, str]:
    """Return an environment in which Python finds the installed copy and an empty cache."""
    return {**os.environ, "PYTHONPATH": str(target), "NOCTURNE_CACHE_DIR": str(tmp_path / "cache")}


def output(target: Path, tmp_path: Path, *arguments: str) -> str:
    """Return what Python prints when it runs with the installed copy, away from the source tree."""
    found = subprocess.run(
        [sys.executable, *arguments],
        cwd=tmp_path,
        env=environment(target, tmp_path),
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout


def test_the_wheel_answers_a_query(elsewhere: Path, tmp_path: Path):
    where = output(elsewhere, tmp_path, "-c", "import model; print(model.__file__)")
    assert where.startswith(str(elsewhere)), "the installed copy is asked, not the source tree"
    question = ["query", "-e", "age=78", "-e", "relief_by_dangling_legs=yes", "--json"]
    due_to = json.loads(output(elsewhere, tmp_path, "-m", "model.cli", *question))["due_to"]
    assert max(due_to, key=due_to.get) == "arterial_insufficiency"


def test_the_wheel_serves_the_app_before_anything_was_compiled(elsewhere: Path, tmp_path: Path):
    variables = environment(elsewhere, tmp_path) | {"NUMBA_CACHE_DIR": str(tmp_path / "kernels")}
    with running_app(AS_USERS_DO, folder=tmp_path, environment=variables) as app:
        said = asyncio.run(opened_example(app.address))
        log = app.log.read_text(encoding="utf-8", errors="replace")
    assert "8 findings entered" in said
    assert "Compiling the fast engine" in log, "it is compiled beside the app, and says so"


async def opened_example(address: str) -> str:
    """Return what the first page says once an example is open."""
    async with Visitor.of(address) as visitor:
        await visitor.open()
        await visitor.press("example-narrowed_arteries", until_picture=True)
        screen = await visitor.until(lambda screen: "8 findings entered" in screen.text())
        assert screen.exceptions() == []
        return screen.text()


def test_the_app_stops_when_it_is_interrupted(tmp_path: Path):
    with running_app(AS_USERS_DO, environment={"NOCTURNE_CACHE_DIR": str(tmp_path)}) as app:
        asyncio.run(opened_example(app.address))
        app.end(signal.SIGINT)
        log = app.log.read_text(encoding="utf-8", errors="replace")
    assert app.process.returncode != -signal.SIGKILL, "it had to be killed"
    assert "Traceback" not in log
