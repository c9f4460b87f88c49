"""`nocturne batch`: a table in, a table out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import pytest
from click.testing import CliRunner, Result

from model import Differential, Likelihood
from model.cli import main, tables
from network.build import load_network

DDX = Differential.of(load_network())
CSV = """patient,age,smoking,relief_by_dangling_legs,cold_foot
a,78,current,yes,~3
b,44,,,
c,,never,no,unknown
"""
CASES = (
    {"age": 78, "smoking": "current", "relief_by_dangling_legs": "present", "cold_foot": Likelihood(3.0)},
    {"age": 44},
    {"smoking": "never", "relief_by_dangling_legs": "absent"},
)


def batch(*arguments: object, **how: str) -> Result:
    return CliRunner().invoke(main, ["batch", *map(str, arguments)], **how)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def check(answers: pandas.DataFrame) -> None:
    """Compare a table of answers with the questions asked alone."""
    assert list(answers["patient"]) == ["a", "b", "c"]
    for row, findings in enumerate(CASES):
        alone = DDX.query(findings)
        assert answers["first"][row] == alone.ranking[0].condition
        assert answers["log_evidence"][row] == pytest.approx(alone.log_evidence, abs=1e-9)
        for cause in alone.ranking:
            node = next(n for n, c in DDX.network.causes.items() if cause.condition in (n, c))
            assert answers[node][row] == pytest.approx(cause.due_to, abs=1e-9)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_is_answered_row_by_row(table: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"answers.{ending}"
    result = batch(table, "-o", out, "--keep", "patient")
    assert result.exit_code == 0, result.output
    check(pandas.read_csv(out) if ending == "csv" else pandas.read_parquet(out))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([out.name, table.name])


def test_a_pipe_works_as_a_file_does(table: Path) -> None:
    result = batch("-", "--keep", "patient", input=CSV)
    assert result.exit_code == 0, result.output
    assert result.stdout == batch(table, "--keep", "patient").stdout


def test_parquet_is_read_as_csv_is(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    frame = pandas.read_csv(table, dtype=str)
    frame["age"] = pandas.to_numeric(frame["age"])
    frame.to_parquet(path)
    out = tmp_path / "answers.parquet"
    assert batch(path, "-o", out, "--keep", "patient").exit_code == 0
    check(pandas.read_parquet(out))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_pieces_of_a_long_table_join_up(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    whole, joined = tmp_path / f"whole.{ending}", tmp_path / f"joined.{ending}"
    batch(table, "-o", whole, "--keep", "patient")
    monkeypatch.setattr(tables, "ROWS", 2)
    batch(table, "-o", joined, "--keep", "patient")
    read = pandas.read_csv if ending == "csv" else pandas.read_parquet
    one, other = read(whole), read(joined)
    assert list(one["first"]) == list(other["first"])
    numbers = one.drop(columns="setting").select_dtypes("number").columns
    assert np.isfinite(one[numbers].to_numpy()).all()
    assert one[numbers].to_numpy() == pytest.approx(other[numbers].to_numpy(), abs=1e-12)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROWS", 2)
    table.write_text(CSV.replace("c,,never", "c,,neverr"), encoding="utf-8")
    out = tmp_path / "answers.csv"
    result = batch(table, "-o", out, "--keep", "patient")
    assert result.exit_code == 2
    assert "row 4, column 'smoking'" in result.stderr
    assert not out.exists(), "half an answer is no answer"


def test_impossible_rows_are_named_and_the_rest_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("osteoarthritis,due_to_osteoarthritis\nyes,yes\nno,yes\n", encoding="utf-8")
    result = batch(path)
    assert result.exit_code == 0
    assert "in 1 row: 3." in result.stderr
    answered, impossible = result.stdout.splitlines()[1:]
    assert answered.split(",")[-1] and not impossible.split(",")[-1]


@pytest.mark.parametrize(
    ("content", "arguments", "says"),
    [
        (CSV, ["--keep", "name"], "no column 'name' to keep"),
        (CSV, [], "no node is called 'patient'"),
        ("", [], "the file is empty"),
        ("age\n1,2,3\n", [], "no CSV table"),
        ("age,age\n40,50\n", [], "no node is called 'age.1'"),
        (CSV, ["--keep", "patient", "--posterior", "smokng"], "Did you mean 'smoking'?"),
        (CSV, ["--keep", "patient", "-o", "answers.xlsx"], "write to a .csv or a .parquet file"),
    ],
)
def test_mistakes_are_told_plainly(table: Path, content: str, arguments: list[str], says: str) -> None:
    table.write_text(content, encoding="utf-8")
    result = batch(table, *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_a_file_that_is_no_table_is_told_so(tmp_path: Path) -> None:
    broken = tmp_path / "cases.parquet"
    broken.write_bytes(b"not a table")
    assert "no Parquet file" in batch(broken).stderr
    latin = tmp_path / "cases.csv"
    latin.write_bytes("patient\nMüller\n".encode("latin-1"))
    assert "not UTF-8" in batch(latin, "--keep", "patient").stderr
