"""What BIF and NET share: text in blocks, ``head { body }``, with comments. Read in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from network.errors import ExchangeError

LARGEST_FILE_TABLE = 2**22
"""Numbers in one table of a file; checked before a table is made, whatever sizes a file claims."""

MOST_NODES = 2000
"""Nodes in one file; pgmpy compares every node with every other."""

MOST_PARENTS = 32
"""Parents of one node; numpy has 64 axes, and a node this wide is a mistake."""

_COMMENTS = re.compile(r'("[^"]*")|/\*|//[^\n]*')
_PERCENT_COMMENTS = re.compile(r'("[^"]*")|/\*|//[^\n]*|%[^\n]*')
_BRACES = re.compile(r'"[^"]*"|[{}]')


def without_comments(text: str, percent: bool = False) -> str:
    """Return the text without ``/* */`` and ``//`` comments (and ``%`` comments) outside quotes."""
    pattern = _PERCENT_COMMENTS if percent else _COMMENTS
    kept: list[str] = []
    start = 0
    while (match := pattern.search(text, start)) is not None:
        if match.group(1):
            kept.append(text[start : match.end()])
            start = match.end()
            continue
        kept.append(text[start : match.start()] + " ")
        start = match.end()
        if match.group() == "/*":
            end = text.find("*/", start)
            if end < 0:
                raise ExchangeError(f"line {_line(text, start)}: a comment starts and never ends. Write */.")
            start = end + 2
    return "".join([*kept, text[start:]])


def blocks(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield head, body and line number of each block; a body may hold braces one level deep."""
    depth, head_start, body_start, body_line, line, counted = 0, 0, 0, 1, 1, 0
    for match in _BRACES.finditer(text):
        place = match.start()
        line += text.count("\n", counted, place)
        counted = place
        if match.group() == "{":
            depth += 1
            if depth == 1:
                body_start, body_line = match.end(), line
            if depth > 2:
                raise ExchangeError(f"line {line}: braces are nested more than two deep.")
        elif match.group() == "}":
            depth -= 1
            if depth < 0:
                raise ExchangeError(f"line {line}: a closing brace without an opening one.")
            if depth == 0:
                yield text[head_start : body_start - 1].strip(), text[body_start:place], body_line
                head_start = match.end()
    if depth:
        raise ExchangeError("a brace is opened and never closed: the file may be cut short.")
    if rest := text[head_start:].strip():
        raise ExchangeError(f"{shown(rest)} stands outside every block.")


def check_size(name: str, cards: list[int]) -> int:
    """Return the number of entries of a table, or raise if it is too large to be read.

    `cards` are the numbers of states of the node and of its parents.
    """
    if len(cards) > MOST_PARENTS + 1:
        raise ExchangeError(f"{shown(name)} has {len(cards) - 1} parents; at most {MOST_PARENTS} are read.")
    size = prod(cards)
    if size > LARGEST_FILE_TABLE:
        raise ExchangeError(
            f"the table of {shown(name)} would have {size:.3g} numbers; "
            f"at most {LARGEST_FILE_TABLE} are read."
        )
    return size


def check_count(nodes: int) -> None:
    """Raise if a file has more nodes than are read."""
    if nodes > MOST_NODES:
        raise ExchangeError(f"the file has {nodes} nodes; at most {MOST_NODES} are read.")


def shown(text: str) -> str:
    """Return a piece of a file for a message: quoted, and cut short."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _line(text: str, place: int) -> int:
    """Return the line number of a place."""
    return text.count("\n", 0, place) + 1
