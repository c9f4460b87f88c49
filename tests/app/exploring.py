"""The Explore page as tests drive it: through `AppTest`, widgets by key."""

from __future__ import annotations

import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from model import Differential, Evidence
from tests.app.driving import opened, run, texts
from tests.needs import PATIENCE_S
from views.explore.saying import sentences

ROOT = Path(__file__).resolve().parents[2]
WAIT = PATIENCE_S
PAGE = """
from views.explore.page import page
page()
"""


def open_app(**address: str) -> AppTest:
    """Return the page as a browser would open it at this address."""
    return opened(PAGE, **address)


def evidence(app: AppTest) -> Evidence:
    """Return what the session holds."""
    held: Evidence = app.session_state["case"].evidence
    return held


def open_case(**findings: str) -> AppTest:
    """Return the page with these findings entered."""
    from views.shared.address import encode

    return open_app(case=encode(Evidence.of(Differential.load().network, findings)))


def look(app: AppTest, panel: str) -> AppTest:
    """Open one of the panels below the bars; only that is drawn, so the whole page is drawn after it."""
    app.segmented_control(key="look").set_value(panel)
    return run(run(app))


def search(app: AppTest, node: str, answer: str) -> AppTest:
    """Enter a finding through the search."""
    app.selectbox(key="search").set_value((node, answer))
    return run(app)


def afterwards(app: AppTest) -> AppTest:
    """Return the page with its intervals, once the draws of the network are made."""
    give_up = time.monotonic() + WAIT
    while str(sentences()["sure"]["next_time"]) in texts(run(app)):
        assert time.monotonic() < give_up, "the draws never came to an end"
        time.sleep(0.05)
    return app
