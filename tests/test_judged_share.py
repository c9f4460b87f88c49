"""Every place that says how much of the network is judgement says the number that is counted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from model.ledger import ledger
from network.build import load_network

ROOT = Path(__file__).resolve().parents[1]
BOOK = ledger(load_network())
SHARE = BOOK.judged_share
README = ROOT / "README.md"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAM = [
    path
    for folder in ("model", "views", "network")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".yaml", ".md")
]
VAGUE = re.compile(
    r"three in five|most of (its|the|these) numbers|most(ly)? (expert )?judgement|\d of (the )?747"
)
"""How the share was told before it was counted; nothing says so any more."""
SAID = re.compile(r"(\d+ %) of its numbers (are|is) (expert )?judge")


def text(path: Path) -> str:
    """Return what a file says, in one line; of a notebook its prose and code."""
    said = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        said = "\n".join("".join(cell["source"]) for cell in json.loads(said)["cells"])
    return " ".join(said.replace("\n>", "\n").split())


def files(*paths: Path) -> list[object]:
    """Return the files as parameters, by their names."""
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


@pytest.mark.parametrize("path", files(*PAGES, *NOTEBOOKS, *PROGRAM))
def test_no_file_tells_the_share_in_words_of_its_own(path: Path) -> None:
    found = VAGUE.search(text(path).lower())
    assert found is None, found


@pytest.mark.parametrize("path", files(README, ROOT / "docs" / "shell.md", *NOTEBOOKS))
def test_who_says_the_share_says_the_one_that_is_counted(path: Path) -> None:
    said = {match[1] for match in SAID.finditer(text(path))}
    assert said == {str(SHARE)}


def test_the_page_of_the_evidence_counts_as_the_program_does() -> None:
    said = text(ROOT / "docs" / "evidence.md")
    assert f"{SHARE.used:,} figures" in said
    assert f"{SHARE.judged:,} of them ({SHARE}) are judged, in whole or in part" in said
    grades = ", ".join(f"{grade} {count}" for grade, count in BOOK.by_grade(used=True).items())
    assert f"By grade: {grades}." in said
