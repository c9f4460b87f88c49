"""The case sheet: complete, self-contained, and harmless whatever the network or the case says."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from model import Differential, Evidence, Likelihood
from model.account import story
from network.structure import Contradiction
from views.explore.afterthoughts import Desk
from views.explore.sheet import sheet
from views.shared.words import percent, span

DDX = Differential.load()
FINDINGS = {"age": "75_plus", "relief_by_dangling_legs": "present", "cold_foot": Likelihood(4), "sex": "male"}
ADDRESS = "http://127.0.0.1:8501/?case=abc"
HOSTILE = '"><script>alert(1)</script><img src="https://example.org/x.png" onerror="alert(2)">'


class Page(HTMLParser):
    """What a browser would read: tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(ddx: Differential, evidence: Evidence) -> Page:
    return Page(sheet(ddx, evidence, ADDRESS, Desk()))


def test_the_sheet_holds_the_whole_case() -> None:
    evidence = Evidence.of(DDX.network, FINDINGS).paused_at("sex")
    text = page(DDX, evidence).text
    credible = DDX.credible(evidence, draws=40)
    for cause in credible.causes:
        assert cause.label in text and percent(cause.due_to.point) in text
        assert span(cause.due_to.low, cause.due_to.high) in text
    for line in (*DDX.network.notice, *story(DDX.explain(evidence, credible.causes[0].condition))):
        assert line in text
    for flag in DDX.query(evidence).urgency.flags:
        assert flag.reason in text and flag.action in text
    for words in (
        "Cold foot",
        "probably (4 to 1)",
        "Male (paused, without effect)",
        ADDRESS,
        "Date and name:",
    ):
        assert words in text
    assert f"version {DDX.network.version} ({DDX.network.hash})" in text


def test_the_sheet_asks_back_only_what_contradicts() -> None:
    odd = Evidence.of(
        DDX.network, {"relief_on_leg_elevation": "present", "worse_on_leg_elevation": "present"}
    )
    text = page(DDX, odd).text
    assert "Please check" in text
    assert "Does raising the legs ease the pain, or does it make it worse? Both were entered." in text
    assert "Please check" not in page(DDX, odd.paused_at("worse_on_leg_elevation")).text


def test_the_sheet_needs_nothing_else_and_runs_nothing() -> None:
    tags = page(DDX, Evidence.of(DDX.network, FINDINGS)).tags
    assert {tag for tag, _ in tags}.isdisjoint({"script", "link", "img", "iframe", "a", "form"})
    policy = next(attrs["content"] for tag, attrs in tags if "http-equiv" in attrs)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize("field", ["label", "clinical_term"])
def test_hostile_words_of_a_network_stay_words(field: str) -> None:
    nodes = tuple(replace(node, text=replace(node.text, **{field: HOSTILE})) for node in DDX.network.nodes)
    rule = Contradiction("odd", (("age", "75_plus"), ("sex", "male")), (), HOSTILE, HOSTILE)
    header = {"title": HOSTILE, "notice": (HOSTILE, HOSTILE), "version": HOSTILE}
    network = replace(DDX.network, nodes=nodes, contradictions=(rule,), **header)
    told = Page(sheet(Differential.of(network), Evidence.of(network, FINDINGS), HOSTILE, Desk()))
    assert HOSTILE in told.text
    assert {tag for tag, _ in told.tags}.isdisjoint({"script", "img"})
    assert not [attrs for _, attrs in told.tags if "onerror" in attrs]


def test_findings_that_cannot_hold_together_still_have_a_sheet() -> None:
    impossible = {"sex": "male", "pregnancy": "present", "sudden_cold_pale_numb_leg": "present"}
    text = page(DDX, Evidence.of(DDX.network, impossible)).text
    assert "These cannot hold together: Sex and Pregnancy." in text
    assert "Emergency" in text
    assert DDX.network.notice[-1] in text


def test_the_empty_case_has_a_sheet() -> None:
    text = page(DDX, Evidence.of(DDX.network)).text
    assert "Nothing was entered." in text
    assert DDX.query().ranking[0].label in text


def test_where_nothing_is_raised_the_sheet_does_not_reassure() -> None:
    calm = Evidence.of(DDX.network, {"age": "under_40"})
    assert "No warning sign was entered. That does not mean that there is none." in page(DDX, calm).text
    ddx = Differential.of(replace(DDX.network, red_flags=(), safety_items=()))
    text = page(ddx, Evidence.of(ddx.network, {"age": "under_40"})).text
    assert "This network knows no warning signs" in text
    assert "No warning sign was entered" not in text


def test_while_it_is_urgent_the_sheet_names_what_waits_without_describing_it() -> None:
    findings = {"age": "60_to_74", "bladder_or_saddle_symptoms": "present"}
    text, found = page(DDX, Evidence.of(DDX.network, findings)).text, DDX.advice(findings)
    assert all(
        says in text and all(label in text for label in labels) for says, labels in found.waiting.items()
    )
    assert f"{found.withheld[0].label} (" not in text


def test_what_to_do_is_said_of_the_most_urgent_level_alone() -> None:
    findings = {"diabetes": "present", "sudden_cold_pale_numb_leg": "present"}
    text = page(DDX, Evidence.of(DDX.network, findings)).text
    first, *others = DDX.query(findings).urgency.flags
    assert first.action in text
    assert others
    for flag in others:
        assert flag.reason in text and flag.action not in text
