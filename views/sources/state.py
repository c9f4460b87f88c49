"""What is looked for on the Sources page: one record of this session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from views.shared import case_state, session
from views.sources.wording import wording

KEY = "sources_page"
PAGE, PART = "sources", "sources_part"
FIGURE, NODE, SHOWN = "figure", "node", "part"
"""Parameters of the address: a figure to show in full, a node whose figures to list, the part shown."""


@dataclass(frozen=True)
class Wanted:
    """The part that is shown, and the filters of each. `asked` counts the searches: each starts at page 1."""

    part: str = "figures"
    text: str = ""
    grades: tuple[str, ...] = ()
    kind: str = ""
    node: str = ""
    use: str = "used"
    origin: str = ""
    verified: str = ""
    corrected: bool = False
    sort: str = "network"
    at: int = 1
    source_text: str = ""
    source_verified: str = ""
    source_at: int = 1
    claim_text: str = ""
    claim_verdict: str = ""
    check_text: str = ""
    check_kind: str = "derived"
    check_verdict: str = ""
    check_at: int = 1
    right_setting: str = ""
    right_text: str = ""
    right_place: str = ""
    right_at: int = 1
    address: tuple[str, str, str] = ("", "", "")
    asked: int = 0
    resets: int = 0


def current() -> Wanted:
    """Return what is looked for."""
    held: Wanted | None = session.held(KEY)
    return held or Wanted()


def open_page() -> None:
    """Take over the address: a figure or a node that it names is looked for, everything else left out.

    Without a part, the first one is shown; who comes back from another page finds the part that was left.
    """
    came_back = case_state.current().page != PAGE
    case_state.open_page(PAGE)
    figure, node, part = (session.word_of_address(name) for name in (FIGURE, NODE, SHOWN))
    named = (figure, node, part)
    was = found = current()
    if named == was.address:
        return
    if (figure or node) and named[:2] != was.address[:2]:
        found = Wanted(text=figure, node=node, use="all")
    if part in (known["id"] for known in wording()["parts"]):
        found = replace(found, part=part)
    elif not came_back:
        found = replace(found, part=Wanted().part)
    session.hold(KEY, replace(found, address=named))


def set_from(key: str, field: str) -> None:
    """Callback of a widget: look for what it holds, from the first page on."""
    value: Any = session.held(key)
    if isinstance(value, list):
        value = tuple(value)
    default = getattr(Wanted(), field)
    changed: dict[str, Any] = {field: default if value is None else value}
    if not field.endswith("at"):
        part = field.partition("_")[0]
        changed[f"{part}_at" if hasattr(Wanted(), f"{part}_at") else "at"] = 1
        changed["asked"] = current().asked + 1
    if field == "part":
        word = "" if value == default else str(value)
        session.write_address(SHOWN, word)
        changed["address"] = (*current().address[:2], word)
    session.hold(KEY, replace(current(), **changed))
    session.redraw(PART)


def reset() -> None:
    """Callback: look for everything again."""
    was = current()
    fresh = Wanted(part=was.part, use="all", address=was.address)
    session.hold(KEY, replace(fresh, asked=was.asked + 1, resets=was.resets + 1))
    session.redraw(PART)
