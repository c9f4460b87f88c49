"""`nocturne nodes` and `nocturne sources`."""

from __future__ import annotations

import json

import pytest

from model.alternatives import SHOWN
from model.citations import short_name
from model.provenance import UNCONFIRMED, Provenance
from network.build import load_network
from tests.model.shell import run

BN = load_network()
PROVENANCE = Provenance.of(BN)


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
    warned = [flag.reason for flag in BN.red_flags if item.id in dict(flag.clauses)]
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
    assert keys, "there are sources of both kinds"
    source = PROVENANCE.source(keys[0])
    out = run("sources", source.key) + run("sources", source.key, "--json")
    assert (source.title in out) == confirmed
    assert (UNCONFIRMED in out) != confirmed


def test_no_unconfirmed_source_is_cited_in_any_list():
    out = run("sources", "--json")
    confirmed = {source.title for source in PROVENANCE.sources.values() if source.citable}
    others = {source.title for source in PROVENANCE.sources.values() if len(source.title) > 20} - confirmed
    assert not [title for title in others if title in out]


def test_a_derived_figure_is_shown_with_its_formula_its_bases_and_its_step():
    found = [figure for figure in PROVENANCE.figures.values() if figure.formula and figure.step > 1.0]
    assert found
    figure = min(found, key=lambda figure: len(figure.formula))
    plain = json.loads(run("sources", figure.id, "--json"))
    assert (plain["formula"], plain["step"]) == (figure.formula, figure.step)
    assert plain["derived_from"] == list(figure.derived_from)
    shown = run("sources", figure.id)
    assert f"computed: {figure.formula}" in shown
    assert figure.derived_from[0] in shown
    assert f"a factor of {figure.step:g} either way" in shown


def test_a_figure_is_shown_with_what_it_sets():
    (parameter, figure), *_ = BN.node("relief_by_dangling_legs").figures
    shown = json.loads(run("sources", figure, "--json"))
    assert {"node": "relief_by_dangling_legs", "parameter": parameter} in shown["sets"]
    assert f"relief_by_dangling_legs ({parameter})" in run("sources", figure)


def test_lists_name_the_first_author_and_the_year():
    source = next(s for s in PROVENANCE.sources.values() if s.citable and PROVENANCE.of_source(s.key))
    assert short_name(source) in run("sources", source.key)


def test_a_disputed_figure_is_shown_with_what_was_published_against_it():
    shown = json.loads(run("sources", "rls_prev_song_global", "--json"))["also_published"]
    other = next(one for one in shown if one["id"] == "rls_prev_brostrom")
    assert (other["value"], other["instead"]) == (0.03, "rls_prev_song_global")
    out = " ".join(run("sources", "rls_prev_song_global").split())
    assert "also published" in out and "0.03 (0.014 to 0.038), grade A" in out
    assert f"and {len(shown) - SHOWN} more that disagree" in out
