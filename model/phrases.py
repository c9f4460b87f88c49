"""Numbers, findings and causes as sentences name them; the words are in ``templates.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from model.evidence import Finding, Likelihood
from network.structure import BINARY, PRESENT, Node

OTHER_CAUSE = "other_cause"

EVEN = 1.05
"""Factors up to this are told as even."""

NEUTRAL_DECIBANS = 1.0
"""About as finely as people can tell degrees of belief apart (Good 1979): 5 to 4 rather than evens."""


@cache
def templates() -> dict[str, Any]:
    """Return the templates by name."""
    import yaml

    text = (Path(__file__).parent / "templates.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return loaded


def say(key: str, **words: str) -> str:
    """Return a template with its braces filled in."""
    return str(templates()[key].format(**words))


def percent(p: float, decimals: int | None = None) -> str:
    """Return a probability in percent, with a decimal where it is small; 0 and 100 only where certain.

    Examples
    --------
    >>> percent(0.314), percent(0.0042), percent(0.9996), percent(0.9961)
    ('31 %', '0.4 %', 'over 99.9 %', '99.6 %')
    """
    if 0.999 < p < 1:
        return say("over", percent="99.9 %")
    if 0 < p < 0.001:
        return say("under", percent="0.1 %")
    if decimals is None:
        decimals = 1 if 0 < p < 0.0995 or 0.99 < p < 1 else 0
    return f"{100 * p:.{decimals}f} %".replace(".0 %", " %")


def from_to(before: float, after: float) -> tuple[str, str]:
    """Return two probabilities in percent, with as many decimals (up to 2) as it takes to tell them apart.

    Examples
    --------
    >>> from_to(0.41, 0.92), from_to(0.981, 0.984), from_to(0.5, 0.5)
    (('41 %', '92 %'), ('98.1 %', '98.4 %'), ('50 %', '50 %'))
    """
    for decimals in (None, 1, 2):
        said = percent(before, decimals), percent(after, decimals)
        if before == after or said[0] != said[1]:
            break
    return said


def times(ratio: float) -> str:
    """Return a factor in words, two significant digits.

    Examples
    --------
    >>> times(18.7), times(2.02), times(1.26), times(12345.0)
    ('19 times', 'twice', '1.3 times', '12,000 times')
    """
    if f"{ratio:.2g}" == "2":
        return say("twice")
    return say("times", number=f"{float(f'{ratio:.2g}'):,.0f}" if ratio >= 9.95 else f"{ratio:.2g}")


def decibans(weight: float) -> str:
    """Return a weight of evidence.

    Examples
    --------
    >>> decibans(9.83), decibans(-3.2), decibans(-0.01)
    ('+9.8 dB', '−3.2 dB', '0.0 dB')
    """
    size = f"{abs(weight):.1f} dB"
    return size if size == "0.0 dB" else ("−" if weight < 0 else "+") + size


def of_thousand(p: float) -> str:
    """Return a probability as a natural frequency: in how many of 1,000 people.

    Examples
    --------
    >>> of_thousand(0.0317), of_thousand(0.0002), of_thousand(0.9999)
    ('32', 'fewer than 1', 'more than 999')
    """
    if 0 < p < 0.0005:
        return say("fewer_than_one")
    return say("more_than_999") if 0.9995 <= p < 1 else f"{1000 * p:.0f}"


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence; abbreviations and single letters keep their capital.

    Examples
    --------
    >>> inside("Cold foot"), inside("D-dimer raised"), inside("MRI")
    ('cold foot', 'D-dimer raised', 'MRI')
    """
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] == " " else label


def listed(names: Iterable[str]) -> str:
    """Return names as one phrase.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    *first, last = names
    return f"{', '.join(first)} {templates()['and']} {last}" if first else last


def cause_phrase(cause: str | None, label: str | None) -> str:
    """Return how a cause is called at the start of a sentence."""
    return say("other_cause") if cause == OTHER_CAUSE else str(label)


def finding_phrase(node: Node, value: Finding) -> str:
    """Return a finding with its answer where that is not simply present.

    Examples
    --------
    >>> from network.cpds import Table
    >>> import numpy as np
    >>> node = Node("cold_foot", BINARY, (), Table(np.array([0.9, 0.1]), 0))
    >>> finding_phrase(node, "absent"), finding_phrase(node, Likelihood(0.5))
    ('cold_foot (no)', 'cold_foot (uncertain, 2 to 1 against it)')
    """
    if value == BINARY[PRESENT]:
        return node.label
    if not isinstance(value, Likelihood):
        said = templates()["states"].get(value) or node.state_label(str(value)).lower()
    elif value.ratio:
        key = "odds_for" if value.ratio >= 1 else "odds_against"
        said = say("uncertain", weights=say(key, number=f"{max(value.ratio, 1 / value.ratio):.2g}"))
    else:
        weights = zip(node.states, value.vector(node).tolist(), strict=True)
        each = [say("weight", state=node.state_label(state).lower(), number=f"{x:g}") for state, x in weights]
        said = say("uncertain", weights=", ".join(each))
    return say("named", finding=node.label, value=said)
