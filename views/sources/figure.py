"""One figure in full: number, origin, confirmation, note, and where it is used."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from model.alternatives import SHOWN
from model.ledger import COMPUTED, JUDGED, Entry
from model.provenance import Use
from views.shared import session
from views.shared.asking import Catalogue
from views.shared.citing import link
from views.shared.words import counted, parameter_words, plain
from views.sources.shelf import Shelf
from views.sources.wording import interval, label, published_words, title, value, wording

NETWORK_PAGE = "network"


def figure_in_full(entry: Entry, shelf: Shelf, items: Catalogue) -> None:
    """Draw everything that is known of a figure, as plain lines."""
    judged, also = _how_judged(entry, shelf, items), _also(entry, shelf)
    lines = [*_number(entry, items), *_origin(entry, shelf, items), *also, *judged, *_uses(entry, items)]
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption(f"Id: {plain(entry.id)}")


def _number(entry: Entry, items: Catalogue) -> Iterator[str]:
    """Yield what was measured, the number and its interval, in whom."""
    figure = entry.figure
    between = interval(entry)
    fixed = figure.low is not None and figure.low == figure.high
    spread = f", 95 % interval {between}" if between else (", fixed" if fixed else ", no interval given")
    yield f"**{plain(published_words(entry, items))}: {value(entry)}**{spread}"
    if figure.population:
        people = f", n = {plain(figure.n)}" if figure.n else ""
        yield f"In: {plain(figure.population)}{people}"
    yield f"Grade {plain(figure.grade)}: {wording()['grades'][figure.grade]}"


def _origin(entry: Entry, shelf: Shelf, items: Catalogue) -> Iterator[str]:
    """Yield who says so and how far that is confirmed; a correction stands out."""
    if entry.judged:
        yield "**Judged.**" if entry.origin == JUDGED else "**Judged in part.**"
    if entry.origin == COMPUTED:
        bases = (shelf.ledger.entries[base] for base in entry.figure.derived_from)
        step = entry.figure.step
        give = f", itself uncertain by a factor of {step:g} either way" if step > 1.0 else ""
        yield f"Computed: {plain(entry.figure.formula)}{give}"
        yield "Derived from: " + "; ".join(
            f"{plain(title(base, items))} ({value(base)}, grade {plain(base.figure.grade)})" for base in bases
        )
    for reference in entry.references:
        yield f"{link(reference.short, reference.link)}: {plain(reference.citation)}"
    if entry.unconfirmed:
        yield counted(entry.unconfirmed, "source", "sources") + " not confirmed, so not cited"
    checked = wording()["checked"].get(entry.checked, "")
    yield f"{wording()['verified'][entry.verified]}. {checked}".strip()
    if entry.figure.note:
        note = plain(entry.figure.note)
        yield f"**{note}**" if entry.corrected else f"Note: {note}"


def _also(entry: Entry, shelf: Shelf) -> Iterator[str]:
    """Yield what was published against a figure in use and why it was not taken."""
    for other in entry.also[:SHOWN]:
        told = shelf.ledger.entries[other.figure.id]
        between = interval(told)
        cited = "; ".join(link(reference.short, reference.link) for reference in told.references)
        number = f"**{value(told)}**{f' ({between})' if between else ''}"
        people = f"{plain(other.figure.population)}, grade {plain(other.figure.grade)}"
        yield f"{wording()['also']}: {number}, {people}, {cited}; {plain(other.reason)}"
    if len(entry.also) > SHOWN:
        yield wording()["also_more"].format(more=len(entry.also) - SHOWN)


def _how_judged(entry: Entry, shelf: Shelf, items: Catalogue) -> Iterator[str]:
    """Yield how a judged number was come by, where there is a record of it."""
    record = entry.elicitation
    if record is None:
        return
    words = wording()["elicitation"]
    yield f"{words['searched']}: {plain(record.searched)}"
    yield f"{words['reasoning']}: {plain(record.reasoning)}"
    analogues = (shelf.ledger.entries[figure] for figure in record.analogues)
    told = "; ".join(f"{plain(title(base, items))} ({value(base)})" for base in analogues)
    yield f"{words['analogues']}: {told}"
    yield f"{words['interval']}: {plain(record.interval)}"
    yield f"{words['would_change']}: {plain(record.would_change)}"


def _uses(entry: Entry, items: Catalogue) -> Iterator[str]:
    """Yield where a figure is used: the parameters it sets, then what rests on it through other figures."""
    for use in entry.uses:
        yield f"Sets {_use_link(use, items)}"
    own = {use.node for use in entry.uses}
    through = [node for node in entry.nodes if node not in own]
    if through:
        most = wording()["most_named"]
        named = ", ".join(node_link(node, items) for node in through[:most])
        more = f" and {len(through) - most} more" if len(through) > most else ""
        yield f"Through figures derived from it: {named}{more}"
    if entry.claims:
        claims = ", ".join(plain(claim) for claim in entry.claims)
        yield f"Speaks to {counted(len(entry.claims), 'claim')} of the article: {claims}"
    if not entry.used:
        yield "On record only: the network does not rest on it"


def _use_link(use: Use, items: Catalogue) -> str:
    return f"{node_link(use.node, items)}: {plain(parameter_words(items, use.node, use.parameter))}"


def node_link(node: str, items: Catalogue) -> str:
    """Return a node's label that leads to the Network page; only a name where there is no such node."""
    if node not in items.items:
        return plain(label(node, items))
    return link(
        label(node, items), f"{session.address_of_page().rpartition('/')[0]}/{NETWORK_PAGE}?node={node}"
    )
