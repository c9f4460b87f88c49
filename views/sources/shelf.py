"""The figures of a network on one shelf, ready to be searched and filtered; made once per network."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from model import Differential
from model.check import CheckReport
from model.errors import UnknownState
from model.ledger import Entry, Ledger, ledger
from model.validation.evaluate import Evaluation, evaluate
from views.shared import asking
from views.shared.asking import Catalogue
from views.shared.turns import worked_out
from views.sources.state import Wanted
from views.sources.wording import label, published_words, title

SHELVES = 4


@dataclass(frozen=True, slots=True)
class Book:
    """One figure with its words, and everything that a search may find it by."""

    entry: Entry
    title: str
    haystack: str


@dataclass(frozen=True)
class Shelf:
    """The ledger of a network with its figures in words, in the order of the network."""

    ledger: Ledger
    books: tuple[Book, ...]
    nodes: tuple[str, ...]

    def wanted(self, wanted: Wanted) -> list[Book]:
        """Return the figures that a filter leaves, in the order asked for; a search ranks titles first."""
        words = wanted.text.lower().split()
        found = [
            book
            for book in self.books
            if _fits(book.entry, wanted) and all(word in book.haystack for word in words)
        ]
        if wanted.sort == "grade":
            found.sort(key=lambda book: book.entry.figure.grade)
        elif wanted.sort == "id":
            found.sort(key=lambda book: book.title.lower())
        elif wanted.sort == "width":
            found.sort(key=lambda book: -_width(book.entry))
        elif words:
            found.sort(key=lambda book: not all(word in book.title.lower() for word in words))
        return found


def _fits(entry: Entry, wanted: Wanted) -> bool:
    """Return whether a figure passes every filter but the search."""
    figure = entry.figure
    return (
        (not wanted.grades or figure.grade in wanted.grades)
        and (not wanted.kind or figure.kind == wanted.kind)
        and (not wanted.node or wanted.node in entry.nodes or figure.target == wanted.node)
        and (wanted.use == "all" or entry.used == (wanted.use == "used"))
        and (
            not wanted.origin or wanted.origin == entry.origin or (wanted.origin == "judged" and entry.judged)
        )
        and (not wanted.verified or entry.verified == wanted.verified)
        and (not wanted.corrected or entry.corrected)
    )


def _width(entry: Entry) -> float:
    """Return how wide an interval is: the difference of shares, or the factor between ratios less one."""
    low, high = entry.figure.low, entry.figure.high
    if low is None or high is None:
        return -1.0
    return high - low if entry.is_proportion or low <= 0 else high / low - 1.0


def shelf(ddx: Differential) -> Shelf:
    """Return the shelf of a network.

    Raises
    ------
    KnowledgeError
        If its tables cannot be read.
    """
    return _shelf(ddx.network.hash, ddx)


@st.cache_resource(show_spinner="Reading the figures …", max_entries=SHELVES)
def _shelf(network_hash: str, _ddx: Differential) -> Shelf:
    items = asking.catalogue(_ddx)
    book = ledger(_ddx.network, _ddx.folder)
    order = {figure: place for place, figure in enumerate(_in_order(_ddx, book))}
    entries = sorted(book.entries.values(), key=lambda entry: order.get(entry.id, len(order)))
    nodes = dict.fromkeys(node for entry in entries for node in (*entry.nodes, entry.figure.target))
    return Shelf(
        book,
        tuple(_book(entry, items) for entry in entries),
        tuple(node for node in nodes if node in items.items),
    )


def _in_order(ddx: Differential, book: Ledger) -> dict[str, None]:
    """Return the figures in the order in which the nodes of the network name them."""
    return dict.fromkeys(figure for node in ddx.network.nodes for _, figure in node.figures)


def _book(entry: Entry, items: Catalogue) -> Book:
    """Return a figure with its words."""
    figure, said = entry.figure, title(entry, items)
    nodes = " ".join(label(node, items) for node in (*entry.nodes, figure.target))
    cited = " ".join(reference.citation for reference in entry.references)
    hay = (
        figure.id,
        said,
        published_words(entry, items),
        nodes,
        figure.population,
        figure.note,
        cited,
        figure.source,
    )
    return Book(entry, said, " ".join(hay).lower())


def check_report(ddx: Differential) -> CheckReport:
    """Return what `nocturne check` finds, computed once per network.

    Raises
    ------
    DiagnosisError
        If the network was not built from knowledge files.
    """
    return _check_report(ddx.network.hash, ddx)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=SHELVES)
def _check_report(network_hash: str, _ddx: Differential) -> CheckReport:
    from model.check import check

    return check(_ddx, _ddx.folder)


def evaluation(ddx: Differential) -> Evaluation:
    """Return what `nocturne evaluate` finds, computed once per network and the folder it came from.

    A setting that the patients name and the network does not have is left out.

    Raises
    ------
    DiagnosisError
        If there are no patients, or they cannot be read or asked about.
    """
    return _evaluation(f"{ddx.network.hash} {ddx.folder}", ddx)


@worked_out
@st.cache_resource(show_spinner=False, max_entries=SHELVES)
def _evaluation(network_and_folder: str, _ddx: Differential) -> Evaluation:
    try:
        return evaluate(_ddx)
    except UnknownState:
        return evaluate(_ddx, settings=[None])
