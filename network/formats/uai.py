"""UAI, the format of the inference competitions: numbers only, no names.

Written and read here and not by pgmpy, whose writer lists the parents backwards but not their table,
and whose reader keeps arcs in a set, so that the order of the parents changes from run to run, and knows no
exponents (pgmpy 1.1.2, measured). A table's scope ends with the child; its last variable runs fastest, then
the one before. pyAgrum 3.3.1 departs from that: of several parents it lets the first run fastest.

References
----------
The UAI model file format, as described by the inference competitions since 2008.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from network.cpds import Array
from network.errors import ExchangeError
from network.formats.blocks import MOST_NODES, check_size, shown
from network.formats.model import FileTable, numbers, tabular_model

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork


_COMMENT = re.compile(r"#[^\n]*")


def variable_name(position: int) -> str:
    """Return the name of a variable that has none, as pgmpy would call it."""
    return f"var_{position}"


def write(model: DiscreteBayesianNetwork) -> str:
    """Return the model as UAI: variables and tables in the model's order, all digits."""
    place = {node: str(position) for position, node in enumerate(model.nodes())}
    cpds = [model.get_cpds(node) for node in place]
    scopes = [[*cpd.variables[1:], cpd.variable] for cpd in cpds]
    lines = ["BAYES", str(len(cpds)), " ".join(str(cpd.variable_card) for cpd in cpds), str(len(cpds))]
    lines += [" ".join([str(len(scope)), *(place[node] for node in scope)]) for scope in scopes]
    for cpd in cpds:
        values = np.moveaxis(np.asarray(cpd.values, dtype=float), 0, -1)
        lines += ["", str(values.size)]
        lines += [" ".join(map(repr, row)) for row in values.reshape(-1, cpd.variable_card).tolist()]
    return "\n".join(lines) + "\n"


def read(text: str) -> DiscreteBayesianNetwork:
    """Return the model of a UAI file: variables ``var_0``, ``var_1``, ..., states ``"0"``, ``"1"``, ...

    Raises
    ------
    ExchangeError
        If the file is of a Markov network, ends too soon, goes on too long, or a number is not one.
    """
    words = iter(_COMMENT.sub("", text).split())
    kind = next(words, "")
    if kind != "BAYES":
        also = " Markov networks have no causes and effects and are not read." if kind == "MARKOV" else ""
        raise ExchangeError(f"a UAI file of a Bayesian network starts with BAYES, not {shown(kind)}.{also}")
    count = _integer(words, "the number of variables", MOST_NODES, least=1)
    cards = [_integer(words, f"the number of states of variable {i}", 10**6, least=1) for i in range(count)]
    announced = _integer(words, "the number of tables", 10**6)
    if announced != count:
        raise ExchangeError(
            f"{count} variables have {announced} tables. A Bayesian network has one for each."
        )
    scopes = [_scope(words, count) for _ in range(count)]
    seen: set[int] = set()
    for scope in scopes:
        if scope[-1] in seen:
            raise ExchangeError(
                f"variable {scope[-1]} ends two scopes; the last of a scope is the child, once."
            )
        seen.add(scope[-1])
    names = [variable_name(position) for position in range(count)]
    states = {name: [str(i) for i in range(card)] for name, card in zip(names, cards, strict=True)}
    tables = {
        names[child]: FileTable(
            tuple(names[parent] for parent in parents),
            _table(words, child, [cards[node] for node in (child, *parents)]),
        )
        for *parents, child in scopes
    }
    if rest := next(words, None):
        raise ExchangeError(f"after the last table the file goes on with {shown(rest)}.")
    return tabular_model(None, states, tables)


def _integer(words: Iterator[str], what: str, most: int, least: int = 0) -> int:
    """Return the next word as a whole number within bounds."""
    word = next(words, None)
    if word is None:
        raise ExchangeError(f"the file ends before {what}.")
    if not (word.isascii() and word.isdigit() and len(word) < 12 and least <= int(word) <= most):
        raise ExchangeError(f"{what} is {shown(word)}, not a whole number from {least} to {most}.")
    return int(word)


def _scope(words: Iterator[str], count: int) -> list[int]:
    """Return the variables of one table, child last."""
    size = _integer(words, "the size of a scope", count, least=1)
    scope = [_integer(words, "a variable of a scope", count - 1) for _ in range(size)]
    if len(set(scope)) < size:
        raise ExchangeError(f"a scope names a variable twice: {shown(' '.join(map(str, scope)))}.")
    return scope


def _table(words: Iterator[str], child: int, cards: list[int]) -> Array:
    """Return the table of one variable, one row for each of its states; `cards` begins with the child's."""
    where = f"the table of variable {child}"
    size = check_size(variable_name(child), cards)
    announced = _integer(words, f"the length of {where}", 10**9)
    values = numbers(list(islice(words, size)), where)
    if announced != size or len(values) != size:
        raise ExchangeError(f"{where} has {min(announced, len(values))} numbers, not {size}.")
    return values.reshape(-1, cards[0]).T
