"""Classes, their cases, learners and what they submit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "settings",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    op.create_table(
        "classes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("secret_salt", sa.String(32), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("paced", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("joining", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_classes"),
        sa.UniqueConstraint("code", name="uq_classes_code"),
    )
    op.create_index("ix_classes_expires_at", "classes", ["expires_at"])
    op.create_table(
        "class_cases",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("class_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("revealed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_class_cases"),
        sa.ForeignKeyConstraint(
            ["class_id"], ["classes.id"], name="fk_class_cases_class_id_classes", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("key", name="uq_class_cases_key"),
        sa.UniqueConstraint("class_id", "position", name="uq_class_cases_class_id_position"),
    )
    op.create_table(
        "learners",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("class_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("joined_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_learners"),
        sa.ForeignKeyConstraint(
            ["class_id"], ["classes.id"], name="fk_learners_class_id_classes", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("token_hash", name="uq_learners_token_hash"),
        sa.UniqueConstraint("class_id", "number", name="uq_learners_class_id_number"),
    )
    _what_learners_do()


def _what_learners_do() -> None:
    """Make the tables of submissions and questions."""
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("learner_id", sa.Integer, nullable=False),
        sa.Column("class_case_id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name="fk_submissions_learner_id_learners", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["class_case_id"],
            ["class_cases.id"],
            name="fk_submissions_class_case_id_class_cases",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("learner_id", "client_id", name="uq_submissions_learner_id_client_id"),
    )
    op.create_index("ix_submissions_class_case_id_step", "submissions", ["class_case_id", "step"])
    op.create_index("ix_submissions_learner_id_class_case_id", "submissions", ["learner_id", "class_case_id"])
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("learner_id", sa.Integer, nullable=False),
        sa.Column("class_case_id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("item", sa.String(80), nullable=False),
        sa.Column("in_turn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asked"),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name="fk_asked_learner_id_learners", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["class_case_id"],
            ["class_cases.id"],
            name="fk_asked_class_case_id_class_cases",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("learner_id", "client_id", name="uq_asked_learner_id_client_id"),
        sa.UniqueConstraint(
            "learner_id", "class_case_id", "item", name="uq_asked_learner_id_class_case_id_item"
        ),
        sa.UniqueConstraint(
            "learner_id", "class_case_id", "number", name="uq_asked_learner_id_class_case_id_number"
        ),
    )
