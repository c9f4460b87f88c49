"""Many visitors of one server: sessions are apart, are taken up again, and leave nothing behind."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.app.crowd import come_and_go
from tests.app.pages import example_query
from tests.running_app import running_app
from tests.visitor import Visitor

MOST_KB_LEFT = 150
"""Of each visit, once the server holds as many left sessions as it ever will."""


def first_cause(visitor: Visitor) -> str:
    """Return the cause of the first bar."""
    return str(visitor.screen.charts()[0][0]["name"])


def test_visitors_do_not_see_each_other(app_server: str) -> None:
    async def visit() -> tuple[str, str, str]:
        async with Visitor.of(app_server) as one, Visitor.of(app_server) as other:
            await one.open()
            await other.open()
            before = first_cause(other)
            await one.press("example-narrowed_arteries", until_picture=True)
            await other.choose("first-daytime_leg_symptoms", ["No"])
            await one.until(lambda screen: "8 findings entered" in screen.text())
            await other.until(lambda screen: "1 finding entered" in screen.text())
            return first_cause(one), before, other.screen.text()

    mine, theirs_before, theirs = asyncio.run(visit())
    assert "narrowed arteries" in mine and "narrowed arteries" not in theirs_before
    assert "1 finding entered" in theirs and "8 findings" not in theirs


def test_a_dropped_connection_takes_its_session_up_again(app_server: str) -> None:
    async def visit() -> tuple[str, str]:
        async with Visitor.of(app_server) as visitor:
            await visitor.open()
            await visitor.press("example-narrowed_arteries", until_picture=True)
            await visitor.until(lambda screen: "8 findings entered" in screen.text())
            session, query = visitor.session, visitor.screen.query
        async with Visitor.of(app_server, session) as again:
            await again.open(query)
            await again.until(lambda screen: "8 findings entered" in screen.text())
            return session, again.session

    before, after = asyncio.run(visit())
    assert before == after != ""


def test_an_address_opens_the_case_without_a_browser(app_server: str) -> None:
    async def visit() -> str:
        async with Visitor.of(app_server) as visitor:
            await visitor.open(example_query())
            return first_cause(visitor)

    assert "narrowed arteries" in asyncio.run(visit())


def test_visitors_keep_to_this_machine() -> None:
    async def visit() -> None:
        async with Visitor.of("http://192.0.2.1:8501"):
            pass

    with pytest.raises(ValueError, match="not on this machine"):
        asyncio.run(visit())


@pytest.mark.slow
def test_visits_that_have_ended_leave_nothing_behind() -> None:
    with running_app() as app:
        held = [app.memory_mb()]
        for _ in range(3):
            come_and_go(app, visits=150, rounds=1)
            held.append(app.memory_mb())
    assert (held[-1] - held[-2]) / 150 * 1000 < MOST_KB_LEFT, held
