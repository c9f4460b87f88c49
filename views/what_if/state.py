"""The scenarios of this session, one record under one key; every change is written to the address.

The case itself is `case_state`'s. The two stand in the address as two words, so that a copied link opens the
same case with the same scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from model.errors import RefusedNumber
from model.evidence import Evidence, Finding
from views.shared import address, asking, case_state, session
from views.shared.asking import Item
from views.shared.engine import differential
from views.shared.words import counted, echo, listed, plain
from views.what_if import word
from views.what_if.record import Scenario, Scenarios, named

KEY, PARAMETER = "what_if", "scenarios"
PAGE = "what_if"
CASE, SCENARIOS, SWEEP, KEEP = "what_if_case", "what_if_scenarios", "what_if_sweep", "what_if_keep"
FRAGMENTS = ("alerts", CASE, SCENARIOS, SWEEP, KEEP)


@dataclass(frozen=True)
class Held:
    """The record, the word that was last written to the address, and what there is to say about it.

    `files` counts the files that were opened: each gets an empty upload after it.
    """

    scenarios: Scenarios = field(default_factory=Scenarios)
    word: str = ""
    message: str = ""
    network: str = ""
    files: int = 0


def current() -> Scenarios:
    """Return the scenarios of this session."""
    return _held().scenarios


def message() -> str:
    """Return what there is to say about the address or the file that was opened."""
    return _held().message


def files_opened() -> int:
    """Return how many files were opened so far."""
    return _held().files


def open_page() -> None:
    """Take over the address at the start of the page; see `case_state.open_page`."""
    arriving = case_state.current().page not in ("", PAGE)
    case_state.open_page(PAGE, FRAGMENTS)
    held = _held()
    ours = case_state.nothing().network.hash
    if held.network and held.network != ours:
        held = _read(replace(held, message=""), held.word)
    found = session.word_of_address(PARAMETER)
    if arriving and not found:
        session.write_address(PARAMETER, held.word)
    elif found != held.word:
        held = _read(held, found)
    session.hold(KEY, replace(held, network=ours))


def _held() -> Held:
    held: Held | None = session.held(KEY)
    return held or Held()


def _read(held: Held, found: str) -> Held:
    """Return the record that a word spells; where it spells none, the old one and a message."""
    kept = " Those of this session are kept." if held.scenarios.all else ""
    try:
        received = word.decode(case_state.nothing(), found)
    except address.UnreadableCase:
        return replace(held, word=found, message=f"This address holds no scenarios that can be read.{kept}")
    except RefusedNumber as error:
        return replace(held, word=found, message=f"{plain(error.says)}{kept}")
    return replace(held, scenarios=received.scenarios, word=found, message=_about(received))


def _about(received: word.Received) -> str:
    """Return what the reader of an address should know about its scenarios."""
    said = []
    network = case_state.nothing().network
    if received.hash not in ("", network.hash) and not case_state.current().message:
        said.append(
            f"These scenarios were made with version {echo(received.version)} ({echo(received.hash)}) of the "
            f"network {echo(received.name)}; the one here is version {echo(network.version)} "
            f"({echo(network.hash)}). The percentages may differ."
        )
    if received.left_out:
        names = listed(echo(name) for name in received.left_out[:3])
        more = f" and {len(received.left_out) - 3} more" if len(received.left_out) > 3 else ""
        said.append(f"Left out, because they mean nothing to this network: {names}{more}.")
    if received.too_many:
        said.append(f"{counted(received.too_many, 'scenario')} beyond the fourth left out.")
    return " ".join(said)


def add(scenario: Scenario) -> None:
    """Callback: put one more scenario beside the others."""
    _change(current().with_added(scenario))


def copy(letter: str) -> None:
    """Callback: put a copy of a scenario beside it."""
    scenario = current().get(letter)
    if scenario is not None:
        _change(current().with_added(replace(scenario, name=scenario.name and named(f"{scenario.name} 2"))))


def remove(letter: str) -> None:
    """Callback: take a scenario away."""
    _change(current().without(letter))


def rename_from(key: str, letter: str) -> None:
    """Callback of a text field: give a scenario the name that the field holds."""
    name: str | None = session.held(key)
    if name is not None and not session.is_echo(key):
        _replace(letter, name=lambda _: named(name))


def ask_from(key: str, letter: str) -> None:
    """Callback: observe or intervene, as the widget says; one just drawn may say nothing yet."""
    chosen: bool | None = session.held(key)
    if chosen is not None and not session.is_echo(key):
        _replace(letter, do=lambda _: chosen)


def set_from(key: str, letter: str, node: str) -> None:
    """Callback of a choice of answers: set one node of a scenario."""
    answer = session.held(key)
    if answer not in (None, asking.OTHER_LIKELIHOOD) and not session.is_echo(key):
        _replace(letter, change=lambda one: {**one.change, node: asking.to_finding(answer)})


def add_from(key: str, letter: str) -> None:
    """Callback of the search: add the chosen node, with an answer that differs from the one entered."""
    node: str | None = session.held(key)
    session.hold(key, None)
    if node is not None:
        item = asking.catalogue(differential()).items[node]
        _replace(
            letter, change=lambda one: {**one.change, node: other_answer(item, case_state.current().evidence)}
        )


def drop(letter: str, node: str) -> None:
    """Callback: take one change out of a scenario."""
    _replace(letter, change=lambda one: {name: value for name, value in one.change.items() if name != node})


def compare_from(key: str) -> None:
    """Callback: compare the scenarios with what the widget says."""
    chosen: str | None = session.held(key)
    if chosen is not None and not session.is_echo(key):
        _change(replace(current(), compare_with=chosen))


def sweep_from(key: str, name: str) -> None:
    """Callback: change one setting of the sweep to what the widget holds; an empty search takes it away."""
    value: Any = session.held(key)
    if (value is None and name not in ("first", "second")) or session.is_echo(key):
        return
    changed: dict[str, Any] = {name: "" if value is None else value}
    over = replace(current().sweep, **changed)
    if over.first == over.second:
        over = replace(over, second="")
    _change(replace(current(), sweep=over), SWEEP)


def open_file(scenarios: Scenarios, evidence: Evidence | None) -> None:
    """Callback: open the scenarios of a file, and its case where one was chosen."""
    _keep(replace(scenarios, sweep=current().sweep))
    session.hold(KEY, replace(_held(), files=_held().files + 1))
    if evidence is not None:
        case_state.replace_with(evidence)
    case_state.redraw()


def other_answer(item: Item, evidence: Evidence) -> Finding:
    """Return an answer that differs from the one entered: yes where nothing was."""
    entered = evidence.active.get(item.id)
    if item.is_yes_or_no:
        return asking.ABSENT if entered == asking.PRESENT else asking.PRESENT
    return next(state for state in item.states if state != entered)


def share_link() -> str:
    """Return the full address of this case with its scenarios."""
    words = {
        case_state.PARAMETER: address.encode(case_state.current().evidence),
        PARAMETER: _held().word,
    }
    query = "&".join(f"{name}={value}" for name, value in words.items() if value)
    page = session.address_of_page()
    return f"{page}?{query}" if query else page


def _replace(letter: str, **fields: Callable[[Scenario], Any]) -> None:
    """Replace fields of one scenario by what is made of it."""
    scenario = current().get(letter)
    if scenario is not None:
        made: Mapping[str, Any] = {name: make(scenario) for name, make in fields.items()}
        _change(current().with_scenario(replace(scenario, **made)))


def _change(scenarios: Scenarios, *fragments: str) -> None:
    """Keep a record and draw what depends on it."""
    _keep(scenarios)
    case_state.redraw(*(fragments or (CASE, SCENARIOS)), KEEP)


def _keep(scenarios: Scenarios) -> None:
    """Keep a record and write it to the address."""
    spelled = word.encode(case_state.nothing(), scenarios)
    session.hold(KEY, replace(_held(), scenarios=scenarios, word=spelled, message=""))
    session.write_address(PARAMETER, spelled)
