from __future__ import annotations

import json
import time
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


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


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


# What other programs write: comments, layout, older spellings.
FOREIGN = {
    "bif": """// made elsewhere
network "my net" { property author "me; you" ; }
variable "Smoker"{ /* two */ type discrete[2]{ "yes" "no" };
 property position = (1, 2) ; }
variable Cancer { type discrete [ 2 ] { yes, no }; }
probability ( "Smoker" ) { table 0.25, 0.75 ; }
probability ( Cancer | Smoker
 ) { (yes) 0.5 0.5; (no) 1e-3, .999; }""",
    "xmlbif": """<?xml version="1.0" encoding="US-ASCII"?>
<!DOCTYPE BIF [ <!ELEMENT BIF (NETWORK)*> <!ATTLIST BIF VERSION CDATA #REQUIRED> ]>
<BIF VERSION="0.3"><NETWORK><NAME> my net </NAME><PROPERTY>by hand</PROPERTY>
<VARIABLE TYPE="nature"><NAME>Smoker</NAME><OUTCOME> yes</OUTCOME><OUTCOME>no</OUTCOME>
<PROPERTY>position = (1,2)</PROPERTY></VARIABLE>
<VARIABLE TYPE="nature"><NAME>Cancer</NAME><OUTCOME>yes</OUTCOME><OUTCOME>no</OUTCOME></VARIABLE>
<DEFINITION><FOR>Smoker</FOR><TABLE>0.25 0.75</TABLE></DEFINITION>
<DEFINITION><FOR>Cancer</FOR><GIVEN>Smoker</GIVEN><TABLE>0.5 0.5 <!-- no --> 1e-3 .999</TABLE></DEFINITION>
</NETWORK></BIF>""",
    "net": """% made elsewhere
net { name = "my net"; node_size = (80 40); }
discrete node Smoker { label = "Do you {smoke}?"; states = ( "yes" "no" ); }
node Cancer { states = ("yes" "no"); position = (1 2); }
potential ( Smoker ) { data = ( 0.25 0.75 ); }
potential ( Cancer | Smoker ) { data = (( 0.5 0.5 ) % yes
 ( 1e-3 .999 )); }""",
    "uai": "BAYES\n2\n2 2\n2\n2 0 1 # child last\n1 0\n\n4\n 0.5 0.5\n 1e-3 .999\n\n2\n 0.25 0.75\n",
}


@pytest.mark.parametrize("format", FORMATS)
def test_files_as_other_programs_write_them(format: str, tmp_path: Path) -> None:
    network = read(write(tmp_path, f"x.{format}", FOREIGN[format]))
    smoker, cancer = (network.nodes[0], network.nodes[1])
    assert_close(smoker.cpd.table(), [0.25, 0.75])
    assert_close(cancer.cpd.table(), [[0.5, 0.001], [0.5, 0.999]])
    assert cancer.parents == (smoker.id,)
    if format != "uai":
        assert (network.name, smoker.id, smoker.states) == ("my net", "Smoker", ("yes", "no"))


def test_a_uai_table_runs_its_last_parent_faster_than_its_first(tmp_path: Path) -> None:
    rows = "0.1 0.9 0.2 0.8 0.3 0.7 0.4 0.6 0.5 0.5 0.6 0.4"
    text = f"BAYES\n3\n2 3 2\n3\n1 0\n1 1\n3 0 1 2\n2 0.5 0.5\n3 0.25 0.25 0.5\n12 {rows}\n"
    table = read(write(tmp_path, "x.uai", text)).node("var_2").cpd.table()
    assert_close(table[0], [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])


def test_a_parent_whose_name_ends_in_node_is_one_parent(tmp_path: Path) -> None:
    text = (
        'node lymph_node { states = ("a" "b c"); } node b { states = (x y); }\n'
        "node k { states = (x y); } potential (lymph_node) { data = (0.5 0.5); }\n"
        "potential (b) { data = (0.5 0.5); } potential (k | lymph_node b) "
        "{ data = ((0.5 0.5)(0.5 0.5)(0.5 0.5)(0.25 0.75)); }"
    )
    network = read(write(tmp_path, "x.net", text))
    assert network.node("k").parents == ("lymph_node", "b")
    assert network.node("lymph_node").states == ("a", "b c")


def test_numbers_printed_with_few_digits_are_rescaled_with_a_warning(tmp_path: Path) -> None:
    text = FOREIGN["bif"].replace("0.25, 0.75", "0.3333333, 0.6666666")
    with pytest.warns(UserWarning, match="rescaled: Smoker"):
        assert_close(read(write(tmp_path, "x.bif", text)).node("Smoker").cpd.table().sum(), 1.0)


# file name, what stands in it, what the message must say
BROKEN: list[tuple[str, str, str]] = [
    ("x.bif", "", "is empty"),
    ("x.bif", "\0\0", "is not text"),
    ("x.bif", "hello", "'hello' stands outside every block"),
    ("x.bif", FOREIGN["bif"][:-1], "never closed"),
    ("x.bif", FOREIGN["bif"] + "}", "line 8: a closing brace"),
    ("x.bif", FOREIGN["bif"].replace("/* two */", "/* two"), "line 3: a comment starts and never ends"),
    (
        "x.bif",
        FOREIGN["bif"].replace("type discrete[2]", "type discrete[3]"),
        "announces 3 states and lists 2",
    ),
    ("x.bif", FOREIGN["bif"].replace("type discrete[2]", "type real[2]"), "'Smoker' has no states"),
    ("x.bif", FOREIGN["bif"].replace("variable Cancer", "variable Smoker"), "'Smoker' is declared twice"),
    ("x.bif", FOREIGN["bif"].replace("| Smoker", "| Drinker"), "'Drinker' is not declared"),
    (
        "x.bif",
        FOREIGN["bif"].replace("probability ( Cancer", "potential ( Cancer"),
        "BIF has network, variable",
    ),
    ("x.bif", FOREIGN["bif"].replace("(yes) 0.5 0.5;", ""), "1 of 2 rows are left out"),
    ("x.bif", FOREIGN["bif"].replace("(no)", "(yes)"), "is given twice"),
    ("x.bif", FOREIGN["bif"].replace("(no)", "(maybe)"), "'Smoker' has no state 'maybe'. States: yes, no"),
    ("x.bif", FOREIGN["bif"].replace("(no)", "(no, no)"), "names 2 states for 1 parents"),
    ("x.bif", FOREIGN["bif"].replace("(no)", "default"), "give every row"),
    ("x.bif", FOREIGN["bif"].replace("(yes) 0.5 0.5", "(yes) 0.5"), "has 1 numbers, not 2"),
    ("x.bif", FOREIGN["bif"].replace("(yes) 0.5 0.5", "(yes) 0.5 half"), "Write numbers such as 0.25"),
    (
        "x.bif",
        FOREIGN["bif"].replace("(yes) 0.5 0.5", "(yes) 1.5 -0.5"),
        "'Cancer' has a negative probability",
    ),
    (
        "x.bif",
        FOREIGN["bif"].replace("(yes) 0.5 0.5", "(yes) 0.5 0.6"),
        "column (Smoker = yes): 0.5, 0.6 sum to 1.1",
    ),
    ("x.bif", FOREIGN["bif"].replace("(yes) 0.5 0.5", "(yes) 0.5 1e999"), "column (Smoker = yes): 0.5, inf"),
    ("x.bif", FOREIGN["bif"].replace("{ yes, no }", "{ yes, yes }"), "same state twice"),
    ("x.bif", FOREIGN["bif"].replace("Cancer | Smoker", "Cancer | Cancer"), "the arcs form a cycle"),
    ("x.bif", "network x { }", "no node is declared"),
    ("x.bif", "variable a { type discrete [ 2 ] { b, c }; }", "'a' has no table"),
    ("x.net", FOREIGN["net"].replace("discrete node", "continuous node"), "only discrete nodes are read"),
    ("x.net", FOREIGN["net"].replace("node Cancer", "node Smoker"), "'Smoker' is declared twice"),
    ("x.net", FOREIGN["net"].replace("( 0.25 0.75 )", "( 0.25 0.75 1 )"), "there are 3 numbers, not 2"),
    ("x.net", FOREIGN["net"].replace("data = ( 0.25 0.75 );", ""), "there are no numbers"),
    ("x.net", FOREIGN["net"].replace("states = (", "status = ("), "'Smoker' has no states"),
    ("x.xmlbif", "<BIF", "not readable as XML"),
    ("x.xmlbif", "<html></html>", "this is not XMLBIF"),
    ("x.xmlbif", "<a>" * 50, "nested more than 8 deep"),
    ("x.xmlbif", '<!DOCTYPE BIF SYSTEM "http://example.org/x.dtd"><BIF/>', "Remove the DOCTYPE line"),
    ("x.xmlbif", FOREIGN["xmlbif"].replace("<FOR>Cancer", "<FOR>Smoker"), "second DEFINITION"),
    ("x.xmlbif", FOREIGN["xmlbif"].replace("<FOR>Cancer", "<FOR>Canker"), "'Canker', which is not declared"),
    ("x.xmlbif", FOREIGN["xmlbif"].replace("0.25 0.75", "0.25"), "has 1 numbers, not 2"),
    ("x.xmlbif", FOREIGN["xmlbif"].replace("<OUTCOME>no</OUTCOME>", "<OUTCOME/>"), "no OUTCOME"),
    ("x.uai", "MARKOV\n1\n2\n", "Markov networks have no causes"),
    ("x.uai", "BAYES 1 2 1 1 0 2 0.5", "has 1 numbers, not 2"),
    ("x.uai", "BAYES 1 2 1 1 0 2 0.5 0.5 7", "goes on with '7'"),
    ("x.uai", "BAYES 1 2 1 1 0 2 0.5 x", "Write numbers such as"),
    ("x.uai", "BAYES 2 2 2 2 1 0 1 0 2 0.5 0.5 2 0.5 0.5", "variable 0 ends two scopes"),
    ("x.uai", "BAYES 99999999", "not a whole number from 1 to 2000"),
    ("x.uai", "BAYES 3 2 2 2 3 1 0 1 1", "the file ends before the size of a scope"),
]


@pytest.mark.parametrize(("name", "text", "message"), BROKEN)
def test_a_broken_file_is_named_with_what_is_wrong(
    name: str, text: str, message: str, tmp_path: Path
) -> None:
    path = write(tmp_path, name, text)
    with pytest.raises(ExchangeError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def laughs() -> str:
    """Ten entities, each ten of the one before: a gigabyte if expanded."""
    lines = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return f'<!DOCTYPE BIF [<!ENTITY l0 "ha">{lines}]><BIF><NETWORK><NAME>&l9;</NAME></NETWORK></BIF>'


@pytest.mark.parametrize(
    "text", [laughs(), '<!DOCTYPE BIF [<!ENTITY x SYSTEM "file:///etc/passwd">]><BIF>&x;</BIF>']
)
def test_entities_are_refused_before_they_are_expanded(text: str, tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="declares entities, which are not read"):
        read(write(tmp_path, "x.xml", text))


def test_a_file_that_claims_a_huge_table_is_refused_before_it_is_made(tmp_path: Path) -> None:
    names = [f"v{i}" for i in range(30)]
    text = "".join(f"variable {name} {{ type discrete [ 2 ] {{ a, b }}; }}\n" for name in names)
    text += "".join(f"probability ( {name} ) {{ table 0.5, 0.5; }}\n" for name in names[1:])
    text += f"probability ( v0 | {', '.join(names[1:])} ) {{ }}"
    with pytest.raises(ExchangeError, match=r"'v0' would have 1\.07e\+09 numbers; at most 4194304"):
        read(write(tmp_path, "x.bif", text))


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("x.bif", "variable "),
        ("x.bif", "variable a {"),
        ("x.bif", "/*"),
        ("x.bif", "probability ( a a"),
        ("x.bif", "variable  " + " " * 1000 + "("),
        ("x.bif", "network{}"),
        ("x.bif", "\n"),
        ("x.net", 'node a {states = ("'),
        ("x.net", "potential (a){data = "),
        ("x.net", '"'),
        ("x.xml", "<BIF "),
        ("x.uai", "BAYES 1 "),
    ],
)
def test_two_megabytes_of_nonsense_are_refused_within_seconds(name: str, piece: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, piece * (1_900_000 // len(piece)))
    start = time.perf_counter()
    with pytest.raises(ExchangeError):
        read(path)
    # Not a measure of speed: what this guards against takes hours.
    assert time.perf_counter() - start < 60


def test_a_large_file_is_refused_unless_more_is_allowed(tmp_path: Path) -> None:
    path = write(tmp_path, "x.bif", FOREIGN["bif"] + " " * 2_000_000)
    with pytest.raises(ExchangeError, match="larger than 2 MB"):
        read(path)
    assert len(read(path, max_bytes=3_000_000)) == 2


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.bif"
    path.write_bytes("variable \u00e9".encode("latin-1"))
    with pytest.raises(ExchangeError, match=r"not text in UTF-8 \(byte 9\). Save it as UTF-8"):
        read(path)


def test_an_unknown_format_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        ExchangeError, match=r"suffix '.pdf' names no format. Formats: bif \(.bif\), xmlbif \(.xmlbif"
    ):
        export(consultation(), tmp_path / "x.pdf")
    with pytest.raises(ExchangeError, match=r"format 'hugin' is unknown. Formats: bif"):
        read(tmp_path / "x.net", format="hugin")


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
