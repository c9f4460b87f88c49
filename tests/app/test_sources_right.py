"""How often is it right, on the Sources page: what evaluate finds, in words, tables and patients."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from model import Evidence
from model.uploads import Upload, compile_upload, read_upload
from model.validation.contenders import NETWORK
from model.validation.evaluate import Evaluation, evaluate
from model.validation.groups import ALL
from network.build import EMBEDDED
from network.exchange import export
from tests.app.driving import click, run
from tests.app.test_sources import PAGE, WAIT, texts
from tests.networks import asia
from views.shared import asking
from views.shared.case_state import Case
from views.shared.words import finding_words, percent
from views.sources.right import FOLDS
from views.sources.right_pictures import calibration_picture, causes_picture
from views.sources.state import Wanted
from views.sources.wording import wording

WORDS: Mapping[str, Any] = wording()["right"]
FEW = 14
FILE = "patients.yaml"
AS_IN_THE_APP = f"""
from views.shared.case_state import carry_to_page
carry_to_page()
{PAGE}
"""


@cache
def brought(settings: tuple[str, ...] = (), patients: bool = True) -> Upload:
    """Return the built-in folder with a few of its patients, as a stranger brings it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in EMBEDDED.iterdir():
            if path.is_file() and path.name != FILE:
                archive.writestr(path.name, path.read_bytes())
        content = yaml.load((EMBEDDED / FILE).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        few = content["patients"][:: len(content["patients"]) // FEW]
        if patients:
            archive.writestr(FILE, yaml.safe_dump({"judged_in": list(settings), "patients": few}))
    return read_upload("mine.zip", packed.getvalue())


@cache
def judged(settings: tuple[str, ...] = ()) -> Evaluation:
    return evaluate(compile_upload(brought(settings)), settings=[None, *settings])


def open_right(upload: Upload, wanted: Wanted | None = None, **address: str) -> AppTest:
    """Return the part as a browser opens it."""
    app = AppTest.from_string(PAGE, default_timeout=WAIT)
    app.session_state["own-network"] = upload
    app.session_state["sources_page"] = wanted or Wanted(part="right")
    for name, said in address.items():
        app.query_params[name] = said
    return run(app)


def shown(app: AppTest) -> list[str]:
    """Return the ids of the patients listed."""
    rows = [str(panel.proto.id) for panel in app.expander if "patient-" in str(panel.proto.id)]
    return [row.partition("patient-")[2] for row in rows]


def test_the_sentence_says_how_many_and_how_often_as_evaluate_does() -> None:
    report = judged()
    said = texts(open_right(brought()))
    first, three = (report.settings[0].score(NETWORK, ALL, one).value for one in ("first", "first_three"))
    assert f"Tried on {len(report.patients)} published patients, never in a clinic" in said
    assert f"came first in **{percent(first)}**" in said and f"first three in **{percent(three)}**" in said


def test_settings_stand_side_by_side_and_one_that_the_network_lacks_is_left_out() -> None:
    app = open_right(brought(("sleep_clinic",)))
    (table,) = [table.value for table in app.table if WORDS["side_by_side"]["who"] in table.value]
    row = table.iloc[0]
    for one, column in zip(judged(("sleep_clinic",)).settings, list(table.columns)[1:], strict=True):
        assert row[column].startswith(percent(one.score(NETWORK, ALL, "first").value))
    alone = open_right(brought(("nowhere",)))
    assert "Tried on" in texts(alone)
    assert not [table for table in alone.table if WORDS["side_by_side"]["who"] in table.value]


def test_details_open_with_a_sentence_and_a_table_that_count_what_evaluate_counts() -> None:
    report = judged()
    app = open_right(brought())
    for name in (*(f"right-{part}" for part in FOLDS), "right-causes-table"):
        app.session_state[name] = True
    app = run(app)
    said, tables = texts(app), [table.value for table in app.table]
    found, there = report.triage.emergencies
    assert f"found {found} of {there} emergencies" in said
    assert f"**{report.triage.under} not urgent enough**" in said
    (urgency,) = [table for table in tables if WORDS["urgency"]["column"] in table]
    cells = [int(str(cell).strip("*")) for row in urgency.to_numpy() for cell in row[1:]]
    assert sum(cells) == report.triage.n
    by_cause = next(table for table in tables if WORDS["causes"]["columns"]["cause"] in table)
    causes = [score for score in report.settings[0].causes() if score.n]
    assert sum(map(int, by_cause[WORDS["causes"]["columns"]["n"]])) == sum(score.n for score in causes)
    methods = next(table for table in tables if WORDS["methods"]["column"] in table)
    assert len(methods) == len(report.settings[0].answers.p)
    groups = next(table for table in tables if WORDS["groups"]["columns"]["group"] in table)
    assert len(groups) == len(report.settings[0].groups)


def test_pictures_say_each_bar_and_point_and_hide_no_cause_that_has_patients() -> None:
    one = judged().settings[0]
    scores = [score for score in one.causes() if score.n]
    labels = {score.cause: score.cause.upper() for score in scores}
    rows = causes_picture(scores, labels, WORDS["causes"])["data"]["values"]
    assert [row["name"] for row in rows] == [labels[score.cause] for score in scores]
    assert all(row["first"] <= row["three"] and row["name"] in row["said"] for row in rows)
    points = calibration_picture(one.reliability(), WORDS["calibration"])["data"]["values"]
    assert [point["said"] for point in points] == [one.mean for one in one.reliability()]


def test_only_the_half_that_may_be_read_is_listed_and_can_be_searched() -> None:
    looking = {patient.id for patient in judged().patients if patient.half == "looking"}
    assert 0 < len(looking) < len(judged().patients)
    app = open_right(brought())
    assert set(shown(app)) == looking
    app.text_input(key="sources-right_text").set_value("no such patient")
    assert "No patient found" in texts(run(app))
    places = {place: shown(open_right(brought(), Wanted(part="right", right_place=place)))
              for place in WORDS["patients"]["places"]}  # fmt: skip
    assert sorted(name for names in places.values() for name in names) == sorted(looking)
    ranks = {miss.patient: miss.rank for miss in judged().settings[0].misses}
    assert set(places["first"]) == looking - ranks.keys()
    assert all(ranks[name] > 3 for name in places["lower"])


def test_a_patient_in_full_has_its_story_source_diagnosis_and_what_weighed_against() -> None:
    report = judged()
    ddx = compile_upload(brought())
    items = asking.catalogue(ddx).items
    miss = min(
        (miss for miss in report.settings[0].misses if miss.against),
        key=lambda miss: miss.against[0].decibans,
    )
    patient = next(one for one in report.patients if one.id == miss.patient)
    app = open_right(brought())
    app.session_state[f"patient-{patient.id}"] = True
    said = texts(run(app)).replace("\\", "").replace("\u2060", "")
    assert patient.summary.strip() in said
    assert f"came in place {miss.rank}, with {percent(miss.p)}" in said
    assert finding_words(items[miss.against[0].finding], miss.against[0].state) in said
    assert all(items[cause].label in said for cause in patient.diagnoses if cause in items)
    assert patient.source.title in said and (
        f"](<{patient.source.address}" in said or not patient.source.address
    )


def test_a_patient_opens_in_explore_and_the_setting_stays_as_it_was() -> None:
    upload = brought()
    patient = next(one for one in judged().patients if one.half == "looking")
    app = AppTest.from_string(AS_IN_THE_APP, default_timeout=WAIT)
    app.session_state["own-network"] = upload
    app.session_state["sources_page"] = Wanted(part="right")
    before = Evidence.of(
        upload.network, {"seen_in": "sleep_clinic", "smoking": "never", "cold_foot": "present"}
    )
    app.session_state["case"] = Case(before)
    app.session_state[f"patient-{patient.id}"] = True
    app = click(run(app), f"open-patient-{patient.id}")
    case: Case = app.session_state["case"]
    assert dict(case.evidence.findings) == {**patient.evidence, "seen_in": "sleep_clinic"}
    assert case.past[-1] == before


@pytest.mark.parametrize("part", ["right", "check", "figures", "<b>", ""])
def test_the_address_names_the_part(part: str) -> None:
    app = open_right(brought(patients=False), Wanted(), **({"part": part} if part else {}))
    known = [one["id"] for one in wording()["parts"]]
    assert app.session_state["sources_page"].part == (part if part in known else "figures")


def test_a_chosen_part_is_written_to_the_address() -> None:
    app = open_right(brought(patients=False), Wanted())
    app.segmented_control(key="sources-part").set_value("right")
    app = run(app)
    assert app.query_params["part"] in ("right", ["right"])
    assert WORDS["nobody"] in texts(app)
    app.segmented_control(key="sources-part").set_value("figures")
    assert "part" not in run(app).query_params


def test_a_network_without_patients_says_so(tmp_path: Path) -> None:
    assert WORDS["nobody"] in texts(open_right(brought(patients=False)))
    export(asia(), tmp_path / "asia.bif")
    upload = read_upload("asia.bif", (tmp_path / "asia.bif").read_bytes())
    assert "nobody has tried how often it is right" in texts(open_right(upload))
