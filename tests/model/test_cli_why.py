"""`nocturne explanations`, `explain` and `fit`: text, JSON, and the questions they are asked with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model import Differential
from model.cli import main
from network.exchange import export
from tests.networks import asia

LEG_PAIN = Differential.load()
CASE = {"age": "78", "relief_by_dangling_legs": "present", "absent_foot_pulses": "absent"}
ENTERED = [word for node, state in CASE.items() for word in ("-e", f"{node}={state}")]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no reason to say what is being waited for; a test of its own waits for that."""
    monkeypatch.setattr("model.cli.explain.PATIENCE", 600.0)


def test_a_long_wait_is_explained_on_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.cli.explain.PATIENCE", 0.0)
    result = run("explain", "arterial_insufficiency", *ENTERED)
    assert "nocturne warm-up" in result.stderr
    assert "nocturne warm-up" not in result.stdout


def run(*arguments: str) -> Result:
    """Run a command line in this process."""
    return CliRunner().invoke(main, arguments)


def printed(*arguments: str) -> str:
    """Return what a command line prints."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def test_explain_prints_the_account_the_shares_and_what_a_deciban_is() -> None:
    text = printed("explain", "arterial_insufficiency", *ENTERED)
    found = LEG_PAIN.explain(CASE, "arterial_insufficiency")
    assert "Why Pain from narrowed arteries\n" in text
    for one in found.contributions:
        assert f"{abs(one.decibans):.1f} dB" in text
    assert "Relief by dangling the legs raised it from " in text
    assert "A deciban (dB) counts factors on the odds." in text
    assert text.endswith(LEG_PAIN.network.notice[-1] + "\n")
    flagged = printed("explain", "arterial_insufficiency", *ENTERED, "-e", "foot_ulcer_or_gangrene=present")
    assert LEG_PAIN.query({**CASE, "foot_ulcer_or_gangrene": "present"}).urgency.flags[0].reason in flagged


def test_explain_takes_the_first_cause_where_none_is_named() -> None:
    first = LEG_PAIN.query(CASE).ranking[0].condition
    assert json.loads(printed("explain", *ENTERED, "--json"))["cause"] == first


def test_explain_contrasts_two_causes() -> None:
    command = ("explain", "arterial_insufficiency", "--against", "nocturnal_leg_cramps", *ENTERED)
    assert "Why Pain from narrowed arteries rather than Pain from night leg cramps" in printed(*command)
    assert json.loads(printed(*command, "--json"))["against"] == "nocturnal_leg_cramps"


def test_explain_tells_what_settles_a_cause() -> None:
    text = printed("explain", "osteoarthritis", "-e", "osteoarthritis=absent")
    assert "impossible given: hip or knee osteoarthritis (no)" in text
    assert "Shares" not in text


def test_explanations_prints_sets_of_causes_and_the_rest() -> None:
    text = printed("explanations", *ENTERED, "--top", "3")
    found = LEG_PAIN.explanations(CASE, k=3)
    for one in found.explanations:
        assert one.name in text
    assert "all others together" in text
    assert found.lead in text
    assert json.loads(printed("explanations", *ENTERED, "--top", "3", "--json")) == json.loads(
        json.dumps(found.to_plain())
    )


def test_fit_prints_the_clash_and_the_surprises() -> None:
    clashing = ("-e", "typical_claudication=present", "-e", "calf_pain_on_walking=absent")
    text = printed("fit", *clashing)
    assert "These clash" in text
    assert "Surprising: calf pain that stops with rest." in text
    assert json.loads(printed("fit", *clashing, "--json"))["clash"]["findings"] == [
        "typical_claudication", "calf_pain_on_walking",
    ]  # fmt: skip


def test_population_mode_is_said_beside_the_answer() -> None:
    for verb in ("explain", "explanations", "fit"):
        plain = json.loads(printed(verb, *ENTERED, "--population", "--json"))
        assert plain["complaint"] is False
        assert plain["notes"]
        assert plain["notice"] == list(LEG_PAIN.network.notice)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", "osteoartritis"), "Did you mean 'osteoarthritis'"),
        (("explain", "osteoarthritis", "--against", "osteoarthritis"), "contrasted with itself"),
        (("explanations", "--top", "0"), "--top"),
        (
            ("fit", "-e", "osteoarthritis=absent", "-e", "due_to_osteoarthritis=present"),
            "cannot hold together",
        ),
    ],
)
def test_mistakes_end_in_one_message(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_a_network_without_a_complaint_fits_and_explains_nothing(tmp_path: Path) -> None:
    path = tmp_path / "asia.bif"
    export(asia(), path)
    network = ("--network", str(path))
    assert "of conflict" in printed("fit", "-e", "smoke=absent", "-e", "lung=present", *network)
    for verb in ("explain", "explanations"):
        result = run(verb, *network)
        assert result.exit_code == 2
        assert "has no complaint" in result.stderr
