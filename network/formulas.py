"""Formulas of derived figures: a small strict expression over the ids of other rows.

    0.5 * pad_prev_men + 0.5 * pad_prev_women        arithmetic: + - * / and brackets
    odds(p), from_odds(o)                            p / (1 - p) and back
    mean(a, b, …), geometric(a, b, …)                arithmetic and geometric mean
    pooled(p, q, …)                                  mean of the log-odds, as a probability
    shifted(p, k)                                    odds of p times k, as a probability
    line(x0, a, x1, b, x)                            straight line through (x0, a) and (x1, b), at x
    log_line(…), odds_line(…)                        the same of the logarithm, of the log-odds
    exp, ln, sqrt, least, most                       of one number; the smallest and the largest
    reading(finding, state, cause)                   the pooled reading of a cell (`network.readings`)

Every name is the id of a row. A number in a formula is a judgement, and the note of its row gives the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from network.cpds import Array

Cell = tuple[str, str, str]
"""Finding, state, cause."""

READING = "reading"
LARGEST = 1e9
"""No constant is larger: ages, weights, counts of people."""


class FormulaError(ValueError):
    """A formula that cannot be read; the message says what is wrong in it."""


def odds(p: Array) -> Array:
    """Return p / (1 - p)."""
    return np.asarray(p / (1.0 - p))


def from_odds(x: Array) -> Array:
    """Return x / (1 + x)."""
    return np.asarray(x / (1.0 + x))


def line(x0: Array, a: Array, x1: Array, b: Array, x: Array) -> Array:
    """Return the height at x of the straight line through (x0, a) and (x1, b)."""
    return np.asarray(a + (b - a) * (x - x0) / (x1 - x0))


FUNCTIONS: dict[str, tuple[Callable[..., Any], int | None]] = {
    "odds": (odds, 1),
    "from_odds": (from_odds, 1),
    "mean": (lambda *x: sum(x) / len(x), None),
    "geometric": (lambda *x: np.exp(sum(np.log(one) for one in x) / len(x)), None),
    "pooled": (lambda *p: from_odds(np.exp(sum(np.log(odds(one)) for one in p) / len(p))), None),
    "shifted": (lambda p, k: from_odds(odds(p) * k), 2),
    "line": (line, 5),
    "log_line": (lambda x0, a, x1, b, x: np.exp(line(x0, np.log(a), x1, np.log(b), x)), 5),
    "odds_line": (
        lambda x0, a, x1, b, x: from_odds(np.exp(line(x0, np.log(odds(a)), x1, np.log(odds(b)), x))),
        5,
    ),
    "exp": (np.exp, 1),
    "ln": (np.log, 1),
    "sqrt": (np.sqrt, 1),
    "least": (lambda *x: np.minimum.reduce(np.broadcast_arrays(*x)), None),
    "most": (lambda *x: np.maximum.reduce(np.broadcast_arrays(*x)), None),
}
"""Each function and how many arguments it takes, None for one or more."""

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its `text`, the rows it is over and the cells of the readings it uses."""

    text: str
    bases: tuple[str, ...]
    cells: tuple[Cell, ...]

    def value(self, values: Mapping[str, Array], readings: Mapping[Cell, float]) -> Array:
        """Return what follows from the bases.

        Parameters
        ----------
        values : row id to ndarray, all of shapes that go together
        readings : cell to pooled reading

        Raises
        ------
        KeyError
            If a base or a cell is missing.
        """
        return np.asarray(_value(_tree(self.text), values, readings), dtype=float)


@lru_cache(maxsize=4096)
def read_formula(text: str) -> Formula:
    """Return a formula.

    Raises
    ------
    FormulaError
        If it is no such expression.

    Examples
    --------
    >>> formula = read_formula("shifted(mean(a, b), 2)")
    >>> formula.bases, float(formula.value({"a": np.array(0.2), "b": np.array(0.3)}, {}))
    (('a', 'b'), 0.4)
    """
    bases: dict[str, None] = {}
    cells: dict[Cell, None] = {}
    _check(_tree(text), bases, cells)
    if not bases and not cells:
        raise FormulaError("it names no row. A number that rests on nothing is a judgement, not derived.")
    return Formula(text, tuple(bases), tuple(cells))


@lru_cache(maxsize=4096)
def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError("it is no arithmetic over row ids.") from None


def _check(node: ast.expr, bases: dict[str, None], cells: dict[Cell, None]) -> None:
    """Note the rows and cells named; raise what is not allowed."""
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if number > LARGEST:
                raise FormulaError(f"a number is larger than {LARGEST:.0e}. Check it.")
        case ast.Name(id=name):
            bases[name] = None
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            _check(inner, bases, cells)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            _check(left, bases, cells)
            _check(right, bases, cells)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name == READING:
            cells[_cell(arguments)] = None
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            wanted = FUNCTIONS[name][1]
            if not arguments or wanted not in (None, len(arguments)):
                count = {None: "one argument or more", 1: "one argument"}.get(wanted, f"{wanted} arguments")
                raise FormulaError(f"{name} takes {count}, not {len(arguments)}.")
            for argument in arguments:
                _check(argument, bases, cells)
        case ast.Call(keywords=[keyword, *_]):
            raise FormulaError(
                f"{ast.unparse(keyword)!r} is not allowed. Write arguments in order, without names."
            )
        case ast.Call(func=ast.Name(id=name)):
            raise FormulaError(
                f"no function is called {name!r}. There are: {', '.join([*FUNCTIONS, READING])}."
            )
        case _:
            raise FormulaError(f"{ast.unparse(node)!r} is not allowed. Use + - * / and the named functions.")


def _cell(arguments: list[ast.expr]) -> Cell:
    words = [argument.id for argument in arguments if isinstance(argument, ast.Name)]
    if len(words) != len(arguments) or len(words) != 3:
        raise FormulaError(f"{READING} takes a finding, a state and a cause.")
    return words[0], words[1], words[2]


def _value(node: ast.expr, values: Mapping[str, Array], readings: Mapping[Cell, float]) -> Any:
    match node:
        case ast.Constant(value=number):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(operand=inner):
            return -_value(inner, values, readings)
        case ast.BinOp(left=left, op=operator, right=right):
            return OPERATORS[type(operator)](_value(left, values, readings), _value(right, values, readings))
        case ast.Call(func=ast.Name(id=name), args=arguments) if name == READING:
            return readings[_cell(arguments)]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return FUNCTIONS[name][0](*(_value(argument, values, readings) for argument in arguments))
    raise FormulaError("not a formula")
