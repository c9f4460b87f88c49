"""Every source: citation, how far it is confirmed, and the figures it gave."""

from __future__ import annotations

import streamlit as st

from model.ledger import SourceEntry
from views.shared import asking
from views.shared.asking import Catalogue
from views.shared.citing import link
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.words import counted, plain
from views.sources import state
from views.sources.shelf import Shelf
from views.sources.widgets import choice, page_of, search
from views.sources.wording import title, value, wording


def source_list(shelf: Shelf) -> None:
    """Draw the part."""
    items = asking.catalogue(differential())
    search("source_text", "Search", "An author, a year, a word of a title")
    words = wording()["verified"]
    choice("source_verified", "Confirmed", {key: words[key] for key in words if key != "judgement"})
    found = [source for source in shelf.ledger.sources.values() if _fits(source, state.current())]
    found.sort(key=lambda source: (source.reference is None, _name(source).lower()))
    shown = page_of(found, "source_at", "source")
    with st.container(gap="xsmall"):
        for source in shown:
            _row(source, shelf, items)


def _fits(source: SourceEntry, wanted: state.Wanted) -> bool:
    """Return whether a source passes the filter."""
    cited = source.reference.citation if source.reference else ""
    hay = f"{source.key} {cited} {source.note}".lower()
    fits = not wanted.source_verified or source.verified == wanted.source_verified
    return fits and all(word in hay for word in wanted.source_text.lower().split())


def _name(source: SourceEntry) -> str:
    return source.reference.short if source.reference else source.key


def _row(source: SourceEntry, shelf: Shelf, items: Catalogue) -> None:
    """Draw one source as a line that opens in full."""
    confirmed = wording()["verified"][source.verified].lower()
    panel = fold(
        f"**{plain(_name(source))}** · {counted(len(source.figures), 'figure')} · {confirmed}",
        f"source-{source.key}",
        state.PART,
    )
    if panel is None:
        return
    with panel:
        if source.reference is None:
            st.markdown(wording()["source"]["unconfirmed"])
        else:
            st.markdown(plain(source.reference.citation))
            st.markdown(link(source.reference.link, source.reference.link))
        if source.reference and source.checked:
            st.caption(wording()["checked"].get(source.checked, plain(source.checked)))
        if source.note:
            st.caption(plain(source.note))
        entries = [shelf.ledger.entries[figure] for figure in source.figures]
        st.markdown(
            "\n".join(
                f"- {plain(title(entry, items))}: **{value(entry)}**, grade {plain(entry.figure.grade)}"
                f"{'' if entry.used else ', on record only'}"
                for entry in entries
            )
        )
