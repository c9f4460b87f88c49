"""The case of this session, one `Case` under one key, shared by all pages.

Callbacks of widgets write it (`enter`, `pause`, …). Every change is written to the address as one word, so
that Back, Reload and a copied link work; the address is read only where it differs from what was last
written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from model import Evidence
from model.errors import DiagnosisError, RefusedNumber
from model.evidence import Finding
from views.shared import address, asking, session
from views.shared.engine import differential
from views.shared.words import Change, counted, echo, listed, plain

KEY, PARAMETER = "case", "case"
MOST_UNDOS = 30


@dataclass(frozen=True)
class Case:
    """What this session knows of one patient, and what the page must remember about it."""

    evidence: Evidence
    past: tuple[Evidence, ...] = ()
    change: Change | None = None
    before: Evidence | None = None
    word: str = ""
    page: str = ""
    fragments: tuple[str, ...] = ()
    message: str = ""
    announced: frozenset[str] = frozenset()
    aside: Mapping[str, Finding] = field(default_factory=dict)
    """Findings that this network does not know; they come back with a network that does."""


def current() -> Case:
    """Return the case of this session."""
    case: Case | None = session.held(KEY)
    if case is None:
        case = Case(nothing())
        session.hold(KEY, case)
    return case


def nothing() -> Evidence:
    """Return evidence with nothing entered."""
    return Evidence.of(differential().network)


def carry_to_page() -> None:
    """Put the case into the address of a page that the reader has switched to; before the pages are listed.

    The browser takes up the address of a page from the list of pages. A case that came later would be a
    second entry of its history, and Back would lead to this page without a case.
    """
    case: Case | None = session.held(KEY)
    if session.page_was_switched() and case is not None and not session.word_of_address(PARAMETER):
        session.write_address(PARAMETER, case.word)


def open_page(page: str, fragments: tuple[str, ...] = ()) -> None:
    """Take over the address at the start of a page.

    `fragments` are the parts of the page that depend on the case: a change draws them anew and nothing else.
    Without any, the whole page is drawn.

    A page that was just switched to has lost its parameter: then the case wins. On the same page a missing
    parameter means that Back led to the empty case.
    """
    case = current()
    word = session.word_of_address(PARAMETER)
    if case.page and case.page != page and not word:
        session.write_address(PARAMETER, case.word)
    elif word != case.word:
        case = _read_address(case, word)
    session.hold(KEY, replace(case, page=page, fragments=fragments))


def _read_address(case: Case, word: str) -> Case:
    """Return the case that an address spells; where it spells none, the old case and a message."""
    kept = " What was entered so far is kept." if case.evidence else ""
    try:
        received = address.decode(nothing(), word)
    except address.UnreadableCase:
        return replace(case, word=word, message=f"This address holds no case that can be read.{kept}")
    except RefusedNumber as error:
        return replace(case, word=word, message=f"{plain(error.says)}{kept}")
    change = Change("opened") if received.evidence != case.evidence else None
    return replace(
        case,
        evidence=received.evidence,
        past=_remember(case),
        before=case.evidence,
        change=change,
        word=word,
        message=_about(received),
    )


def _about(received: address.Received) -> str:
    """Return what the reader of an address should know about it."""
    said = []
    ours = received.evidence.network
    if not received.same_network:
        other = f"version {echo(received.version)} of the network {echo(received.name)}"
        if (received.name, received.version) == (ours.name, ours.version):
            other = "an edited copy of this network"
        said.append(
            f"This address was made with {other}; the one here is version {echo(ours.version)} "
            f"({echo(ours.hash)}). The findings are the same, the percentages may differ."
        )
    if received.left_out:
        names = listed(echo(name) for name in received.left_out[:3])
        more = f" and {len(received.left_out) - 3} more" if len(received.left_out) > 3 else ""
        said.append(f"Left out, because they mean nothing to this network: {names}{more}.")
    return " ".join(said)


def enter(node: str, answer: str | None) -> None:
    """Callback: enter or change one finding; None takes it away."""
    evidence = current().evidence
    if answer is None:
        _change(evidence.without(node), Change("removed", node))
    elif answer != asking.OTHER_LIKELIHOOD:
        _change(evidence.with_finding(node, asking.to_finding(answer)), Change("entered", node))


def deny(nodes: Sequence[str]) -> None:
    """Callback: enter that none of these is there."""
    evidence = current().evidence
    for node in nodes:
        evidence = evidence.with_finding(node, asking.ABSENT)
    _change(evidence, Change("entered", nodes[-1]))


def enter_from(key: str, node: str, reading: Callable[[Any], str | None] = lambda chosen: chosen) -> None:
    """Callback of a widget about one node: enter what the widget holds, if that is news."""
    if session.is_echo(key, heard=address_is_current()):
        redraw()
    else:
        enter(node, reading(session.held(key)))


def enter_from_search(key: str) -> None:
    """Callback of the search: enter the chosen (node, answer) and empty the search again."""
    chosen: tuple[str, str] | None = session.held(key)
    session.hold(key, None)
    if chosen is not None:
        enter(*chosen)


def remove(node: str) -> None:
    """Callback: take one finding away."""
    enter(node, None)


def pause(*nodes: str) -> None:
    """Callback: keep findings without effect."""
    _change(current().evidence.paused_at(*nodes), Change("paused", nodes[-1]))


def resume(node: str) -> None:
    """Callback: let a finding count again."""
    _change(current().evidence.resumed(node), Change("resumed", node))


def clear() -> None:
    """Callback: take every finding away; `undo` brings them back."""
    session.hold(KEY, replace(current(), aside={}))
    _change(nothing(), Change("cleared"))


def move_to_network() -> None:
    """Take the case to the network that this session has just turned to; write it to the address.

    Findings that mean nothing to the network are put aside and come back with one that knows them. There is
    no undo across networks.
    """
    case = current()
    evidence, aside = nothing(), {}
    for node, finding in (dict(case.aside) | dict(case.evidence.findings)).items():
        try:
            evidence = evidence.with_finding(node, finding)
        except DiagnosisError:
            aside[node] = finding
    evidence = evidence.paused_at(*case.evidence.paused)
    word = address.encode(evidence)
    session.hold(
        KEY,
        Case(
            evidence,
            word=word,
            page=case.page,
            fragments=case.fragments,
            message=_about_move(evidence, list(aside)),
            aside=aside,
        ),
    )
    session.write_address(PARAMETER, word)


def _about_move(evidence: Evidence, aside: list[str]) -> str:
    """Return what became of the findings when the network changed."""
    kept = f"{counted(len(evidence), 'finding')} kept" if evidence else "No finding kept"
    if not aside:
        return f"{kept}." if evidence else ""
    names = listed(echo(name) for name in aside[:3])
    more = f" and {len(aside) - 3} more" if len(aside) > 3 else ""
    return (
        f"{kept}. Put aside, because this network does not know them: {names}{more}. They come back with a "
        "network that does."
    )


def replace_with(evidence: Evidence) -> None:
    """Callback: open another case in place of this one; `undo` brings the old one back."""
    _change(evidence, Change("opened"))


def undo() -> None:
    """Callback: go back by one change."""
    case = current()
    if case.past:
        *past, last = case.past
        _change(last, Change("undone"), past=tuple(past))


def redraw(*fragments: str) -> None:
    """Callback: draw some parts of the page, nothing else; all that depend on the case if none is named."""
    wanted = fragments or current().fragments
    if wanted:
        session.redraw(*wanted)


def choose(fragment: str, values: Mapping[str, Any]) -> None:
    """Callback: give widgets of one part these values and draw it."""
    session.choose(values)
    session.redraw(fragment)


def address_is_current() -> bool:
    """Return whether the browser has heard of the last change: its address spells this case.

    A message that it sent before carries the address of the case before, and a page drawn for it would take
    that for a step back.
    """
    return session.word_of_address(PARAMETER) == current().word


def announce(flags: frozenset[str]) -> bool:
    """Remember which warnings are shown; return whether one of them is new."""
    case = current()
    session.hold(KEY, replace(case, announced=flags))
    return bool(flags - case.announced)


def share_link() -> str:
    """Return the full address of this case."""
    page = session.address_of_page()
    word = address.encode(current().evidence)
    return f"{page}?{PARAMETER}={word}" if word else page


def _change(evidence: Evidence, change: Change, past: tuple[Evidence, ...] | None = None) -> None:
    """Record a change, write it to the address, and draw what depends on it."""
    case = current()
    word = address.encode(evidence)
    session.hold(
        KEY,
        replace(
            case,
            evidence=evidence,
            past=_remember(case) if past is None else past,
            before=case.evidence,
            change=change,
            word=word,
            message="",
        ),
    )
    session.write_address(PARAMETER, word)
    redraw()


def _remember(case: Case) -> tuple[Evidence, ...]:
    return (*case.past, case.evidence)[-MOST_UNDOS:]
