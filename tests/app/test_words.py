"""Words of strangers on a page: whatever they write is shown as it is written, and is nothing but text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.markdown import Markdown

from views.shared.words import LONGEST_ECHO, echo, plain

JOINER = "\u2060"
PIECES = (
    *("https://example.org", "HTTP://e.org", "www.example.org", "_www.e.org", "a@example.org", "<a@b.org>"),
    *("[x](javascript:y)", "![x](https://e.org/x.png)", "[x]: /y", "<b>", "<script>", "&lt;", "&#42;", "\\"),
    *("**b**", "__b__", "*i*", "_i_", "~~s~~", "`c`", "$x$", ":red[x]", ":smile:", ":streamlit:", "a|b"),
    *(":material/home:", ":+1:", "->", "<->", "--", ">=", "# h", "- x", "+ x", "1. x", "1)", "> q", "==="),
    *("---", "\n", "\n\n", "    ", "\u2028", "word", "12:30", "!", "é", " "),
)
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=6).map("".join) | st.text()

# What Streamlit's pages look for in the text that Markdown leaves, written from their rules, not from ours.
LINKED = r"(?i)https?://|www\.|[\w.+-]@[\w-]"
PICTURED = r":[\w+-]+:|:material/"
REPLACED = r"(^|\s)(<->|<-|->|--|<=|>=|~=)(\s|$)"


def shown(markdown: str) -> str:
    """Return what Markdown shows of one line, which must be one paragraph of bare text."""
    blocks = Markdown(markdown).parsed
    assert [block.type for block in blocks] in ([], ["paragraph_open", "inline", "paragraph_close"])
    parts = [part for block in blocks for part in block.children or ()]
    assert {part.type for part in parts} <= {"text"}
    return "".join(part.content for part in parts)


def seen(text: str) -> str:
    """Return text as eyes see it in one line."""
    return " ".join(re.split(r"[ \t\r\n\f\v\u2028\u2029]+", text)).strip()


def is_bare(text: str) -> bool:
    return not any(re.search(pattern, text) for pattern in (LINKED, PICTURED, REPLACED))


@pytest.mark.parametrize("show", [plain, echo])
@given(hostile)
@example("https://example.org www.example.org a@example.org")
@example(":streamlit: :material/home: -> 1. &lt;b&gt;")
@example("1. x")
def test_what_strangers_write_is_shown_as_written_and_is_bare_text(
    show: Callable[[str], str], text: str
) -> None:
    text = text.replace("\0", "").replace(JOINER, "")[:LONGEST_ECHO]
    left = shown(show(text))
    assert is_bare(left)
    assert left.replace(JOINER, "").strip() == seen(text)


def test_ordinary_labels_stay_as_they_are() -> None:
    for label in ("Pain at night, 60 to 74", "Walking: 2 km (slow)", "Nerve & muscle", "4:1, 12.5 % - or so"):
        assert plain(label).replace("\\", "") == label


def test_the_check_would_see_what_is_not_escaped() -> None:
    with pytest.raises(AssertionError):
        shown("**bold**")
    assert not any(is_bare(text) for text in ("x https://e.org", "www.e.org", "a@b.org", ":smile:", "a -> b"))
