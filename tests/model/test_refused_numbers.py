"""Numbers that the leg-pain network does not take, in every door: one plain message, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from model import Differential
from model.case_file import read_case
from model.cli import main
from model.errors import DiagnosisError, RefusedNumber
from model.teaching.case_file import parse_cases, to_yaml
from model.teaching.cases import AUTHORED
from model.teaching.library import library
from model.teaching.review import review
from tests.model.believed import ddx

ADULTS, NO_AGE = (
    "This program is for adults of 18 or over; a child or adolescent whose leg hurts at night needs a doctor "
    "who sees children.",
    "This is no age of a person. Write it in years, such as 45.",
)
REFUSED = [
    ("15", ADULTS),
    ("17.9", ADULTS),
    ("0", ADULTS),
    ("-3", NO_AGE),
    ("120.1", NO_AGE),
    ("4000", NO_AGE),
]
QUESTIONS: dict[str, Callable[[Differential, dict[str, Any]], object]] = {
    "query": lambda it, e: it.query(e),
    "explanations": lambda it, e: it.explanations(e),
    "explain": lambda it, e: it.explain(e, "osteoarthritis"),
    "fit": lambda it, e: it.fit(e),
    "next_questions": lambda it, e: it.next_questions(e),
    "what_if": lambda it, e: it.what_if(e, {"sex": "male"}),
    "what_if, the change": lambda it, e: it.what_if({}, e),
    "compare": lambda it, e: it.compare({}, {"one": e}),
    "sweep": lambda it, e: it.sweep({}, {node: [value] for node, value in e.items()}),
    "advice": lambda it, e: it.advice(e),
    "credible": lambda it, e: it.credible(e, draws=2),
    "tornado": lambda it, e: it.tornado(e, "osteoarthritis"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_is_answered_for_a_child(question: str) -> None:
    with pytest.raises(RefusedNumber) as caught:
        QUESTIONS[question](ddx(), {"age": 15})
    assert str(caught.value) == f"node 'age': 15 is not accepted. {ADULTS}"


@pytest.mark.parametrize(("age", "says"), REFUSED)
def test_the_shell_says_it_in_one_line(age: str, says: str) -> None:
    result = CliRunner().invoke(main, ["query", "-e", f"age={age}"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == f"Error: -e age={age}: node 'age': {age} is not accepted. {says}\n"


@pytest.mark.parametrize(("age", "says"), REFUSED)
def test_files_say_where_it_stands(age: str, says: str, tmp_path: Path) -> None:
    message = f"node 'age': {age} is not accepted. {says}"
    with pytest.raises(DiagnosisError) as caught:
        read_case(ddx().network, f"evidence: {{age: {age}, sex: male}}", "case.yaml")
    assert str(caught.value) == f"case.yaml [evidence.age]: {message}"
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(
        f"cases:\n  - id: a\n    evidence: {{age: {age}}}\nchanges:\n  - id: b\n    set: {{age: {age}}}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["run", str(scenario)])
    assert result.exit_code == 2
    assert f"scenario.yaml a [evidence.age]: {message}" in result.stderr
    assert f"scenario.yaml b [set.age]: {message}" in result.stderr


@pytest.mark.parametrize(("age", "says"), REFUSED)
def test_a_row_of_a_table_is_named(age: str, says: str, tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    table.write_text(f"age,sex\n45,male\n{age},female\n{age},male\n,male\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["batch", str(table)])
    assert result.exit_code == 2
    assert f"row 3 and 1 more, column 'age': node 'age': {age} is not accepted. {says}" in result.stderr
    with pytest.raises(DiagnosisError, match="row 2, column 'age': node 'age': "):
        ddx().query_many({"age": [45, float(age)]})


def test_a_case_for_a_class_is_about_an_adult() -> None:
    bn = ddx().network
    case = next(case for case in library(bn).values() if case.finding("age") is not None)
    entry = re.compile(r"(item: age, state: )\w+")
    text = to_yaml([case])
    assert len(entry.findall(text)) == 1
    assert parse_cases(bn, entry.sub(r"\g<1>'45'", text), "case", AUTHORED)
    with pytest.raises(DiagnosisError, match=r"15 is not accepted\. This program is for adults"):
        parse_cases(bn, entry.sub(r"\g<1>'15'", text), "case", AUTHORED)


@pytest.mark.parametrize(("words", "says"), [("Aged 15", ADULTS), ("I am 150", NO_AGE)])
def test_a_text_about_a_child_is_no_text_for_a_class(words: str, says: str) -> None:
    case = next(case for case in library(ddx().network).values() if case.finding("age") is not None)
    told = [warning.text for warning in review(ddx(), replace(case, vignette=f"{words}.")).warnings]
    assert f"The text says “{words}”. {says}" in told


def test_the_youngest_band_says_where_it_begins() -> None:
    age = ddx().network.node("age")
    assert age.state_label(age.states[0]) == "18 to 39"
