"""The built wheel, installed elsewhere, answers a query and serves the app."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.needs import free_port

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


def test_the_wheel_serves_the_app(elsewhere: Path, tmp_path: Path):
    port = free_port()
    command = [sys.executable, "-m", "model.cli", "app", "--no-browser", "--port", str(port)]
    log = (tmp_path / "log").open("wb")
    with (
        log,
        subprocess.Popen(
            command, cwd=tmp_path, env=environment(elsewhere, tmp_path), stdout=log, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            assert answers(f"http://127.0.0.1:{port}/_stcore/health"), (tmp_path / "log").read_text()
        finally:
            server.terminate()


def answers(address: str, seconds: float = 60.0) -> bool:
    """Return whether an address answers within some seconds."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    return False
