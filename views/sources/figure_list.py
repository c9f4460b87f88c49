"""Every figure: search, filters, a row for each that opens in full, and the list as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from model.ledger import PUBLISHED
from model.scenarios import Table
from views.shared import asking, session
from views.shared.asking import Catalogue
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.words import plain
from views.sources import state
from views.sources.figure import figure_in_full
from views.sources.shelf import Book, Shelf
from views.sources.widgets import choice, page_of, search
from views.sources.wording import interval, label, value, wording


def figures(shelf: Shelf) -> None:
    """Draw the part."""
    items = asking.catalogue(differential())
    search("text", "Search", "A symptom, illness, author, population, or word of a note")
    _filters(shelf, items)
    found = shelf.wanted(state.current())
    shown = page_of(found, "at", "figure")
    with st.container(gap="xsmall"):
        for book in shown:
            _row(book, shelf, items)
    if found:
        st.download_button(
            "These figures as CSV",
            lambda: to_csv(found, items),
            file_name="figures.csv",
            mime="text/csv",
            key="sources-csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _filters(shelf: Shelf, items: Catalogue) -> None:
    """Draw the filters, closed until they are wanted."""
    words = wording()
    panel = fold(f"Filters and order: {_set_filters(items)}", "sources-filters", state.PART, "filter_list")
    if panel is not None:
        with panel:
            _filter_widgets(shelf, items, words)


def _set_filters(items: Catalogue) -> str:
    """Return what is set, in words."""
    words, wanted = wording(), state.current()
    said = [words["use"][wanted.use]]
    said += [words["origins"][wanted.origin]] if wanted.origin else []
    said += [words["verified"][wanted.verified]] if wanted.verified else []
    said += [words["kinds"].get(wanted.kind, wanted.kind)] if wanted.kind else []
    said += [plain(label(wanted.node, items))] if wanted.node else []
    said += [f"grade {', '.join(sorted(wanted.grades))}"] if wanted.grades else []
    said += ["corrected"] if wanted.corrected else []
    return ", ".join(word[:1].lower() + word[1:] for word in said)


def _filter_widgets(shelf: Shelf, items: Catalogue, words: Mapping[str, Any]) -> None:
    """Draw a widget for every filter."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice("use", "Use", words["use"], everything="")
        choice("origin", "Origin", words["origins"])
        choice("verified", "Confirmed", words["verified"])
        choice("kind", "Kind", words["kinds"])
        nodes = {node: plain(label(node, items)) for node in shelf.nodes}
        choice("node", "About", dict(sorted(nodes.items(), key=lambda pair: pair[1])), "Everything")
        choice("sort", "Order", words["sort"], everything="")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        # A key for each clearing: a list of choices is not seeded but begun anew.
        key = f"sources-grades-{state.current().resets}"
        st.pills(
            "Grade",
            list(words["grades"]),
            selection_mode="multi",
            default=list(state.current().grades),
            key=key,
            persist_state="page",
            on_change=state.set_from,
            args=(key, "grades"),
        )
        key = "sources-corrected"
        session.seed(key, state.current().corrected)
        st.toggle(
            "Only corrected figures",
            key=key,
            persist_state="page",
            on_change=state.set_from,
            args=(key, "corrected"),
        )
        st.button("Clear filters", key="sources-reset", type="tertiary", on_click=state.reset)


def _row(book: Book, shelf: Shelf, items: Catalogue) -> None:
    """Draw one figure as a line that opens in full."""
    entry = book.entry
    panel = fold(
        f"{plain(book.title)} · **{value(entry)}**{_between(book)} · {_marks(book)}",
        f"figure-{entry.id}",
        state.PART,
    )
    if panel is not None:
        with panel:
            figure_in_full(entry, shelf, items)


def _between(book: Book) -> str:
    between = interval(book.entry)
    return f" ({between})" if between else ""


def _marks(book: Book) -> str:
    """Return what stands at the end of a row: grade, origin, correction, use."""
    entry = book.entry
    said = [f"grade {plain(entry.figure.grade)}"]
    if entry.origin == PUBLISHED and entry.references:
        said.append(plain(entry.references[0].short))
    elif not entry.judged:
        said.append(entry.origin)
    if entry.judged:
        said.append("judged")
    if entry.corrected:
        said.append("corrected")
    if not entry.used:
        said.append("on record only")
    return " · ".join(said)


def to_csv(books: Sequence[Book], items: Catalogue) -> str:
    """Return figures as CSV; text that a spreadsheet would run as a formula is defused."""
    columns = (
        "id", "says", "value", "low", "high", "kind", "grade", "origin", "judged", "verified", "checked", "n",
        "population", "sources", "links", "rests_on", "formula", "step", "used", "sets", "corrected", "note",
    )  # fmt: skip
    rows = tuple(_cells(book, items) for book in books)
    return Table("", columns, rows).to_csv()


def _cells(book: Book, items: Catalogue) -> tuple[str | float | None, ...]:
    """Return one row of the CSV."""
    entry, figure = book.entry, book.entry.figure
    return (
        figure.id, book.title, figure.value, figure.low, figure.high, figure.kind, figure.grade, entry.origin,
        _yes(entry.judged), entry.verified, entry.checked, figure.n, figure.population,
        " | ".join(reference.citation for reference in entry.references),
        " | ".join(reference.link for reference in entry.references),
        " ".join(figure.derived_from), figure.formula, figure.step, _yes(entry.used),
        " | ".join(f"{use.node}: {use.parameter}" for use in entry.uses), _yes(entry.corrected), figure.note,
    )  # fmt: skip


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"
