"""`nocturne diff`: text, JSON, files, and mistakes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from model.validation.diff import Diff, Version, diff
from network.cpds import Table
from network.exchange import export
from tests.knowledge_files import edited
from tests.model.believed import write_figures
from tests.model.shell import attempt, run
from tests.networks import asia

LINK, WEAKER = "low_back_pain__given__lumbar_spinal_stenosis", 0.5
PATIENT = "\n  - id: "


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return knowledge with a weaker link, and only the patients whom it is about."""
    copy = edited(tmp_path_factory.mktemp("planted"))
    write_figures(copy, {LINK: WEAKER})
    file = copy / "patients.yaml"
    head, *patients = file.read_text(encoding="utf-8").split(PATIENT)
    few = [one for one in patients if "low_back_pain: present" in one and "lumbar_spinal_stenosis" in one]
    file.write_text(PATIENT.join([head, *few]), encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def found(planted: Path) -> Diff:
    return diff(Version.load(), Version.load(planted))


def test_a_planted_link_is_shown_with_whom_it_moves(planted: Path, found: Diff):
    text = run("diff", "embedded", str(planted))
    assert found.moved
    figure = next(line for line in text.splitlines() if line.strip().startswith(LINK))
    assert "changed" in figure
    assert f"→ {WEAKER}" in figure
    assert "low_back_pain (" in figure
    for patient in found.moved:
        line = next(line for line in text.splitlines() if line.split()[:1] == [patient.id])
        assert f"{patient.old.rank} → {patient.new.rank}" in line
        assert LINK in line
        assert line.endswith("dB*")
    assert f"changed rank: {len(found.moved)} of {found.asked}" in text


def test_json_holds_all_of_it(planted: Path, found: Diff, tmp_path: Path):
    file = tmp_path / "diff.json"
    assert run("diff", "embedded", str(planted), "--json", "-o", str(file)) == ""
    assert json.loads(file.read_text(encoding="utf-8")) == found.to_plain()


def test_the_second_version_is_the_embedded_one_unless_named(planted: Path):
    few = str(planted / "patients.yaml")
    more = ["--setting", "sleep_clinic", "--with-tests", "--patients", few]
    plain = json.loads(run("diff", str(planted), "--json", *more))
    assert (plain["old"]["path"], plain["new"]["path"]) == (str(planted), None)
    (figure,) = plain["figures"]
    assert figure["old"]["value"] == WEAKER
    assert (plain["patients"]["setting"], plain["patients"]["with_tests"]) == ("sleep_clinic", True)


def test_equal_versions_say_so(planted: Path):
    few = str(planted / "patients.yaml")
    assert "The two versions are the same" in run("diff", "embedded", "embedded", "--patients", few)


def test_network_files_are_compared_in_structure_and_tables(tmp_path: Path):
    old, _ = export(asia(), tmp_path / "old.bif")
    nodes = tuple(
        replace(node, cpd=Table(node.cpd.table()[::-1], len(node.parents))) if node.id == "xray" else node
        for node in asia().nodes
        if node.id != "dysp"
    )
    new, _ = export(replace(asia(), nodes=nodes), tmp_path / "new.bif")
    text = run("diff", str(old), str(new))
    assert "- node dysp" in text
    assert "- arc bronc → dysp" in text
    assert "xray: by up to 0.96" in text
    assert "has no figures" in text
    assert "ranks no causes" in text
    assert "The two versions are the same" in run("diff", str(old), str(old))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        (["embedded", "--setting", "moon"], "no state 'moon'. States: written_case"),
        (["embedded", "--patients", "nobody.yaml"], "'nobody.yaml' does not exist"),
        ([], "Missing argument 'A'"),
    ],
)
def test_mistakes_are_told_plainly(arguments: list[str], says: str):
    result = attempt("diff", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output
    assert not result.stdout


def test_of_two_versions_the_faulty_one_is_named(planted: Path, tmp_path: Path):
    copy = edited(tmp_path)
    write_figures(copy, {LINK: 0.0})
    result = attempt("diff", str(planted), str(copy))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {copy}: 1 fault")


def test_patients_are_checked_before_anything_is_compared(tmp_path: Path):
    file = tmp_path / "patients.yaml"
    file.write_text("patients: [{id: nobody}]\n", encoding="utf-8")
    result = attempt("diff", "embedded", "embedded", "--patients", str(file))
    assert result.exit_code == 2
    assert "patients.yaml" in result.stderr
    assert not result.stdout
