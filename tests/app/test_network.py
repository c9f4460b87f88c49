"""The Network page through `AppTest`: what is shown of a node, what is entered, networks of one's own."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model import Differential, Evidence
from network.exchange import export
from network.structure import Network
from tests.app.driving import click, opened, run, texts
from tests.networks import asia, consultation, make, noisy, random_tables, tabled
from views.network.look import BLANKET, INFORMATION, NEAR, Look
from views.network.shown import columns, markov_blanket, neighbourhood, shown_nodes
from views.shared import address
from views.shared.words import percent, plain

DDX = Differential.load()
NETWORK = DDX.network
SIZE = f"{len(NETWORK)} nodes"
HOSTILE = "<script>alert(1)</script>![x](https://example.org/x.png) $x$ :red[y] [a](javascript:alert)"

ONE_OF_EACH_SHAPE = (
    *("burning_feet", "restless_legs_syndrome", "morning_stiffness", "muscle_cramps"),
    *("drug_induced_nocturnal_leg_cramps", "due_to_osteoarthritis", "seen_in", "age"),
)

PAGES = """
import streamlit as st
from views.explore.page import page as explore
from views.network.page import page as network
from views.sources.page import page as sources
from views.what_if.page import page as what_if
{"explore": explore, "network": network, "sources": sources, "what_if": what_if}[
    st.query_params.get("at", "network")
]()
"""


def open_page(**address: str) -> AppTest:
    return opened(PAGES, **address)


def unfold(app: AppTest, *keys: str) -> AppTest:
    for key in keys:
        app.session_state[key] = True
    return run(app)


def evidence(app: AppTest) -> Evidence:
    held: Evidence = app.session_state["case"].evidence
    return held


def look(app: AppTest) -> Look:
    held: Look = app.session_state["network-look"]
    return held


def bring(app: AppTest, name: str, content: bytes) -> AppTest:
    """Give the uploader a file, on a page that is drawn whole."""
    run(app)
    app.file_uploader[0].set_value((name, content, "application/octet-stream"))
    return run(app)


def written(network: Network, folder: Path, name: str = "mine.bif") -> bytes:
    return export(network, folder / name)[0].read_bytes()


def zipped(network: Network, folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in export(network, folder / "mine.bif"):
            archive.writestr(path.name, path.read_bytes())
    return buffer.getvalue()


def test_without_a_node_the_page_says_how_to_choose_one() -> None:
    app = open_page()
    assert "None yet. Click one in the picture" in texts(app)
    assert SIZE in texts(app)
    assert app.segmented_control(key="scope").disabled
    for line in NETWORK.notice:
        assert line in texts(app)


def test_the_address_opens_a_node_with_all_that_is_known_of_it() -> None:
    app = open_page(node="osteoarthritis")
    node = NETWORK.node("osteoarthritis")
    page = texts(app)
    assert node.label in page and node.text.clinical_term in page and node.text.description in page
    rows = app.table[0].value
    prior = DDX.query().posterior("osteoarthritis")["present"]
    assert percent(prior) in str(rows.to_string())
    for other in (*node.parents, *NETWORK.children[node.id]):
        assert any(str(button.key).endswith(f"-{other}") for button in app.button)


@pytest.mark.parametrize("word", ["third_arm", HOSTILE, "%00", "x" * 5000, "../../etc/passwd"])
def test_an_address_of_no_node_is_told_plainly(word: str) -> None:
    app = open_page(node=word)
    assert "This network has no node called" in texts(app)
    assert "<script>" not in texts(app).replace("\\<script", "")
    assert look(app).node == ""


def test_back_opens_the_node_before() -> None:
    app = open_page(node="osteoarthritis")
    click(app, "child-due_to_osteoarthritis")
    assert app.query_params["node"] in ("due_to_osteoarthritis", ["due_to_osteoarthritis"])
    app.query_params["node"] = "osteoarthritis"
    assert look(run(app)).node == "osteoarthritis"
    del app.query_params["node"]
    assert look(run(app)).node == ""


def test_a_node_is_found_by_name_and_closed_again() -> None:
    app = open_page()
    app.selectbox(key="find-node").set_value("diuretic")
    run(app)
    assert look(app).node == "diuretic" and app.selectbox(key="find-node").value is None
    click(app, "close-node")
    assert look(app).node == "" and "node" not in app.query_params


def test_evidence_is_entered_at_the_node_and_moves_it() -> None:
    app = open_page(node="relief_by_dangling_legs")
    app.segmented_control(key="node-relief_by_dangling_legs").set_value("present")
    run(app)
    assert evidence(app).findings == {"relief_by_dangling_legs": "present"}
    assert "case" in app.query_params and "node" in app.query_params
    assert "100" in app.table[0].value.to_string()
    assert not evidence(click(app, "node-remove"))


def test_a_case_and_a_node_in_one_address_open_both() -> None:
    app = open_page(node="diuretic")
    app.segmented_control(key="node-diuretic").set_value("present")
    run(app)
    word = app.query_params["case"]
    again = open_page(node="smoking", case=word if isinstance(word, str) else word[0])
    assert evidence(again).findings == {"diuretic": "present"} and look(again).node == "smoking"


def test_what_cannot_hold_together_is_said_and_the_page_stands() -> None:
    app = open_page(node="pregnancy")
    app.segmented_control(key="node-pregnancy").set_value("present")
    run(app)
    click(app, "parent-sex")
    app.segmented_control(key="node-sex").set_value("male")
    run(app)
    assert any("cannot hold together" in error.value and "Pregnancy" in error.value for error in app.error)
    assert "–" in app.table[0].value.to_string()


@pytest.mark.parametrize("node_id", ONE_OF_EACH_SHAPE)
def test_numbers_of_every_shape_are_opened(node_id: str) -> None:
    app = unfold(open_page(node=node_id), "node-numbers", "node-table")
    shown = "\n".join(table.value.to_string() for table in app.table)
    node = NETWORK.node(node_id)
    if node.figures:
        assert "grade and source" in shown
        assert "Judged" in shown or "Published" in shown or "From" in shown
    size = 1
    for other in (node_id, *node.parents):
        size *= len(NETWORK.node(other).states)
    if size <= 4096:
        assert len(app.dataframe[0].value) == size // len(node.states)
    else:
        assert "too large to read" in texts(app)


def test_neighbours_and_blanket_are_those_of_the_graph() -> None:
    network = Differential.of(asia())
    assert neighbourhood(network, "lung", 1) == {"smoke", "lung", "either"}
    assert neighbourhood(network, "lung", 2) == {"smoke", "lung", "either", "bronc", "tub", "xray", "dysp"}
    assert markov_blanket(network, "lung") == {"smoke", "lung", "either", "tub"}


def test_the_filter_by_kind_keeps_the_chosen_node() -> None:
    found = shown_nodes(DDX, Look(node="osteoarthritis", scope=NEAR, kinds=("symptom",)))
    assert "osteoarthritis" in found
    assert {NETWORK.node(node).kind for node in found} <= {"symptom", "condition"}
    assert len(shown_nodes(DDX, Look())) == len(NETWORK)
    assert set(shown_nodes(DDX, Look(node="age", scope=BLANKET))) == markov_blanket(DDX, "age")


def test_columns_hold_every_node_once_and_none_is_endless() -> None:
    wide = Differential.of(random_tables(1, n=150, max_parents=1))
    for ddx in (DDX, wide):
        found = columns(ddx, set(ddx.network.index))
        assert sorted(node for column in found for node in column.nodes) == sorted(ddx.network.index)
        assert max(len(column.nodes) for column in found) <= 46


def test_the_lists_hold_what_the_picture_shows() -> None:
    app = unfold(open_page(node="osteoarthritis"), "network-lists")
    app.segmented_control(key="scope").set_value(NEAR)
    run(app)
    near = neighbourhood(DDX, "osteoarthritis", 1)
    listed: set[str] = set()
    for layer in range(len(columns(DDX, near))):
        app.session_state["network-layer"] = layer
        run(app)
        listed |= {str(b.key).removeprefix("list-") for b in app.button if str(b.key).startswith("list-")}
    assert listed == near
    click(app, f"list-{sorted(listed & {b.key.removeprefix('list-') for b in app.button})[0]}")
    assert look(app).node in near


def test_information_about_all_causes_and_about_one() -> None:
    app = open_page()
    app.segmented_control(key="colour").set_value(INFORMATION)
    run(app)
    assert "the fullest stands for" in texts(app)
    app.selectbox(key="about").set_value("osteoarthritis")
    assert look(run(app)).about == "osteoarthritis"


def test_a_network_of_ones_own_is_used_by_every_page(tmp_path: Path) -> None:
    app = bring(open_page(), "asia.bif", written(asia(), tmp_path))
    assert "your own network “asia”" in texts(app)
    for page in ("explore", "what_if", "network"):
        app.query_params["at"] = page
        assert "your own network “asia”" in texts(run(app))
    app.query_params["at"] = "sources"
    assert "This network names no figures" in texts(run(app))
    app.query_params["at"] = "network"
    app.query_params["node"] = "xray"
    run(app)
    app.segmented_control(key="node-xray").set_value("present")
    run(app)
    lung = Differential.of(asia()).query({"xray": "present"}).posterior("lung")["present"]
    app.query_params["node"] = "lung"
    assert percent(lung) in run(app).table[0].value.to_string()
    app.segmented_control(key="colour").set_value(INFORMATION)
    assert "the fullest stands for" in texts(run(app))


def test_findings_are_put_aside_and_come_back(tmp_path: Path) -> None:
    app = open_page(node="smoking")
    app.segmented_control(key="node-smoking").set_value("current")
    run(app)
    bring(app, "asia.bif", written(asia(), tmp_path))
    assert not evidence(app)
    assert "Put aside, because this network does not know them: smoking" in texts(app)
    click(app, "built-in")
    assert evidence(app).findings == {"smoking": "current"}
    assert evidence(app).network is NETWORK or evidence(app).network.hash == NETWORK.hash
    assert "your own network" not in texts(app)


def test_findings_that_both_networks_know_are_kept(tmp_path: Path) -> None:
    app = open_page(node="age")
    app.segmented_control(key="node-age").set_value("75_plus")
    run(app)
    bring(app, "mine.zip", zipped(consultation(), tmp_path))
    assert evidence(app).findings == {"age": "75_plus"}
    assert "1 finding kept" in texts(app)


def test_one_session_never_sees_the_network_of_another(tmp_path: Path) -> None:
    one, other = open_page(), open_page()
    bring(one, "asia.bif", written(asia(), tmp_path))
    assert "asia" not in texts(run(other)) and SIZE in texts(other)
    assert SIZE in texts(open_page())


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.bif", b"network x {}\nvariable a { type discrete [2] {yes, no}; }\n", "has no table"),
        ("x.bif", b"", "empty"),
        ("x.zip", b"PK junk", "cannot be unpacked"),
        ("x.exe", b"MZ\x00", "names no format"),
        (f"{HOSTILE}.bif", b"variable <script>alert(1)</script> {", "x"),
    ],
)
def test_a_file_that_is_no_network_is_told_plainly_and_nothing_changes(
    name: str, content: bytes, words: str
) -> None:
    app = open_page(node="smoking")
    app.segmented_control(key="node-smoking").set_value("current")
    run(app)
    bring(app, name, content)
    assert "This network cannot be used" in texts(app)
    assert words in app.code[0].value
    assert evidence(app).findings == {"smoking": "current"} and SIZE in texts(app)


def test_markup_in_names_is_shown_and_never_read(tmp_path: Path) -> None:
    content = written(asia(), tmp_path).decode().replace("lung", "<img_src=x_onerror=alert(1)>_$x$_:red[y]")
    app = bring(open_page(), "x.bif", content.replace("(1)", "").replace("[y]", "").encode())
    name = "<img_src=x_onerror=alert>_$x$_:red"
    assert name in DDX.network or name in evidence(app).network
    app.query_params["node"] = name
    unfold(app, "network-lists", "node-numbers", "node-table")
    assert f"**{plain(name)}**" in texts(app)
    assert name not in texts(app)


def test_a_network_too_wide_is_refused_with_the_reason(tmp_path: Path) -> None:
    app = open_page()
    bring(app, "wide.bif", written(random_tables(0, n=110, max_parents=5), tmp_path))
    assert "would have to be held in one table" in app.code[0].value
    assert SIZE in texts(app)


@pytest.mark.parametrize("page", ["network", "explore", "what_if"])
def test_a_case_too_wide_to_answer_is_told_on_every_page(page: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    causes = [tabled(f"d{i}", [], 0.02) for i in range(60)]
    findings = [
        noisy(f"f{j}", {f"d{i}": 0.5 for i in sorted(rng.choice(60, 6, replace=False))}, 0.01, kind="node")
        for j in range(60)
    ]
    app = bring(open_page(), "wide.bif", written(make("wide", *causes, *findings), tmp_path))
    entered = Evidence.of(evidence(app).network, {node.id: "present" for node in findings})
    app.query_params["case"], app.query_params["at"] = address.encode(entered), page
    run(app)
    assert any("would have to be held in one table" in error.value for error in app.error)


def test_pgmpy_answers_the_same_and_only_here(tmp_path: Path) -> None:
    app = bring(open_page(), "asia.bif", written(asia(), tmp_path))
    app.query_params["node"] = "lung"
    before = run(app).table[0].value.to_string()
    app.segmented_control(key="engine").set_value("pgmpy")
    run(app)
    assert app.session_state["engine-of-session"] == "pgmpy"
    assert app.table[0].value.to_string() == before
    app.segmented_control(key="colour").set_value(INFORMATION)
    assert "the fullest stands for" in texts(run(app))
    assert "engine-of-session" not in open_page().session_state


@pytest.mark.parametrize("form", ["dot", "graphml", "nodes", "arcs", "bif", "xmlbif", "net", "uai"])
def test_every_export_is_offered(form: str) -> None:
    app = unfold(open_page(), "network-export")
    app.selectbox(key="export-form").set_value(form)
    run(app)
    assert not app.error
    assert len(app.get("download_button")) >= 1
