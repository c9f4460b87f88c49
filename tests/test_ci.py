"""The script that a merge has to pass, run with stand-ins for what it calls."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.needs import require

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("bash", "env", "dirname", "date", "id", "cat")
STAND_IN = '#!/bin/bash\necho "{name} $*" >>"$CALLS"\n'
PACKAGES = {"make": "make", "chromium": "chromium", "fc-list": "fonts-dejavu-core", "initdb": "postgresql"}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a folder with the only programs that a bare machine has; those that change anything stand in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        require(name, found)
        (folder / name).symlink_to(str(found))
    for name in ("apt-get", "sudo", "sleep"):
        stand_in(folder, name, 'case "$*" in *"apt-get"*) "$@" ;; esac\n' if name == "sudo" else "")
    return folder


def stand_in(folder: Path, name: str, does: str = "") -> None:
    """Put a program there that notes how it was called."""
    program = folder / name
    program.write_text(STAND_IN.format(name=name) + does, encoding="utf-8")
    program.chmod(0o755)


def calls(machine: Path) -> list[str]:
    """Run the script on a machine and return what it called."""
    noted = machine.parent / "calls"
    noted.touch()
    variables = {"PATH": str(machine), "CALLS": str(noted), "POSTGRESQL_BIN": str(machine)}
    subprocess.run([ROOT / ".ci" / "run"], env=variables, check=False, capture_output=True, timeout=60)
    return noted.read_text(encoding="utf-8").splitlines()


def complete(machine: Path, but: str = "") -> Path:
    """Put everything there that the checks need, but one program."""
    for name in PACKAGES.keys() - {but}:
        stand_in(machine, name, "echo font\n" if name == "fc-list" else "")
    return machine


def installed(noted: list[str]) -> set[str]:
    """Return the packages that were asked for."""
    lines = [line for line in noted if line.startswith("apt-get install")]
    return {word for line in lines for word in line.split()[2:] if not word.startswith("-")}


def test_a_machine_that_has_everything_installs_nothing_and_runs_the_checks(machine: Path) -> None:
    noted = calls(complete(machine))
    assert installed(noted) == set()
    assert noted[-2:] == ["make lint", "make test"]


@pytest.mark.parametrize(("program", "package"), PACKAGES.items())
def test_what_is_missing_is_installed(machine: Path, program: str, package: str) -> None:
    noted = calls(complete(machine, but=program))
    assert package in installed(noted)
    assert not installed(noted) & (set(PACKAGES.values()) - {package})


def test_an_installation_that_fails_is_tried_again_and_ends_the_run(machine: Path) -> None:
    complete(machine, but="chromium")
    stand_in(machine, "apt-get", "exit 100\n")
    noted = calls(machine)
    assert [line for line in noted if line.startswith("apt-get")] == ["apt-get update -q"] * 3
    assert not any(line.startswith("make") for line in noted)
