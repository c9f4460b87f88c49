"""The shell's other verbs: check, export, the app; and that every verb is documented."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from model import Differential
from model.check import CheckReport, Row
from model.cli import main, serve
from model.headings import heading_trees
from network.build import load_network
from tests.floats import ENGINE
from tests.model.shell import ROOT, attempt, run
from tests.needs import free_port
from tests.networks import asia

BN = load_network()


# check, headings, app


def report(verdict: str) -> CheckReport:
    """Return a report of one row."""
    return CheckReport(
        (
            Row(
                id="a", kind="derived", group="prevalence", quantity="p", model=0.2, published=0.1,
                low=0.05, high=0.15, verdict=verdict, reason="", figure="a", source="s", grade="D",
            ),
        )
    )  # fmt: skip


@pytest.mark.parametrize(("verdict", "code"), [("ok", 0), ("deviation", 1)])
def test_check_fails_on_a_deviation_without_a_reason(
    monkeypatch: pytest.MonkeyPatch, verdict: str, code: int
):
    monkeypatch.setattr("model.check.check", lambda ddx, folder: report(verdict))
    for_people = attempt("check")
    assert for_people.exit_code == code
    assert for_people.stdout.splitlines()[-1] == report(verdict).summary()
    for_programs = attempt("check", "--all", "--json")
    assert for_programs.exit_code == code
    plain = json.loads(for_programs.stdout)
    assert plain["passed"] == (code == 0)
    assert [row["verdict"] for row in plain["rows"]] == [verdict]


def test_headings_hold_each_other_and_lose_nothing():
    def causes(tree) -> set[str]:
        return set(tree.causes).union(*(causes(inner) for inner in tree.inner))

    trees = heading_trees(BN)
    assert all(causes(tree) == set(BN.node(tree.heading).parents) for tree in trees)
    vascular = next(tree for tree in trees if tree.heading == "vascular_insufficiency")
    assert [inner.heading for inner in vascular.inner] == ["poor_circulation"]


@pytest.mark.parametrize("form", ["bif", "xmlbif", "net", "uai"])
def test_an_exported_network_answers_alike(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str):
    monkeypatch.setattr("model.cli.export.read_network", lambda path: asia())
    file = str(tmp_path / f"asia.{form}")
    run("export", "--format", form, "-o", file)
    answer = json.loads(run("query", "--network", file, "--json"))
    expected = Differential.of(asia()).query()
    assert answer["due_to"] == {}
    for node in asia().nodes:
        assert answer["posterior"][node.id] == pytest.approx(expected.posterior(node.id), abs=ENGINE)
        assert node.id in run("query", "--network", file)


def app_flags(**options: object) -> dict[str, str]:
    """Return what Streamlit is told."""
    return dict(flag.removeprefix("--").split("=", 1) for flag in serve.flags(**options))


def test_the_app_gets_the_settings_file_whole_and_keeps_to_this_machine():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    told = app_flags()
    assert told["server.address"] == "127.0.0.1"
    assert told["browser.gatherUsageStats"] == "false"
    assert told["theme.light.primaryColor"] == settings["theme"]["light"]["primaryColor"]
    assert told["server.maxUploadSize"] == str(settings["server"]["maxUploadSize"])
    assert told["server.headless"] == "true"
    assert "server.port" not in told


def test_the_app_opens_to_a_class_only_when_asked():
    assert app_flags(lan=True)["server.address"] == "0.0.0.0"
    told = app_flags(port=8600, browser=True)
    assert (told["server.port"], told["server.headless"]) == ("8600", "false")
    assert told["server.showEmailPrompt"] == "false"


def test_streamlit_knows_every_setting():
    from streamlit import config

    assert set(app_flags(port=8600, lan=True)) <= set(config.get_config_options())


def test_the_packaged_settings_are_those_of_the_checkout():
    packaged = ROOT / "model" / "cli" / "streamlit.toml"
    assert packaged.read_bytes() == (ROOT / ".streamlit" / "config.toml").read_bytes()


def test_the_app_is_started_in_place_of_the_shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda program, command: started.append(command))
    monkeypatch.setattr(subprocess, "call", lambda command: started.append(command) or 0)
    monkeypatch.setattr(serve, "compile_beside", lambda: None)
    monkeypatch.setattr(serve, "BESIDE", tmp_path)
    (tmp_path / "app.py").touch()
    attempt("app", "--port", str(free_port()), "--no-browser")
    assert started[0][:6] == [sys.executable, "-P", "-m", "views.server", "run", str(tmp_path / "app.py")]


def test_a_port_in_use_gets_a_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(serve, "BESIDE", tmp_path)
    (tmp_path / "app.py").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = attempt("app", "--port", str(port))
    assert result.exit_code == 2
    assert f"port {port} cannot be used" in result.stderr


# Documentation


def test_every_verb_and_option_is_documented():
    page = (ROOT / "docs" / "shell.md").read_text(encoding="utf-8")
    missing = [verb for verb in main.verbs if f"`nocturne {verb}" not in page]
    context = click.Context(main)
    for verb in main.verbs:
        command = main.get_command(context, verb)
        assert command is not None
        options = [p for p in command.params if isinstance(p, click.Option)]
        missing += [name for option in options for name in option.opts if f"`{name}" not in page]
    assert not missing
