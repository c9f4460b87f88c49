"""Numbers and answers in plain words; text of a network or an address is escaped for Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from model import Answer, Evidence
from views.shared import asking as asked
from views.shared.asking import Catalogue, Item

PARAMETERS = {
    "prevalence": "how common, ",
    "leak": "found without the listed causes, ",
    "sensitivity": "found with: ",
    "specificity": "normal in those without it, ",
    "odds ratio": "odds ratio for ",
    "relative risk": "relative risk for ",
}
"""Kinds of number, in words that need no textbook."""
NOTICEABLE = 0.005
"""A change of less than half a percentage point is not worth a sentence."""
MOST_MOVERS = 3
LONGEST_ECHO = 120
ESCAPED = r"([\\`*_\[\]<>$~|]|:(?=\w)|&(?=#?\w+;)|^[#+-])"
"""What Markdown gives a meaning; no more, for names of widgets are read aloud as they are written."""
READ_ANYWAY = r"(?i)https?:(?=//)|www(?=\.)|@|:(?=[\w+-]+:|material/)|(?<!\S)[<>~-](?=[=>-])"
"""Where Streamlit looks behind escapes: addresses, pictograms by name, arrows."""


def plain(text: str) -> str:
    """Return text from a network that Markdown shows as it is written; a label stays readable aloud.

    Examples
    --------
    >>> print(plain("P(X) > 0.5: $a$ [b](c) :red[d]"))
    P(X) \\> 0.5: \\$a\\$ \\[b\\](c) \\:red\\[d\\]
    """
    escaped = re.sub(ESCAPED, r"\\\1", _unread(_one_line(text)))
    return re.sub(r"^(\d{1,9})([.)])(?!\S)", r"\1\\\2", escaped)


def echo(text: str) -> str:
    """Return what a stranger wrote, short and harmless, to be named in a message."""
    short = text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", _unread(_one_line(short)))


def _unread(line: str) -> str:
    """Return text with a joiner, which nobody sees, in all that is read behind the escapes of Markdown."""
    return re.sub(READ_ANYWAY, "\\g<0>\u2060", line)


def _one_line(text: str) -> str:
    """Return text without line breaks; spaces that keep words together stay."""
    return re.sub(r"[ \t\r\n\f\v\u2028\u2029]+", " ", text).strip()


def percent(p: float) -> str:
    """Return a probability in whole percent; only what is certain is written as 0 or 100.

    Examples
    --------
    >>> [percent(p) for p in (0.384, 0.002, 0.9999, 0.0, 1.0)]
    ['38\\u202f%', 'under\\xa01\\u202f%', 'over\\xa099\\u202f%', '0\\u202f%', '100\\u202f%']
    """
    if 0 < p < 0.005:
        return "under\u00a01\u202f%"
    if 0.995 <= p < 1:
        return "over\u00a099\u202f%"
    return f"{100 * p:.0f}\u202f%"


def span(low: float, high: float) -> str:
    """Return an interval in whole percent, as short as it can be told.

    Examples
    --------
    >>> span(0.803, 0.968), span(0.001, 0.034), span(0.0001, 0.002), span(0.9971, 0.9999)
    ('80–97\\u202f%', '0–3\\u202f%', 'under\\xa01\\u202f%', 'over\\xa099\\u202f%')
    """
    if percent(low) == percent(high):
        return percent(low)
    return f"{100 * low:.0f}–{100 * high:.0f}\u202f%"


def share_or_ratio(x: float, is_proportion: bool) -> str:
    """Return a published number: a share in percent with a decimal where it is small, a ratio as it is.

    Examples
    --------
    >>> share_or_ratio(0.75, True), share_or_ratio(0.0123, True), share_or_ratio(-3.08, False)
    ('75\\u202f%', '1.2\\u202f%', '−3.1')
    """
    if x < 0:
        return f"−{share_or_ratio(-x, is_proportion)}"
    if not is_proportion:
        return f"{x:.2g}" if x < 10 else f"{x:.0f}"
    return f"{100 * x:.0f}\u202f%" if x >= 0.095 or x == 0 else f"{100 * x:.2g}\u202f%"


def listed(words: Iterable[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    *most, last = list(words)
    return f"{', '.join(most)} and {last}" if most else last


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 finding" or "2 findings"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def finding_words(item: Item, finding: Any) -> str:
    """Return a finding in words: "Cold foot: probably (4 to 1)"."""
    answer = asked.to_answer(finding) or asked.UNKNOWN_ANSWER
    said = asked.answer_label(item, answer)
    if item.is_yes_or_no:
        said = said.lower()
    if answer in asked.strengths():
        said += f" ({asked.strengths()[answer].odds})"
    return f"{item.label}: {said}"


@dataclass(frozen=True, slots=True)
class Change:
    """What the person did last; `node` is empty where it was the whole case."""

    verb: str
    node: str = ""


def change_words(change: Change, items: Catalogue, evidence: Evidence) -> str:
    """Return what the person did last, as the start of a sentence."""
    item = items.items.get(change.node)
    if item is None:
        return {"cleared": "Everything cleared", "opened": "Case opened", "undone": "Last change undone"}[
            change.verb
        ]
    finding = evidence.get(item.id)
    if change.verb in ("paused", "resumed", "removed") or finding is None:
        return f"{item.label} {change.verb}"
    return finding_words(item, finding)


def movers(before: Answer, after: Answer) -> list[str]:
    """Return the causes that moved most, largest first: "Pain from a clot 1 % → 20 %"."""
    was = {cause.condition: cause.due_to for cause in before.ranking}
    moved = sorted(after.ranking, key=lambda cause: -abs(cause.due_to - was[cause.condition]))
    return [
        f"{cause.label} {percent(was[cause.condition])}\u00a0→\u00a0{percent(cause.due_to)}"
        for cause in moved[:MOST_MOVERS]
        if abs(cause.due_to - was[cause.condition]) >= NOTICEABLE
    ]


def parameter_words(items: Catalogue, node: str, parameter: str) -> str:
    """Return which number of a node it is, with labels in place of ids.

    "odds ratio, smoking=current" becomes "Odds ratio for Smoking: Now".
    """
    own = items.items.get(node)

    def word(token: str) -> str:
        name, _, state = token.partition("=")
        if name in items.items:
            item = items.items[name]
            if not state or (item.is_yes_or_no and state == asked.PRESENT):
                return item.label
            return f"{item.label}: {_state_words(item, state)}"
        for other in (*([own] if own else []), *items.items.values()):
            if token in other.states and not other.is_yes_or_no:
                return _state_words(other, token)
        return token.replace("_", " ")

    head, comma, tail = parameter.partition(", ")
    parameter = (PARAMETERS.get(head, head + comma) + tail).removesuffix(", ")
    spelled = re.sub(r"[a-z0-9]+(?:_[a-z0-9]+)+(?:=\w+)?|\w+=\w+", lambda match: word(match[0]), parameter)
    return spelled[:1].upper() + spelled[1:]


def _state_words(item: Item, state: str) -> str:
    labels = dict(zip(item.states, item.state_labels, strict=True))
    return labels.get(state, state.replace("_", " "))
