"""Copies of the embedded knowledge folder with mistakes made on purpose."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from network.build import EMBEDDED, build_network
from network.errors import Fault, KnowledgeError


@dataclass(frozen=True)
class Mistake:
    """One edit of a knowledge file and the whole line that reports it."""

    name: str
    file: str
    old: str
    new: str
    report: str


def edited(folder: Path, *edits: tuple[str, str, str]) -> Path:
    """Return a copy of the embedded knowledge, made in `folder`, after (file, old, new) replacements.

    `old` must occur exactly once, so that an edit never misses and never hits another entry too.
    """
    copy = folder / "knowledge"
    shutil.copytree(EMBEDDED, copy)
    for file, old, new in edits:
        text = (copy / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file}: {text.count(old)} places hold {old!r}"
        (copy / file).write_text(text.replace(old, new), encoding="utf-8")
    return copy


def with_mistakes(folder: Path, mistakes: list[Mistake]) -> Path:
    """Return a copy of the embedded knowledge that holds all of these mistakes."""
    return edited(folder, *((mistake.file, mistake.old, mistake.new) for mistake in mistakes))


def faults_of(folder: Path) -> list[Fault]:
    """Return the faults that building a knowledge folder reports; none where it builds."""
    try:
        build_network(folder)
    except KnowledgeError as error:
        return list(error.faults)
    return []
