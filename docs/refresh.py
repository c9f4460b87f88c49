"""Rewrite the outputs that the pages show: `make docs`, or `python -m docs.refresh`.

A block of a page that begins with a command is followed by what the command prints:

    ```console
    $ nocturne fit -e age=78
    ...
    ```

A line that holds only `…` stands for lines left out. Such a block keeps the lines it shows, with new numbers.
The worked cases of urgency are printed as a page of their own (`docs.urgency_cases`).
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from docs import urgency_cases
from model import Differential
from model.cli import main
from tests.spec.cases import read

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```console\n\$ nocturne (?P<command>.*?)\n(?P<shown>.*?)^```", re.M | re.S)
LEFT_OUT = "…"


def examples(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a page, without the program's name, and the lines shown below it."""
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield block["command"], block["shown"].splitlines()


@cache
def printed(command: str) -> list[str]:
    """Return the lines that a command prints; of one that is refused, its message.

    Two pages that show parts of one dear answer wait for it once.
    """
    result = CliRunner().invoke(main, shlex.split(command))
    text = result.output if result.exit_code else result.stdout  # what is said while waiting is no answer
    return [line.rstrip() for line in text.splitlines()]


def bare(line: str) -> str:
    """Return a line without numbers and bars, which change with every figure."""
    return " ".join(re.sub(r"[\d.,%<>−+▏▎▍▌▋▊▉█]+", " ", line).split())


def renewed(shown: list[str], now: list[str]) -> list[str]:
    """Return what a block should show now."""
    if LEFT_OUT not in shown:
        return now
    kept = {bare(line) for line in shown if line != LEFT_OUT and line}
    lines: list[str] = []
    between: list[str] = []  # blank lines, or what is left out
    for line in now:
        if line and bare(line) in kept:
            lines += [*between, line]
            between = []
        elif line:
            between = [LEFT_OUT]
        elif between != [LEFT_OUT]:
            between.append(line)
    return [*lines, LEFT_OUT] if between == [LEFT_OUT] else lines


def refresh(page: Path) -> list[str]:
    """Rewrite a page; return the lines that a block showed and no command prints any more."""
    lost: list[str] = []

    def block(match: re.Match[str]) -> str:
        now, shown = printed(match["command"]), match["shown"].splitlines()
        known = {bare(line) for line in now}
        lost.extend(line for line in shown if line != LEFT_OUT and bare(line) not in known)
        return "\n".join([f"```console\n$ nocturne {match['command']}", *renewed(shown, now), "```"])

    text = page.read_text(encoding="utf-8")
    new = BLOCK.sub(block, text)
    if new != text:
        page.write_text(new, encoding="utf-8")
    return lost


if __name__ == "__main__":
    urgency_cases.PAGE.write_text(urgency_cases.page(read(), Differential.load().network), encoding="utf-8")
    for page in PAGES:
        for line in refresh(page):
            print(f"{page.relative_to(ROOT)}: no longer printed: {line}", file=sys.stderr)
