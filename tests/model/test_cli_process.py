"""Output files, completion, and what only a process of its own shows."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from model.cli import main
from network.build import load_network
from tests.model.shell import PYTHON, ROOT, attempt, in_a_shell, run
from tests.needs import require

BN = load_network()
SLOW = ("networkx", "numba", "pandas", "pgmpy", "pydantic", "rich", "scipy", "streamlit", "yaml")


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
