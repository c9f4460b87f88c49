"""Sentences of teaching, from ``wording.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _wording() -> dict[str, str]:
    import yaml

    text = (Path(__file__).parent / "wording.yaml").read_text(encoding="utf-8")
    loaded: dict[str, str] = yaml.load(text, Loader=yaml.BaseLoader)
    return {key: " ".join(sentence.split()) for key, sentence in loaded.items()}


def say(key: str, **words: object) -> str:
    """Return a sentence with its braces filled in."""
    return _wording()[key].format(**words)
