"""Urgency against its label, and how far two people agreed."""

from __future__ import annotations

from itertools import product

import hypothesis
import pytest
from hypothesis import strategies as st

from model.validation.agreement import agreement
from model.validation.triage import Triage
from network.patients import LEVELS
from tests.labelled import labelled

LEVEL = st.sampled_from(LEVELS)
PAIRS = st.lists(st.tuples(st.none() | LEVEL, st.none() | LEVEL), max_size=20)


def triage(pairs: list[tuple[str | None, str | None]]) -> Triage:
    """Return the table of patients with these labels and levels given."""
    patients = [labelled(f"p{row}", urgency=[label] if label else []) for row, (label, _) in enumerate(pairs)]
    return Triage.of(patients, [given for _, given in pairs])


@hypothesis.given(PAIRS)
def test_counts_are_those_of_counting_by_hand(pairs: list[tuple[str | None, str | None]]) -> None:
    found, plain = triage(pairs), triage(pairs).to_plain()
    steps = [LEVELS.index(given or "routine") - LEVELS.index(label) for label, given in pairs if label]
    assert found.n == len(steps) == sum(sum(row.values()) for row in plain["table"].values())
    assert found.under == sum(step < 0 for step in steps)
    assert found.under_by_two == sum(step <= -2 for step in steps)
    assert found.over == sum(step > 0 for step in steps)
    assert found.n == found.under + found.over + sum(plain["table"][level][level] for level in LEVELS)
    labels = [label for label, _ in pairs]
    assert found.emergencies == (pairs.count(("emergency", "emergency")), labels.count("emergency"))


def test_nothing_raised_counts_as_routine() -> None:
    assert triage([("soon", None)]) == triage([("soon", "routine")])
    assert triage([("soon", None)]).too_low == ("p0",)


def test_who_has_no_label_is_not_counted() -> None:
    assert triage([(None, "emergency")]).n == 0


def test_the_higher_of_two_readers_is_the_label() -> None:
    patient = labelled(urgency=["soon", "emergency"])
    assert Triage.of([patient], ["soon"]).counts == {("emergency", "soon"): 1}


def kappa(pairs: list[tuple[str, str]]) -> float | None:
    """Return weighted kappa from the two tables of its definition (Cohen 1968)."""
    n, levels = len(pairs), range(len(LEVELS))
    at = [(LEVELS.index(a), LEVELS.index(b)) for a, b in pairs]
    observed = {(i, j): at.count((i, j)) / n for i, j in product(levels, levels)}
    first = [sum(observed[i, j] for j in levels) for i in levels]
    second = [sum(observed[i, j] for i in levels) for j in levels]
    by_chance = sum(abs(i - j) * first[i] * second[j] for i, j in observed)
    return 1.0 - sum(abs(i - j) * p for (i, j), p in observed.items()) / by_chance if by_chance else None


@hypothesis.given(st.lists(st.tuples(LEVEL, LEVEL), min_size=1, max_size=15))
def test_kappa_is_that_of_its_two_tables(pairs: list[tuple[str, str]]) -> None:
    found = agreement([labelled(f"p{row}", urgency=pair) for row, pair in enumerate(map(list, pairs))])
    assert found.kappa == pytest.approx(kappa(pairs))
    assert (found.read, found.read_alike) == (len(pairs), sum(a == b for a, b in pairs))


def test_kappa_of_a_hand_example() -> None:
    # 10 patients, 2 levels: 4 and 3 alike, 3 apart. Chance: 0.5 * 0.4 + 0.5 * 0.6 = 0.5 apart; 1 - 0.3 / 0.5
    pairs = [["routine", "routine"]] * 4 + [["soon", "soon"]] * 3
    pairs += [["routine", "soon"]] * 1 + [["soon", "routine"]] * 2
    found = agreement([labelled(f"p{row}", urgency=pair) for row, pair in enumerate(pairs)])
    assert found.kappa == pytest.approx(0.4)


def test_codings_are_compared_finding_by_finding() -> None:
    found = agreement([
        labelled("a", evidence={"sex": "male", "age": "75_plus"},
                 coded_again={"sex": "male", "age": "60_to_74"}),
        labelled("b", evidence={"diabetes": "present"}, coded_again={"statin": "present"}),
        labelled("c", evidence={"obesity": "present"}),
    ])  # fmt: skip
    assert (found.coded_patients, found.coded, found.coded_alike, found.contradicted) == (2, 4, 1, 1)
    assert "2 patients, 1 of 4 findings alike, 1 contradicted." in found.sentence


def test_nobody_read_twice_has_no_kappa() -> None:
    found = agreement([labelled(urgency=["soon"])])
    assert (found.read, found.kappa) == (0, None)
    assert "kappa" not in found.sentence
