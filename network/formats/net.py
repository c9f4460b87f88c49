"""NET, the format of Hugin and of GeNIe.

Written by pgmpy, with all digits: its own eight decimals are too few for a probability of 1e-9.
Its reader (1.1.2, measured) goes through the whole file once for each node, 76 seconds for 176 nodes,
cannot hold a state with a space, and takes ``lymph_node b`` in a list of parents for a node ``b``. So a file
is read here, in one pass, and becomes a pgmpy model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from network.cpds import Array
from network.errors import ExchangeError
from network.formats.blocks import blocks, check_size, shown, without_comments
from network.formats.declared import Declared
from network.formats.model import numbers

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

_NETWORK = re.compile(r"(?:net|class\s+\w+)")
_NODE = re.compile(r"(?:discrete\s+)?node\s+(?P<name>[^\s(){}|;,]+)")
_POTENTIAL = re.compile(r"potential\s*\((?P<child>[^(){}|]*)(?:\|(?P<parents>[^(){}|]*))?\)")
_STATES = re.compile(r'\bstates\s*=\s*\((?P<states>(?:[^()"]|"[^"]*")*)\)\s*;')
_DATA = re.compile(r"\bdata\s*=")
_NAME = re.compile(r'\bname\s*=\s*"(?P<name>[^"]*)"\s*;')
_WORD = re.compile(r'"([^"]*)"|([^\s,"]+)')


def write(model: DiscreteBayesianNetwork) -> str:
    """Return the model as NET; every number is written with all its digits."""
    from pgmpy.readwrite import NETWriter

    writer = NETWriter(model)
    writer.net_cpd = lambda node: _nested(np.moveaxis(np.asarray(writer.tables[node], dtype=float), 0, -1))
    return str(writer)


def read(text: str) -> DiscreteBayesianNetwork:
    """Return the model of a NET file.

    Raises
    ------
    ExchangeError
        Saying which block is wrong and how.
    """
    name = None
    found = Declared("node")
    for head, body, line in blocks(without_comments(text, percent=True)):
        if _NETWORK.fullmatch(head):
            match = _NAME.search(body)
            name = match["name"].strip() or None if match else None
        elif match := _NODE.fullmatch(head):
            found.add_node(match["name"], _states(match["name"], body, line), line)
        elif match := _POTENTIAL.fullmatch(head):
            found.add_table(match["child"].strip(), (match["parents"] or "").split(), body, line)
        else:
            raise ExchangeError(
                f"line {line}: {shown(head)} does not start a block. NET has net, node and potential; only "
                "discrete nodes are read."
            )
    return found.model(name, _table)


def _states(node: str, body: str, line: int) -> list[str]:
    """Return the states of a node block."""
    match = _STATES.search(body)
    names = [quoted or bare for quoted, bare in _WORD.findall(match["states"])] if match else []
    if not names or not all(names):
        raise ExchangeError(
            f'line {line}: node {shown(node)} has no states. Write: states = ("absent" "present");'
        )
    return names


def _table(
    child: str, parents: Sequence[str], body: str, line: int, states: Mapping[str, Sequence[str]]
) -> Array:
    """Return the table of a potential, as many numbers as its states and parents need."""
    where = f"line {line}, table of {shown(child)}"
    match = _DATA.search(body)
    end = body.find(";", match.end()) if match else -1
    if match is None or end < 0:
        raise ExchangeError(f"{where}: there are no numbers. Write: data = (0.9 0.1);")
    values = numbers(re.sub(r"[(),]", " ", body[match.end() : end]).split(), where)
    size = check_size(child, [len(states[name]) for name in (child, *parents)])
    if len(values) != size:
        raise ExchangeError(f"{where}: there are {len(values)} numbers, not {size}.")
    return values.reshape(-1, len(states[child])).T


def _nested(values: Any) -> str:
    """Return an array in nested round brackets, each number with all its digits."""
    if values.ndim == 0:
        return repr(float(values))
    return "(" + " ".join(_nested(part) for part in values) + ")"
