from __future__ import annotations

from pathlib import Path

import pytest

from network.errors import Fault
from network.strict_yaml import parse, read


def read_text(text: str) -> tuple[object, list[str]]:
    faults: list[Fault] = []
    content = parse(text, "x.yaml", faults)
    return content, [str(fault) for fault in faults]


def test_every_scalar_stays_text() -> None:
    content, faults = read_text("a: 18_39\nb: no\nc: 0.10\nd: ~\ne: [yes, 1e3]\n")
    assert content == {"a": "18_39", "b": "no", "c": "0.10", "d": "~", "e": ["yes", "1e3"]}
    assert faults == []


@pytest.mark.parametrize(
    ("text", "report"),
    [
        (
            "a: 1\nb: [1, 2\nc: 3\n",
            "line 3, column 2: not readable as YAML: expected ',' or ']', but got ':'.",
        ),
        ("a: 'x\n", "line 2, column 1: not readable as YAML: found unexpected end of stream."),
        (
            "\ta: 1",
            "line 1, column 1: not readable as YAML: found character '\\t' that cannot start any token.",
        ),
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: not readable as YAML: the key 'a' stands twice."),
        ("x:\n  - id: a\n    id: b\n", "line 3, column 5: not readable as YAML: the key 'id' stands twice."),
        ("? [a]\n: 1\n", "line 1, column 3: not readable as YAML: a key that is not plain text."),
        ("? {a: 1}\n: 1\n", "line 1, column 3: not readable as YAML: a key that is not plain text."),
        ("a: 1\n---\nb: 1\n", "line 2, column 1: not readable as YAML: but found another document."),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_line(text: str, report: str) -> None:
    assert read_text(text) == (None, [f"x.yaml {report} Correct that line."])


def test_a_character_that_yaml_forbids_is_reported_in_one_line() -> None:
    content, [fault] = read_text("a: \0")
    assert content is None
    assert "\n" not in fault
    assert "special characters are not allowed" in fault


def test_aliases_are_refused_before_they_unfold() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 12))
    alias = "the alias *a0; write the content out instead"
    assert read_text(bomb) == (
        None, [f"x.yaml line 2, column 10: not readable as YAML: {alias}. Correct that line."]
    )  # fmt: skip


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert read_text(opening * 5000) == (
        None, ["x.yaml: nested too deeply. A knowledge file has a handful of levels."]
    )  # fmt: skip


def test_tags_make_no_python_objects() -> None:
    content, faults = read_text("a: !!python/object/apply:os.getcwd []\n")
    assert (content, faults) == ({"a": []}, [])


def test_a_missing_file_and_one_that_is_not_utf8_are_reported(tmp_path: Path) -> None:
    faults: list[Fault] = []
    (tmp_path / "latin.yaml").write_bytes("a: schön".encode("latin-1"))
    assert read(tmp_path / "none.yaml", faults) is None
    assert read(tmp_path / "latin.yaml", faults) is None
    assert [str(fault) for fault in faults] == [
        "none.yaml: the file is missing. Every knowledge folder has one.",
        "latin.yaml: the file is not UTF-8 text. Save it as UTF-8.",
    ]
