"""The colours of both themes are readable (WCAG 2.2, level AA), and pages keep to the parts that are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
TEXT, PART = 4.5, 3.0  # least contrast of small text; of borders and marks
CAPTION = 0.6  # share of the text colour in Streamlit's captions
TINT = 0.1  # share of the primary colour behind a chosen segment or pill

Colour = tuple[float, float, float]
WHITE = (255.0, 255.0, 255.0)


def colour(theme: str, name: str) -> Colour:
    """Red, green and blue of one entry, 0 to 255."""
    text = THEME[theme][f"{name}Color"]
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(front: Colour, back: Colour, share: float) -> Colour:
    """Return a see-through colour laid over another."""
    red, green, blue = (share * f + (1 - share) * b for f, b in zip(front, back, strict=True))
    return red, green, blue


def luminance(rgb: Colour) -> float:
    """Relative luminance, as WCAG defines it."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in rgb)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_known_colours() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((119, 119, 119), WHITE) == pytest.approx(4.48, abs=0.005)  # #777, just below AA


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("behind", ["background", "secondaryBackground"])
def test_text_and_marks_are_readable(theme: str, behind: str) -> None:
    back, text, primary = colour(theme, behind), colour(theme, "text"), colour(theme, "primary")
    assert contrast(text, back) >= 7
    assert contrast(mix(text, back, CAPTION), back) >= TEXT
    assert contrast(colour(theme, "link"), back) >= TEXT
    assert contrast(primary, back) >= TEXT
    assert contrast(primary, mix(primary, back, TINT)) >= (TEXT if behind == "background" else PART)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_and_ticks_can_be_seen(theme: str) -> None:
    assert contrast(colour(theme, "border"), colour(theme, "background")) >= PART
    assert contrast(WHITE, colour(theme, "primary")) >= PART  # the tick of a check box


def test_pages_use_no_white_text_on_the_primary_colour() -> None:
    pages = [ROOT / "app.py", *sorted((ROOT / "views").rglob("*.py"))]
    bad = re.compile(r"""type\s*=\s*["']primary["']|color\s*=\s*["']primary["']""")
    used = [page.name for page in pages if page.exists() and bad.search(page.read_text(encoding="utf-8"))]
    assert used == [], "small text on a primary button or badge is not readable in the dark theme"
