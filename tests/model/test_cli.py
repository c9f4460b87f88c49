"""`nocturne query`: what it prints, what it accepts, and one plain message for every mistake of any verb."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from model import Differential
from model.cli import main
from network.build import load_network
from tests.floats import ENGINE, TABLE

BN = load_network()
CRAMPS = {
    "age": "70", "diuretic": "present", "sudden_cramp": "present", "brief_episodes": "present",
    "calf_or_foot_location": "present", "relief_by_stretching": "present",
}  # fmt: skip


def run(*arguments: str, text: str | None = None) -> Result:
    """Run a command line in this process."""
    return CliRunner().invoke(main, arguments, input=text)


def entered(findings: dict[str, str]) -> list[str]:
    """Return findings as -e options."""
    return [word for node, state in findings.items() for word in ("-e", f"{node}={state}")]


def asked(*arguments: str, text: str | None = None) -> dict:
    """Return the JSON answer of a query."""
    result = run("query", *arguments, "--json", text=text)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def refused(*arguments: str, text: str | None = None) -> str:
    """Return the one message of a command line that cannot be run."""
    result = run(*arguments, text=text)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("Error: ") == 1
    return result.stderr.removeprefix("Error: ").rstrip("\n")


# The four questions that the network has to answer.


def test_pain_that_hanging_the_leg_eases_is_arterial():
    findings = {
        "age": "78",
        "smoking": "current",
        "relief_by_dangling_legs": "present",
        "urge_to_move": "absent",
    }
    assert next(iter(asked(*entered(findings))["due_to"])) == "arterial_insufficiency"


def test_an_urge_to_move_with_little_iron_is_restless_legs():
    findings = {"sex": "female"} | dict.fromkeys(
        ("iron_deficiency", "urge_to_move", "relief_by_movement", "evening_worsening"), "present"
    )
    first, p = next(iter(asked(*entered(findings))["due_to"].items()))
    assert first == "restless_legs_syndrome"
    assert p > 0.7


def test_cramps_on_a_diuretic_show_its_share():
    answer = asked(*entered(CRAMPS))
    assert next(iter(answer["due_to"])) == "nocturnal_leg_cramps"
    without = asked(*entered(CRAMPS | {"diuretic": "absent"}))
    assert answer["headings"]["medication_side_effect"] > without["headings"]["medication_side_effect"] + 0.05
    lines = run("query", *entered(CRAMPS)).stdout.splitlines()
    heading = next(i for i, line in enumerate(lines) if BN.node("medication_side_effect").label in line)
    share = next(
        line for line in lines[heading:] if BN.node("drug_induced_nocturnal_leg_cramps").label in line
    )
    p = answer["posterior"]["drug_induced_nocturnal_leg_cramps"]["present"]
    assert share.endswith(f"{100 * p:.0f} %")


def test_pain_below_the_knee_with_a_painful_leg_raise_is_a_disc():
    findings = {"age": "45"} | dict.fromkeys(
        ("radiating_pain_below_knee", "low_back_pain", "positive_straight_leg_raise"), "present"
    )
    assert next(iter(asked(*entered(findings))["due_to"])) == "disc_herniation"


# What query prints.


def test_json_has_the_documented_schema():
    answer = asked("-e", "age=78", "-e", "cold_foot~3", "-e", "low_back_pain=unknown")
    assert list(answer) == [
        "schema", "network", "complaint", "setting", "notice", "notes", "evidence", "urgency",
        "contradictions", "log_evidence", "due_to", "present", "headings", "posterior",
    ]  # fmt: skip
    assert answer["schema"] == 1
    assert answer["network"] == {"name": BN.name, "version": BN.version, "hash": BN.hash}
    assert answer["complaint"] is True
    assert answer["evidence"] == {
        "age": "75_plus",
        "cold_foot": {"likelihood": {"absent": 1.0, "present": 3.0}},
        "low_back_pain": "unknown",
    }
    assert answer["log_evidence"] < 0
    assert set(answer["due_to"]) - set(answer["present"]) == {"other_cause"}
    assert list(answer["due_to"].values()) == sorted(answer["due_to"].values(), reverse=True)
    assert set(answer["headings"]) == {node.id for node in BN.of_kind("heading")}
    assert set(answer["urgency"]) == {"level", "reasons", "flags"}
    assert set(answer["posterior"]) == set(BN.index)
    assert all(sum(states.values()) == pytest.approx(1, abs=TABLE) for states in answer["posterior"].values())


def test_json_is_what_python_answers():
    assert asked("-e", "age=78") == Differential.load().query({"age": 78}).to_plain()


def test_people_read_urgency_then_differential_then_headings_then_entries_then_notice():
    out = run(
        "query", "-e", "sudden_cold_pale_numb_leg=yes", "-e", "age=78", "-e", "smoking~never:1,current:4"
    ).stdout
    order = [
        "EMERGENCY",
        "these do not add to 100 %",
        BN.node("due_to_arterial_insufficiency").label,
        BN.node("vascular_insufficiency").label,
        "What was entered",
        "75 or over",
        "likelihood Never 1, In the past 0, Now 4",
        "present (assumed)",
        *BN.notice,
    ]
    places = [out.index(words) for words in order]
    assert places == sorted(places)


def test_without_a_warning_sign_the_shell_gives_no_all_clear():
    assert "That does not mean that there is none." in run("query", "-e", "age=45").stdout


def test_every_cause_and_every_drug_induced_share_is_shown():
    out = run("query").stdout
    assert [
        node.label for node in BN.of_kind("due_to", "drug_induced", "heading") if node.label not in out
    ] == []


def test_a_small_probability_is_never_written_as_none_at_all():
    out = run("query", *entered(CRAMPS)).stdout
    assert "< 1 %" in out
    assert not re.search(r"\s0 %", out)


def test_piped_output_is_plain():
    out = run("query", "-e", "age=78").stdout
    assert "\x1b" not in out
    assert not [line for line in out.splitlines() if line != line.rstrip()]


def test_population_mode_says_so():
    answer = asked("--population", "-e", "age=78")
    assert answer["complaint"] is False
    assert answer["notes"][0].startswith("Population mode")
    assert "(assumed)" not in run("query", "--population").stdout


@pytest.mark.slow
def test_both_engines_answer_alike():
    findings = ("-e", "age=78", "-e", "relief_by_dangling_legs=present")
    exact, reference = asked(*findings), asked(*findings, "--engine", "pgmpy")
    assert reference["due_to"] == pytest.approx(exact["due_to"], abs=ENGINE)
    assert reference["log_evidence"] == pytest.approx(exact["log_evidence"], abs=ENGINE)


# What -e and case files accept.


@pytest.mark.parametrize(
    ("entry", "read"),
    [
        ("age=45", "40_to_59"),
        ("age = 75_plus", "75_plus"),
        ("smoking=current", "current"),
        ("cold_foot=yes", "present"),
        ("cold_foot=no", "absent"),
        ("cold_foot=unknown", "unknown"),
        ("dark_urine=present", "present"),
        ("cold_foot~0.5", {"likelihood": {"absent": 1.0, "present": 0.5}}),
        ("cold_foot~present:3, absent:2", {"likelihood": {"absent": 2.0, "present": 3.0}}),
        ("smoking~current:4,former:2", {"likelihood": {"never": 0.0, "former": 2.0, "current": 4.0}}),
        ("osteoarthritis=present", "present"),
    ],
)
def test_entries_are_read(entry: str, read: object):
    assert asked("-e", entry)["evidence"] == {re.split("[ =~]", entry)[0]: read}


def test_the_same_finding_twice_is_no_mistake():
    assert asked("-e", "cold_foot=yes", "-e", "cold_foot=present")["evidence"] == {"cold_foot": "present"}


def test_entries_add_to_the_case_file_and_override_it(tmp_path: Path):
    case = tmp_path / "case.yaml"
    case.write_text("evidence:\n  age: 45\n  cold_foot: {likelihood: 3}\n  statin: no\n", encoding="utf-8")
    answer = asked("--case", str(case), "-e", "age=78", "-e", "diuretic=yes")
    assert answer["complaint"] is True
    assert answer["evidence"] == {
        "age": "75_plus",
        "cold_foot": {"likelihood": {"absent": 1.0, "present": 3.0}},
        "statin": "absent",
        "diuretic": "present",
    }


def test_a_case_file_can_ask_about_anyone_and_come_from_a_pipe():
    assert asked("--case", "-", text="complaint: false\nevidence: {age: 78}\n")["complaint"] is False
    assert asked("--case", "-", text="evidence:\n")["evidence"] == {}


def test_the_evidence_of_an_answer_is_a_case_again():
    answer = asked("-e", "age=78", "-e", "cold_foot~3", "-e", "statin=unknown")
    again = asked("--case", "-", text=yaml.safe_dump({"evidence": answer["evidence"]}))
    assert again == answer


# Mistakes: one message, exit code 2, no traceback.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["qurey"], "no verb is called 'qurey'. Did you mean 'query'? See 'nocturne --help'."),
        (["query", "--jsn"], "Did you mean '--json'?"),
        (["query", "age=78"], "Got unexpected extra argument (age=78)"),
        (["query", "--engine", "exat"], "'exat' is not one of 'exact', 'pgmpy'"),
        (["query", "-e", "smokng=current"], "no node is called 'smokng'. Did you mean 'smoking'?"),
        (
            ["query", "-e", "smoking=curent"],
            "-e smoking=curent: node 'smoking' has no state 'curent'. States: never, former, current. "
            "Did you mean 'current'?",
        ),
        (["query", "-e", "cold_foot"], "-e cold_foot: not an entry. Write node=state, node=unknown, node~3"),
        (["query", "-e", "cold_foot~much"], "'much' is not a number. Write cold_foot~3"),
        (["query", "-e", "cold_foot~-1"], "likelihood [-1.0] is not usable"),
        (["query", "-e", "cold_foot~nan"], "likelihood [nan] is not usable"),
        (["query", "-e", "cold_foot~present:0"], "at least one state with a weight above 0"),
        (["query", "-e", "cold_foot~present:1,present:2"], "state 'present' is weighted twice"),
        (["query", "-e", "smoking~3"], "one ratio is not enough. Write smoking~never:1,former:1,current:1"),
        (["query", "-e", "dark_urine~3"], "'dark_urine' carries urgency and no probability"),
        (["query", "-e", "age=-3"], "node 'age': -3 is not accepted. This is no age of a person."),
        (
            ["query", "-e", "smoking=never", "-e", "smoking=current"],
            "node 'smoking' is given twice: -e smoking=never and -e smoking=current. Give it once.",
        ),
        (
            ["query", "-e", "osteoarthritis=absent", "-e", "due_to_osteoarthritis=present"],
            "osteoarthritis = absent and due_to_osteoarthritis = present cannot hold together.",
        ),
        (["query", "-e", "x=1", "-e", "y=2"], "2 mistakes:\n  -e x=1: no node is called 'x'."),
        (["query", "--case", "no.yaml"], "File 'no.yaml' does not exist."),
        (["query", "--network", "no.bif"], "no.bif: no such file or folder."),
        (["query", "-o", "no/such/folder/x"], "cannot write"),
        (["nodes", "osteoartritis"], "Did you mean 'osteoarthritis'?"),
        (["nodes", "--kind", "syptom"], "no kind of node is called 'syptom'. Did you mean 'symptom'?"),
        (["sources", "nobody2020"], "no source or figure is called 'nobody2020'."),
        (["sources", "--node", "agee"], "no node is called 'agee'. Did you mean 'age'?"),
        (["sources", "x", "--used"], "give KEY or filters, not both."),
        (["app", "--port", "0"], "0 is not in the range 1<=x<=65535."),
        (["completion", "tcsh"], "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
    ],
)
def test_a_mistake_gets_a_message(arguments: list[str], message: str):
    assert message in refused(*arguments)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("evidnce: {}", "-: no key of a case file is called 'evidnce'. Did you mean 'evidence'?"),
        ("evidence: {age: 78, age: 45}", "the key 'age' stands twice"),
        ("evidence: [", "- line 1, column 12: not readable as YAML"),
        ("evidence: [age]", "[evidence]: write one line for each finding, as in 'age: 78'."),
        ("just text", "a case file holds 'evidence:'"),
        ("complaint: maybe", "[complaint]: 'maybe' is neither true nor false."),
        ("evidence: {age: old}", "[evidence.age]: node 'age' has no state 'old'."),
        ("evidence: {age: [78]}", "[evidence.age]: node 'age': ['78'] is not a finding."),
        ("evidence: {cold_foot: {likelihod: 3}}", "{likelihood: {state: number}}"),
        ("evidence: {cold_foot: {likelihood: {present: much}}}", "holds something that is no number"),
        ("evidence: {a: 1, b: 2}", "2 mistakes:\n  - [evidence.a]: no node is called 'a'."),
        ("? [a]\n: b", "not readable as YAML"),
    ],
)
def test_a_mistake_in_a_case_file_gets_a_message(text: str, message: str):
    assert message in refused("query", "--case", "-", text=text)


def test_a_case_file_that_is_no_text_gets_a_message(tmp_path: Path):
    (tmp_path / "case.yaml").write_bytes(b"\xff\xfe\xff")
    assert "case.yaml: the file is not UTF-8 text." in refused("query", "--case", str(tmp_path / "case.yaml"))


SIGNS = st.sampled_from(["=", "~", "", "==", " = ", "~present:", "~absent:1,present:"])
NUMBERS = st.floats().map(str)
NODES = st.sampled_from([*BN.index, "dark_urine", "nobody"])
STATES = st.sampled_from(["present", "absent", "unknown", "never", "75_plus", "3"])
ENTRIES = st.one_of(
    st.text(), st.builds("{}{}{}".format, NODES, SIGNS, st.one_of(st.text(), NUMBERS, STATES))
)


@given(st.lists(ENTRIES, max_size=3))
def test_whatever_is_entered_ends_in_an_answer_or_one_message(entries: list[str]):
    result = run("query", "--json", *(word for entry in entries for word in ("-e", entry)))
    assert result.exit_code in (0, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    if result.exit_code == 2:
        assert result.stderr.startswith("Error: ")
        assert result.stdout == ""
    else:
        assert all(0 <= p <= 1 for p in json.loads(result.stdout)["due_to"].values())


@given(st.one_of(st.text(), st.text().map("evidence: {{age: {}}}".format)))
def test_whatever_a_case_file_holds_ends_in_an_answer_or_one_message(text: str):
    result = run("query", "--case", "-", text=text)
    assert result.exit_code in (0, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception


def test_an_interrupted_command_line_says_nothing(monkeypatch: pytest.MonkeyPatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Differential, "query", interrupt)
    result = run("query")
    assert result.exit_code == 130
    assert result.output.strip() == ""
