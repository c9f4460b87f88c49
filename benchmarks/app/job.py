"""The job `app` of the benchmarks: one server in a process of its own, visited from here."""

from __future__ import annotations

from benchmarks.app.browser import clicks, first_page
from benchmarks.app.classroom import classroom
from benchmarks.app.crowd import come_and_go, crowd
from benchmarks.effort import Effort
from benchmarks.rows import Row
from network.structure import Network
from tests.needs import chromium_path
from tests.running_app import AS_USERS_DO, running_app

NO_BROWSER = Row("app, in Chromium", "nothing", float("nan"), cases=0, note="no Chromium on this machine")


def app(bn: Network, effort: Effort) -> list[Row]:
    """Time the app as people meet it: its first page, a click, a crowd, a class, what visits leave behind."""
    rows = first_page(effort.starts) if chromium_path() else [NO_BROWSER]
    with running_app(AS_USERS_DO) as server:
        if chromium_path():
            rows += clicks(server.address, effort.clicks)
        rows += crowd(server, effort.sessions, effort.crowd_s)
    rows += classroom(bn, effort.learners, effort.findings)
    with running_app(AS_USERS_DO) as server:
        rows += come_and_go(server, effort.visits, rounds=4)
    return rows
