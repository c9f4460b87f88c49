"""The app in a process of its own: started on a free port, waited for, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.needs import free_port

ROOT = Path(__file__).resolve().parents[1]
AS_IN_DEVELOPMENT = ("-m", "streamlit", "run", "app.py", "--server.port")
AS_USERS_DO = ("-m", "model.cli", "app", "--no-browser", "--port")
START_SECONDS = 300.0
"""Only a machine in trouble needs so long; a server that ends is noticed at once."""
PAUSE_S, GOODBYE_S = 0.05, 30.0


class NotStarted(Exception):
    """The app did not answer; holds the end of its log."""


@dataclass(frozen=True)
class RunningApp:
    """A server: where it is, its process, what it said, how many seconds it took to answer."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path
    seconds: float

    def memory_mb(self) -> float:
        """Return what the server holds in memory, in MB; not a number where the system does not say."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.is_file():
            return float("nan")
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def cpu_seconds(self) -> float:
        """Return the processor time that the server has used; not a number where the system does not say."""
        status = Path(f"/proc/{self.process.pid}/stat")
        if not status.is_file():
            return float("nan")
        user, system = status.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def end(self, by: signal.Signals = signal.SIGTERM) -> None:
        """End the server and what it started, as the keys of a terminal would, and wait until it is gone."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, by)
        try:
            self.process.wait(GOODBYE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def running_app(
    command: tuple[str, ...] = AS_IN_DEVELOPMENT,
    port: int | None = None,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> Iterator[RunningApp]:
    """Start the app, wait until it answers, and end it when the block is left.

    Parameters
    ----------
    command : arguments of Python, the last one being the option that takes the port
    port : the port, or None for any that is free
    folder : where the app is started
    environment : variables, beside those of this process

    Raises
    ------
    NotStarted
    """
    port = port or free_port()
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "server.log"
        with log.open("wb") as output:
            start = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, *command, str(port)],
                cwd=folder,
                env={**os.environ, **(environment or {})},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            app = RunningApp(f"http://127.0.0.1:{port}", process, log, 0.0)
            try:
                _wait(app)
                yield RunningApp(app.address, process, log, time.monotonic() - start)
            finally:
                app.end()


def _wait(app: RunningApp) -> None:
    """Return once the server answers."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and app.process.poll() is None:
        if answers(app.address):
            return
        time.sleep(PAUSE_S)
    raise NotStarted(app.log.read_text(errors="replace")[-2000:])


def answers(address: str) -> bool:
    """Return whether a server is there and well."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=30) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
