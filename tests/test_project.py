"""The files around the code: the lock, the scripts, the version, and nothing that names one machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.needs import require

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

# Put together from halves, so that this file does not find itself.
MACHINE_FOLDERS = ["wo" + "rk", "ro" + "ot", "ho" + "me", "op" + "t", "Us" + "ers", "tm" + "p"]
INDEX_HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry.npmjs" + ".org", "deb.debian" + ".org"]
# A folder is an absolute path only where no word, dot or slash stands before it: a web address is none.
MACHINE_PATH = re.compile(rf"(?<![\w./>~$}}-])/({'|'.join(MACHINE_FOLDERS)})/")
INDEX_HOST = re.compile("|".join(map(re.escape, INDEX_HOSTS)))


def requirement_blocks(lock: str) -> list[str]:
    """Return the lock's requirements, each with its continued lines, comments left out."""
    code = "\n".join(line for line in lock.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return re.sub(r"\\\n", " ", code).splitlines()


def canonical(name: str) -> str:
    """Return a distribution's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


LOCKED = {canonical(block.split("==")[0]): block for block in requirement_blocks(LOCK)}


def committed_files() -> list[Path]:
    """Return the files that git tracks or would add."""
    git = shutil.which("git")
    require("git, or a git checkout of the project", git and (ROOT / ".git").exists())
    command = [str(git), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def places(pattern: re.Pattern[str]) -> list[str]:
    """Return file, line and match of every hit in the committed text files."""
    hits = []
    for path in committed_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
            hits += [f"{path.relative_to(ROOT)}:{number}: {found[0]}" for found in pattern.finditer(line)]
    return hits


def test_every_locked_requirement_has_a_version_and_hashes() -> None:
    for name, block in LOCKED.items():
        assert re.match(r"[\w.-]+==\S+ ", block), block
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}", block)
        assert hashes, f"{name} has no hash"
        assert len(set(hashes)) == len(hashes), f"{name} has a hash twice"


def test_lock_names_no_index_and_no_file() -> None:
    blocks = requirement_blocks(LOCK)
    assert not [block for block in blocks if block.startswith("-") or "@" in block]
    assert "//" not in LOCK
    assert not re.search(r"file:\S", LOCK)


def test_lock_holds_every_dependency_and_the_build_backend() -> None:
    project = PYPROJECT["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    wanted += PYPROJECT["build-system"]["requires"]
    names = {canonical(re.split(r"[<>=!~;\[ ]", line)[0]) for line in wanted}
    assert names <= set(LOCKED), names - set(LOCKED)


def test_nothing_committed_names_a_path_of_one_machine() -> None:
    assert places(MACHINE_PATH) == []


def test_nothing_committed_names_a_package_index() -> None:
    assert places(INDEX_HOST) == []


@pytest.mark.parametrize(
    ("text", "is_a_path"),
    [
        ('open("/%s/x")', True),
        ("see /%s/x", True),
        ("https://example.com/%s/x", False),
        ("benchmarks/%s/x", False),
        ("$(DIR)/%s/x", True),
        ("${DIR}/%s/x", False),
        ("../%s/x", False),
    ],
)
def test_machine_paths_are_told_from_web_addresses(text: str, is_a_path: bool) -> None:
    assert bool(MACHINE_PATH.search(text % MACHINE_FOLDERS[0])) is is_a_path


def test_ci_script_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_changelog_knows_the_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    version = PYPROJECT["project"]["version"]
    assert headings, "the changelog has no release heading"
    assert headings[0] in {version, "Unreleased"}
    assert headings[0] == "Unreleased" or headings.count(version) == 1


def test_make_targets_are_explained_by_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    explained = [*re.findall(r"make (\w+)", makefile.split("\n$(READY)")[0]), "distclean", "help"]
    assert set(phony[1].split()) <= set(explained)
