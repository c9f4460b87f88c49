"""CSV that a spreadsheet shows and never runs.

A cell that begins with = + - @, a tab or a line break can be taken for a formula. Such text gets an
apostrophe in front; numbers stay numbers.

References
----------
OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DANGEROUS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""The last four are the full-width forms, which some spreadsheets read alike."""


def defused(value: Any) -> Any:
    """Return a cell that no spreadsheet runs.

    Examples
    --------
    >>> defused("=1+1"), defused(" @cmd"), defused(-0.5), defused("plain"), defused(None)
    ("'=1+1", "' @cmd", -0.5, 'plain', '')
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV text with a heading; every cell is defused, numbers keep six digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([defused(_short(row.get(column))) for column in columns])
    return text.getvalue()


def _short(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value
