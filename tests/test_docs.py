"""What the README says holds: its code runs, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from docs.refresh import LEFT_OUT, bare, examples, printed, renewed
from docs.refresh import PAGES as SHOWING
from model.cli import main

ROOT = Path(__file__).resolve().parents[1]
SHOWN = [(page, command, lines) for page in SHOWING for command, lines in examples(page)]
ROOM = 10
"""Percentage points by which a page may differ from the program before `make docs` has to renew it."""

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


def percentages(line: str) -> list[float]:
    """Return the percentages of a line."""
    return [float(number) for number in re.findall(r"([\d.]+) %", line)]


def says_the_same(shown: str, line: str) -> bool:
    """Return whether two lines are alike but for numbers, and their percentages not far apart."""
    pairs = zip(percentages(shown), percentages(line), strict=False)
    return bare(shown) == bare(line) and all(abs(a - b) <= ROOM for a, b in pairs)


@pytest.mark.parametrize(
    ("page", "command", "shown"), SHOWN, ids=[f"{page.stem}: {command[:60]}" for page, command, _ in SHOWN]
)
def test_a_page_shows_what_its_command_prints(page: Path, command: str, shown: list[str]):
    now = printed(command)
    stale = [line for line in shown if line != LEFT_OUT and not any(says_the_same(line, one) for one in now)]
    assert not stale, "make docs shows what is printed now"
    if LEFT_OUT not in shown:  # causes of hardly any weight change places with every figure
        assert sorted(map(bare, shown)) == sorted(map(bare, now)), "make docs shows what is printed now"


def test_pages_of_every_question_show_an_example():
    verbs = {command.split()[0] for _, command, _ in SHOWN}
    asked = {"query", "explain", "explanations", "fit", "next", "what-if", "advice", "nodes", "sources"}
    assert asked <= verbs


def test_what_is_left_out_stays_left_out():
    now = ["a 12 %", "", "b 3 %", "c 4 %", "d"]
    assert renewed(["a 10 %", LEFT_OUT, "c 9 %", LEFT_OUT], now) == ["a 12 %", LEFT_OUT, "c 4 %", LEFT_OUT]
    assert renewed(["a 10 %"], now) == now


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_the_readme_never_says_to_install_from_the_index():
    assert "pip install nocturne" not in (ROOT / "README.md").read_text(encoding="utf-8")
