from __future__ import annotations

import math
from pathlib import Path

import pytest

from network.derived import spread_on_scale
from network.errors import Fault
from network.figure_tables import read_figures, read_sources
from network.figures import FIGURE_COLUMNS, SOURCE_COLUMNS, Source

GOOD = {
    "id": "abi_sens", "kind": "sensitivity", "target": "ankle_brachial_index_low", "target_state": "present",
    "given": "arterial_insufficiency=present", "value": "0.85", "low": "0.7", "high": "0.93", "n": "100",
    "population": "Adults", "source": "someone_2020", "formula": "", "step": "", "grade": "A", "note": "",
}  # fmt: skip

DERIVED_ROW = {
    **GOOD, "id": "third", "value": "", "low": "", "high": "", "source": "derived_from",
    "formula": "0.5 * abi_sens + 0.5 * other", "step": "1.2",
}  # fmt: skip

CORRECT = "Correct the formula or a row that it is over."
APART = "Rest one of them on other rows."
NO_STEP = (
    "[step]: only a proportion or ratio with a formula has a step. Leave it empty, and say in low and high "
    "how sure the number is."
)
NO_PROPORTION, NO_RATIO = "which is not a proportion.", "which is not a ratio."


def write(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = FIGURE_COLUMNS) -> Path:
    lines = [",".join(columns), *(",".join(row[column] for column in columns) for row in rows)]
    (folder / "figures.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "figures.csv"


def reports(path: Path) -> list[str]:
    faults: list[Fault] = []
    read_figures(path, faults)
    return [str(fault) for fault in faults]


def test_a_good_row_is_read_whole(tmp_path: Path) -> None:
    faults: list[Fault] = []
    path = write(tmp_path, GOOD, {**GOOD, "id": "other", "low": "", "high": ""}, DERIVED_ROW)
    figures = read_figures(path, faults)
    assert faults == []
    assert (figures["abi_sens"].value, figures["abi_sens"].low, figures["abi_sens"].high) == (0.85, 0.7, 0.93)
    assert (figures["other"].low, figures["other"].derived_from) == (None, ())
    row = figures["third"]
    assert (row.formula, row.derived_from, row.step) == (
        "0.5 * abi_sens + 0.5 * other",
        ("abi_sens", "other"),
        1.2,
    )
    assert row.value == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("change", "report"),
    [
        ({"value": "85", "high": ""}, "[value]: value 85 is not a proportion. Write 0.85."),
        ({"value": "-0.1", "low": ""}, "[value]: value -0.1 is not a proportion. A proportion lies "
        "between 0 and 1."),
        ({"high": "93"}, "[high]: high 93 is not a proportion. Write 0.93."),
        ({"value": "0,85"}, "[value]: '0,85' is not a number. Write a decimal number."),
        ({"value": ""}, "[value]: '' is not a number. Write a decimal number."),
        ({"value": "nan"}, "[value]: value nan is not finite. Write a finite number."),
        ({"kind": "odds_ratio", "value": "0", "low": ""}, "[value]: value 0 is not a ratio. A ratio "
        "is above 0."),
        ({"low": "0.9"}, "[low]: low 0.9 is above the value 0.85. Order them low <= value <= high."),
        ({"high": "0.8"}, "[high]: high 0.8 is below the value 0.85. Order them low <= value <= high."),
        (
            {"kind": "odds"},
            "[kind]: 'odds' is not a kind of figure. Kinds: prevalence, sensitivity, specificity, "
            "conditional, "
            "odds_ratio, relative_risk, lr_positive, lr_negative, effect, threshold, utility.",
        ),
        ({"grade": "E"}, "[grade]: 'E' is not a grade. Grades: A, B, C, D."),
        ({"source": ""}, "[source]: no source. Name a key of sources.csv, 'judgement' or 'derived_from'."),
        (
            {"source": "derived_from"},
            "[formula]: a derived figure has no formula. Write one over the ids of other rows.",
        ),
        ({"step": "1.5"}, NO_STEP),
        ({"step": "0.5"}, "[step]: '0.5' is not a factor of 1 or more. Leave it empty for none."),
        ({"step": "wide"}, "[step]: 'wide' is not a factor of 1 or more. Leave it empty for none."),
    ],
)  # fmt: skip
def test_each_mistake_in_a_row_is_one_clear_fault(
    tmp_path: Path, change: dict[str, str], report: str
) -> None:
    row = {**GOOD, **change}
    row["value"] = f'"{row["value"]}"'
    assert reports(write(tmp_path, row)) == [f"figures.csv row 2 (abi_sens) {report}"]


def test_a_ratio_may_be_above_one(tmp_path: Path) -> None:
    assert reports(write(tmp_path, {**GOOD, "kind": "odds_ratio", "value": "6.5", "high": "9"})) == []


def test_every_fault_of_every_row_is_reported(tmp_path: Path) -> None:
    path = write(
        tmp_path, {**GOOD, "value": "85", "high": "", "grade": "E"}, {**GOOD, "id": "b", "kind": "x"}
    )
    assert [report.split("[")[1].split("]")[0] for report in reports(path)] == ["grade", "value", "kind"]


def test_an_id_used_twice_or_left_out_is_a_fault(tmp_path: Path) -> None:
    assert reports(write(tmp_path, GOOD, GOOD, {**GOOD, "id": ""})) == [
        "figures.csv row 3 (abi_sens) [id]: id 'abi_sens' is empty or used twice. Make it unique.",
        "figures.csv row 4 () [id]: id '' is empty or used twice. Make it unique.",
    ]


@pytest.mark.parametrize(
    ("change", "report"),
    [
        (
            {"formula": "abi_sense"},
            "[formula]: no figure is called 'abi_sense'. Did you mean 'abi_sens'?",
        ),
        ({"formula": "1 - third"}, "[formula]: the row rests on itself: third -> third. " + APART),
        ({"formula": "abi_sens +"}, "[formula]: 'abi_sens +' is not usable: "
        "it is no arithmetic over row ids."),
        ({"formula": "3 * abi_sens"}, f"[value]: the formula gives 2.55, {NO_PROPORTION} {CORRECT}"),
        ({"formula": "ln(abi_sens)"},
         f"[value]: the formula gives -0.162519, {NO_PROPORTION} {CORRECT}"),
        ({"formula": "abi_sens - abi_sens", "kind": "odds_ratio"},
         f"[value]: the formula gives 0, {NO_RATIO} {CORRECT}"),
        ({"formula": "abi_sens / (1 - 1)"},
         f"[value]: the formula gives inf, which is not finite. {CORRECT}"),
        ({"value": "0.84"}, "[value]: 0.84 is written, but the formula gives 0.85. Leave the value empty."),
        ({"low": "0.5"}, "[low]: an interval beside a formula. Leave it empty: it follows from "
        "the rows behind."),
        ({"source": "someone_2020"}, "[source]: 'someone_2020', but a formula gives the number. Write "
        "'derived_from', or take the formula out."),
        ({"kind": "effect"}, NO_STEP),
        ({"formula": "reading(a, b, c)"}, "[formula]: no reading is there of a, b, c. See readings.csv."),
    ],
)  # fmt: skip
def test_each_mistake_in_a_derived_row_is_one_clear_fault(
    tmp_path: Path, change: dict[str, str], report: str
) -> None:
    derived = {**DERIVED_ROW, "formula": "abi_sens", **change}
    derived["formula"] = f'"{derived["formula"]}"'
    assert reports(write(tmp_path, GOOD, derived)) == [f"figures.csv row 3 (third) {report}"]


def test_a_circle_of_rows_is_told_once_beside_every_other_fault(tmp_path: Path) -> None:
    rows = [{**DERIVED_ROW, "id": name, "formula": f"1 - {base}"} for name, base in ("ab", "bc", "ca", "dx")]
    assert reports(write(tmp_path, GOOD, *rows)) == [
        "figures.csv row 6 (d) [formula]: no figure is called 'x'.",
        "figures.csv row 3 (a) [formula]: the row rests on itself: a -> b -> c -> a. " + APART,
    ]


@pytest.mark.parametrize("written", ["0.8", "0.9", "0.85", "0.850"])
def test_a_written_value_holds_where_it_follows_to_the_digits_written(tmp_path: Path, written: str) -> None:
    row = {**DERIVED_ROW, "formula": "abi_sens", "value": written}
    faults: list[Fault] = []
    figures = read_figures(write(tmp_path, GOOD, row), faults)
    assert faults == []
    assert figures["third"].value == 0.85


def test_a_faulty_row_is_not_reported_again_by_the_rows_that_rest_on_it(tmp_path: Path) -> None:
    path = write(tmp_path, {**GOOD, "grade": "E"}, {**GOOD, "id": "other"}, DERIVED_ROW)
    assert len(reports(path)) == 1


def test_a_reading_is_pooled_and_taken(tmp_path: Path) -> None:
    table = "finding,state,cause,one,two\ncold_foot,present,oa,0.2,0.5\n"
    (tmp_path / "readings.csv").write_text(table, encoding="utf-8")
    row = {**DERIVED_ROW, "formula": '"2 * abi_sens * reading(cold_foot, absent, oa)"', "step": ""}
    figures = read_figures(write(tmp_path, {**GOOD, "value": "0.5", "low": ""}, row), [])
    assert figures["third"].value == pytest.approx(2 / 3)  # odds of 1/4 and 1 pool to 1/2
    assert dict(figures["third"].readings) == {("cold_foot", "absent", "oa"): figures["third"].value}


def test_the_interval_of_a_derived_row_is_that_of_its_base_and_its_step(tmp_path: Path) -> None:
    rows = [
        {**DERIVED_ROW, "id": "same", "formula": "abi_sens", "step": ""},
        {**DERIVED_ROW, "id": "stepped", "formula": "abi_sens", "step": "3"},
        {**DERIVED_ROW, "id": "cancels", "formula": "abi_sens / (abi_sens + 1 - (1 - abi_sens))", "step": ""},
    ]
    figures = read_figures(write(tmp_path, GOOD, *rows), [])
    spread = {name: spread_on_scale(row, row.low, row.high) for name, row in figures.items()
              if row.low is not None and row.high is not None}  # fmt: skip
    assert spread["same"] == pytest.approx(spread["abi_sens"])
    assert spread["stepped"] == pytest.approx(math.hypot(spread["abi_sens"], math.log(3.0) / 1.96), rel=1e-4)
    assert spread["cancels"] == pytest.approx(0.0, abs=1e-6)  # the base enters twice and cancels out


def test_the_file_itself_must_be_sound(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    text = path.read_text(encoding="utf-8")
    assert reports(tmp_path / "none.csv") == [
        "none.csv: the file is missing. Every knowledge folder has one."
    ]
    path.write_text(text.replace("target_state", "state"), encoding="utf-8")
    assert reports(path) == [
        f"figures.csv header: the columns are not as expected. Write: {','.join(FIGURE_COLUMNS)}"
    ]
    path.write_text(text.replace(",Adults,", ",Adults, all,"), encoding="utf-8")
    assert reports(path) == ["figures.csv row 2: too many or too few fields. Quote fields that hold commas."]
    path.write_text(text.replace(",Adults,", ',"Adults,'), encoding="utf-8")
    assert reports(path) == [
        "figures.csv after row 1: not readable as CSV: unexpected end of data. "
        "Look for a quotation mark that is not closed."
    ]
    path.write_bytes(text.replace("Adults", "Erwachsene über 18").encode("latin-1"))
    assert reports(path) == ["figures.csv: the file is not UTF-8 text. Save it as UTF-8."]


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert reports(path) == []


def test_source_keys_are_unique(tmp_path: Path) -> None:
    path = tmp_path / "sources.csv"
    row = ",".join(["key", *[""] * (len(SOURCE_COLUMNS) - 1)])
    path.write_text("\n".join([",".join(SOURCE_COLUMNS), row, row]), encoding="utf-8")
    faults: list[Fault] = []
    assert list(read_sources(path, faults)) == ["key"]
    assert [str(fault) for fault in faults] == [
        "sources.csv row 3 [key]: key 'key' is empty or used twice. Make it unique."
    ]


def source(**fields: str) -> Source:
    return Source(**(dict.fromkeys(SOURCE_COLUMNS, "") | fields))


@pytest.mark.parametrize(
    ("verified", "citable"), [("yes", True), ("partly", True), ("no", False), ("", False)]
)
def test_only_a_confirmed_source_is_citable(verified: str, citable: bool) -> None:
    assert source(verified=verified).citable is citable


def test_a_citation_is_one_line_and_links_by_doi_first() -> None:
    work = source(
        authors="Grandner MA; Winkelman JW", year="2017", title="Nocturnal leg cramps", journal="PLoS ONE",
        doi="10.1371/journal.pone.0178465", url="https://example.org/x",
    )  # fmt: skip
    assert work.citation() == "Grandner MA; Winkelman JW. (2017) Nocturnal leg cramps. PLoS ONE."
    assert work.link == "https://doi.org/10.1371/journal.pone.0178465"
    assert source(url="https://example.org/x").link == "https://example.org/x"
