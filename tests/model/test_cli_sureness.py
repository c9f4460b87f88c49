"""`nocturne credible` and `nocturne tornado`: text, JSON, and mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model.cli import main
from network.exchange import export
from tests.model.believed import ddx
from tests.networks import asia

ENTRIES = ("-e", "age=78", "-e", "low_back_pain=present", "-e", "cold_foot=present")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_credible_prints_intervals_and_what_they_rest_on():
    result = run("credible", *ENTRIES, "--draws", "60")
    assert result.exit_code == 0, result.output
    assert "90 % intervals from 60 draws" in result.stdout
    assert "Comes first" in result.stdout
    assert "Do not start or stop a medicine" in result.stdout


def test_credible_prints_json_alone_on_stdout():
    result = run("credible", *ENTRIES, "--draws", "60", "--seed", "3", "--json")
    plain = json.loads(result.stdout)
    assert (plain["draws"], plain["seed"]) == (60, 3)
    assert (
        plain
        == ddx().credible({"age": 78, "low_back_pain": "present", "cold_foot": "present"}, 60, 3).to_plain()
    )


def test_tornado_takes_the_first_cause_unless_one_is_named():
    first = json.loads(run("tornado", *ENTRIES, "--json").stdout)
    assert first["cause"] == first["top"]
    named = json.loads(run("tornado", "osteoarthritis", *ENTRIES, "--json").stdout)
    assert (named["cause"], named["top"]) == ("osteoarthritis", first["top"])


def test_tornado_prints_as_many_figures_as_asked():
    result = run("tornado", *ENTRIES, "--top", "3")
    assert result.exit_code == 0, result.output
    figures = [line for line in result.stdout.splitlines() if " to " in line and "%" in line]
    assert len(figures) == 3
    assert "What would put another cause before" in result.stdout


def test_safety_comes_first():
    item = ddx().network.safety_items[0].id
    for verb in (("credible", "--draws", "60"), ("tornado",)):
        result = run(*verb, *ENTRIES, "-e", f"{item}=present")
        assert result.stdout.startswith("EMERGENCY")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("credible", "--draws", "1"), "ask for 2 to 20000 draws"),
        (("tornado", "gallstones"), "no condition is called 'gallstones'"),
        (
            ("credible", "-e", "osteoarthritis=absent", "-e", "due_to_osteoarthritis=present"),
            "cannot hold together",
        ),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(arguments: tuple[str, ...], message: str):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("verb", ["credible", "tornado"])
def test_a_network_file_has_no_figures(verb: str, tmp_path: Path):
    export(asia(), tmp_path / "asia.bif")
    arguments = ("lung",) if verb == "tornado" else ()
    result = run(verb, *arguments, "--network", str(tmp_path / "asia.bif"))
    assert result.exit_code == 2
    assert "has no figures: nothing says how sure its numbers are" in result.stderr
