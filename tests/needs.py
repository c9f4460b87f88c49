"""What some tests need beyond the locked packages, and how they say so when it is missing."""

from __future__ import annotations

import os
import shutil
import socket

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]

PATIENCE_S = 300
"""How long a test waits for what is certain to come: only a machine in trouble needs so long."""


def require(what: str, available: object) -> None:
    """Skip the test, naming what is left out; fail instead where nothing may be left out."""
    if available:
        return
    message = f"left out: {what} is not on this machine"
    if os.environ.get("NOCTURNE_REQUIRE_ALL") == "1":
        pytest.fail(f"{message}, and NOCTURNE_REQUIRE_ALL=1 asks for every test", pytrace=False)
    pytest.skip(message)


def chromium_path() -> str | None:
    """Path of an installed Chromium or Chrome, None where there is none."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
