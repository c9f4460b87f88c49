"""What a number must bring: people, a confirmed source, a grade no better than what it rests on; records."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from network.build import EMBEDDED
from network.elicitations import read_elicitations
from network.figures import DERIVED, FIGURE_COLUMNS, JUDGEMENT, SOURCE_COLUMNS, foundations
from network.knowledge import Knowledge
from network.references import uses
from tests.knowledge_files import edited, faults_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"

MOST_JUDGED, MOST_READ = 302, 405
"""Parameters of grade D: those judged one by one, and those that are pooled readings of three clinicians.

A change of the knowledge may lower the first, not raise it; the second are cells of the table finding and
cause for which no figure of our people was found.
"""


def rewritten(
    folder: Path, file: str, columns: tuple[str, ...], change: Callable[[dict[str, str]], None]
) -> Path:
    """Return a copy of the embedded knowledge with every row of a table put through `change`."""
    copy = edited(folder)
    path = copy / file
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return copy


def in_use(knowledge: Knowledge) -> list[str]:
    named = (use.figure for use in uses(knowledge) if use.role != "any")
    return foundations(knowledge.figures, named)


# The rules


@pytest.mark.parametrize("figure", ["lss_bilateral_sens", "rls_weekly_share_of_rls"])
def test_a_figure_in_use_without_a_population_is_a_fault(tmp_path: Path, figure: str) -> None:
    def blank(row: dict[str, str]) -> None:
        if row["id"] == figure:
            row["population"] = " "

    assert [str(fault) for fault in faults_of(rewritten(tmp_path, "figures.csv", FIGURE_COLUMNS, blank))] == [
        f"figures.csv {figure} [population]: no population. Say whom the number was measured on."
    ]


def test_a_source_that_is_used_but_not_confirmed_is_a_fault(tmp_path: Path) -> None:
    def doubt(row: dict[str, str]) -> None:
        if row["key"] == "allen2005_rest":  # behind a figure that no node names itself
            row["verified"] = "no"

    faults = [str(fault) for fault in faults_of(rewritten(tmp_path, "sources.csv", SOURCE_COLUMNS, doubt))]
    assert faults == [
        "figures.csv rls_weekly_share_of_rls [source]: source 'allen2005_rest' is not verified and may not "
        "be cited. Confirm it or use another figure."
    ]


def test_a_number_is_graded_no_better_than_the_judgement_it_rests_on(tmp_path: Path) -> None:
    def raise_it(row: dict[str, str]) -> None:
        if row["id"] == "due_to_venous_insufficiency__share__venous_insufficiency":
            row["grade"] = "C"

    [fault] = faults_of(rewritten(tmp_path, "figures.csv", FIGURE_COLUMNS, raise_it))
    assert "grade C, but it rests on 'complaint_given_venous', a judgement." in str(fault)


# The embedded knowledge


def test_every_source_behind_a_number_was_read_again(knowledge: Knowledge) -> None:
    keys = {knowledge.figures[name].source for name in in_use(knowledge)} - {JUDGEMENT, DERIVED}
    assert [key for key in sorted(keys) if knowledge.sources[key].verified != "yes"] == []


def test_every_source_behind_advice_or_a_claim_was_read_again(knowledge: Knowledge) -> None:
    named = (use.figure for use in uses(knowledge) if use.role == "any")
    keys = {knowledge.figures[name].source for name in foundations(knowledge.figures, named)}
    keys -= {JUDGEMENT, DERIVED}
    assert len(keys) > 50
    assert [key for key in sorted(keys) if knowledge.sources[key].verified != "yes"] == []


def test_every_number_says_whom_it_was_measured_on(knowledge: Knowledge) -> None:
    assert [name for name in in_use(knowledge) if not knowledge.figures[name].population] == []


def judged(knowledge: Knowledge) -> set[str]:
    named = {use.figure for use in uses(knowledge) if use.role != "any"}
    return {name for name in named if knowledge.figures[name].grade == "D"}


def test_judged_parameters_do_not_grow_in_number(knowledge: Knowledge) -> None:
    read = {name for name in judged(knowledge) if knowledge.figures[name].readings}
    assert len(read) <= MOST_READ
    assert len(judged(knowledge) - read) <= MOST_JUDGED


def test_every_judged_parameter_has_a_record_of_how_it_was_come_by(knowledge: Knowledge) -> None:
    """A reading has its own, ``readings.csv``; a formula that adds no step needs one for its rows only."""
    recorded = {figure for record in knowledge.elicitations for figure in record.figures}

    def accounted_for(name: str) -> bool:
        figure = knowledge.figures[name]
        rests = bool(figure.formula) and figure.step == 1.0
        return (
            figure.grade != "D"
            or name in recorded
            or bool(figure.readings)
            or (rests and all(accounted_for(base) for base in figure.derived_from))
        )

    assert [name for name in sorted(judged(knowledge)) if not accounted_for(name)] == []


def test_a_record_names_analogues_that_are_published_or_judged_elsewhere(knowledge: Knowledge) -> None:
    for record in knowledge.elicitations:
        assert not set(record.figures) & set(record.analogues), record.id
        assert any(knowledge.figures[name].source not in (JUDGEMENT, DERIVED) for name in record.analogues), (
            record.id
        )


def test_the_page_lists_what_the_tables_hold(knowledge: Knowledge) -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \| `(\w+)` \| (\S+) \(", page, re.MULTILINE)
    assert len(rows) == 40
    for name, value in rows:
        assert knowledge.figures[name].grade == "D", name
        assert float(value) == pytest.approx(knowledge.figures[name].value, rel=0.01), name


# Mistakes in the records

RECORD = """\
elicitations:
  - id: one
    question: How many?
    figures: [lss_bilateral_sens, lss_bilateral_sense]
    searched: Nothing was found.
    reasoning: As in the next best.
    analogues: [lss_bilateral_sens]
    interval: Wide.
    would_change: A study.
  - id: one
    question: How many?
    figures: [lss_bilateral_sens]
    searched: Nothing was found.
    reasoning: As in the next best.
    analogues: [swelling_sens_dvt]
    interval: Wide.
    would_change: A study.
"""


def test_mistakes_in_the_records_are_all_reported(tmp_path: Path) -> None:
    copy = edited(tmp_path)
    (copy / "elicitations.yaml").write_text(RECORD, encoding="utf-8")
    assert [str(fault) for fault in faults_of(copy)] == [
        "elicitations.yaml one [id]: the id is used by more than one record. Give each its own.",
        "elicitations.yaml one [figures]: no figure is called 'lss_bilateral_sense'. "
        "Did you mean 'lss_bilateral_sens'?",
        "elicitations.yaml one [analogues]: 'lss_bilateral_sens' is reasoned from itself. "
        "Name other rows as analogues.",
        "elicitations.yaml [figures]: 'lss_bilateral_sens' is explained by 2 records. "
        "Keep it in one of them.",
    ]


def test_a_folder_may_do_without_records(tmp_path: Path) -> None:
    copy = edited(tmp_path)
    (copy / "elicitations.yaml").unlink()
    assert faults_of(copy) == []
    assert read_elicitations(copy, []) == ()
    assert read_elicitations(EMBEDDED, []) != ()
