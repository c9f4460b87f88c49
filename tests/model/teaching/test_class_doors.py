"""Who gets in: wrong codes and secrets are counted across restarts; older stores are upgraded."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from model.teaching.classes import ClassStore, keys
from model.teaching.classes.database import open_database
from model.teaching.classes.schema import attempts, metadata
from model.teaching.errors import StoreError, TooManyTries, WrongCode
from model.teaching.rules import count
from tests.model.believed import ddx
from tests.model.teaching.stores import CLIENT, Clock, Room, cases, open_store


def guess(store: ClassStore, client: str, times: int) -> int:
    """Try wrong codes; return how many were answered before the door was shut."""
    for tried in range(times):
        try:
            store.join(f"ZZZZ{tried:02}", client)
        except TooManyTries:
            return tried
        except WrongCode:
            continue
    return times


def test_guessing_codes_is_stopped_and_a_restart_forgets_nothing(paced: Room, store_url: str):
    limit = count("wrong_codes_per_client")
    assert guess(paced.store, CLIENT, limit + 5) == limit
    again = open_store(store_url, paced.clock)
    with pytest.raises(TooManyTries, match="Wait") as refused:
        again.join(paced.code, CLIENT)
    assert 0 < refused.value.seconds <= count("tries_window_seconds")
    assert again.join(paced.code, "192.0.2.8").number == 1  # somebody else
    paced.clock.now += count("tries_window_seconds") + 1
    assert again.join(paced.code, CLIENT).number == 2
    again.close()


def test_a_crowd_of_guessers_stops_itself_and_nobody_else(paced: Room):
    together = count("wrong_codes_together")
    answered = sum(guess(paced.store, f"198.51.100.{client}", 10) for client in range(together // 10))
    assert answered == together
    with pytest.raises(TooManyTries):
        paced.store.join(paced.code, "198.51.100.1")
    assert paced.store.join(paced.code, CLIENT).number == 1


def test_a_right_code_counts_for_nothing_against_a_client(paced: Room):
    joined = [paced.store.join(paced.code, CLIENT) for _ in range(count("wrong_codes_per_client") + 1)]
    assert len({learner.token for learner in joined}) == len(joined)


def test_guessing_secrets_is_stopped_and_does_not_lock_the_instructor_out(paced: Room):
    limit = count("wrong_secrets_per_client")
    for _ in range(limit):
        with pytest.raises(WrongCode, match="do not belong together"):
            paced.store.instructor(paced.code, keys.new_secret(), "203.0.113.1")
    with pytest.raises(TooManyTries):
        paced.store.instructor(paced.code, paced.secret, "203.0.113.1")
    for client in range(count("wrong_secrets_per_class") // limit + 1):
        for _ in range(limit):
            with pytest.raises((WrongCode, TooManyTries)):
                paced.store.instructor(paced.code, keys.new_secret(), f"198.51.100.{client}")
    assert paced.store.instructor(paced.code, paced.secret, CLIENT)


def test_a_wrong_code_and_a_wrong_secret_get_the_same_words(paced: Room):
    said = set()
    for code, secret in ((paced.code, keys.new_secret()), ("ZZZZZZ", paced.secret), ("", "")):
        with pytest.raises(WrongCode) as refused:
            paced.store.instructor(code, secret, CLIENT)
        said.add(str(refused.value))
    assert len(said) == 1


def test_old_tries_are_forgotten_on_opening(paced: Room, store_url: str):
    guess(paced.store, CLIENT, 3)
    paced.clock.now += 2 * 86_400
    again = open_store(store_url, paced.clock)
    with again.database.read() as connection:
        assert not connection.execute(attempts.select()).all()
    again.close()


def test_secrets_and_tokens_have_128_bits_and_codes_no_look_alikes():
    assert len(keys.read_secret(keys.new_secret())) * 5 >= 128
    assert len(keys.new_token()) * 6 >= 128
    codes = {keys.new_code() for _ in range(500)}
    assert len(codes) == 500 and not set("".join(codes)) & set("AEIOUY0123456789")


def test_a_secret_differs_from_another_in_any_letter():
    secret = keys.new_secret()
    other = secret[:-1] + ("A" if secret[-1] != "A" else "E")
    hashed = keys.salted(secret, "salt")
    assert keys.fits(secret, "salt", hashed)
    assert not keys.fits(other, "salt", hashed) and not keys.fits(secret, "pepper", hashed)


def test_the_migrations_make_the_tables_that_the_code_uses(store_url: str):
    database = open_database(store_url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_an_older_store_is_upgraded_and_keeps_what_it_holds(store_url: str):
    old = open_database(store_url, migrate_to="0001")
    assert "attempts" not in inspect(old.engine).get_table_names()
    with old.write() as connection:
        connection.execute(text("INSERT INTO settings (name, value) VALUES ('pepper', 'kept')"))
    old.close()
    store = open_store(store_url)
    assert "attempts" in inspect(store.database.engine).get_table_names()
    with store.database.read() as connection:
        assert connection.execute(text("SELECT value FROM settings")).scalars().all() == ["kept"]
    store.close()


def test_a_newer_store_is_refused_with_a_message_and_left_alone(store_url: str):
    database = open_database(store_url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"schema 9999.*does not know.*Update Nocturne"):
        open_store(store_url)
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    database.close()


def test_two_processes_that_open_a_new_store_at_once_both_succeed(store_url: str):
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: open_store(store_url), range(4)))
    opened = stores[0].open_class("Seminar", cases())
    assert stores[3].join(opened.code, CLIENT).number == 1
    for store in stores:
        store.close()


def test_the_sqlite_file_is_private_and_durable(tmp_path: Path):
    path = tmp_path / "new folder" / "classes 100%.sqlite"
    store = open_store(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with store.database.read() as connection:
        asked = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    store.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://somewhere/x", "a class store is a path"),
        ("sqlite://", "in memory would be lost"),
        ("postgresql://user:word@127.0.0.1:1/none", "cannot be opened"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why_and_never_a_password(url: str, says: str):
    with pytest.raises(StoreError, match=says) as refused:
        open_store(url)
    assert ":word" not in str(refused.value)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, this is no database but a long letter. " * 30, encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(str(path))
    assert path.read_text(encoding="utf-8").startswith("Dear reader")


def test_the_default_file_can_be_named_by_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NOCTURNE_CLASS_STORE", str(tmp_path / "named.sqlite"))
    ClassStore.open(ddx().network, clock=Clock()).close()
    assert (tmp_path / "named.sqlite").exists()
