"""Widgets that write what is looked for, and the pages of a long list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st

from views.shared import session
from views.sources import state
from views.sources.wording import wording

Row = TypeVar("Row")
BROAD = 230
"""Width of a choice in pixels."""


def search(field: str, label: str, placeholder: str) -> None:
    """Draw a search field."""
    key = f"sources-{field}"
    session.seed(key, getattr(state.current(), field))
    st.text_input(
        label,
        key=key,
        persist_state="page",
        placeholder=placeholder,
        icon=":material/search:",
        on_change=state.set_from,
        args=(key, field),
    )


def choice(field: str, label: str, options: Mapping[str, str], everything: str = "All") -> None:
    """Draw a choice of one option; `everything` stands for no filter, where that is not an option itself."""
    key = f"sources-{field}"
    shown = {"": everything, **options} if everything else dict(options)
    session.seed(key, getattr(state.current(), field))
    st.selectbox(
        label,
        list(shown),
        key=key,
        persist_state="page",
        format_func=lambda option: shown[option],
        filter_mode=None if len(shown) < 12 else "fuzzy",
        width=BROAD,
        on_change=state.set_from,
        args=(key, field),
    )


def page_of(rows: Sequence[Row], field: str, one: str, many: str = "") -> Sequence[Row]:
    """Draw how many rows there are and which page is shown; return the rows of that page."""
    size = wording()["page_size"]
    pages = max(1, -(-len(rows) // size))
    at = min(max(1, getattr(state.current(), field)), pages)
    first = (at - 1) * size
    shown = rows[first : first + size]
    if not rows:
        st.markdown(f"**No {one} found.**")
        return shown
    part = f", {first + 1:,} to {first + len(shown):,} shown" if pages > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{len(rows):,} {one if len(rows) == 1 else many or one + 's'}{part}**", width="stretch"
        )
        if pages > 1:
            # A key for each search: the page of one list is none of the next.
            key = f"sources-{field}-{state.current().asked}"
            st.pagination(
                pages, default=at, max_visible_pages=5, key=key, on_change=state.set_from, args=(key, field)
            )
    return shown
