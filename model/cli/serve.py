"""`nocturne app`: start the app in a browser, on this machine only unless a class is to see it.

The app's settings stand in one file, ``.streamlit/config.toml``; Streamlit finds it beside ``app.py`` in a
checkout. An installed package has no such folder, but a copy of that file beside this one. Either way the
settings are handed to Streamlit on its command line, so they hold in whatever folder the app is started.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from network.errors import DiagnosisError

BESIDE = Path(__file__).resolve().parents[2]
"""The folder that holds the packages and `app.py`: the checkout, or where they were installed."""

THIS_MACHINE, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # addresses to listen on
ELSEWHERE = ("192.0.2.1", 9)
"""An address that belongs to nobody (RFC 5737), to ask which of ours faces the network."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: 8501, or the next that is free.")
@click.option("--lan", is_flag=True, help="Open the app to other machines of the network, for a class.")
@click.option("--browser/--no-browser", default=False, show_default=True, help="Open a browser window.")
def app(port: int | None, lan: bool, browser: bool) -> None:
    """Start the app."""
    script = BESIDE / "app.py"
    if not script.is_file():
        raise DiagnosisError(f"{script} is missing. Install Nocturne again.")
    if port is not None:
        _check_free(port, EVERYWHERE if lan else THIS_MACHINE)
    command = [sys.executable, "-P", "-m", "views.server", "run", str(script), *flags(port, lan, browser)]
    compile_beside()
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(sys.executable, command)  # the server takes our place, so that whoever stops us stops it
    raise click.exceptions.Exit(subprocess.call(command))


def compile_beside() -> None:
    """Compile the fast engine in a process of its own, if that was never done.

    The app is up meanwhile and answers with the readable engine; it turns to the fast one when that is ready.
    Both stop together, because they belong to one process group.
    """
    from model.engine.warm_up import is_compiled

    if not is_compiled():
        subprocess.Popen([sys.executable, "-P", "-m", "model.cli", "warm-up"])


def flags(port: int | None = None, lan: bool = False, browser: bool = False) -> list[str]:
    """Return the settings of the app as Streamlit's command line takes them."""
    settings = dict(_flat(_settings()))
    settings["server.address"] = EVERYWHERE if lan else THIS_MACHINE
    if lan and (ours := _address_in_network()):
        settings["browser.serverAddress"] = ours  # or Streamlit would ask a web service for it
    if port is not None:
        settings["server.port"] = port
    settings["server.headless"] = not browser
    settings["server.showEmailPrompt"] = False
    return [f"--{name}={_written(value)}" for name, value in settings.items()]


def _settings() -> dict[str, Any]:
    """Return the settings file of the checkout, or the copy that was installed."""
    files = (BESIDE / ".streamlit" / "config.toml", Path(__file__).with_name("streamlit.toml"))
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        raise DiagnosisError(f"{files[-1]} is missing. Install Nocturne again.")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted name, value) of nested settings."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _written(value: Any) -> str:
    """Return a setting as a command line writes it; Streamlit reads lists as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _address_in_network() -> str | None:
    """Return this machine's address as its network sees it; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return None
        address: str = probe.getsockname()[0]
        return address


def _check_free(port: int, address: str) -> None:
    """Raise `DiagnosisError` if the port cannot be listened on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise DiagnosisError(f"port {port} cannot be used: {reason}. Give another with --port.") from None
