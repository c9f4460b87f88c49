"""A whole class in Chromium: an instructor, three learners, and a server that dies in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from model.teaching.classes import ClassStore
from model.teaching.library import library
from network.build import load_network
from tests.app.pages import PHONE, WAIT, WIDE, stands_still
from tests.needs import free_port
from tests.running_app import AS_IN_DEVELOPMENT, running_app

pytestmark = pytest.mark.browser
BN = load_network()
CASE = next(case for case in library(BN).values() if case.kind == "typical" and case.later)
CAUSES = ("narrowed arteries", "restless legs", "night leg cramps")


@pytest.fixture
def place(tmp_path: Path) -> tuple[int, dict[str, str]]:
    """Return a port and the settings of a server with a class store of its own."""
    return free_port(), {"NOCTURNE_CLASS_STORE": str(tmp_path / "classes.db")}


@pytest.fixture
def pages(chromium: Browser) -> Iterator[list[Page]]:
    """Return a wide page for the instructor and three phones, each in a browser of its own."""
    contexts = [chromium.new_context(viewport=size) for size in (WIDE, PHONE, PHONE, PHONE)]
    found = [context.new_page() for context in contexts]
    for page in found:
        page.set_default_timeout(WAIT)
    yield found
    for context in contexts:
        context.close()


def open_class(page: Page, address: str) -> tuple[str, str]:
    """Open a class of one case in the browser; return its code and secret."""
    page.goto(f"{address}/teach")
    page.get_by_text("Open a class", exact=True).click()
    box = page.get_by_role("combobox", name="Add a written case")
    box.click()
    box.fill(CASE.title)
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Open the class").click()
    words = page.locator("code").filter(has_text="secret").inner_text()
    found = re.search(r"code\s+(\S+)\s+secret\s+(\S+)", words)
    assert found
    page.get_by_role("button", name="I have written it down").click()
    return found[1], found[2]


def join(page: Page, address: str, code: str) -> None:
    page.goto(f"{address}/teach?class={code}")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_text("You are in")).to_be_visible(timeout=WAIT)


def answer(page: Page, cause: str) -> None:
    """Name a cause and send; wait until the page says that it is kept."""
    box = page.get_by_role("combobox", name=re.compile("Name a"))
    box.click()
    box.fill(cause)
    page.get_by_role("option").first.click()
    stands_still(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your numbers are in")).to_be_visible(timeout=WAIT)


def come_back(page: Page, address: str, code: str, secret: str) -> None:
    """Go back to the class as its instructor."""
    page.goto(f"{address}/teach")
    page.get_by_text("Back to my class", exact=True).click()
    stands_still(page)
    form = page.get_by_test_id("stForm")
    form.get_by_label("Class code").fill(code)
    form.get_by_label("Secret").fill(secret)
    page.get_by_role("button", name="Go to my class").click()
    expect(page.get_by_role("button", name=re.compile("Next finding"))).to_be_visible(timeout=WAIT)


def test_a_class_survives_the_death_of_its_server(
    place: tuple[int, dict[str, str]], pages: list[Page]
) -> None:
    teacher, *learners = pages
    with running_app(AS_IN_DEVELOPMENT, port=place[0], environment=place[1]) as app:
        code, secret = open_class(teacher, app.address)
        for page in learners:
            join(page, app.address, code)
        teacher.get_by_role("button", name="Begin").click()
        for page, cause in zip(learners, CAUSES, strict=True):
            answer(page, cause)
        app.process.kill()
        app.process.wait()
    kept = ClassStore.open(BN, place[1]["NOCTURNE_CLASS_STORE"])
    room = kept.instructor(code, secret, "test").room()
    assert len(room.beliefs) == len(learners), "what a page called kept is kept"
    kept.close()
    with running_app(AS_IN_DEVELOPMENT, port=place[0], environment=place[1]) as app:
        come_back(teacher, app.address, code, secret)
        for page in learners:
            page.reload()
            expect(page.get_by_text("Your numbers are in")).to_be_visible(timeout=WAIT)
        teacher.get_by_role("button", name=re.compile("Next finding")).click()
        for page in learners:
            expect(page.get_by_text("Your numbers are in")).to_have_count(0, timeout=WAIT)
            stands_still(page)
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_text("Your numbers are in")).to_be_visible(timeout=WAIT)
        expect(teacher.get_by_text("3 of 3")).to_be_visible(timeout=WAIT)
        teacher.get_by_role("button", name="Reveal the answer").click()
        for page in learners:
            expect(page.get_by_text("The answer:")).to_be_visible(timeout=WAIT)
            assert page.get_by_test_id("stException").count() == 0


def test_nothing_that_reaches_a_learner_gives_the_case_away(
    place: tuple[int, dict[str, str]], pages: list[Page]
) -> None:
    teacher, learner, other, _ = pages
    frames: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda data: frames.append(data if isinstance(data, bytes) else data.encode())
        )

    learner.on("websocket", listen)
    secrets = [*CASE.teaching, *(one.says for one in CASE.hidden if one.says), CASE.kind + " ·"]
    with running_app(AS_IN_DEVELOPMENT, port=place[0], environment=place[1]) as app:
        code, secret = open_class(teacher, app.address)
        join(learner, app.address, code)
        join(other, app.address, code)
        teacher.get_by_role("button", name="Begin").click()
        answer(other, CAUSES[1])
        answer(learner, CAUSES[0])
        stands_still(learner)
        received = b"".join(frames)
        assert CASE.title.encode() in received, "the frames are those of the class"
        for words in secrets:
            assert words.encode() not in received
        assert secret.encode() not in received
        teacher.get_by_role("button", name="Reveal the answer").click()
        expect(learner.get_by_text("The answer:")).to_be_visible(timeout=WAIT)
        stands_still(learner)
        assert CASE.teaching[0].encode() in b"".join(frames), "and the answer would have been seen there"
