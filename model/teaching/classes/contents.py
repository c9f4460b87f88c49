"""What the store writes as text: cases, beliefs, reflections. Sizes are limited before that."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from model.teaching.belief import Belief, Estimate
from model.teaching.cases import Case
from model.teaching.errors import ClassLimit
from model.teaching.reflection import Reflection
from model.teaching.rules import count

CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
LONGEST_TITLE = 120
MOST_CASES, MOST_BELIEFS = 256, 4096
"""Texts whose meaning is remembered: every look at a class reads all of its cases, every look at a room all
of its beliefs."""


def to_text(plain: Any) -> str:
    """Return JSON text.

    Raises
    ------
    ClassLimit
        If it is too long.
    """
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    if len(text) > count("longest_content"):
        raise ClassLimit(
            f"this is too long to keep: {len(text):,} of {count('longest_content'):,} characters."
        )
    return text


@lru_cache(maxsize=MOST_CASES)
def case_of(text: str) -> Case:
    """Return a case that the store wrote."""
    return Case.from_plain(json.loads(text))


@lru_cache(maxsize=MOST_BELIEFS)
def belief_of(text: str) -> Belief:
    """Return a belief that the store wrote; it was validated before."""
    plain = json.loads(text)
    estimates = {cause: Estimate(*ends) for cause, ends in plain["estimates"].items()}
    return Belief(estimates, tuple(plain["ranking"]))


def reflection_of(text: str) -> Reflection:
    """Return a reflection that the store wrote; it was validated before."""
    plain = json.loads(text)
    lists = ("for_it", "against_it", "expected_but_absent")
    return Reflection(plain["cause"], *(tuple(plain[name]) for name in lists))


def client_id(given: str) -> str:
    """Return an id that the learner's page made up for one submission.

    Raises
    ------
    ClassLimit
        Unless it is 8 to 64 letters, digits, dashes or underscores.
    """
    if not CLIENT_ID.fullmatch(given):
        raise ClassLimit("the id of a submission is 8 to 64 letters, digits, dashes or underscores.")
    return given


def one_line(text: str, longest: int, what: str) -> str:
    """Return text on one line without control characters.

    Raises
    ------
    ClassLimit
        If it is too long.
    """
    plain = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    if len(plain) > longest:
        raise ClassLimit(f"the {what} has {len(plain)} characters; the most is {longest}.")
    return plain
