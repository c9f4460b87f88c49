"""What stands around every answer in a shell: how urgent it is above, what to bear in mind below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.evidence import Evidence
from model.result import Answer
from model.setting import setting_line
from model.urgency import RaisedFlag, Urgency, level_words
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
    """Print the level that stands and what it covers; where nothing is raised, that this is no all-clear."""
    for flag in urgency.leading:
        show_flag(flag, console)
    for flag in urgency.covered:
        console.print(f"Covered by it: {flag.reason}", style="dim")
    if not urgency.flags:
        console.print(NO_FLAG if network.red_flags else NO_RULES)
    console.print()


def show_flag(flag: RaisedFlag, console: Console) -> None:
    """Print one red flag: to the person, then to a colleague with what the rule rests on."""
    console.print(level_words(flag.level), style=LEVEL_STYLES[flag.level], end=" ")
    console.print(f"{flag.reason} {flag.action}")
    told = f"{flag.clinician} ({flag.rests_on})" if flag.clinician else flag.rests_on
    console.print(f"  To a colleague: {told}", style="dim")


def closing(answer: Answer, console: Console) -> None:
    """Print what is asked back, what is special about the answer, and what to bear in mind beside any."""
    lines = (*answer.notes, *answer.network.notice)
    if lines or answer.contradictions:
        console.print()
    for asked in answer.contradictions:
        console.print(asked.line)
    for line in lines:
        console.print(line, style="dim")
