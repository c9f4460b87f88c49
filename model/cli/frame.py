"""What stands around every answer in a shell: how urgent it is above, what to bear in mind below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.evidence import Evidence
from model.result import Answer
from model.setting import setting_line
from model.urgency import RaisedFlag, Urgency
from network.structure import Network

if TYPE_CHECKING:
    from rich.console import Console

LEVEL_STYLES = {
    "emergency": "bold white on red",
    "same_day": "bold red",
    "soon": "bold yellow",
    "routine": "bold",
}
NO_FLAG = "Urgency: no warning sign was entered. That does not mean that there is none."
NO_RULES = "Urgency: this network knows no warning signs, so it cannot say how urgent this is."


def opening(answer: Answer, console: Console) -> None:
    """Print how urgent a case is, whatever the probabilities say, and the setting they are meant for."""
    show_urgency(answer.urgency, answer.network, console)
    show_setting(answer.evidence, console)


def show_setting(evidence: Evidence, console: Console) -> None:
    """Print the setting in a line, if the network knows any."""
    line = setting_line(evidence)
    if line:
        console.print(line)
        console.print()


def show_urgency(urgency: Urgency, network: Network, console: Console) -> None:
    """Print every red flag raised; where there is none to raise or none raised, that this is no all-clear.

    What to do is said of the most urgent level only: an appointment beside an emergency would contradict it.
    """
    for flag in urgency.flags:
        show_flag(flag, console, acted=flag.level == urgency.level)
    if not urgency.flags:
        console.print(NO_FLAG if network.red_flags else NO_RULES)
    console.print()


def show_flag(flag: RaisedFlag, console: Console, acted: bool = True) -> None:
    """Print one red flag, with what to do unless something more urgent is to be done."""
    console.print(flag.level.replace("_", " ").upper(), style=LEVEL_STYLES[flag.level], end=" ")
    console.print(f"{flag.reason} {flag.action}" if acted else flag.reason)


def closing(answer: Answer, console: Console) -> None:
    """Print what is special about the answer, and what to bear in mind beside any result."""
    lines = (*answer.notes, *answer.network.notice)
    if lines:
        console.print()
    for line in lines:
        console.print(line, style="dim")
