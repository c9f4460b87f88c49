"""What the tests of the pages share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from model import Differential
from model.engine.warm_up import warm_up
from tests.running_app import running_app
from views.explore import afterthoughts

FEW_DRAWS, ALL_DRAWS = 40, afterthoughts.DRAWS


@pytest.fixture(scope="session", autouse=True)
def compiled_kernels() -> None:
    """Compile the kernels before the first page is timed: on a new machine that takes a minute."""
    warm_up()


@pytest.fixture(scope="session", autouse=True)
def few_draws() -> Iterator[None]:
    """Draw few versions of the network where a page is not driven in a browser: a thousand take seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(afterthoughts, "DRAWS", FEW_DRAWS)
        yield


@pytest.fixture(autouse=True)
def nobody_else_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the sessions of the tests before: bars come first where many click, and tests click fast."""
    monkeypatch.setattr(afterthoughts.desk(), "_clicked", {})


@pytest.fixture(scope="session")
def app_server(compiled_kernels: None) -> Iterator[str]:
    """Start the app as in development, with the repository's settings, and return its address.

    The network and its draws are made before: a page that waits for them would be slow on a busy machine.
    """
    Differential.load().credible({}, ALL_DRAWS)
    with running_app() as app:
        yield app.address
