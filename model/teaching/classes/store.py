"""`ClassStore`: opens classes and lets people in. What they may do is in `learner` and `instructor`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, Table, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from model.teaching.cases import Case
from model.teaching.classes import attempts, keys
from model.teaching.classes.contents import LONGEST_TITLE, case_of, one_line, to_text
from model.teaching.classes.database import Database, open_database
from model.teaching.classes.instructor import Instructor
from model.teaching.classes.learner import Learner
from model.teaching.classes.schema import class_cases, classes, learners, settings, shared_cases
from model.teaching.classes.seen import CLOSED, WAITING, Joined, JoinForm, OpenedClass
from model.teaching.errors import ClassError, ClassLimit, NoSuchLearner, StoreError, WrongCode
from model.teaching.rules import count
from network.structure import Network

Clock = Callable[[], float]
DAY = 86_400
PEPPER = "pepper"


@dataclass(frozen=True)
class ClassStore:
    """An open class store, shared by all sessions of a process."""

    database: Database = field(repr=False)
    network: Network = field(repr=False)
    clock: Clock = time.time

    @classmethod
    def open(cls, network: Network, url: str | None = None, clock: Clock = time.time) -> ClassStore:
        """Return the store at a URL or path, its schema up to date and its outdated classes deleted.

        Parameters
        ----------
        network : the network whose findings and causes the cases name
        url : "postgresql://…", "sqlite:///path" or a path; None for the setting NOCTURNE_CLASS_STORE, or else
            a file in the user's data folder
        clock : seconds since 1970, for tests

        Raises
        ------
        StoreError
            If it cannot be opened, or was made by a newer version.
        """
        store = cls(open_database(url), network, clock)
        store._settle()
        store.purge()
        return store

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock())

    def close(self) -> None:
        """Give back every connection."""
        self.database.close()

    def purge(self) -> int:
        """Delete classes and shared cases whose time is over; return how many classes."""
        with self.database.write() as connection:
            gone = connection.execute(delete(classes).where(classes.c.expires_at <= self.now)).rowcount
            connection.execute(delete(shared_cases).where(shared_cases.c.expires_at <= self.now))
            attempts.forget_old(connection, self.now)
        return gone

    def open_class(self, title: str, cases: Sequence[Case], paced: bool = True) -> OpenedClass:
        """Return the code and the secret of a new class. The secret is shown here once and never again.

        Parameters
        ----------
        cases : in the order in which they come
        paced : the instructor reveals the findings; False lets each learner run

        Raises
        ------
        ClassLimit
            If there are too many or no cases, one is too large, or the store is full.
        """
        self.purge()
        named = one_line(title, LONGEST_TITLE, "title")
        if not named or not 1 <= len(cases) <= count("most_cases_in_class"):
            raise ClassLimit(f"a class has a title and 1 to {count('most_cases_in_class')} cases.")
        contents = [to_text(case.to_plain()) for case in cases]
        secret, salt = keys.new_secret(), keys.new_key()
        row = {
            "title": named, "secret_salt": salt, "secret_hash": keys.salted(secret, salt), "paced": paced,
            "status": WAITING, "joining": True, "position": 0, "step": 0, "version": 0,
            "created_at": self.now, "expires_at": self.now + count("class_days") * DAY,
        }  # fmt: skip
        with self.database.write() as connection:
            if _size(connection, classes) >= count("most_classes"):
                raise ClassLimit("this store holds as many classes as it may. Delete some.")
            code = free_code(connection)
            query = insert(classes).values(code=code, **row).returning(classes.c.id)
            class_id = connection.execute(query).scalar_one()
            entries = [
                {"class_id": class_id, "position": position, "key": keys.new_key(),
                 "content": content}
                for position, content in enumerate(contents)
            ]  # fmt: skip
            connection.execute(insert(class_cases), entries)
        return OpenedClass(code, secret)

    def join_form(self, code: str, client: str) -> JoinForm:
        """Return what a code opens: the form to join.

        Parameters
        ----------
        client : whatever tells one visitor from another, such as the network address

        Raises
        ------
        WrongCode, TooManyTries
        """
        with self.database.write() as connection:
            found = self._find(connection, code, client)
        if isinstance(found, ClassError):
            raise found
        return JoinForm(found.title, found.paced)

    def join(self, code: str, client: str, name: str = "") -> Joined:
        """Return the token of a new learner. It is the only way back in.

        Raises
        ------
        WrongCode, TooManyTries
        ClassLimit
            If the class is full or the name too long.
        """
        called = one_line(name, count("longest_name"), "name")
        token = keys.new_token()
        with self.database.write() as connection:
            found = self._find(connection, code, client)
            added = found if isinstance(found, ClassError) else self._add(connection, found.id, token, called)
        if isinstance(added, ClassError):
            raise added
        return Joined(token, added)

    def learner(self, token: str) -> Learner:
        """Return the learner whose token this is.

        Raises
        ------
        NoSuchLearner
            If the token opens nothing, or the class is gone.
        """
        with self.database.read() as connection:
            found = connection.execute(
                select(learners.c.id, learners.c.class_id)
                .join(classes)
                .where(learners.c.token_hash == keys.token_hash(token), classes.c.expires_at > self.now)
            ).one_or_none()
        if found is None:
            raise NoSuchLearner("this link opens no class. It may be over; ask for the code and join again.")
        return Learner(self.database, self.network, found.id, found.class_id, self.clock)

    def instructor(self, code: str, secret: str, client: str) -> Instructor:
        """Return the instructor of a class.

        Raises
        ------
        WrongCode
            If code and secret do not belong together; which of the two is wrong is not said.
        TooManyTries
        """
        with self.database.write() as connection:
            found = self._authorised(connection, keys.read_code(code), secret, client)
        if isinstance(found, ClassError):
            raise found
        return Instructor(self.database, self.network, found, self.clock)

    def share_case(self, case: Case) -> str:
        """Return an id under which the case can be fetched for as long as a class lives. It holds nothing.

        Raises
        ------
        ClassLimit
        """
        content, key = to_text(case.to_plain()), keys.new_key()
        with self.database.write() as connection:
            if _size(connection, shared_cases) >= count("most_shared_cases"):
                raise ClassLimit("this store holds as many shared cases as it may.")
            row = {"id": key, "content": content, "created_at": self.now}
            expires = self.now + count("class_days") * DAY
            connection.execute(insert(shared_cases).values(**row, expires_at=expires))
        return key

    def shared_case(self, key: str) -> Case:
        """Return a shared case, answer included: it stays on the server, a page shows what may be seen.

        Raises
        ------
        WrongCode
            If there is none.
        """
        with self.database.read() as connection:
            content = connection.execute(
                select(shared_cases.c.content).where(
                    shared_cases.c.id == key, shared_cases.c.expires_at > self.now
                )
            ).scalar_one_or_none()
        if content is None:
            raise WrongCode("this link opens no case. It may be over.")
        return case_of(content)

    def _settle(self) -> None:
        """Make the key with which clients are hashed, once for a store."""
        with self.database.read() as connection:
            if connection.execute(select(settings).where(settings.c.name == PEPPER)).first():
                return
        try:
            with self.database.write() as connection:
                connection.execute(insert(settings).values(name=PEPPER, value=keys.new_key()))
        except IntegrityError:
            return  # another process was first

    def _pepper(self, connection: Connection) -> str:
        """Return the key for hashing clients; holding its row keeps tries one at a time."""
        asked = select(settings.c.value).where(settings.c.name == PEPPER).with_for_update()
        value: str = connection.execute(asked).scalar_one()
        return value

    def _find(self, connection: Connection, code: str, client: str) -> Row[int, str, bool] | ClassError:
        """Return the class of a code that can be joined, or the error to raise once the try is on record."""
        throttle, who = attempts.codes(), keys.who_hash(client, self._pepper(connection))
        wait = throttle.refusal(connection, who, self.now)
        if wait is not None:
            return attempts.too_many(wait)
        found = connection.execute(
            select(classes.c.id, classes.c.title, classes.c.paced).where(
                classes.c.code == keys.read_code(code),
                classes.c.joining,
                classes.c.status != CLOSED,
                classes.c.expires_at > self.now,
            )
        ).one_or_none()
        if found is None:
            throttle.failed(connection, who, self.now)
            return WrongCode("no open class has this code. Check the letters.")
        return found

    def _add(self, connection: Connection, class_id: int, token: str, name: str) -> int | ClassError:
        """Return the number of a new learner, or the error to raise."""
        throttle = attempts.joins()
        wait = throttle.refusal(connection, str(class_id), self.now, str(class_id))
        if wait is not None:
            return attempts.too_many(wait)
        throttle.failed(connection, str(class_id), self.now, str(class_id))
        last = connection.execute(
            select(func.max(learners.c.number)).where(learners.c.class_id == class_id)
        ).scalar_one()
        number = int(last or 0) + 1
        if number > count("most_learners"):
            return ClassLimit(f"this class is full: {count('most_learners')} learners.")
        row = {"class_id": class_id, "number": number, "name": name, "joined_at": self.now}
        connection.execute(insert(learners).values(token_hash=keys.token_hash(token), **row))
        return number

    def _authorised(self, connection: Connection, code: str, secret: str, client: str) -> int | ClassError:
        """Return the id of the class whose code and secret these are, or the error to raise."""
        throttle, who = attempts.secrets(), keys.who_hash(client, self._pepper(connection))
        about = keys.who_hash(code, PEPPER)[:20]
        wait = throttle.refusal(connection, who, self.now, about)
        if wait is not None:
            return attempts.too_many(wait)
        found = connection.execute(
            select(classes.c.id, classes.c.secret_salt, classes.c.secret_hash).where(
                classes.c.code == code, classes.c.expires_at > self.now
            )
        ).one_or_none()
        # A hash is compared even where there is no such class, so that time does not tell the two apart.
        salt, hashed = (found.secret_salt, found.secret_hash) if found else ("", "")
        if keys.fits(secret, salt, hashed) and found is not None:
            return int(found.id)
        throttle.failed(connection, who, self.now, about)
        return WrongCode("code and secret do not belong together. Check both.")


def free_code(connection: Connection) -> str:
    """Return a code that no class has."""
    for _ in range(50):
        code = keys.new_code()
        if connection.execute(select(classes.c.id).where(classes.c.code == code)).first() is None:
            return code
    raise StoreError("no free class code turned up. Delete old classes.")


def _size(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
