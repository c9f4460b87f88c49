"""Networks that strangers bring: what is read, what is refused, and that nothing stays behind."""

from __future__ import annotations

import gc
import io
import os
import struct
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import Differential
from model.engine import case
from model.engine.plan import Plan, make_plan
from model.errors import TooWide
from model.uploads import (
    LARGEST_UNPACKED,
    LARGEST_UPLOAD,
    MOST_FILES,
    UploadError,
    compile_upload,
    read_upload,
    unpacked,
)
from network.build import EMBEDDED
from network.exchange import export
from network.structure import Network
from tests.networks import asia, consultation, random_tables

KNOWLEDGE = {file.name: file.read_bytes() for file in EMBEDDED.iterdir() if file.suffix in (".yaml", ".csv")}
TWO_NODES = """network tiny {{}}
variable {a} {{ type discrete [ 2 ] {{ no, yes }}; }}
variable b {{ type discrete [ 2 ] {{ no, yes }}; }}
probability ( {a} ) {{ table 0.25, 0.75; }}
probability ( b | {a} ) {{ ( no ) {row}; ( yes ) 0.5, 0.5; }}
"""


@pytest.fixture(autouse=True)
def only_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Unpack into a folder of this test; it is empty again at the end."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    gc.collect()
    assert list(folder.iterdir()) == []


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bif(a: str = "a", row: str = "0.5, 0.5") -> bytes:
    return TWO_NODES.format(a=a, row=row).encode()


def exported(network: Network, tmp_path: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in export(network, tmp_path / "mine.bif") if path is not None
    }


def faults_of(name: str, content: bytes) -> str:
    with pytest.raises(UploadError) as raised:
        read_upload(name, content)
    assert raised.value.faults
    return str(raised.value)


def test_a_bif_file_answers_as_the_network_it_was_written_from(tmp_path: Path) -> None:
    ours = asia()
    upload = read_upload("asia.bif", exported(ours, tmp_path)["mine.bif"])
    answer = compile_upload(upload).query({"xray": "present"})
    assert answer.posterior("lung") == pytest.approx(
        Differential.of(ours).query({"xray": "present"}).posterior("lung"), abs=1e-12
    )
    assert answer.ranking == ()


def test_a_zip_of_a_file_with_its_names_keeps_labels_and_complaint(tmp_path: Path) -> None:
    ours = consultation()
    upload = read_upload("x.zip", zipped(exported(ours, tmp_path)))
    assert upload.network.complaint == ours.complaint
    assert [cause.label for cause in compile_upload(upload).query().ranking]


@pytest.mark.parametrize("prefix", ["", "a\\b\\"])
def test_a_zip_of_the_built_in_knowledge_is_the_built_in_network(prefix: str) -> None:
    files = {f"{prefix}{name}": content for name, content in KNOWLEDGE.items()}
    upload = read_upload("leg.zip", zipped(files | {"__MACOSX/._network.yaml": b"x", ".DS_Store": b"x"}))
    assert upload.network.hash == Differential.load().network.hash
    assert (upload.folder / "figures.csv").is_file()


def test_nothing_is_written_to_the_cache_of_the_machine() -> None:
    cache = Path(os.environ["NOCTURNE_CACHE_DIR"])
    before = set(cache.rglob("*"))
    changed = KNOWLEDGE["network.yaml"].replace(b"version:", b"version: x", 1)
    compile_upload(read_upload("leg.zip", zipped(KNOWLEDGE | {"network.yaml": changed})))
    assert not {path for path in set(cache.rglob("*")) - before if path.name.startswith("network-")}


def test_the_key_tells_contents_apart_and_nothing_else() -> None:
    assert read_upload("a.bif", bif()).key == read_upload("a.bif", bif()).key
    assert read_upload("a.bif", bif()).key != read_upload("a.bif", bif(row="0.6, 0.4")).key
    assert read_upload("a.bif", bif()).key != read_upload("b.bif", bif()).key


def test_what_was_rescaled_is_noted() -> None:
    upload = read_upload("a.bif", bif(row="0.5000005, 0.5"))
    assert any("rescaled" in note and "b" in note for note in upload.notes)


def test_faults_of_every_file_are_told_at_once() -> None:
    files = dict(KNOWLEDGE)
    files["conditions.yaml"] = files["conditions.yaml"].replace(b"conditions:", b"conditionz:", 1)
    files["tests.yaml"] += b"\n  - [\n"
    del files["sources.csv"]
    text = faults_of("leg.zip", zipped(files))
    assert all(name in text for name in ("conditions.yaml", "tests.yaml", "sources.csv"))


def test_a_fault_names_the_line_and_not_the_machine(only_here: Path) -> None:
    text = faults_of("mine.bif", bif(row="0.5, 0.6"))
    assert "mine.bif" in text and "'b'" in text and "1.1" in text
    assert str(only_here) not in text
    assert "line 5" in faults_of("mine.bif", bif(row="0.5, x"))


def test_a_bomb_of_aliases_is_refused_before_it_is_spelled_out() -> None:
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n".encode() for i in range(9)
    )
    assert "alias" in faults_of("leg.zip", zipped(KNOWLEDGE | {"network.yaml": bomb}))


def test_deep_nesting_is_a_fault() -> None:
    text = faults_of("leg.zip", zipped(KNOWLEDGE | {"network.yaml": b"a: " + b"[" * 20_000}))
    assert "network.yaml" in text


def test_a_zip_that_unpacks_to_too_much_is_refused_unread() -> None:
    bomb = zipped({"network.yaml": b"x" * (LARGEST_UNPACKED + 1)})
    assert len(bomb) < 20_000
    assert "8 MB" in faults_of("bomb.zip", bomb)


def test_a_damaged_zip_is_read_or_refused_never_more() -> None:
    rng = np.random.default_rng(0)
    whole = np.frombuffer(zipped({"a.bif": bif(), "b/ü.names.json": b"{}" * 50}), dtype=np.uint8)
    refused = 0
    for _ in range(600):
        damaged = whole[: rng.integers(1, len(whole) + 1)] if rng.random() < 0.2 else whole
        damaged = damaged.copy()
        damaged[rng.integers(len(damaged), size=2)] = rng.integers(256, size=2)
        try:
            unpacked(damaged.tobytes())
        except UploadError:
            refused += 1
    assert 300 < refused < 600


def test_a_file_without_a_name_is_passed_over() -> None:
    files = zipped({"Xname": b"x", "a.bif": bif()}).replace(b"Xname", b"\0name")
    assert list(unpacked(files)) == ["a.bif"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_in_an_unusual_way_is_refused_unread(method: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("network.yaml", b"x" * 1000)
    assert "'network.yaml' is packed in an unusual way" in faults_of("odd.zip", buffer.getvalue())


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    honest = bytearray(zipped({"network.yaml": b"x" * 100_000}))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", honest, honest.index(signature) + offset, 10)
    assert "zip" in faults_of("lie.zip", bytes(honest))


def test_too_many_files_are_refused() -> None:
    files = {f"{number}.csv": b"" for number in range(MOST_FILES + 1)}
    assert str(MOST_FILES) in faults_of("many.zip", zipped(files))


@pytest.mark.parametrize(
    "name",
    ["../network.yaml", "/etc/network.yaml", "a/../../network.yaml", "..\\network.yaml", "C:\\network.yaml"],
)
def test_a_name_that_leads_out_of_the_zip_is_refused(name: str, only_here: Path) -> None:
    assert "leads out" in faults_of("out.zip", zipped({name: b"x"}))
    assert {path.name for path in only_here.parent.iterdir()} == {"unpacked"}


@pytest.mark.parametrize(
    "name", ["../../evil.bif", "/etc/passwd.bif", "..\\..\\x.bif", "a\x00b.bif", "💥.bif", ".bif.bif"]
)
def test_the_name_of_a_file_is_never_a_path(name: str, only_here: Path) -> None:
    upload = read_upload(name, bif())
    assert upload.folder.parent.parent == only_here


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.zip", b"PK\x03\x04 not a zip", "zip"),
        ("x.zip", b"", "zip"),
        ("x.bif", b"", "empty"),
        ("x.bif", b"\x00\x01\x02", "not text"),
        ("x.bif", b"\xff\xfe", "UTF-8"),
        ("x.exe", b"MZ", ".bif"),
        ("x.uai", b"BAYES\n99999999999", "x.uai"),
        ("x.net", b"net {", "x.net"),
        ("x.xmlbif", b"<!DOCTYPE a [<!ENTITY b 'c'>]><BIF>&b;</BIF>", "x.xmlbif"),
        ("x.bif", b"x" * (LARGEST_UPLOAD + 1), "2 MB"),
        ("x.zip", zipped({"readme.txt": b"hello"}), "no network"),
        ("x.zip", zipped({"a.bif": bif(), "b.bif": bif()}), "Bring one"),
        ("x.zip", zipped({"a/network.yaml": b"x", "b/network.yaml": b"y"}), "twice"),
        ("x.zip", zipped({"figures.csv": b"x"}), "figures.csv"),
        ("x.zip", zipped({"figures.csv": b"x", "tests.yaml": b"x"}), "network.yaml"),
    ],
)
def test_what_is_no_network_is_told_plainly(name: str, content: bytes, words: str) -> None:
    assert words in faults_of(name, content)


def test_a_condition_with_too_many_parents_is_refused_before_it_is_calibrated() -> None:
    last = b"        odds_ratio: pad_or_ckd_nhanes99\n"
    parents = (
        "obesity",
        "iron_deficiency",
        "statin",
        "diuretic",
        "antidepressant",
        "vasodilator",
        "pregnancy",
    )
    more = "".join(f"      - parent: {p}\n        odds_ratio: pad_or_hyperlipidaemia\n" for p in parents)
    assert KNOWLEDGE["conditions.yaml"].count(last) == 1
    wide = KNOWLEDGE["conditions.yaml"].replace(last, last + more.encode())
    text = faults_of("leg.zip", zipped(KNOWLEDGE | {"conditions.yaml": wide}))
    assert "arterial_insufficiency" in text and "combinations" in text


def test_names_with_markup_are_kept_as_they_are() -> None:
    name = "<b>*a*</b>"
    assert name in read_upload("x.bif", bif(a=name)).network


def test_a_network_that_is_too_wide_is_refused_before_it_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[int] = []

    def planned(*args: Any, **options: Any) -> Plan:
        plans.append(1)
        return make_plan(*args, **options)

    monkeypatch.setattr(case, "make_plan", planned)
    network = random_tables(0, n=110, max_parents=5)
    upload = read_upload("wide.bif", exported(network, tmp_path)["mine.bif"])
    with pytest.raises(TooWide):
        compile_upload(upload)
    # The case as a whole, that no parts of it would fit, the message: hundreds are tried where parts could.
    assert len(plans) <= 4
