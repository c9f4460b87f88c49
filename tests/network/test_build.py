"""Building, the hash of what was built, and the cache that it is kept in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from network import build
from network.build import EMBEDDED, build_network, load_network
from network.structure import Network
from tests.knowledge_files import edited
from tests.networks import consultation


def test_the_hash_follows_every_number(tmp_path: Path, leg_pain: Network) -> None:
    row = "lss_bilateral_sens,sensitivity,bilateral_symptoms,present,lumbar_spinal_stenosis=present,"
    changed = build_network(edited(tmp_path, ("figures.csv", f"{row}0.51", f"{row}0.52")))
    assert changed.hash != leg_pain.hash
    assert changed.version == leg_pain.version


def test_the_hash_is_the_same_built_read_or_copied(tmp_path: Path, leg_pain: Network) -> None:
    assert build_network(EMBEDDED).hash == leg_pain.hash
    assert Network.from_plain(json.loads(json.dumps(leg_pain.to_plain()))).hash == leg_pain.hash
    assert len(leg_pain.hash) == 12


class Builder:
    """Stands in for `build_network` and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        monkeypatch.setattr(build, "build_network", self)

    def __call__(self, folder: Path) -> Network:
        self.count += 1
        return consultation()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOCTURNE_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_second_load_comes_from_the_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = Builder(monkeypatch)
    first, second = load_network(), load_network()
    assert builder.count == 1
    assert second.hash == first.hash == consultation().hash
    [file] = cache.iterdir()
    assert file.name.startswith("network-")
    for one, other in zip(first.nodes, second.nodes, strict=True):
        assert (one.id, one.states, one.parents, one.kind) == (
            other.id,
            other.states,
            other.parents,
            other.kind,
        )
        assert np.array_equal(one.cpd.table(), other.cpd.table())


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "{}", "null", '{"nodes": [{"id": 1, "text": 2}]}', "\udcff"], ids=repr
)
def test_a_damaged_cache_file_is_made_anew(cache: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    builder = Builder(monkeypatch)
    load_network()
    [file] = cache.iterdir()
    good = file.read_bytes()
    file.write_bytes(damage.encode("utf-8", "surrogateescape"))
    assert load_network().hash == consultation().hash
    assert builder.count == 2
    assert file.read_bytes() == good


def test_a_cache_file_with_nodes_in_the_wrong_order_is_made_anew(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = Builder(monkeypatch)
    load_network()
    [file] = cache.iterdir()
    plain = json.loads(file.read_text(encoding="utf-8"))
    plain["nodes"].reverse()
    file.write_text(json.dumps(plain), encoding="utf-8")
    assert load_network().hash == consultation().hash
    assert builder.count == 2


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = Builder(monkeypatch)
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("NOCTURNE_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert load_network().hash == load_network().hash
    assert builder.count == 2


def test_the_cache_can_be_left_out(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = Builder(monkeypatch)
    load_network(use_cache=False)
    load_network(use_cache=False)
    assert builder.count == 2
    assert not cache.exists()


def test_another_folder_or_an_edit_is_another_cache_file(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = Builder(monkeypatch)
    load_network()
    copy = edited(tmp_path)
    load_network(copy)
    assert builder.count == 1, "a copy of the same files is the same knowledge"
    (copy / "figures.csv").write_text("edited", encoding="utf-8")
    load_network(copy)
    assert builder.count == 2
    assert len(list(cache.iterdir())) == 2
