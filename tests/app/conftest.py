"""What the tests of the pages share."""

from __future__ import annotations

import pytest

from model.engine.warm_up import warm_up


@pytest.fixture(scope="session", autouse=True)
def compiled_kernels() -> None:
    """Compile the kernels before the first page is timed: on a new machine that takes a minute."""
    warm_up()
