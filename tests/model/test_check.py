"""`nocturne check`: inputs come back, derived quantities lie in their bands, mistakes are told plainly."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from model.check import CheckReport, Row, check, render
from model.checking.asking import Asker
from model.checking.quantities import KINDS, Quantity, read_clauses
from model.checking.report import ACCEPTED, DEVIATION, MOST_ACCEPTED, OK
from model.checking.table import COLUMNS, Check, read_checks
from model.differential import Differential
from network.build import EMBEDDED, build_network
from network.errors import DiagnosisError, KnowledgeError
from network.knowledge import Knowledge, read_knowledge
from network.references import uses
from tests.floats import assert_close
from tests.knowledge_files import edited
from tests.networks import consultation
from tests.oracles import joint

AGES = {"age": ("under_40", "40_to_59", "60_to_74", "75_plus"), "sex": ("female", "male")}
A_ROW = {
    "id": "pad_60_plus", "figure": "pad_prev_us_60_plus", "quantity": "prevalence",
    "target": "arterial_insufficiency=present", "given": "age=60_plus", "against": "", "complaint": "no",
    "low": "", "high": "", "accepted": "", "note": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return read_knowledge()


@pytest.fixture(scope="module")
def ddx() -> Differential:
    return Differential.load()


@pytest.fixture(scope="module")
def report(ddx: Differential) -> CheckReport:
    return check(ddx)


def table(folder: Path, *rows: dict[str, str]) -> Path:
    """Write a checks.csv of its own and return its folder."""
    lines = [",".join(COLUMNS), *(",".join(f'"{row[column]}"' for column in COLUMNS) for row in rows)]
    (folder / "checks.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def a_report(*verdicts: str) -> CheckReport:
    row = Row(
        "a", "derived", "prevalence", "prevalence of a", 0.1, 0.2, 0.1, 0.3, OK, "", "f", "Smith 2010", "A"
    )
    return CheckReport(tuple(replace(row, verdict=verdict) for verdict in verdicts))


# The embedded knowledge


def test_every_input_comes_back(report: CheckReport) -> None:
    off = [f"{row.id}: {row.model} for {row.published}" for row in report.inputs if row.verdict != OK]
    assert off == []
    assert max(row.off for row in report.inputs) < 1e-6


def test_every_figure_that_a_node_names_is_asked_back(report: CheckReport, knowledge: Knowledge) -> None:
    named = {use.figure for use in uses(knowledge) if use.role != "any"}
    assert {row.figure for row in report.inputs} == named


def test_nothing_was_set_to_a_derived_quantity(report: CheckReport, knowledge: Knowledge) -> None:
    named = {use.figure for use in uses(knowledge) if use.role != "any"}
    assert not named & {row.figure for row in report.derived}


def test_derived_quantities_lie_within_their_bands(report: CheckReport) -> None:
    off = [
        f"{row.id}: {row.model:.4g} is not in {row.low:.4g} to {row.high:.4g}" for row in report.deviations
    ]
    assert off == []
    assert len(report.derived) >= 80
    within = sum(row.verdict == OK for row in report.derived)
    assert within >= 0.9 * len(report.derived), report.summary()
    assert report.ok


def test_accepted_deviations_are_few_needed_and_explained(report: CheckReport) -> None:
    assert len(report.accepted) <= MOST_ACCEPTED * len(report.derived)
    assert all(row.reason.endswith(".") for row in report.accepted)
    assert [row.id for row in report.derived if row.reason and row.verdict == OK] == []


def test_every_derived_quantity_names_a_confirmed_source(report: CheckReport, knowledge: Knowledge) -> None:
    for row in report.derived:
        assert knowledge.sources[knowledge.figures[row.figure].source].citable, row.id
        assert row.source, row.id


@pytest.mark.slow
def test_pgmpy_gives_the_same_report(report: CheckReport) -> None:
    other = check(Differential.load(engine="pgmpy"))
    assert [row.id for row in other.rows] == [row.id for row in report.rows]
    assert_close([row.model for row in other.rows], [row.model for row in report.rows], rtol=1e-8, atol=1e-10)


# When something is off


def test_a_network_that_was_set_to_another_figure_does_not_return_it(tmp_path: Path) -> None:
    figure = "base_jerks,conditional,leg_jerks_in_sleep,present,periodic_limb_movements=absent,"
    folder = edited(tmp_path, ("figures.csv", f"{figure}0.05,", f"{figure}0.06,"))
    found = check(Differential.of(build_network(folder)), EMBEDDED)
    off = {row.figure: row for row in found.inputs if row.verdict == DEVIATION}
    assert set(off) == {"leg_jerks_in_sleep__leak"}
    assert off["leg_jerks_in_sleep__leak"].model == pytest.approx(0.06)
    assert not found.ok


def test_a_deviation_fails_the_check_unless_its_reason_is_given(
    ddx: Differential, knowledge: Knowledge, tmp_path: Path
) -> None:
    narrow = {**A_ROW, "low": "0.5", "high": "0.6"}
    accepted = {**narrow, "id": "explained", "accepted": "Another population."}
    copy = edited(tmp_path)
    table(copy, narrow, accepted, A_ROW | {"id": "within"})
    rows = {row.id: row for row in check(ddx, copy).derived}
    assert [rows[name].verdict for name in ("pad_60_plus", "explained", "within")] == [
        DEVIATION,
        ACCEPTED,
        OK,
    ]
    assert rows["explained"].reason == "Another population."
    assert not check(ddx, copy).ok


def test_the_verdict_counts_deviations_and_limits_what_is_accepted() -> None:
    assert a_report(*[OK] * 9, ACCEPTED).ok
    assert not a_report(*[OK] * 9, DEVIATION).ok
    assert not a_report(*[OK] * 8, ACCEPTED).ok
    assert a_report(*[OK] * 8, ACCEPTED).summary().endswith("failed, more than 10% accepted.")
    assert a_report(OK, DEVIATION).summary() == (
        "0 inputs, 0 return; 2 derived, 1 within their band; deviations: 0 accepted, 1 unexplained: failed."
    )


def test_a_network_of_other_files_has_no_figures_to_be_checked_against(tmp_path: Path) -> None:
    other = Differential.of(consultation())
    with pytest.raises(DiagnosisError, match="was not built from the knowledge files of 'leg_pain'"):
        check(other)
    with pytest.raises(DiagnosisError, match=r"network\.bif: there are no figures here"):
        check(Differential.of(consultation(), folder=tmp_path / "network.bif"))


# checks.csv


def test_a_folder_without_the_table_has_no_derived_quantities(tmp_path: Path, knowledge: Knowledge) -> None:
    assert read_checks(tmp_path, knowledge) == ()


def test_a_row_without_a_band_takes_the_published_interval(tmp_path: Path, knowledge: Knowledge) -> None:
    figure = knowledge.figures["pad_prev_us_60_plus"]
    (row,) = read_checks(table(tmp_path, A_ROW), knowledge)
    assert isinstance(row, Check)
    assert (row.low, row.high) == (figure.low, figure.high)
    assert row.words == "prevalence of Narrowed leg arteries, given Age: 60 plus"


MISTAKES = [
    (
        {"figure": "pad_prev_us_60_pluss"},
        "[figure]: no figure is called 'pad_prev_us_60_pluss'. Did you mean 'pad_prev_us_60_plus'? "
        "Name a row of figures.csv.",
    ),
    (
        {"figure": "complaint_given_venous"},
        "[figure]: figure 'complaint_given_venous' was not published. Compare with a published figure.",
    ),
    (
        {"figure": "pad_or_hyperlipidaemia", "quantity": "odds_ratio", "against": "age=under_60"},
        "[figure]: figure 'pad_or_hyperlipidaemia' is an input: a node names it, or a figure that rests on "
        "it. Compare with a figure that nothing was set to.",
    ),
    (
        {"quantity": "prevalance"},
        "[quantity]: no quantity is called 'prevalance'. Did you mean 'prevalence'? "
        f"Quantities: {', '.join(KINDS)}.",
    ),
    (
        {"quantity": "odds_ratio", "against": "age=under_60"},
        "[quantity]: 'odds_ratio' cannot be compared with figure 'pad_prev_us_60_plus', a prevalence. "
        "It needs one of: odds_ratio, relative_risk, lr_positive, lr_negative.",
    ),
    (
        {"target": "arterial_insuficiency=present"},
        "[target]: no node is called 'arterial_insuficiency'. Did you mean 'arterial_insufficiency'?",
    ),
    ({"target": ""}, "[target]: names nothing. Write node=state."),
    (
        {"given": "age=sixty"},
        "[given]: node 'age' has no state 'sixty'. States: under_40, 40_to_59, 60_to_74, 75_plus.",
    ),
    (
        {"given": "smoking=curent"},
        "[given]: node 'smoking' has no state 'curent'. States: never, former, current. "
        "Did you mean 'current'?",
    ),
    ({"given": "smoking"}, "[given]: 'smoking' is not node=state."),
    ({"given": "sex=male; sex=female"}, "[given]: 'sex' stands twice."),
    (
        {"against": "sex=male"},
        "[against]: a ratio needs a comparison group, nothing else may have one. "
        "Write the group that is compared with, or leave it empty.",
    ),
    ({"complaint": "maybe"}, "[complaint]: 'maybe' is neither yes nor no. Write yes or no."),
    (
        {"low": "0.1", "high": "wide"},
        "[high]: 'wide' is not a number from 0 up. Give both ends or neither.",
    ),
    ({"low": "0.3", "high": "0.2"}, "[low]: low 0.3 is above high 0.2. Order them low <= high."),
    ({"id": ""}, "[id]: the id is empty or used twice. Give each row its own id."),
]


@pytest.mark.parametrize(("change", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_row_field_and_remedy(
    change: dict[str, str], told: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    row = A_ROW | change
    with pytest.raises(KnowledgeError) as raised:
        read_checks(table(tmp_path, row), knowledge)
    assert [str(fault) for fault in raised.value.faults] == [f"checks.csv row 2 ({row['id']}) {told}"]


def test_an_unconfirmed_source_is_not_compared_with(tmp_path: Path, knowledge: Knowledge) -> None:
    unconfirmed = {key for key, source in knowledge.sources.items() if not source.citable}
    figure = next(f for f in knowledge.figures.values() if f.source in unconfirmed and f.kind == "prevalence")
    with pytest.raises(
        KnowledgeError, match=f"source '{figure.source}' of figure '{figure.id}' is not verified"
    ):
        read_checks(table(tmp_path, A_ROW | {"figure": figure.id}), knowledge)


def test_all_faults_of_the_table_are_told_at_once(tmp_path: Path, knowledge: Knowledge) -> None:
    rows = [A_ROW | {"figure": "none"}, A_ROW | {"id": "b", "complaint": ""}]
    with pytest.raises(KnowledgeError, match="2 faults in the knowledge files"):
        read_checks(table(tmp_path, *rows), knowledge)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,figure\n", "checks.csv header: the columns are not as expected. Write: " + ",".join(COLUMNS)),
        (
            ",".join(COLUMNS) + "\na,b\n",
            "checks.csv row 2: too many or too few fields. Quote fields that hold commas.",
        ),
    ],
)
def test_a_table_of_another_shape_is_refused(
    text: str, told: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    (tmp_path / "checks.csv").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as raised:
        read_checks(tmp_path, knowledge)
    assert [str(fault) for fault in raised.value.faults] == [told]


# Quantities


@pytest.mark.parametrize(
    ("group", "weights"),
    [
        ("60_to_74", [0, 0, 1, 0]),
        ("60_plus", [0, 0, 1, 1]),
        ("under_60", [1, 1, 0, 0]),
        ("50_plus", [0, 0.5, 1, 1]),
        ("45_to_64", [0, 0.75, 1 / 3, 0]),
        ("18_to_39", [1, 0, 0, 0]),
        ("under_40|75_plus", [1, 0, 0, 1]),
    ],
)
def test_a_span_of_years_is_read_as_shares_of_the_bands(group: str, weights: list[float]) -> None:
    faults: list[str] = []
    assert_close(read_clauses(f"age={group}", AGES, faults)["age"], weights)
    assert faults == []


def test_quantities_equal_those_of_the_joint_distribution() -> None:
    network = consultation()
    whole = joint(network)
    asker = Asker(Differential.of(network).engine)
    states = {node.id: node.states for node in network.nodes}
    finding, cause = "absent_pulses", "arterial_insufficiency"

    def p(**seen: int) -> float:
        index = tuple(seen.get(node.id, slice(None)) for node in network.nodes)
        return float(np.asarray(whole[index]).sum())

    def value(kind: str, target: str, given: str, against: str = "") -> float:
        clauses = [read_clauses(text, states, []) for text in (target, given, against)]
        return Quantity(kind, *clauses).value(asker)

    with_it = p(**{finding: 1, cause: 1}) / p(**{cause: 1})
    without = p(**{finding: 1, cause: 0}) / p(**{cause: 0})
    target, given, against = f"{finding}=present", f"{cause}=present", f"{cause}=absent"
    assert_close(value("sensitivity", target, given), with_it)
    assert_close(value("prevalence", target, ""), p(**{finding: 1}))
    assert_close(value("lr_positive", target, given, against), with_it / without, atol=1e-10)
    odds = with_it / (1 - with_it) / (without / (1 - without))
    assert_close(value("odds_ratio", target, given, against), odds, atol=1e-10)
    both = p(**{finding: 1, cause: 1})
    assert_close(value("probability", f"{target}; {given}", ""), both)
    everybody = f"{cause}=absent|present"
    assert_close(value("relative_risk", target, given, everybody), with_it / p(**{finding: 1}), atol=1e-10)


def test_a_group_that_nobody_belongs_to_is_an_error(ddx: Differential, knowledge: Knowledge) -> None:
    clauses = read_clauses("pregnancy=present; sex=male", knowledge.states(), [])
    quantity = Quantity("prevalence", read_clauses("diabetes=present", knowledge.states(), []), clauses, {})
    with pytest.raises(DiagnosisError, match="people whom the network does not have, by pregnancy, sex"):
        quantity.value(Asker(ddx.engine))


# On the screen


def printed(report: CheckReport, all_rows: bool = False) -> list[str]:
    paper = StringIO()
    render(report, Console(file=paper, width=10_000), all_rows)
    return paper.getvalue().rstrip("\n").splitlines()


def test_the_last_line_is_the_summary(report: CheckReport) -> None:
    assert printed(report)[-1] == report.summary()


def test_inputs_are_counted_by_kind_and_shown_one_by_one_on_request(report: CheckReport) -> None:
    few, all_of_them = printed(report), printed(report, all_rows=True)
    name = report.inputs[0].figure
    assert not any(f" {name} " in line for line in few)
    assert any(f" {name} " in line for line in all_of_them)
    assert len(all_of_them) > len(report.inputs) > len(few)


def test_every_derived_quantity_and_reason_is_shown(report: CheckReport) -> None:
    text = "\n".join(printed(report))
    for row in report.derived:
        assert row.quantity in text
    for row in report.accepted:
        assert f"{row.id}: accepted. {row.reason}" in text
