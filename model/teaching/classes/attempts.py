"""Wrong tries, counted in the store so that a restart forgets none.

Two counts for each kind of try: of one client, and of all together. Past the first, the client waits. Past
the second, only clients that have failed themselves wait: a crowd that guesses stops itself and nobody else.
Clients are kept as keyed hashes, and for a day.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from model.teaching.classes.schema import attempts
from model.teaching.errors import TooManyTries
from model.teaching.rules import count

KEPT_SECONDS = 86_400
EVERYBODY = "-"


@dataclass(frozen=True)
class Throttle:
    """One kind of try: `scope`, how many wrong ones for one client, and for all together."""

    scope: str
    per_client: int
    together: int

    def refusal(self, connection: Connection, client: str, now: int, about: str = EVERYBODY) -> int | None:
        """Return for how many seconds this client has to wait, None where it may try.

        Parameters
        ----------
        client : hash of the client
        about : what the tries are counted together for, such as one class
        """
        mine, first = self._count(connection, client, now)
        together, _ = self._count(connection, self._shared(about), now)
        if mine >= self.per_client or (together >= self.together and mine):
            return max(1, first + count("tries_window_seconds") - now)
        return None

    def failed(self, connection: Connection, client: str, now: int, about: str = EVERYBODY) -> None:
        """Count one wrong try, and forget those of more than a day ago."""
        forget_old(connection, now)
        rows = [{"scope": self.scope, "who": who, "at": now} for who in (client, self._shared(about))]
        connection.execute(insert(attempts), rows)

    def _shared(self, about: str) -> str:
        return f"all:{about}"

    def _count(self, connection: Connection, who: str, now: int) -> tuple[int, int]:
        """Return how many wrong tries are remembered and when the first of them was."""
        since = now - count("tries_window_seconds")
        found = connection.execute(
            select(func.count(), func.min(attempts.c.at)).where(
                attempts.c.scope == self.scope, attempts.c.who == who, attempts.c.at > since
            )
        ).one()
        return int(found[0]), int(found[1] or now)


def codes() -> Throttle:
    """Return the throttle of class codes."""
    return Throttle("code", count("wrong_codes_per_client"), count("wrong_codes_together"))


def secrets() -> Throttle:
    """Return the throttle of instructors' secrets, counted together for each class."""
    return Throttle("secret", count("wrong_secrets_per_client"), count("wrong_secrets_per_class"))


def joins() -> Throttle:
    """Return the throttle of joining one class; here the class is the client, and every join counts."""
    return Throttle("join", count("joins_per_class"), count("joins_per_class"))


def forget_old(connection: Connection, now: int) -> None:
    """Delete tries that no longer count."""
    connection.execute(delete(attempts).where(attempts.c.at < now - KEPT_SECONDS))


def too_many(seconds: int) -> TooManyTries:
    """Return the error to raise."""
    minutes = -(-seconds // 60)
    return TooManyTries(f"too many wrong tries. Wait {minutes} minutes and try again.", seconds)
