"""The shell's other verbs, files, completion, and what only a process of its own shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from model import Differential
from model.check import CheckReport, Row
from model.citations import short_name
from model.cli import main, serve
from model.headings import heading_trees
from model.provenance import UNCONFIRMED, Provenance
from network.build import load_network
from tests.floats import ENGINE
from tests.needs import free_port, require
from tests.networks import asia

ROOT = Path(__file__).resolve().parents[2]
BN = load_network()
PROVENANCE = Provenance.of(BN)
PYTHON = [sys.executable, "-m", "model.cli"]
SLOW = ("networkx", "numba", "pandas", "pgmpy", "pydantic", "rich", "scipy", "streamlit", "yaml")


def run(*arguments: str) -> str:
    """Return what a command line prints."""
    result = attempt(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def attempt(*arguments: str) -> Result:
    """Run a command line in this process."""
    return CliRunner().invoke(main, arguments)


def in_a_shell(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command line in a process of its own."""
    return subprocess.run(
        [*PYTHON, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


# nodes


def test_every_node_and_safety_item_is_listed():
    listed = json.loads(run("nodes", "--json"))["nodes"]
    assert [node["id"] for node in listed] == [*BN.index, *(item.id for item in BN.safety_items)]
    assert len(run("nodes").splitlines()) == len(listed) + 1


def test_nodes_are_found_by_kind_and_by_words_in_any_order():
    of_kind = json.loads(run("nodes", "--kind", "heading", "--kind", "complaint", "--json"))["nodes"]
    assert {node["kind"] for node in of_kind} == {"heading", "complaint"}
    found = json.loads(run("nodes", "legs", "Dangling", "--json"))["nodes"]
    assert [node["id"] for node in found] == ["relief_by_dangling_legs"]


ONE_OF_EACH_KIND = {node.kind: node for node in BN.nodes}.values()


@pytest.mark.parametrize("node", ONE_OF_EACH_KIND, ids=lambda node: node.id)
def test_a_node_is_shown_in_full(node):
    shown = json.loads(run("nodes", node.id, "--json"))
    assert shown["question"] == node.text.question
    assert shown["parents"] == list(node.parents)
    assert shown["children"] == list(BN.children[node.id])
    assert list(shown["states"]) == list(node.states)
    assert [(row["parameter"], row["id"]) for row in shown["figures"]] == list(node.figures)


def test_people_read_question_reason_and_numbers_of_a_node():
    node = BN.node("relief_by_dangling_legs")
    out = run("nodes", node.id)
    for words in (node.text.question, node.text.why, *node.parents, *dict(node.figures).values()):
        assert words in out


def test_a_safety_item_is_shown_with_what_it_warns_of():
    item = BN.safety_items[0]
    out = run("nodes", item.id)
    assert item.question in out
    warned = [flag.reason for flag in BN.red_flags if item.id in dict(flag.all_of + flag.any_of)]
    assert warned
    assert all(reason in out for reason in warned)


# sources


def test_figures_are_used_or_alternatives():
    every, used, others = (
        {figure["id"] for figure in json.loads(run("sources", *flag, "--json"))["figures"]}
        for flag in ((), ("--used",), ("--alternatives",))
    )
    assert every == set(PROVENANCE.figures)
    assert used | others == every
    assert not used & others
    named = {figure for node in BN.nodes for _, figure in node.figures}
    assert named <= used


def test_filters_of_sources_combine():
    figures = json.loads(run("sources", "--node", "osteoarthritis", "--grade", "A", "--used", "--json"))[
        "figures"
    ]
    assert figures
    assert all(figure["grade"] == "A" and figure["used"] for figure in figures)
    named = set(dict(BN.node("osteoarthritis").figures).values())
    assert {figure["id"] for figure in figures} <= named


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_source_is_cited_only_where_it_is_confirmed(confirmed: bool):
    keys = [
        source.key for source in PROVENANCE.sources.values() if source.citable == confirmed and source.title
    ]
    if not keys:
        pytest.skip("every source is confirmed")
    source = PROVENANCE.source(keys[0])
    out = run("sources", source.key) + run("sources", source.key, "--json")
    assert (source.title in out) == confirmed
    assert (UNCONFIRMED in out) != confirmed


def test_no_unconfirmed_source_is_cited_in_any_list():
    out = run("sources", "--json")
    confirmed = {source.title for source in PROVENANCE.sources.values() if source.citable}
    others = {source.title for source in PROVENANCE.sources.values() if len(source.title) > 20} - confirmed
    assert not [title for title in others if title in out]


def test_a_figure_is_shown_with_what_it_sets():
    (parameter, figure), *_ = BN.node("relief_by_dangling_legs").figures
    shown = json.loads(run("sources", figure, "--json"))
    assert {"node": "relief_by_dangling_legs", "parameter": parameter} in shown["sets"]
    assert f"relief_by_dangling_legs ({parameter})" in run("sources", figure)


def test_lists_name_the_first_author_and_the_year():
    source = next(s for s in PROVENANCE.sources.values() if s.citable and PROVENANCE.of_source(s.key))
    assert short_name(source) in run("sources", source.key)


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
    monkeypatch.setattr(serve, "BESIDE", tmp_path)
    (tmp_path / "app.py").touch()
    attempt("app", "--port", str(free_port()), "--no-browser")
    assert started[0][:6] == [sys.executable, "-P", "-m", "streamlit", "run", str(tmp_path / "app.py")]


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


# Files


def test_output_goes_to_a_file_whole(tmp_path: Path):
    file = tmp_path / "answer.json"
    file.write_text("old", encoding="utf-8")
    assert run("query", "-e", "age=78", "--json", "-o", str(file)) == ""
    assert json.loads(file.read_text(encoding="utf-8"))["schema"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["answer.json"]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o666 & ~umask


def test_a_failed_question_leaves_the_old_file(tmp_path: Path):
    file = tmp_path / "answer.txt"
    file.write_text("old", encoding="utf-8")
    assert attempt("query", "-e", "age=none", "-o", str(file)).exit_code == 2
    assert file.read_text(encoding="utf-8") == "old"


def test_text_in_a_file_is_what_the_screen_shows(tmp_path: Path):
    file = tmp_path / "answer.txt"
    run("query", "-e", "age=78", "-o", str(file))
    assert file.read_text(encoding="utf-8") == run("query", "-e", "age=78")


# In a process of its own


def test_a_query_imports_nothing_that_takes_long():
    assert in_a_shell("query", "--json").returncode == 0  # the network is in the cache now
    code = "import sys; from model.cli import main; sys.argv[1:] = ['query', '-e', 'age=78', '--json']\n"
    code += "try: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert json.loads(done.stdout)["schema"] == 1
    assert not set(SLOW).intersection(done.stderr.split())


def test_a_mistake_in_a_shell_is_one_line_on_stderr():
    done = in_a_shell("query", "-e", "smoking=curent")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_reader_who_leaves_early_is_no_mistake():
    with subprocess.Popen(
        [*PYTHON, "sources"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as done:
        assert done.stdout is not None
        assert done.stderr is not None
        assert done.stdout.readline().startswith("Figure")
        done.stdout.close()
        assert done.stderr.read() == ""
        assert done.wait() == 0


def test_a_terminal_that_knows_only_ascii_is_served():
    for form in ((), ("--json",)):
        done = in_a_shell("query", "-e", "age=78", *form, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert done.returncode == 0, done.stderr
        assert done.stdout.isascii()


def test_no_arguments_show_the_verbs():
    done = in_a_shell()
    assert done.returncode == 0
    assert all(f"  {verb} " in done.stdout for verb in main.verbs)


def test_the_version_is_printed():
    assert in_a_shell("-V").stdout.startswith("nocturne ")


# Completion


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory):
    """Return a function that says what Bash offers for a line."""
    shell = shutil.which("bash")
    require("bash", shell)
    folder = tmp_path_factory.mktemp("completion")
    program = folder / "nocturne"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m model.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = folder / "script.bash"
    script.write_text(run("completion", "bash"), encoding="utf-8")
    ask = f'source "{script}"; COMP_LINE=$1; COMP_POINT=${{#1}}; _nocturne_completion nocturne; '
    ask += 'printf "%s\\n" "${COMPREPLY[@]}"'
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"

    def offered(line: str) -> list[str]:
        done = subprocess.run(
            [str(shell), "-c", ask, "bash", line],
            cwd=ROOT,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return done.stdout.split()

    return offered


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("nocturne qu", ["query"]),
        ("nocturne query --pop", ["--population"]),
        ("nocturne query -e smok", ["smoking="]),
        ("nocturne query -e age=", [*BN.node("age").states, "unknown"]),  # Bash has "age=" already
        ("nocturne query -e age=7", ["75_plus"]),
        ("nocturne query -e smoking=never -e smok", []),
        ("nocturne query -e dark_urine=u", ["unknown"]),
        ("nocturne query -e due_to_osteo", ["due_to_osteoarthritis="]),
        ("nocturne query --engine p", ["pgmpy"]),
        ("nocturne nodes osteo", ["osteoarthritis"]),
        ("nocturne query --network nowhere -e a", []),
    ],
)
def test_bash_completes(bash, line: str, offered: list[str]):
    assert bash(line) == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_scripts_for_other_shells_are_printed(shell: str):
    assert "_NOCTURNE_COMPLETE" in run("completion", shell)


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


def bare(line: str) -> str:
    """Return a line without numbers and bars, which change with every figure."""
    return " ".join(re.sub(r"[\d.%<>▏▎▍▌▋▊▉█]+", " ", line).split())


def test_the_examples_of_the_page_print_what_it_says():
    page = (ROOT / "docs" / "shell.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```console\n\$ nocturne (.*?)\n(.*?)^```", page, re.M | re.S)
    assert len(examples) >= 5
    for arguments, shown in examples:
        printed = {bare(line) for line in attempt(*shlex.split(arguments)).output.splitlines()}
        missing = [line for line in shown.splitlines() if line != "…" and bare(line) not in printed]
        assert not missing, arguments
