"""Where sources disagree, both are shown: what the network rests on and what was published against it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.alternatives import OWN_REASON, Alternatives
from model.provenance import Provenance
from network.build import load_network
from network.figures import DERIVED, JUDGEMENT, Figure


@pytest.fixture(scope="module")
def provenance() -> Provenance:
    return Provenance.of(load_network())


def row(provenance: Provenance, name: str, **changes: Any) -> Figure:
    """Return a published figure of restless legs under another name."""
    return replace(provenance.figures["rls_prev_song_global"], id=name, **changes)


def against(provenance: Provenance, taken: Figure, *others: Figure) -> list[str]:
    """Return the ids of what stands against a figure that alone is in use."""
    figures = {figure.id: figure for figure in (taken, *others)}
    used = {taken.id, *taken.derived_from}
    return [other.figure.id for other in Alternatives(figures, provenance.sources, used).to(taken)]


def test_the_two_pooled_figures_of_restless_legs_stand_beside_each_other(provenance: Provenance) -> None:
    (found,) = (
        other
        for other in provenance.also_published(provenance.figures["rls_prev_song_global"])
        if other.figure.id == "rls_prev_brostrom"
    )
    assert (found.taken.value, found.figure.value) == (0.0712, 0.03)
    assert "Taken rather than the other pooled figure" in found.taken.note


def test_a_band_that_rests_on_a_disputed_figure_shows_the_dispute(provenance: Provenance) -> None:
    band = provenance.figures["rls_any_age_18_39"]
    assert "rls_prev_brostrom" in {other.figure.id for other in provenance.also_published(band)}


def test_only_what_disagrees_is_shown(provenance: Provenance) -> None:
    taken = row(provenance, "taken", value=0.07, low=0.05, high=0.09)
    inside, outside = row(provenance, "inside", value=0.08), row(provenance, "outside", value=0.1)
    assert against(provenance, taken, inside, outside) == ["outside"]
    bare = row(provenance, "taken", value=0.07, low=None, high=None)
    alike = row(provenance, "alike", value=0.0701)
    assert against(provenance, bare, alike, inside) == ["inside"]


@pytest.mark.parametrize(
    "change",
    [
        {"target": "osteoarthritis"}, {"target_state": "severe"}, {"given": "sex=male"},
        {"kind": "sensitivity"}, {"source": JUDGEMENT}, {"source": "no_such_source"},
    ],
)  # fmt: skip
def test_another_quantity_or_no_publication_is_no_alternative(
    provenance: Provenance, change: dict[str, str]
) -> None:
    taken = row(provenance, "taken")
    assert against(provenance, taken, row(provenance, "other", value=0.5)) == ["other"]
    assert against(provenance, taken, row(provenance, "other", value=0.5, **change)) == []


def test_what_the_network_rests_on_is_no_alternative(provenance: Provenance) -> None:
    base = row(provenance, "base", value=0.2)
    taken = row(provenance, "taken", source=DERIVED, formula="1 - base")
    assert against(provenance, taken, base) == []
    for figure in provenance.figures.values():
        for other in provenance.also_published(figure):
            assert figure.id in provenance.used and other.figure.id not in provenance.used


def test_the_nearest_people_come_first(provenance: Provenance) -> None:
    taken = row(provenance, "taken", population="adults of five countries")
    far = row(provenance, "a_far", value=0.3, population="one clinic")
    near = row(provenance, "near", value=0.2, population="adults of two countries")
    assert against(provenance, taken, far, near) == ["near", "a_far"]


def test_a_better_grade_that_was_not_taken_has_its_reason_in_the_note(provenance: Provenance) -> None:
    found = {
        other.taken.id: other.taken.note
        for figure in provenance.figures.values()
        for other in provenance.also_published(figure)
        if other.reason == OWN_REASON
    }
    assert found
    assert [name for name, note in found.items() if "Taken " not in note] == []
