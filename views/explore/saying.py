"""The sentences of the Explore page, kept in explore.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, Any]:
    """Return explore.yaml."""
    content: Mapping[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "explore.yaml").read_text(encoding="utf-8")
    )
    return content


def say(part: str, name: str, /, **words: object) -> str:
    """Return one sentence with its braces filled in; escape for Markdown what comes from data."""
    return str(sentences()[part][name]).format(**words)
