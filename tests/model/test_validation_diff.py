"""Two versions of the knowledge: what differs, whom it moves, and through which figure."""

from __future__ import annotations

from functools import lru_cache
from math import log10
from pathlib import Path

import numpy as np
import pytest
import yaml

from model import Differential
from model.evidence import Evidence
from model.provenance import Provenance
from model.validation.diff import Diff, Version, diff
from model.validation.diff_figures import uses_of
from model.validation.diff_patients import MovedPatient, Standing, standing
from network.build import EMBEDDED
from network.errors import DiagnosisError
from network.exchange import export
from network.knowledge import read_knowledge
from network.patients import FILE, LabelledPatient, read_patients, read_patients_file
from tests.knowledge_files import edited
from tests.model.believed import write_figures

LINK, WEAKER = "j_ldh_low_back_pain", 0.5
SHARE, SMALLER = "due_to_nocturnal_leg_cramps__share__nocturnal_leg_cramps", 0.3
DANGLING = "relief_by_dangling_legs__given__due_to_{}"
LOW_PRESSURE = f"        sensitivity: {DANGLING.format('nocturnal_hypotension')}\n"
ARC = f"      - parent: due_to_nocturnal_hypotension\n{LOW_PRESSURE}"
NEW_NODE = """\
  - id: itch_at_night
    kind: symptom
    label: Itch at night
    clinical_term: Nocturnal pruritus
    question: Does the leg itch at night?
    why: It is here to be added.
    group: What eases it
    cost: question
    modifiable: false
    claims: [P1]
    synonyms: [itch]
    leak: relief_by_dangling_legs__leak
    links:
      - parent: due_to_venous_insufficiency
        sensitivity: relief_by_dangling_legs__given__due_to_arterial_insufficiency

"""
BEFORE_IT = "  - id: relief_by_movement\n"


@lru_cache(maxsize=1)
def embedded() -> Version:
    return Version.load()


@lru_cache(maxsize=1)
def patients() -> tuple[LabelledPatient, ...]:
    """Return those with few findings: all with the planted link's, a fifth of the others."""
    short = [one for one in read_patients(EMBEDDED, read_knowledge()) if len(one.evidence) <= 10]
    planted = [one for one in short if "low_back_pain" in one.evidence]
    return (*planted, *[one for one in short if one not in planted][::5])


@lru_cache
def against_embedded(version: Version) -> Diff:
    return diff(embedded(), version)


def changed(folder: Path, *edits: tuple[str, str, str], **values: float) -> Version:
    """Return a copy of the embedded knowledge with fewer patients, other text and other values of figures."""
    folder.mkdir(exist_ok=True)
    copy = edited(folder, *edits)
    write_figures(copy, values)
    file = read_patients_file(copy / FILE, read_knowledge()).model_copy(update={"patients": list(patients())})
    fewer = file.model_dump(mode="json", exclude_none=True)
    (copy / FILE).write_text(yaml.safe_dump(fewer), encoding="utf-8")
    return Version.load(copy)


def asked_of(version: Version) -> Path:
    """Return the file of patients of a changed copy."""
    assert version.path is not None
    return version.path / FILE


@lru_cache
def asked_alone(
    folder: Path | None, with_tests: bool = False, setting: str | None = None
) -> dict[str, tuple[int, float]]:
    """Return rank and P of the best placed right answer of each patient, asked one by one."""
    ddx, found = Differential.load(folder), {}
    causes = ddx.network.causes
    for patient in patients():
        stated = {**patient.evidence, **(patient.tests if with_tests else {}), "night_leg_pain": "present"}
        stated |= {"seen_in": setting} if setting else {}
        answer = ddx.engine.posteriors(Evidence.of(ddx.network, stated).observed(), list(causes))
        p = {condition or node: answer.marginals[node][1] for node, condition in causes.items()}
        best = max(p[cause] for cause in patient.right)
        found[patient.id] = (1 + sum(other > best for other in p.values()), float(best))
    return found


def odds(p: float) -> float:
    return 10.0 * log10(p / (1.0 - p))


def moves(found: Diff) -> dict[str, tuple[int | None, int | None]]:
    return {patient.id: (patient.old.rank, patient.new.rank) for patient in found.moved}


def expected_moves(
    before: dict[str, tuple[int, float]], after: dict[str, tuple[int, float]]
) -> dict[str, tuple[int, int]]:
    return {name: (before[name][0], after[name][0]) for name in before if before[name][0] != after[name][0]}


@pytest.fixture(scope="module")
def one_link(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return changed(tmp_path_factory.mktemp("one"), **{LINK: WEAKER})


@pytest.fixture(scope="module")
def two_rows(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return changed(tmp_path_factory.mktemp("two"), **{LINK: WEAKER, SHARE: SMALLER})


def test_a_planted_link_appears_with_exactly_the_patients_that_it_moves(one_link: Version):
    found = against_embedded(one_link)
    before, after = asked_alone(None), asked_alone(one_link.path)
    assert moves(found) == expected_moves(before, after) != {}
    for patient in found.moved:
        assert patient.old.p == pytest.approx(before[patient.id][1], abs=1e-10)
        assert patient.new.p == pytest.approx(after[patient.id][1], abs=1e-10)
        (alone,) = patient.figures
        change = odds(after[patient.id][1]) - odds(before[patient.id][1])
        assert (alone.figure, alone.rank, alone.reranks) == (LINK, patient.new.rank, True)
        assert alone.decibans == pytest.approx(change, abs=1e-8)
        assert patient.change == pytest.approx(change, abs=1e-8)
        assert (patient.interaction, patient.rest) == pytest.approx((0.0, 0.0), abs=1e-8)


def test_the_changed_row_is_shown_with_what_rests_on_it(one_link: Version):
    found = against_embedded(one_link)
    (figure,) = found.figures
    assert figure.old is not None
    assert figure.new is not None
    assert (figure.id, figure.kind) == (LINK, "changed")
    assert (figure.old.value, figure.new.value) == (embedded().provenance.figures[LINK].value, WEAKER)
    (use,) = figure.uses
    assert use.node == "low_back_pain"
    assert "disc_herniation" in use.parameter
    assert [one.node for one in found.tables] == ["low_back_pain"]
    assert found.structure.same
    assert found.files == ("figures.csv", FILE)


def test_of_two_changed_rows_each_is_shown_alone(one_link: Version, two_rows: Version, tmp_path: Path):
    found = against_embedded(two_rows)
    before, after = asked_alone(None), asked_alone(two_rows.path)
    assert moves(found) == expected_moves(before, after)
    other = changed(tmp_path, **{SHARE: SMALLER})
    alone = {LINK: asked_alone(one_link.path), SHARE: asked_alone(other.path)}
    named = set()
    for patient in found.moved:
        for one in patient.figures:
            named.add(one.figure)
            rank, p = alone[one.figure][patient.id]
            assert (one.rank, one.reranks) == (rank, rank != patient.old.rank)
            assert one.decibans == pytest.approx(odds(p) - odds(before[patient.id][1]), abs=1e-8)
        sizes = [abs(one.decibans or 0.0) for one in patient.figures]
        assert sizes == sorted(sizes, reverse=True)
    assert named == set(alone)
    assert max(len(patient.figures) for patient in found.moved) == len(alone)


def test_alone_together_and_the_rest_add_up_to_the_move(two_rows: Version):
    moved = against_embedded(two_rows).moved
    assert max(abs(patient.interaction or 0.0) for patient in moved) > 0.02
    for patient in moved:
        assert patient.change is not None
        assert patient.interaction is not None
        named = sum(one.decibans or 0.0 for one in patient.figures)
        assert named + patient.interaction == pytest.approx(patient.change, abs=0.02)  # least ones unnamed
        assert patient.rest == pytest.approx(0.0, abs=1e-8)


def test_equal_folders_say_so(tmp_path: Path, one_link: Version):
    found = diff(embedded(), Version.load(edited(tmp_path)), asked_of(one_link))
    assert found.same
    assert (found.files, found.moved, found.asked) == ((), (), len(patients()))


def backwards(patient: MovedPatient) -> tuple[str, Standing, Standing]:
    return patient.id, patient.new, patient.old


def test_the_other_way_round_everything_is_reversed(tmp_path: Path):
    edits = (
        ("observations.yaml", ARC, ""),
        ("observations.yaml", BEFORE_IT, NEW_NODE + BEFORE_IT),
    )
    version = changed(tmp_path, *edits, **{LINK: WEAKER})
    there, back = diff(embedded(), version), diff(version, embedded(), asked_of(version))
    assert there.structure.nodes_added == back.structure.nodes_removed == ("itch_at_night",)
    assert set(there.structure.arcs_added) == set(back.structure.arcs_removed) != set()
    assert set(there.structure.arcs_removed) == set(back.structure.arcs_added) != set()
    assert [(one.old, one.new) for one in there.figures] == [(one.new, one.old) for one in back.figures]
    assert {one.node: one.largest for one in there.tables} == pytest.approx(
        {one.node: one.largest for one in back.tables}
    )
    assert [(one.id, one.old, one.new) for one in there.moved] == [backwards(one) for one in back.moved]
    assert there.moved


def test_nodes_and_arcs_are_structure(tmp_path: Path):
    edits = (
        ("observations.yaml", ARC, ""),
        ("observations.yaml", BEFORE_IT, NEW_NODE + BEFORE_IT),
    )
    found = diff(embedded(), changed(tmp_path, *edits))
    assert found.structure.nodes_added == ("itch_at_night",)
    assert found.structure.arcs_added == (("due_to_venous_insufficiency", "itch_at_night"),)
    assert found.structure.arcs_removed == (("due_to_nocturnal_hypotension", "relief_by_dangling_legs"),)
    assert not found.same
    assert not found.figures


def test_what_no_figure_can_do_is_called_structure(tmp_path: Path):
    """The link of the planted figure is taken out, and another figure is changed: only that one is moved."""
    gone = f"      - parent: disc_herniation\n        sensitivity: {LINK}\n"
    version = changed(tmp_path, ("observations.yaml", gone, ""), **{LINK: WEAKER, SHARE: SMALLER})
    found = diff(embedded(), version)
    assert found.rest == "structure"
    assert found.structure.arcs_removed == (("disc_herniation", "low_back_pain"),)
    assert moves(found) == expected_moves(asked_alone(None), asked_alone(version.path))
    assert max(abs(patient.rest or 0.0) for patient in found.moved) > 0.5
    for patient in found.moved:
        named = sum(one.decibans or 0.0 for one in patient.figures)
        whole = named + (patient.interaction or 0.0) + (patient.rest or 0.0)
        assert whole == pytest.approx(patient.change, abs=0.02)


def test_a_parameter_that_names_another_row_is_shown(tmp_path: Path):
    names = [DANGLING.format(cause) for cause in ("nocturnal_hypotension", "arterial_insufficiency")]
    version = changed(tmp_path, ("observations.yaml", LOW_PRESSURE, LOW_PRESSURE.replace(*names)))
    found = diff(embedded(), version)
    (change,) = found.structure.rows
    assert change.what.startswith("relief_by_dangling_legs (")
    assert [change.old, change.new] == names
    assert [one.node for one in found.tables] == ["relief_by_dangling_legs"]


def test_uses_reach_through_derived_rows():
    provenance = Provenance.of(embedded().network)
    through = [use for use in uses_of(provenance, "oa_bilateral_clinic") if use.through]
    assert [(use.node, use.through) for use in through] == [("bilateral_symptoms", "mus_f_bilat_oa")]
    for name in provenance.figures:
        uses = uses_of(provenance, name)
        assert {use.node for use in uses} == set(provenance.nodes_of(name))
        assert len(set(uses)) == len(uses)


def test_other_words_are_counted_and_move_nobody(tmp_path: Path):
    label = "    label: Relief by dangling the legs\n"
    found = diff(embedded(), changed(tmp_path, ("observations.yaml", label, label.replace("the ", ""))))
    assert (found.structure.texts, found.structure.same_graph, found.same) == (1, True, False)
    assert not (found.tables or found.figures or found.moved)


@pytest.mark.parametrize(
    ("setting", "with_tests"), [(None, True), ("written_case", False)], ids=["tests", "setting"]
)
def test_tests_and_setting_are_evidence_when_asked_for(
    two_rows: Version, setting: str | None, with_tests: bool
):
    found = diff(embedded(), two_rows, setting=setting, with_tests=with_tests)
    before, after = (asked_alone(path, with_tests, setting) for path in (None, two_rows.path))
    assert moves(found) == expected_moves(before, after)
    assert moves(found) != moves(against_embedded(two_rows))


def test_a_finding_that_a_version_does_not_know_is_left_out_there(tmp_path: Path):
    version = changed(tmp_path, ("observations.yaml", BEFORE_IT, NEW_NODE + BEFORE_IT))
    file = tmp_path / "patients.yaml"
    file.write_text(
        "patients:\n  - id: itching\n"
        "    collection: here\n    source: {title: A case of itch at night}\n    kind: case_report\n"
        "    seen: not_stated\n    night: stated\n    summary: Someone whose leg itches and aches.\n"
        "    evidence: {itch_at_night: present, varicose_veins: present}\n"
        "    diagnoses: [venous_insufficiency]\n",
        encoding="utf-8",
    )
    found = diff(embedded(), version, file)
    assert found.asked == 1
    assert any("does not know 1 findings of 1 patients" in note for note in found.notes)
    old = Differential.load().query({"varicose_veins": "present"})
    new = Differential.load(version.path).query({"varicose_veins": "present", "itch_at_night": "present"})
    ranks = [[cause.condition for cause in answer.ranking] for answer in (old, new)]
    places = tuple(ranking.index("venous_insufficiency") + 1 for ranking in ranks)
    assert moves(found) == ({"itching": places} if places[0] != places[1] else {})


@pytest.mark.slow
def test_an_export_is_the_version_it_came_from(tmp_path: Path, one_link: Version):
    file, names = export(embedded().network, tmp_path / "leg.bif")
    assert diff(Version.load(file), embedded(), asked_of(one_link)).same
    found = diff(Version.load(file), one_link)
    assert [one.node for one in found.tables] == ["low_back_pain"]
    assert not found.figures
    assert found.asked or any("No patients are compared" in note for note in found.notes)  # too wide
    assert moves(found) == (moves(against_embedded(one_link)) if found.asked else {})
    assert all(patient.rest == pytest.approx(patient.change) for patient in found.moved)
    names.unlink()
    assert diff(Version.load(file), embedded(), asked_of(one_link)).same


def test_a_setting_that_a_version_does_not_know_is_named(one_link: Version):
    with pytest.raises(DiagnosisError, match=r"no state 'moon'\. States: written_case"):
        diff(embedded(), one_link, setting="moon")


def test_the_best_placed_right_answer_counts():
    causes, p = ["a", "b", "c"], np.array([0.2, 0.5, 0.2])
    assert standing(causes, p, {"c", "a"}) == Standing(2, "a", 0.2)
    assert standing(causes, p, {"d"}) == Standing()
    assert standing(causes, np.full(3, np.nan), {"a"}) == Standing()
