"""Where an answer goes: text for people or JSON; to a terminal, a pipe or a file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from network.errors import DiagnosisError

if TYPE_CHECKING:
    from rich.console import Console

WITHOUT_END = 10_000
"""Width of text that goes to a pipe or file: nothing is folded, so that each row stays one line."""


@dataclass(frozen=True)
class Output:
    """What `--json` and `-o` asked for."""

    as_json: bool = False
    path: Path | None = None
    title: str = ""
    """What the case is called; stands above the answer."""

    def emit(self, plain: Callable[[], Any], show: Callable[[Console], None]) -> None:
        """Write one answer.

        Parameters
        ----------
        plain : returns what `--json` prints: lists, mappings, text and numbers
        show : prints the answer for people on a console

        Raises
        ------
        DiagnosisError
            If the file cannot be written.
        """
        if self.path is None and not self.as_json and sys.stdout.isatty():
            self._show(show, console())
            return
        unicode = self.path is not None or _is_unicode(sys.stdout.encoding)
        if self.as_json:
            titled = {"title": self.title} if self.title else {}
            text = json.dumps({**titled, **plain()}, indent=2, ensure_ascii=not unicode, allow_nan=False)
        else:
            text = rendered(lambda console: self._show(show, console), unicode)
        if self.path is None:
            click.echo(text)
        else:
            write_whole(self.path, text + "\n")

    def _show(self, show: Callable[[Console], None], console: Console) -> None:
        """Print the title of the case, and the answer below."""
        if self.title:
            console.print(self.title, style="bold")
            console.print()
        show(console)


def console() -> Console:
    """Return the terminal; text from knowledge files is shown as it stands, never read as markup."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False)


def rendered(show: Callable[[Console], None], unicode: bool = True) -> str:
    """Return what `show` prints, without colours, folds and trailing blanks."""
    from rich.console import Console

    buffer = StringIO()
    show(
        Console(
            file=buffer, width=WITHOUT_END, markup=False, highlight=False, emoji=False,
            color_system=None, force_terminal=False,
        )
    )  # fmt: skip
    text = "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())
    return text if unicode else text.encode("ascii", "replace").decode("ascii")


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step: whoever reads it sees the old content or the new, never half of it.

    Raises
    ------
    DiagnosisError
        If it cannot be written.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # a device or a named pipe has no other content to keep
            return
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise DiagnosisError(f"cannot write {path}: {(error.strerror or str(error)).lower()}.") from None


def _is_unicode(encoding: str | None) -> bool:
    return (encoding or "").lower().replace("-", "").startswith("utf")
