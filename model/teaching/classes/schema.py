"""The tables of the class store. Times are whole seconds since 1970 (UTC).

A change here needs a migration (``migrations/versions``); a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

classes = Table(
    "classes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(12), nullable=False, unique=True),
    Column("title", String(120), nullable=False),
    Column("secret_salt", String(32), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("paced", Boolean, nullable=False),
    Column("status", String(10), nullable=False),
    Column("joining", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

class_cases = Table(
    "class_cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("class_id", ForeignKey("classes.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("key", String(32), nullable=False, unique=True),
    Column("content", Text, nullable=False),
    Column("revealed_at", BigInteger),
    UniqueConstraint("class_id", "position"),
)

learners = Table(
    "learners",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("class_id", ForeignKey("classes.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("joined_at", BigInteger, nullable=False),
    UniqueConstraint("class_id", "number"),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("learner_id", ForeignKey("learners.id", ondelete="CASCADE"), nullable=False),
    Column("class_case_id", ForeignKey("class_cases.id", ondelete="CASCADE"), nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("step", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("learner_id", "client_id"),
    Index("ix_submissions_class_case_id_step", "class_case_id", "step"),
    Index("ix_submissions_learner_id_class_case_id", "learner_id", "class_case_id"),
)

asked = Table(
    "asked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("learner_id", ForeignKey("learners.id", ondelete="CASCADE"), nullable=False),
    Column("class_case_id", ForeignKey("class_cases.id", ondelete="CASCADE"), nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("item", String(80), nullable=False),
    Column("in_turn", Boolean, nullable=False),
    UniqueConstraint("learner_id", "client_id"),
    UniqueConstraint("learner_id", "class_case_id", "item"),
    UniqueConstraint("learner_id", "class_case_id", "number"),
)

shared_cases = Table(
    "shared_cases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("content", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("scope", String(24), nullable=False),
    Column("who", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_attempts_scope_who_at", "scope", "who", "at"),
)
