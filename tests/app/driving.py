"""Pages as tests drive them without a browser: through `AppTest`, widgets by key."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from tests.needs import PATIENCE_S


def opened(page: str, **address: str) -> AppTest:
    """Return a page as a browser would open it at this address; `page` is its source."""
    app = AppTest.from_string(page, default_timeout=PATIENCE_S)
    for name, value in address.items():
        app.query_params[name] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    """Draw the page again; it never shows a traceback."""
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def click(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def texts(app: AppTest) -> str:
    """Everything the page says outside widgets, code blocks aside."""
    parts: tuple[Any, ...] = (app.markdown, app.caption, app.error, app.warning, app.info, app.success)
    return "\n".join(str(element.value) for elements in parts for element in elements)
