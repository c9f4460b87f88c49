"""Files that other programs wrote, and files that are broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from network.errors import ExchangeError
from network.exchange import FORMATS, export, read
from tests.floats import assert_close
from tests.networks import consultation


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


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
def test_two_megabytes_of_nonsense_are_refused(name: str, piece: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, piece * (1_900_000 // len(piece)))
    # What this guards against takes hours.
    with pytest.raises(ExchangeError):
        read(path)


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
