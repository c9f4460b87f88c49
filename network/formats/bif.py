"""BIF, the interchange format of the Bayesian network repositories.

Written by pgmpy. Its reader (1.1.2, measured) drops the last block of a file without a final line break,
fills rows that are left out with zeros, takes the second of two tables for one variable, mixes up names
that differ only in case, takes seconds for our own network, and never ends on some broken files. So a file is
read here, in one pass, and becomes a pgmpy model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from network.cpds import Array
from network.errors import ExchangeError
from network.formats.blocks import blocks, check_size, shown, without_comments
from network.formats.declared import Declared
from network.formats.model import numbers

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

_NETWORK = re.compile(r"network\b(?P<name>.*)", re.DOTALL)
_VARIABLE = re.compile(r"variable\s+(?P<name>[^\s(){}|;,][^(){}|;,]*)")
_PROBABILITY = re.compile(r"probability\s*\((?P<child>[^(){}|]*)(?:\|(?P<parents>[^(){}|]*))?\)")
_TYPE = re.compile(r"type\s+discrete\s*\[\s*(?P<count>\d{1,6})\s*\]\s*\{(?P<states>[^{}]*)\}\s*;")
_ENTRY = re.compile(r"(?:\((?P<row>[^()]*)\)|table\b)(?P<numbers>[^()]*)")
_PROPERTY = re.compile(r"property\b.*", re.DOTALL)


def write(model: DiscreteBayesianNetwork) -> str:
    """Return the model as BIF; every number is written with all its digits."""
    from pgmpy.readwrite import BIFWriter

    return str(BIFWriter(model))


def read(text: str) -> DiscreteBayesianNetwork:
    """Return the model of a BIF file.

    Raises
    ------
    ExchangeError
        Saying which block is wrong and how.
    """
    name = None
    found = Declared("variable")
    for head, body, line in blocks(without_comments(text).replace('"', " ")):
        if match := _NETWORK.fullmatch(head):
            name = match["name"].strip() or None
        elif match := _VARIABLE.fullmatch(head):
            variable = match["name"].strip()
            found.add_node(variable, _states(variable, body, line), line)
        elif match := _PROBABILITY.fullmatch(head):
            found.add_table(*_scope(match["child"], match["parents"]), body, line)
        else:
            raise ExchangeError(
                f"line {line}: {shown(head)} does not start a block. "
                "BIF has network, variable and probability."
            )
    return found.model(name, _table)


def _states(variable: str, body: str, line: int) -> list[str]:
    """Return the states of a variable block."""
    match = _TYPE.search(body)
    if match is None:
        raise ExchangeError(
            f"line {line}: variable {shown(variable)} has no states. "
            "Write: type discrete [ 2 ] { absent, present };"
        )
    inside = match["states"]
    names = [part.strip() for part in inside.split(",")] if "," in inside else inside.split()
    names = [name for name in names if name]
    if len(names) != int(match["count"]):
        raise ExchangeError(
            f"line {line}: variable {shown(variable)} announces {match['count']} states "
            f"and lists {len(names)}."
        )
    return names


def _scope(child: str, parents: str | None) -> tuple[str, list[str]]:
    """Return child and parents; older files write them without the bar, apart by spaces."""
    if parents is not None:
        return child.strip(), [part.strip() for part in parents.split(",") if part.strip()]
    words = child.replace(",", " ").split()
    return (words[0], words[1:]) if words else ("", [])


def _table(
    child: str, parents: Sequence[str], body: str, line: int, states: Mapping[str, Sequence[str]]
) -> Array:
    """Return the table of a probability block, each row there and there once."""
    where = f"line {line}, table of {shown(child)}"
    cards = [len(states[name]) for name in (child, *parents)]
    size = check_size(child, cards)
    values = np.full((cards[0], size // cards[0]), np.nan)
    columns = np.arange(values.shape[1]).reshape(cards[1:])
    places = [{state: index for index, state in enumerate(states[parent])} for parent in parents]
    for statement in body.split(";"):
        words = statement.strip()
        if not words or _PROPERTY.fullmatch(words):
            continue
        match = _ENTRY.fullmatch(words)
        if match is None:
            raise ExchangeError(
                f"{where}: {shown(words)} is no row. Write ( parent states ) numbers; or table numbers; "
                "and give every row (no default)."
            )
        column = numbers(match["numbers"].replace(",", " ").split(), where)
        expected = size if match["row"] is None else cards[0]
        if len(column) != expected:
            raise ExchangeError(f"{where}: {shown(words)} has {len(column)} numbers, not {expected}.")
        target = np.s_[:] if match["row"] is None else columns[_place(match["row"], places, parents, where)]
        if not np.isnan(values[:, target]).all():
            raise ExchangeError(f"{where}: {shown(words)} is given twice. Keep one.")
        values[:, target] = column.reshape(values[:, target].shape)
    left_out = int(np.isnan(values).any(axis=0).sum())
    if left_out:
        raise ExchangeError(f"{where}: {left_out} of {values.shape[1]} rows are left out or not numbers.")
    return values


def _place(
    row: str, places: Sequence[Mapping[str, int]], parents: Sequence[str], where: str
) -> tuple[int, ...]:
    """Return the position of each parent's state in a row."""
    words = [part.strip() for part in row.split(",")]
    if len(words) != len(parents):
        raise ExchangeError(
            f"{where}: row ({shown(row)}) names {len(words)} states for {len(parents)} parents."
        )
    for word, known, parent in zip(words, places, parents, strict=True):
        if word not in known:
            raise ExchangeError(
                f"{where}: {shown(parent)} has no state {shown(word)}. States: {', '.join(known)}."
            )
    return tuple(known[word] for word, known in zip(words, places, strict=True))
