"""What the README says holds: its code runs, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from model.cli import main

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language in a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def commands(page: Path) -> list[str]:
    """Return the shell lines of a page that call the program."""
    lines = "\n".join(blocks(page, "shell")).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("nocturne ")]


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]):
    (code,) = blocks(ROOT / "README.md", "python")
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("arterial_insufficiency 0.")


@pytest.mark.parametrize("line", commands(ROOT / "README.md"))
def test_the_commands_of_the_readme_run(line: str):
    result = CliRunner().invoke(main, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    assert result.output.strip()


def test_every_verb_of_the_shell_is_in_the_readme_or_the_shell_page():
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/shell.md"))
    missing = [verb for verb in main.verbs if f"nocturne {verb}" not in text]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_the_readme_never_says_to_install_from_the_index():
    assert "pip install nocturne" not in (ROOT / "README.md").read_text(encoding="utf-8")
