"""Networks written to files and read again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from network.chains import chained
from network.cpds import NoisyOr, Table
from network.errors import ExchangeError, NetworkError
from network.exchange import FORMATS, export, read
from network.formats import bif, net, xmlbif
from network.formats.names import names_file
from network.pgmpy_bridge import WIDEST_CHAINED, to_pgmpy
from network.structure import Network, Node, NodeText
from tests import oracles
from tests.floats import assert_close, assert_same_marginals
from tests.networks import consultation, leg_pain_shaped, make, noisy, small_mixed, tabled

NAMED = ("bif", "xmlbif", "net")


def labelled() -> Network:
    """A complaint with labels, kinds, a wide finding and states that begin with a digit."""
    network = consultation()
    extra = [tabled(f"cause_{i}", [], 0.1 + 1e-9 * i) for i in range(9)]
    wide = noisy("wide", {node.id: 0.3 for node in extra}, 1.25e-7)
    text = NodeText(
        label="Alter \u2013 \u00e9", question="How old?", state_labels=("a", "b", "c", "d"), claims=("x",)
    )
    nodes = (replace(network.nodes[0], text=text), *network.nodes[1:], *extra, wide)
    return replace(
        network, nodes=nodes, name="leg pain", version="1.2", title="A title", notice=("Not a test.",)
    )


def awkward() -> Network:
    """Names that no format can hold as they are."""
    return make(
        "Names: awkward, all of them!",
        Node("age group", ("under 40", "40, and more"), (), Table(np.array([0.25, 0.75]), 0)),
        Node("Age", ("0", "1"), (), Table(np.array([0.5, 0.5]), 0)),
        Node("age", ("ja", "nein"), (), Table(np.array([0.125, 0.875]), 0)),
        Node("lymph_node", ("a", "b"), ("age group", "age"), Table(np.full((2, 2, 2), 0.5), 2)),
        Node("probability", ("table", "default"), ("lymph_node", "Age"), Table(np.full((2, 2, 2), 0.5), 2)),
        Node("_1;{}", ("\u00fc(", '"'), ("probability", "lymph_node"), Table(np.full((2, 2, 2), 0.5), 2)),
    )


def assert_same(found: Network, expected: Network) -> None:
    """Same nodes in the same order, same numbers but for rounding."""
    for node, same in zip(expected.nodes, found.nodes, strict=True):
        assert (same.id, same.states, same.parents) == (node.id, node.states, node.parents)
        assert_close(same.cpd.table(), node.cpd.table(), atol=1e-15)


@pytest.mark.parametrize("format", FORMATS)
def test_a_network_comes_back_as_it_went(format: str, tmp_path: Path) -> None:
    network = labelled()
    file, names = export(network, tmp_path / f"leg.{format}")
    assert names == tmp_path / f"leg.{format}.names.json"
    back = read(file)
    assert_same(back, chained(network, WIDEST_CHAINED))
    assert [node.kind for node in back.nodes] == [
        node.kind for node in chained(network, WIDEST_CHAINED).nodes
    ]
    assert [node.text for node in back.nodes if node.kind != "auxiliary"] == [
        node.text for node in network.nodes
    ]
    for field in ("name", "version", "title", "notice", "complaint", "causes"):
        assert getattr(back, field) == getattr(network, field)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("seed", range(3))
def test_posteriors_are_the_same_after_a_round_trip(format: str, seed: int, tmp_path: Path) -> None:
    network = small_mixed(seed, n=9)
    back = read(export(network, tmp_path / f"x.{format}")[0])
    evidence = {network.nodes[-1].id: 1}
    expected = oracles.posteriors(network, evidence)
    assert_same_marginals(oracles.posteriors(back, evidence).marginals, expected.marginals, atol=1e-12)


@pytest.mark.parametrize("format", NAMED)
def test_a_file_reads_without_its_names_file(format: str, tmp_path: Path) -> None:
    file, names = export(labelled(), tmp_path / f"leg.{format}")
    names.unlink()
    back = read(file)
    assert back.node("age").states == ("under_40", "40_to_59", "60_to_74", "75_plus")
    assert [node.id for node in back.of_kind("auxiliary")] == ["_wide_1"]
    assert back.complaint is None
    assert back.node("age").label == "age"


def test_a_uai_file_reads_without_its_names_file_by_number(tmp_path: Path) -> None:
    file, names = export(consultation(), tmp_path / "leg.uai")
    names.unlink()
    back = read(file)
    assert (back.name, back.nodes[0].id, back.nodes[0].states) == ("leg", "var_0", ("0", "1", "2", "3"))


@pytest.mark.parametrize("format", FORMATS)
def test_names_that_a_format_cannot_hold_come_back_from_the_names_file(format: str, tmp_path: Path) -> None:
    assert_same(read(export(awkward(), tmp_path / f"a.{format}")[0]), awkward())


@pytest.mark.parametrize("format", FORMATS)
def test_full_tables_on_request(format: str, tmp_path: Path) -> None:
    file, _ = export(labelled(), tmp_path / f"leg.{format}", full_tables=True)
    back = read(file)
    assert back.node("wide").cpd.table().shape == (2,) * 10
    assert_same(back, labelled())


@pytest.mark.parametrize(
    ("format", "reader"), [("bif", "BIFReader"), ("xmlbif", "XMLBIFReader"), ("net", "NETReader")]
)
def test_pgmpys_own_reader_finds_the_same_model_in_our_files(
    format: str, reader: str, tmp_path: Path
) -> None:
    import pgmpy.readwrite

    network = consultation()
    file, _ = export(network, tmp_path / f"leg.{format}")
    theirs, ours = getattr(pgmpy.readwrite, reader)(str(file)).get_model(), to_pgmpy(network)
    assert set(theirs.nodes()) == set(ours.nodes())
    for node in ours.nodes():
        assert theirs.get_cpds(node).state_names == ours.get_cpds(node).state_names
        assert np.array_equal(theirs.get_cpds(node).values, ours.get_cpds(node).values)


@pytest.mark.filterwarnings("ignore:builtin type .* has no __module__ attribute:DeprecationWarning")
@pytest.mark.parametrize("suffix", ["bif", "bifxml", "net"])
def test_pyagrum_reads_our_files(suffix: str, tmp_path: Path) -> None:
    import pyagrum

    network = labelled()
    file, _ = export(network, tmp_path / f"leg.{suffix}")
    inference = pyagrum.LazyPropagation(pyagrum.loadBN(str(file)))
    inference.makeInference()
    expected = oracles.posteriors(consultation(), {}).marginals
    # pyAgrum keeps numbers of a BIF or NET file with 24 bits.
    found = {node: np.array(inference.posterior(node).tolist()) for node in expected}
    assert_same_marginals(found, expected, atol=1e-6)


def test_a_network_as_large_as_the_real_one_is_small_enough_to_be_read_again(tmp_path: Path) -> None:
    network = leg_pain_shaped()
    for format in FORMATS:
        assert_same(read(export(network, tmp_path / f"x.{format}")[0]), chained(network, WIDEST_CHAINED))


@pytest.mark.parametrize("format", FORMATS)
def test_wide_findings_come_back_as_noisy_or(format: str, tmp_path: Path) -> None:
    assert isinstance(read(export(labelled(), tmp_path / f"leg.{format}")[0]).node("_wide_1").cpd, NoisyOr)


def test_the_format_can_be_said_instead_of_the_suffix(tmp_path: Path) -> None:
    file, _ = export(consultation(), tmp_path / "leg.txt", format="UAI")
    assert_same(read(file, format="uai"), consultation())


def test_a_file_that_is_not_there_and_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="cannot be read: No such file"):
        read(tmp_path / "x.bif")
    with pytest.raises(ExchangeError, match="cannot be read: Is a directory"):
        read(tmp_path, format="bif")
    with pytest.raises(ExchangeError, match="cannot be written: No such file"):
        export(consultation(), tmp_path / "none" / "x.bif")


def test_full_tables_too_large_are_refused(tmp_path: Path) -> None:
    causes = {f"c{i}": 0.5 for i in range(26)}
    network = make("wide", *(tabled(name, [], 0.1) for name in causes), noisy("f", causes, 0.01))
    with pytest.raises(NetworkError, match="node 'f' would hold"):
        export(network, tmp_path / "x.bif", full_tables=True)


def broken_names(change: Any, folder: Path) -> Path:
    """Export, then change the names file with `change(document)`."""
    file, names = export(consultation(), folder / "leg.bif")
    document = json.loads(names.read_text(encoding="utf-8"))
    text = change(document)
    names.write_text(text if isinstance(text, str) else json.dumps(document), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: "[" * 100_000, "not one that an export writes"),
        (lambda d: "no json", "not one that an export writes"),
        (lambda d: "[]", "not one that an export writes"),
        (lambda d: d.update(schema=9), "is of schema 9; this version reads 1"),
        (lambda d: d["nodes"][0].pop("id"), "not one that an export writes"),
        (lambda d: d["nodes"][0].update(states=3), "not one that an export writes"),
        (lambda d: d["nodes"][0].update(in_file="agee"), "'agee', which the file does not have"),
        (lambda d: d["nodes"][0].update(states=["a", "b"]), "75_plus for a, b in the names file"),
        (lambda d: d["nodes"][0].update(states_in_file=["a", "b", "c", "d"]), "has the states under_40"),
        (lambda d: d["nodes"][0]["text"].update(label=7), "label of node 'age' is 7"),
        (lambda d: d["nodes"][0]["text"].update(state_labels=["x"]), "one label for each state"),
        (lambda d: d["nodes"][0]["text"].update(colour="red"), "not one that an export writes"),
        (lambda d: d["nodes"].append(d["nodes"][0]), "not one that an export writes"),
        (lambda d: d["network"].update(complaint="pain"), "calls 'pain' the complaint"),
        (lambda d: d["nodes"].pop(1), None),
    ],
)
def test_a_names_file_that_does_not_fit_is_an_error(change: Any, message: str | None, tmp_path: Path) -> None:
    file = broken_names(change, tmp_path)
    if message is None:
        assert read(file).node("diabetes").kind == "node"
        return
    with pytest.raises(ExchangeError) as caught:
        read(file)
    assert message in str(caught.value)
    assert str(file) in str(caught.value)
    names_file(file).unlink()
    assert len(read(file)) == len(consultation())


def test_plain_writers_keep_every_digit() -> None:
    model = to_pgmpy(make("small", tabled("a", [], 1.2345678901234566e-13)))
    for written in (bif.write(model), net.write(model), xmlbif.write(model)):
        assert "1.2345678901234566e-13" in written
