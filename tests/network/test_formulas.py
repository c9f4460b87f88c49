"""Formulas of derived figures: what Python would make of them, and nothing that is not arithmetic."""

from __future__ import annotations

import math
from statistics import fmean, geometric_mean
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from network.formulas import FUNCTIONS, FormulaError, read_formula
from tests.floats import ROUNDING, assert_close

NAMES = ("a", "b", "c")
CELL = ("cold_foot", "present", "osteoarthritis")
P = st.floats(min_value=0.01, max_value=0.99)
VALUES = st.fixed_dictionaries(dict.fromkeys(NAMES, P))
READING_VALUE = 0.25


def _odds(p: float) -> float:
    return p / (1.0 - p)


def _from_odds(x: float) -> float:
    return x / (1.0 + x)


def _line(x0: float, a: float, x1: float, b: float, x: float) -> float:
    return a * (x1 - x) / (x1 - x0) + b * (x - x0) / (x1 - x0)


SECOND: dict[str, Any] = {
    "odds": _odds,
    "from_odds": _from_odds,
    "mean": lambda *x: fmean(x),
    "geometric": lambda *x: geometric_mean(x),
    "pooled": lambda *p: _from_odds(geometric_mean(map(_odds, p))),
    "shifted": lambda p, k: k * p / (1.0 - p + k * p),
    "line": _line,
    "log_line": lambda x0, a, x1, b, x: math.exp(_line(x0, math.log(a), x1, math.log(b), x)),
    "odds_line": lambda x0, a, x1, b, x: _from_odds(
        math.exp(_line(x0, math.log(_odds(a)), x1, math.log(_odds(b)), x))
    ),
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "least": min,
    "most": max,
    "reading": lambda *_: READING_VALUE,
    **dict.fromkeys(CELL),
}
"""Every function once more, of plain numbers."""

PROPORTIONS = st.recursive(
    st.sampled_from([*NAMES, "0.3", "reading(cold_foot, present, osteoarthritis)"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} * {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"(1 - (1 - {p[0]}) * (1 - {p[1]}))"),
        st.tuples(inner, inner).map(lambda p: f"{p[0]} / ({p[0]} + {p[1]})"),
        st.tuples(st.sampled_from(["mean", "geometric", "pooled", "least", "most"]), inner, inner).map(
            lambda p: f"{p[0]}({p[1]}, {p[2]})"
        ),
        st.tuples(inner, st.sampled_from(["0.5", "3"])).map(lambda p: f"shifted({p[0]}, {p[1]})"),
        st.tuples(st.sampled_from(["line", "log_line", "odds_line"]), inner, inner).map(
            lambda p: f"{p[0]}(40, {p[1]}, 60, {p[2]}, 50)"
        ),
        inner.map(lambda p: f"from_odds(odds({p}))"),
        inner.map(lambda p: f"exp(ln(sqrt({p})))"),
        inner.map(lambda p: f"-(-{p})"),
    ),
    max_leaves=8,
)


@hypothesis.given(PROPORTIONS, VALUES)
def test_a_formula_is_what_python_makes_of_it(text: str, values: dict[str, float]) -> None:
    try:
        formula = read_formula(text)
    except FormulaError as error:
        assert "names no row" in str(error)
        return
    found = formula.value({name: np.array(x) for name, x in values.items()}, {CELL: READING_VALUE})
    expected = eval(text, {"__builtins__": {}}, SECOND | values)
    assert_close(found, expected, atol=1e-9, rtol=1e-9)


def test_every_function_has_a_second_computation() -> None:
    assert set(FUNCTIONS) < set(SECOND)


@hypothesis.given(st.lists(VALUES, min_size=1, max_size=5))
def test_many_draws_are_each_draw_alone(draws: list[dict[str, float]]) -> None:
    formula = read_formula("shifted(pooled(a, b), 2) * most(a, 0.5) + line(1, a, 2, c, 1.5)")
    together = formula.value({name: np.array([draw[name] for draw in draws]) for name in NAMES}, {})
    alone = [float(formula.value({name: np.array(x) for name, x in draw.items()}, {})) for draw in draws]
    assert_close(together, alone)


@hypothesis.given(P, st.floats(min_value=0.1, max_value=10.0))
def test_a_shift_back_undoes_a_shift(p: float, k: float) -> None:
    there = float(read_formula("shifted(a, b)").value({"a": np.array(p), "b": np.array(k)}, {}))
    back = read_formula("shifted(a, 1 / b)").value({"a": np.array(there), "b": np.array(k)}, {})
    assert float(back) == pytest.approx(p, abs=1e-9)


def test_bases_and_cells_are_named_once_each_in_order() -> None:
    formula = read_formula("b * a + b * reading(x, y, z) - reading(x, y, z)")
    assert (formula.bases, formula.cells) == (("b", "a"), (("x", "y", "z"),))


def test_what_is_missing_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="b"):
        read_formula("a + b").value({"a": np.array(1.0)}, {})


ARITHMETIC = "Use + - * / and the named functions."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a.real", f"'a.real' is not allowed. {ARITHMETIC}"),
        ("__import__('os')", "no function is called '__import__'. There are: odds, from_odds, mean"),
        ("log(a)", "no function is called 'log'. There are: odds"),
        ("a.real(b)", f"'a.real(b)' is not allowed. {ARITHMETIC}"),
        ("'a'", f"\"'a'\" is not allowed. {ARITHMETIC}"),
        ("a < b", f"'a < b' is not allowed. {ARITHMETIC}"),
        ("a ** 2", f"'a ** 2' is not allowed. {ARITHMETIC}"),
        ("a // b", f"'a // b' is not allowed. {ARITHMETIC}"),
        ("a % b", f"'a % b' is not allowed. {ARITHMETIC}"),
        ("+a", f"'+a' is not allowed. {ARITHMETIC}"),
        ("a and b", f"'a and b' is not allowed. {ARITHMETIC}"),
        ("a if b else c", f"'a if b else c' is not allowed. {ARITHMETIC}"),
        ("lambda: a", f"'lambda: a' is not allowed. {ARITHMETIC}"),
        ("[a]", f"'[a]' is not allowed. {ARITHMETIC}"),
        ("a[0]", f"'a[0]' is not allowed. {ARITHMETIC}"),
        ("(a := b)", f"'(a := b)' is not allowed. {ARITHMETIC}"),
        ("True * a", f"'True' is not allowed. {ARITHMETIC}"),
        ("1j * a", f"'1j' is not allowed. {ARITHMETIC}"),
        ("mean(*a)", f"'*a' is not allowed. {ARITHMETIC}"),
        ("mean(a, k=b)", "'k=b' is not allowed. Write arguments in order, without names."),
        ("reading(a, b, c, d=e)", "'d=e' is not allowed. Write arguments in order, without names."),
        ("odds(a, b)", "odds takes one argument, not 2."),
        ("line(a, b)", "line takes 5 arguments, not 2."),
        ("mean()", "mean takes one argument or more, not 0."),
        ("reading(a, b)", "reading takes a finding, a state and a cause."),
        ("reading(a, b, 1)", "reading takes a finding, a state and a cause."),
        ("1e999 * a", "a number is larger than 1e+09. Check it."),
        ("3 * 4", "it names no row. A number that rests on nothing is a judgement, not derived."),
        ("", "it is no arithmetic over row ids."),
        ("a b", "it is no arithmetic over row ids."),
        ("a = b", "it is no arithmetic over row ids."),
        ("(" * 1000 + "a" + ")" * 1000, "it is no arithmetic over row ids."),
        ("-" * 10_000 + "a", "it is no arithmetic over row ids."),
    ],
)
def test_what_is_no_arithmetic_is_refused_with_what_is(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read_formula(text)
    assert str(caught.value).startswith(message)


def test_reading_a_cell_takes_its_pooled_value() -> None:
    formula = read_formula("2 * reading(cold_foot, present, osteoarthritis)")
    assert float(formula.value({}, {CELL: 0.2})) == pytest.approx(0.4, abs=ROUNDING)
