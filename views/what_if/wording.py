"""wording.yaml: the sentences of the page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def wording() -> Mapping[str, Any]:
    """Return wording.yaml."""
    content: Mapping[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "wording.yaml").read_text(encoding="utf-8")
    )
    return content


def question_words(do: bool) -> Mapping[str, str]:
    """Return what the page says of one of the two questions: observe, or intervene."""
    found: Mapping[str, str] = next(entry for entry in wording()["questions"] if bool(entry["do"]) == do)
    return found
