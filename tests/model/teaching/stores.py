"""A class store for tests: a SQLite file, and a PostgreSQL server started in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from model.teaching.belief import Belief
from model.teaching.cases import Case
from model.teaching.classes import ClassStore, Instructor, Learner
from model.teaching.library import library
from tests.model.believed import ddx
from tests.needs import free_port

CAUSE = "nocturnal_leg_cramps"
CLIENT = "192.0.2.7"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Room:
    """A store with one class in it."""

    store: ClassStore
    code: str
    secret: str
    clock: Clock = field(default_factory=Clock)

    def instructor(self) -> Instructor:
        return self.store.instructor(self.code, self.secret, CLIENT)

    def learner(self, name: str = "") -> Learner:
        return self.store.learner(self.store.join(self.code, CLIENT, name).token)

    def begin(self) -> Instructor:
        instructor = self.instructor()
        instructor.start(instructor.moment())
        return instructor


def cases(*names: str) -> list[Case]:
    return [library(ddx().network)[name] for name in names or ("foot_over_the_edge", "shopping_trolley")]


def belief(p: float = 0.5, cause: str = CAUSE) -> Belief:
    return Belief.of(ddx().network, {cause: p, "osteoarthritis": (0.05, 0.2)})


def open_store(url: str, clock: Clock | None = None) -> ClassStore:
    return ClassStore.open(ddx().network, url, clock or Clock())


def room(url: str, paced: bool = True) -> Room:
    clock = Clock()
    store = open_store(url, clock)
    opened = store.open_class("Thursday seminar", cases(), paced)
    return Room(store, opened.code, opened.secret, clock)


def postgresql_programs() -> Path | None:
    """Folder of initdb and pg_ctl, None where PostgreSQL is not installed; POSTGRESQL_BIN names one."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    found = shutil.which("initdb")
    folders += [Path(found).parent] if found else []
    folders += [Path(named)] if (named := os.environ.get("POSTGRESQL_BIN")) else []
    whole = [path for path in folders if (path / "initdb").exists() and (path / "pg_ctl").exists()]
    return whole[-1] if whole else None


def may_start_postgresql() -> bool:
    """Whether a server can be started: it refuses to run as root and then needs the user postgres."""
    if os.geteuid() != 0:
        return True
    return any(entry.pw_name == "postgres" for entry in pwd.getpwall())


@contextmanager
def postgresql_server(programs: Path) -> Iterator[str]:
    """Start a server of our own in a temporary folder; give the address of its first database."""
    folder = Path(tempfile.mkdtemp(prefix="nocturne-pg-"))
    port, as_user = free_port(), {"user": "postgres"} if os.geteuid() == 0 else {}
    if as_user:
        shutil.chown(folder, "postgres")

    def run(*command: str) -> None:
        settings = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
        subprocess.run(command, check=True, capture_output=True, cwd=folder, env=settings, **as_user)

    data = str(folder / "data")
    options = ["-U", "nocturne", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    run(str(programs / "initdb"), "-D", data, *options)
    # No TCP: the socket lies in the folder. fsync stays on, as for a class.
    listening = f"-c listen_addresses='' -k {folder} -p {port}"
    log = str(folder / "log")
    run(str(programs / "pg_ctl"), "-D", data, "-o", listening, "-l", log, "-w", "start")
    try:
        yield f"postgresql://nocturne@/postgres?host={folder}&port={port}"
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
