"""Readings of the table finding × cause: pooled without taste, refused where a cell is missing."""

from __future__ import annotations

import csv
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from network.build import EMBEDDED
from network.errors import KnowledgeError
from network.knowledge import Knowledge
from network.reading_table import FILE, KEY, PRIOR, pooled
from network.readings import Readings, read_readings
from tests.floats import ROUNDING, TABLE, assert_close

READ = st.floats(min_value=1e-6, max_value=1 - 1e-6)
CAUSES = ("osteoarthritis", "other_cause")
WHOLE = [
    ("prior", "community", "osteoarthritis", "0.2", "0.3"),
    ("prior", "community", "other_cause", "0.5", "0.5"),
    ("cold_foot", "present", "osteoarthritis", "0.1", "0.2"),
    ("cold_foot", "present", "other_cause", "0.3", "0.3"),
    *(
        ("smoking", state, cause, share, share)
        for cause in CAUSES
        for state, share in (("never", "0.5"), ("former", "0.3"), ("current", "0.2"))
    ),
]


@pytest.fixture(scope="module")
def readings(knowledge: Knowledge) -> Readings:
    found = read_readings(EMBEDDED, knowledge)
    assert found is not None
    return found


def table(folder: Path, *rows: tuple[str, ...], header: tuple[str, ...] = (*KEY, "first", "second")) -> Path:
    """Write a table of readings and return its folder."""
    lines = [",".join(row) for row in (header, *rows)]
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def faults(folder: Path, knowledge: Knowledge) -> list[str]:
    """Return what is told of a table."""
    with pytest.raises(KnowledgeError) as caught:
        read_readings(folder, knowledge)
    return [str(fault) for fault in caught.value.faults]


@hypothesis.given(st.lists(READ, min_size=1, max_size=5))
def test_pooled_odds_are_the_geometric_mean_of_the_odds(values: list[float]) -> None:
    p = pooled(values)
    odds = np.array(values) / (1.0 - np.array(values))
    assert p / (1.0 - p) == pytest.approx(float(np.prod(odds ** (1.0 / len(odds)))), rel=1e-6)
    assert min(values) - ROUNDING <= p <= max(values) + ROUNDING
    assert pooled(values[::-1]) == pytest.approx(p, abs=ROUNDING)


@hypothesis.given(st.lists(READ, min_size=1, max_size=5))
def test_pooling_what_does_not_hold_is_one_minus_pooling_what_does(values: list[float]) -> None:
    assert pooled([1.0 - value for value in values]) == pytest.approx(1.0 - pooled(values), abs=TABLE)


def test_every_row_of_the_table_and_every_prior_sums_to_one(readings: Readings) -> None:
    for shares in (*readings.cells.values(), *readings.priors.values()):
        assert_close(sum(shares.values()), 1.0)
        assert min(shares.values()) > 0.0


def test_every_cell_names_every_state_for_every_cause(readings: Readings, knowledge: Knowledge) -> None:
    findings = {finding for finding, _ in readings.cells}
    assert set(readings.cells) == {(finding, cause) for finding in findings for cause in readings.causes}
    for (finding, _), shares in readings.cells.items():
        assert set(shares) == set(knowledge.states()[finding])


def test_the_embedded_table_is_the_mean_of_its_readers(readings: Readings) -> None:
    with (EMBEDDED / FILE).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["finding"] != PRIOR and row["state"] == "present"]
    assert rows
    for row in rows[::50]:
        odds = [float(row[reader]) / (1.0 - float(row[reader])) for reader in readings.readers]
        mean = float(np.exp(np.mean(np.log(odds))))
        assert readings.cells[row["finding"], row["cause"]]["present"] == pytest.approx(mean / (1.0 + mean))


def test_a_small_table_by_hand(tmp_path: Path, knowledge: Knowledge) -> None:
    found = read_readings(table(tmp_path, *WHOLE), knowledge)
    assert found is not None
    assert (found.readers, found.causes) == (("first", "second"), CAUSES)
    assert found.priors["community"]["osteoarthritis"] == pytest.approx(
        pooled([0.2, 0.3]) / (pooled([0.2, 0.3]) + 0.5)
    )
    assert found.cells["cold_foot", "other_cause"] == pytest.approx({"present": 0.3, "absent": 0.7})
    assert found.cells["smoking", "osteoarthritis"]["never"] == pytest.approx(0.5)


def test_a_folder_without_the_table_has_no_readings(tmp_path: Path, knowledge: Knowledge) -> None:
    assert read_readings(tmp_path, knowledge) is None


@pytest.mark.parametrize(
    ("rows", "report"),
    [
        (
            [*WHOLE, ("cold_feet", "present", "osteoarthritis", "0.1", "0.2")],
            "cold_feet, present, osteoarthritis [finding]: no node is called 'cold_feet'. "
            "Did you mean 'cold_foot'?",
        ),
        (
            [*WHOLE, ("cold_foot", "icy", "osteoarthritis", "0.1", "0.2")],
            "cold_foot, icy, osteoarthritis [state]: node 'cold_foot' has no state 'icy'. "
            "States: absent, present.",
        ),
        (
            [*WHOLE, ("cold_foot", "present", "osteoarthrosis", "0.1", "0.2")],
            "cold_foot, present, osteoarthrosis [cause]: no cause is called 'osteoarthrosis'. "
            "Did you mean 'osteoarthritis'?",
        ),
        ([*WHOLE, WHOLE[2]], "row 12: cold_foot, present, osteoarthritis stands twice. Keep one row."),
        ([*WHOLE, ("cold_foot", "present")], "row 12: too many or too few fields. Write 5."),
        (
            [("cold_foot", "present", "other_cause", "0.3", "often")],
            "row 2 [second]: 'often' is not usable. Write a probability above 0 and below 1: "
            "nothing is impossible to a reader.",
        ),
        (
            [("cold_foot", "present", "other_cause", "0", "0.3")],
            "row 2 [first]: '0' is not usable. Write a probability above 0 and below 1: "
            "nothing is impossible to a reader.",
        ),
        (
            [row for row in WHOLE if row != WHOLE[3]],
            "cold_foot, present: there is no row for other_cause. Every cause that is read about has one.",
        ),
        (
            [row for row in WHOLE if row[:2] != ("smoking", "former")],
            "smoking, former: there is no row for osteoarthritis, other_cause. "
            "Every cause that is read about has one.",
        ),
        (
            [row for row in WHOLE if row != WHOLE[1]],
            "prior, community: there is no row for other_cause. Every cause that is read about has one.",
        ),
    ],
)
def test_a_fault_names_its_row_and_a_remedy(
    rows: list[tuple[str, ...]], report: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    assert f"{FILE} {report}" in faults(table(tmp_path, *rows), knowledge)


def test_columns_that_are_not_those_expected_are_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    told = f"{FILE} header: the columns are not as expected. Begin: finding,state,cause"
    for header in (KEY, ("finding", "cause", "state", "first")):
        assert faults(table(tmp_path, header=header), knowledge) == [told]


def test_a_table_in_another_encoding_is_refused(tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / FILE).write_bytes("finding,état".encode("latin-1"))
    assert "the file is not UTF-8 text. Save it as UTF-8." in faults(tmp_path, knowledge)[0]
