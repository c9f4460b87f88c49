"""The ledger holds every figure once, and says of each where it is from and what rests on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.citations import citations
from model.ledger import COMPUTED, PUBLISHED, UNCONFIRMED, Ledger, ledger
from model.provenance import Provenance
from network.build import load_network
from network.knowledge import read_knowledge
from network.structure import Network
from tests.networks import asia


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network()


@pytest.fixture(scope="module")
def book(network: Network) -> Ledger:
    return ledger(network)


def test_every_figure_source_and_claim_stands_in_it_once(book: Ledger) -> None:
    knowledge = read_knowledge()
    assert list(book.entries) == list(knowledge.figures)
    assert list(book.sources) == list(knowledge.sources)
    assert [claim.id for claim in book.claims] == [claim.id for claim in knowledge.claims]
    assert sum(book.by_grade().values()) == len(book.entries)
    assert sum(book.by_grade(used=True).values()) == book.judged_share.used


def test_it_agrees_with_the_citations_of_every_node(network: Network, book: Ledger) -> None:
    for node in network.nodes:
        for row in citations(network, node.id):
            entry = book.entries[row.figure]
            assert (entry.judged, entry.references, entry.unconfirmed) == (
                row.judged,
                row.references,
                row.unconfirmed,
            )
            assert (node.id, row.parameter) in [(use.node, use.parameter) for use in entry.uses]
            assert entry.used and node.id in entry.nodes


def test_what_is_derived_from_a_judgement_or_a_reading_is_judged(book: Ledger) -> None:
    for entry in book.entries.values():
        assert (entry.origin == COMPUTED) == bool(entry.figure.formula)
        assert not entry.figure.formula or entry.figure.derived_from or entry.figure.readings, entry.id
        bases = [book.entries[base] for base in entry.figure.derived_from]
        if entry.figure.readings or any(base.judged for base in bases):
            assert entry.judged, entry.id
        if entry.used:
            assert all(base.used for base in bases), entry.id


def test_only_confirmed_sources_are_spelled_out(book: Ledger) -> None:
    for source in book.sources.values():
        assert (source.reference is None) == (source.verified == UNCONFIRMED)
    for entry in book.entries.values():
        assert (entry.verified == UNCONFIRMED) == (entry.unconfirmed > 0), entry.id
        if entry.origin == PUBLISHED:
            assert len(entry.references) + entry.unconfirmed == 1, entry.id


def test_claims_and_figures_name_one_another(book: Ledger) -> None:
    named = {(claim.id, figure) for claim in book.claims for figure in claim.figures}
    assert named and named == {(claim, entry.id) for entry in book.entries.values() for claim in entry.claims}


def test_corrections_are_told_from_notes(book: Ledger) -> None:
    corrected = [entry for entry in book.entries.values() if entry.corrected]
    assert corrected
    assert all(entry.figure.note.startswith("Corrected") for entry in corrected)
    silent = replace(corrected[0], figure=replace(corrected[0].figure, note="As published."))
    assert not silent.corrected


def test_a_network_without_figures_has_an_empty_ledger() -> None:
    book = ledger(asia())
    assert (book.entries, book.sources, book.claims, book.judged_share.used) == ({}, {}, (), 0)
    assert Provenance.of(asia()).figures  # those of the embedded folder, which are not its own
