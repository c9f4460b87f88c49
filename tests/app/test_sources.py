"""The Sources page through `AppTest`: every figure can be found, and what is judged says so."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model import Differential
from model.alternatives import SHOWN
from model.check import check
from model.ledger import ledger
from model.uploads import read_upload
from network.build import load_network
from network.exchange import export
from tests.app.driving import run
from tests.needs import PATIENCE_S
from tests.networks import asia
from views.shared import asking
from views.shared.words import percent, plain
from views.sources.figure import _origin
from views.sources.figure_list import to_csv
from views.sources.shelf import shelf
from views.sources.state import Wanted
from views.sources.wording import interval, value, wording

WAIT = PATIENCE_S
DDX = Differential.of(load_network())
BOOK = ledger(DDX.network)
SHARE = BOOK.judged_share
ITEMS = asking.catalogue(DDX)
SHELF = shelf(DDX)

PAGE = """
from views.sources.page import page
page()
"""


ONE_FIGURE = """
from views.shared import asking
from views.shared.engine import differential
from views.sources.figure import figure_in_full
from views.sources.shelf import shelf
found = shelf(differential())
figure_in_full(found.ledger.entries["{figure}"], found, asking.catalogue(differential()))
"""


def open_page(wanted: Wanted | None = None, **address: str) -> AppTest:
    """Return the page as a browser opens it, looking for something."""
    app = AppTest.from_string(PAGE, default_timeout=WAIT)
    if wanted is not None:
        app.session_state["sources_page"] = wanted
    for name, said in address.items():
        app.query_params[name] = said
    return run(app)


def wanted(app: AppTest) -> Wanted:
    held: Wanted = app.session_state["sources_page"]
    return held


def texts(app: AppTest) -> str:
    parts: tuple[Any, ...] = (app.markdown, app.caption, app.error, app.success, app.info, app.expander)
    return "\n".join(str(getattr(one, "value", None) or one.label) for part in parts for one in part)


def in_full(figure: str) -> str:
    """Return what the page says of one figure that is opened."""
    return texts(run(AppTest.from_string(ONE_FIGURE.format(figure=figure), default_timeout=WAIT)))


def test_the_summary_counts_what_is_used_and_what_is_judged() -> None:
    app = open_page()
    said = texts(app)
    assert f"{SHARE.used:,} figures" in said
    assert f"{SHARE.judged:,} of the {SHARE.used:,} ({percent(SHARE.share)}) are judged" in said
    grades = app.table[0].value
    assert [int(cell.replace(",", "")) for cell in grades["In all"]] == list(BOOK.by_grade().values())


def test_the_page_starts_with_what_is_in_use_and_the_rest_can_be_had() -> None:
    app = open_page()
    assert f"{SHARE.used:,} figures" in texts(app)
    app.session_state["sources-filters"] = True
    run(app).selectbox(key="sources-use").set_value("all")
    assert f"**{len(BOOK.entries):,} figures, 1 to" in texts(run(app))


def test_every_figure_can_be_found_by_its_id() -> None:
    for figure in list(BOOK.entries)[::97]:
        found = SHELF.wanted(Wanted(text=figure, use="all"))
        assert figure in [book.entry.id for book in found]


@pytest.mark.parametrize(
    "filters",
    [{"grades": ("A", "B")}, {"kind": "odds_ratio"}, {"use": "record"}, {"origin": "published"},
     {"origin": "derived"}, {"verified": "partly"}, {"verified": "judgement"}, {"corrected": True},
     {"node": "restless_legs_syndrome"}, {"text": "RESTLESS legs"}],
)  # fmt: skip
def test_filters_keep_some_figures_and_leave_others(filters: dict[str, Any]) -> None:
    everything = Wanted(use="all")
    found = SHELF.wanted(Wanted(**({"use": "all"} | filters)))
    assert 0 < len(found) < len(SHELF.wanted(everything))


def test_judged_finds_exactly_what_is_judged_in_whole_or_in_part() -> None:
    found = SHELF.wanted(Wanted(use="all", origin="judged"))
    assert {book.entry.id for book in found} == {entry.id for entry in BOOK.entries.values() if entry.judged}


def test_no_order_loses_a_figure() -> None:
    orders = [SHELF.wanted(Wanted(use="all", sort=sort)) for sort in wording()["sort"]]
    assert len({frozenset(book.entry.id for book in order) for order in orders}) == 1
    assert [book.entry.figure.grade for book in orders[1]] == sorted(
        book.entry.figure.grade for book in orders[1]
    )


def test_a_search_starts_at_the_first_page_and_finds_nothing_politely() -> None:
    app = open_page(Wanted(at=3))
    assert "41 to 60 shown" in texts(app)
    app.text_input(key="sources-text").set_value("smoking")
    app = run(app)
    assert wanted(app).at == 1
    app.text_input(key="sources-text").set_value("<script>*no such figure*</script>")
    assert "No figure found" in texts(run(app))


def test_filters_are_set_and_cleared_again() -> None:
    app = open_page()
    app.session_state["sources-filters"] = True
    app = run(app)
    app.pills(key="sources-grades-0").set_value(["A", "B"])
    app = run(app)
    assert wanted(app).grades == ("A", "B") and "grade A, B" in texts(app)
    app.session_state["sources-filters"] = True
    app = run(app)
    app.button(key="sources-reset").click()
    app = run(app)
    assert wanted(app).grades == () and f"**{len(BOOK.entries):,} figures" in texts(app)


def test_every_row_marks_what_is_judged_and_what_is_not_in_use() -> None:
    app = open_page(Wanted(use="all", origin="judged", at=30))
    rows = [panel.label for panel in app.expander if "grade" in panel.label and "Filters" not in panel.label]
    assert len(rows) == wording()["page_size"]
    assert all("judged" in row for row in rows)


@pytest.mark.parametrize("origin", ["published", "derived", "judged"])
def test_a_figure_in_full_says_number_grade_origin_and_use(origin: str) -> None:
    entry = next(
        one for one in BOOK.entries.values() if one.origin == origin and one.used and one.figure.note
    )
    said = in_full(entry.id)
    assert value(entry) in said and interval(entry) in said
    assert f"Grade {entry.figure.grade}" in said and wording()["verified"][entry.verified] in said
    assert ("**Judged" in said) == entry.judged
    for reference in entry.references:
        assert reference.link in said
    for use in entry.uses:
        assert ITEMS.items[use.node].label in said.replace("\\", "")
    assert entry.figure.note[:20] in said.replace("\\", "")


def test_a_disputed_figure_shows_what_else_was_published_and_counts_the_rest() -> None:
    entry = BOOK.entries["rls_prev_song_global"]
    said = in_full(entry.id)
    assert len(entry.also) > SHOWN and said.count("Also published: **") == SHOWN
    assert f"Also published: {len(entry.also) - SHOWN} more" in said
    for other in entry.also[:SHOWN]:
        assert f"Also published: **{value(BOOK.entries[other.figure.id])}**" in said
        assert plain(other.reason) in said
    assert "Also published: **3" in said


def test_a_correction_stands_out() -> None:
    entry = next(one for one in BOOK.entries.values() if one.corrected and one.used)
    assert "**Corrected" in in_full(entry.id)
    app = open_page(Wanted(text=entry.id))
    assert any("corrected" in panel.label for panel in app.expander if "Filters" not in panel.label)


def test_an_unconfirmed_source_is_not_cited() -> None:
    entry = next(one for one in BOOK.entries.values() if one.unconfirmed and one.origin == "published")
    said = in_full(entry.id)
    assert "not confirmed, so not cited" in said and "http" not in said


def test_a_link_opens_one_figure_or_the_figures_of_a_node() -> None:
    figure = next(iter(BOOK.entries))
    assert wanted(open_page(figure=figure)).text == figure
    app = open_page(node="restless_legs_syndrome")
    assert wanted(app).node == "restless_legs_syndrome" and "No figure found" not in texts(app)
    assert "No figure found" in texts(open_page(figure="<b>x</b>"))


def test_the_sources_are_listed_with_what_they_gave() -> None:
    app = open_page(Wanted(part="sources"))
    assert f"{len(BOOK.sources):,} sources" in texts(app)
    unconfirmed = sum(source.reference is None for source in BOOK.sources.values())
    app.selectbox(key="sources-source_verified").set_value("no")
    assert f"**{unconfirmed} sources" in texts(run(app))


def test_the_claims_stand_with_what_the_literature_says() -> None:
    app = open_page(Wanted(part="claims"))
    assert all(claim.note[:30] in texts(app).replace("\\", "") for claim in BOOK.claims)
    app.selectbox(key="sources-claim_verdict").set_value("disputes")
    shown = [claim.id for claim in BOOK.claims if f"**{claim.id} ·" in texts(run(app))]
    assert shown == [claim.id for claim in BOOK.claims if claim.literature == "disputes"]


def test_the_check_is_that_of_the_shell() -> None:
    app = open_page(Wanted(part="check"))
    report = check(DDX)
    assert report.summary() in texts(app).replace("\\", "")
    table = app.table[-1].value
    off = [row for row in report.derived if row.verdict != "ok"]
    first = str(table["Verdict and quantity"][0]).replace("\\", "")
    assert first.startswith(f"**{wording()['check']['verdicts'][off[0].verdict]}.**")
    assert off[0].reason[:20] in first
    app.selectbox(key="sources-check_verdict").set_value("accepted")
    assert len(run(app).table[-1].value) == len(off)
    app.selectbox(key="sources-check_kind").set_value("input")
    assert "No quantity found" in texts(run(app))


def test_the_csv_holds_every_figure_and_runs_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(SHELF.books, ITEMS))))
    assert {row["id"] for row in rows} == set(BOOK.entries)
    assert [float(row["value"]) for row in rows] == [book.entry.figure.value for book in SHELF.books]
    texts_of = [cell for row in rows for name, cell in row.items() if name not in ("value", "low", "high")]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in texts_of)


def test_a_derived_figure_in_full_names_its_formula() -> None:
    entry = next(one for one in BOOK.entries.values() if one.figure.formula and one.figure.step > 1.0)
    lines = list(_origin(entry, SHELF, ITEMS))
    computed = f"Computed: {plain(entry.figure.formula)}, itself uncertain"
    assert any(line.startswith(computed) for line in lines)
    assert any(line.startswith("Derived from: ") for line in lines)


def test_a_network_without_figures_says_so(tmp_path: Path) -> None:
    export(asia(), tmp_path / "asia.bif")
    app = AppTest.from_string(PAGE, default_timeout=WAIT)
    app.session_state["own-network"] = read_upload("asia.bif", (tmp_path / "asia.bif").read_bytes())
    assert "names no figures" in texts(run(app))
    assert "your own network “asia”" in texts(app)
