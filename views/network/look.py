"""What this session looks at on the page: the chosen node, what is shown of the graph, what colours it.

One record under one key. The chosen node stands in the address (`?node=<id>`), beside the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from views.shared import case_state, session
from views.shared.engine import differential
from views.shared.words import echo

KEY, PARAMETER, PAGE = "network-look", "node", "network"
GRAPH, NODE, NUMBERS, LISTS = "network_graph", "network_node", "network_numbers", "network_lists"
FRAGMENTS = ("alerts", GRAPH, NODE, LISTS)

WHOLE, NEAR, BLANKET = "whole", "near", "blanket"
POSTERIOR, INFORMATION = "posterior", "information"


@dataclass(frozen=True)
class Look:
    """What is looked at. `kinds` is what was picked to be shown, everything where it is empty.

    `about` is the node whose information colours the graph, "" for all causes. `turn` counts the choices that
    were made beside the picture: the picture is then a new one and holds no choice of its own.
    """

    node: str = ""
    word: str = ""
    scope: str = WHOLE
    steps: int = 1
    kinds: tuple[str, ...] = ()
    colour: str = POSTERIOR
    about: str = ""
    turn: int = 0
    message: str = ""


def current() -> Look:
    """Return the record; what another network does not know is left out."""
    look: Look = session.held(KEY, Look())
    network = differential().network
    if look.node and look.node not in network:
        look = replace(look, node="", scope=WHOLE)
    if look.about and look.about not in network:
        look = replace(look, about="")
    return look


def about(look: Look) -> str:
    """Return the node whose information is meant, "" for all causes; without causes it is always a node."""
    network = differential().network
    return look.about or ("" if network.causes else look.node or next(iter(network.index)))


def open_page() -> None:
    """Take over the address at the start of the page; a node that it names is opened."""
    arriving = case_state.current().page not in ("", PAGE)
    case_state.open_page(PAGE, FRAGMENTS)
    look, word = current(), session.word_of_address(PARAMETER)
    if arriving and not word:
        session.write_address(PARAMETER, look.node)
        look = replace(look, word=look.node)
    elif word != look.word:
        known = word in differential().network
        message = "" if known or not word else f"This network has no node called {echo(word)}."
        look = replace(look, node=word if known else "", word=word, message=message, turn=look.turn + 1)
    session.hold(KEY, look)


def choose(node: str) -> None:
    """Callback: open a node; an empty one closes what is open."""
    look = current()
    _open(node, turn=look.turn + 1)


def choose_from(key: str) -> None:
    """Callback of the search: open the node it holds and empty the search again."""
    chosen: str | None = session.held(key)
    session.hold(key, None)
    if chosen:
        choose(chosen)


def choose_in_picture(key: str, shown: Sequence[str]) -> None:
    """Callback of the picture: open the node that was clicked, close it when it was clicked again."""
    state = session.held(key)
    groups = state["selection"]["selected"] if state else []
    places = [
        int(place) for group in groups if group["data_type"] == "node" for place in group["data_indices"]
    ]
    if not groups:
        _open("", current().turn)
    elif places and places[0] < len(shown):
        clicked = shown[places[0]]
        _open("" if clicked == current().node else clicked, current().turn)


def look_at(**changes: Any) -> None:
    """Callback: change what is shown or what colours it."""
    look = current()
    session.hold(KEY, replace(look, turn=look.turn + 1, message="", **changes))
    session.redraw(GRAPH, LISTS)


def look_from(key: str, field: str) -> None:
    """Callback of a widget about one field of the record."""
    value = session.held(key)
    look_at(**{field: tuple(value) if isinstance(value, list) else value or ""})


def forget() -> None:
    """Drop what is looked at, and its message; another network has other nodes."""
    look = current()
    session.hold(KEY, replace(look, word=look.node, kinds=(), turn=look.turn + 1, message=""))
    session.write_address(PARAMETER, look.node)


def _open(node: str, turn: int) -> None:
    look = current()
    scope = look.scope if node else WHOLE
    session.hold(KEY, replace(look, node=node, word=node, scope=scope, turn=turn, message=""))
    session.write_address(PARAMETER, node)
    session.redraw(GRAPH, NODE, NUMBERS, LISTS)
