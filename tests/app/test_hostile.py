"""Text of strangers, in an address or in a file: it is shown as text or refused, and nothing else happens.

Every page is opened with every address, and every uploader of every page gets every file. Visits without a
browser show that no page breaks; Chromium shows that nothing is executed and nothing is fetched.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from model import Differential
from model.uploads import LARGEST_UPLOAD
from tests.app.pages import WIDE, Seen, page_paths, stands_still
from tests.visitor import Visitor

PAGES = page_paths()
SCRIPT = "<script>window.taken=1</script><img src=x onerror='window.taken=1'>"
MARKDOWN = "![x](https://example.org/x.png) [y](javascript:window.taken=1) $\\frac{1}{0}$ :red[z] **b** `c`"
LINKS = "https://example.org www.example.org _www.example.org a@example.org"
FORMULA = '=HYPERLINK("https://example.org","x")'
NASTY = f"{LINKS} {SCRIPT} {MARKDOWN} {FORMULA}"
EXECUTED = """
() => window.taken !== undefined || [...document.querySelectorAll('img, script, a')]
  .some(e => /example[.]org|^javascript:/.test(e.src || e.href || ''))
"""


def pack(content: Any) -> str:
    """Return any JSON as the word of an address."""
    packed = zlib.compress(json.dumps(content).encode())
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


WORDS = {
    "names": pack([1, NASTY, NASTY, NASTY, {NASTY: "present", "age": NASTY}, [NASTY]]),
    "shapes": pack(
        [1, "leg_pain", "1", "a", {"age": {"likelihood": {NASTY: 1e308}}, "sex": [], "statin": 1e999}, [{}]]
    ),
    "deep": base64.urlsafe_b64encode(zlib.compress(b"[" * 60_000)).decode(),
    "bomb": base64.urlsafe_b64encode(zlib.compress(b" " * 20_000_000)).decode(),
    "long": "A" * 20_000,
    "text": "<script>alert(1)</script>",
    "bytes": "%00%ff%fe",
}


def zipped(**files: bytes) -> bytes:
    """Return a zip of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_dot_", ".").replace("_up_", "../"), content)
    return packed.getvalue()


BIF = """network "{text}" {{ property {text} ; }}
variable a {{ type discrete [ 2 ] {{ absent, present }}; property {text} ; }}
probability ( a ) {{ table 0.5, 0.5; }}
"""
FILES = {
    "names.bif": BIF.format(text=NASTY.replace('"', "")).encode(),
    "formula.bif": BIF.format(text=FORMULA.replace('"', "")).encode(),
    "deep.bif": b"network x { " + b"{" * 50_000,
    "empty.bif": b"",
    "bytes.bif": bytes(range(256)) * 40,
    "large.bif": b" " * (LARGEST_UPLOAD + 1),
    "deep.xml": b"<a>" * 50_000,
    "entities.xml": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><BIF>&b;</BIF>',
    "case.yaml": f"evidence: {{age: '{SCRIPT.replace(chr(39), '')}'}}\ntitle: |\n  {NASTY}\n".encode(),
    "deep.yaml": b"a: " + b"[" * 20_000,
    "tagged.yaml": b"a: !!python/object/apply:os.system ['true']\n",
    "anchors.yaml": b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
    "deep.json": b"[" * 50_000,
    "names.json": json.dumps({NASTY: NASTY, "schema": 1, "title": NASTY}).encode(),
    "paths.zip": zipped(_up__up_evil_dot_yaml=b"a: 1", network_dot_yaml=NASTY.encode()),
    "bomb.zip": zipped(network_dot_yaml=b" " * 50_000_000),
}


NASTIEST = ("names.bif", "case.yaml", "names.json")
WITH_UPLOADS = {"Explore", "What if", "Network"}
"""Pages that have an uploader for everybody; others offer one after a few steps."""
DEEPEST = 5
CLOSED = "details:not([open]) > summary"


def open_every_panel(page: Page) -> None:
    """Open whatever can be opened on a page, and what is inside: an uploader may be there."""
    for _ in range(DEEPEST):
        if not page.locator(CLOSED).count():
            return
        page.locator(CLOSED).evaluate_all("panels => panels.forEach(panel => panel.click())")
        stands_still(page)
    raise AssertionError(f"still closed: {page.locator(CLOSED).all_inner_texts()}")


@pytest.mark.parametrize("title", PAGES)
def test_no_address_breaks_a_page(app_server: str, title: str) -> None:
    async def visit() -> None:
        for name, word in WORDS.items():
            async with Visitor.of(app_server) as visitor:
                await visitor.open(f"case={word}", PAGES[title])
                assert visitor.screen.exceptions() == [], (title, name)
                assert visitor.screen.text(), (title, name)

    asyncio.run(visit())


@pytest.fixture
def seen(chromium: Browser, app_server: str) -> Iterator[Seen]:
    """Return a page on which nothing may be executed, fetched from elsewhere, or broken."""
    with chromium.new_context(viewport=WIDE) as context:
        view = Seen(context.new_page(), app_server)
        yield view
        assert not view.page.evaluate(EXECUTED)
        assert view.page.get_by_test_id("stException").count() == 0
    assert [fault for fault in view.faults if "413" not in fault] == []


@pytest.mark.browser
@pytest.mark.parametrize("title", PAGES)
def test_nothing_in_an_address_is_executed(seen: Seen, title: str) -> None:
    seen.go(f"{PAGES[title]}?case={WORDS['names']}")
    assert seen.page.get_by_test_id("stMainBlockContainer").inner_text().strip()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("title", "names"),
    [
        pytest.param(
            title, names, marks=[pytest.mark.slow] * (title not in WITH_UPLOADS or names == tuple(FILES))
        )
        for title in PAGES
        for names in (NASTIEST, tuple(FILES))
    ],
)
def test_nothing_in_an_uploaded_file_is_executed(
    seen: Seen, chromium: Browser, app_server: str, title: str, names: tuple[str, ...]
) -> None:
    page = seen.go(PAGES[title])
    open_every_panel(page)
    uploads = page.locator("input[type=file]").count()
    assert uploads or title not in WITH_UPLOADS
    for number in range(uploads):
        for name in names:
            content = FILES[name]
            box = page.locator("input[type=file]").nth(number)
            box.set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
            stands_still(page)
            assert not page.evaluate(EXECUTED), name
            assert page.get_by_test_id("stException").count() == 0, name

    with chromium.new_context() as other:
        assert "window.taken" not in Seen(other.new_page(), app_server).go(PAGES[title]).content()


def test_an_address_shows_hostile_names_as_text(app_server: str) -> None:
    async def visit() -> str:
        async with Visitor.of(app_server) as visitor:
            await visitor.open(f"case={WORDS['names']}")
            return visitor.screen.text()

    said = asyncio.run(visit())
    assert "\\<script\\>" in said and "<script>" not in said
    assert f"version {Differential.load().network.version}".replace(".", "\\.") in said
