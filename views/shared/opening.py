"""Text files that people open: what cannot be read is told, and what is wrong is shown as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
import yaml

UPLOAD_MB = 1
"""What a browser sends at all; the limit of a file itself is smaller and says so in words."""


class NoText(Exception):
    """A file that is too large, or no text."""


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    """Return opening.yaml."""
    content: Mapping[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "opening.yaml").read_text(encoding="utf-8")
    )
    return content


def largest_kb() -> str:
    """Return how large a file may be, in kilobytes."""
    return f"{_words()['largest'] / 1024:.0f}"


def text_of(content: bytes) -> str:
    """Return the text of a file.

    Raises
    ------
    NoText
        If it is too large or not UTF-8; the message says what would be right.
    """
    if len(content) > _words()["largest"]:
        size = f"{len(content) / 1024:.0f}"
        raise NoText(str(_words()["too_large"]).format(size=size, most=largest_kb()))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise NoText(str(_words()["not_text"])) from None


def show_faults(said: str) -> None:
    """Show what is wrong with a file, as text that nothing interprets; long lists are cut."""
    most, longest = _words()["most_faults"], _words()["longest_fault"]
    lines = [line if len(line) <= longest else f"{line[:longest]}…" for line in said.splitlines()]
    shown = lines[:most]
    if len(lines) > len(shown):
        shown.append(f"… and {len(lines) - len(shown)} more lines.")
    st.error(_words()["faulty"], icon=":material/error:")
    st.code("\n".join(shown), language=None, wrap_lines=True)
