"""Bring the schema of a class store up to date when it is opened; refuse one of a newer version."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from model.teaching.classes.schema import metadata
from model.teaching.errors import StoreError

FOLDER = Path(__file__).parent / "migrations"

_one_at_a_time = threading.Lock()
"""Alembic hands the running migration around in a module."""


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations that a store has not had yet, inside the transaction of the connection.

    The caller holds a lock on the store, so that two processes do not upgrade at once.

    Raises
    ------
    StoreError
        If the store was made by a newer version.
    """
    script = scripts()
    with _one_at_a_time:
        present = MigrationContext.configure(connection).get_current_revision()
        known = {revision.revision for revision in script.walk_revisions()}
        if present is not None and present not in known:
            raise StoreError(
                f"the class store has schema {present}, which this version does not know (newest: "
                f"{script.get_current_head()}). Update Nocturne, or name another store."
            )
        if present == script.get_current_head():
            return
        _run(connection, script, to)


def _run(connection: Connection, script: ScriptDirectory, to: str) -> None:
    """Run every step from the present revision."""

    def steps(revision: Any, context: MigrationContext) -> Any:
        return script._upgrade_revs(to, revision)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
        environment.run_migrations()


def scripts() -> ScriptDirectory:
    """Return the migrations that come with this version."""
    config = Config()
    # Alembic reads the path through configparser, to which a percent sign is special.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return ScriptDirectory.from_config(config)
