"""The notice beside every answer, with its numbers filled in: how often right, and how much is judged.

    {judged}                 share of the figures in use that are judged (`network.judged`)
    {patients}               published patients that the network was tried on
    {first}, {first_three}   how often a stated cause ranked first, or among the first three

The last three stand in ``evaluation.yaml``, which ``nocturne evaluate --record`` writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import BeforeValidator, Field

from network.errors import Fault
from network.judged import JudgedShare
from network.schema import Entry, Share

FILE = "evaluation.yaml"
JUDGED, TRIED = "judged", ("patients", "first", "first_three")

Count = Annotated[
    int, BeforeValidator(lambda value: int(value) if str(value).isdigit() else value), Field(ge=1)
]


class Tried(Entry):
    """What was found on published patients: how many, and how often a stated cause ranked where."""

    patients: Count
    first: Share
    first_three: Share

    def values(self) -> dict[str, str]:
        """Return what fills the notice."""
        shares = {"first": self.first, "first_three": self.first_three}
        return {"patients": str(self.patients)} | {name: f"{100 * x:.0f} %" for name, x in shares.items()}

    def to_yaml(self) -> str:
        """Return the file that holds it."""
        lines = (f"{name}: {value}" for name, value in self.model_dump().items())
        return "\n".join(["# Made by nocturne evaluate --record: what the notice says.", *lines, ""])


def read_tried(folder: Path, faults: list[Fault]) -> Tried | None:
    """Return what a knowledge folder records of its evaluation; None where it has no such file."""
    from network.knowledge import read_file

    if not (folder / FILE).is_file():
        return None
    file = read_file(folder / FILE, Tried, faults)
    return file if isinstance(file, Tried) else None


def filled(notice: Iterable[str], share: JudgedShare, tried: Tried | None = None) -> tuple[str, ...]:
    """Return the notice with its placeholders filled; `notice_faults` has passed it."""
    values: Mapping[str, str] = {JUDGED: str(share)} | (tried.values() if tried is not None else {})
    return tuple(line.format(**values) for line in notice)


def notice_faults(notice: Sequence[str], tried: Tried | None = None) -> Iterator[Fault]:
    """Yield every brace of a notice that is no placeholder which can be filled, spelt plainly."""
    known = (JUDGED, *(TRIED if tried is not None else ()))
    remedy = f"Placeholders: {', '.join(f'{{{name}}}' for name in known)}; write {{{{ and }}}} for braces."
    if tried is None:
        remedy += f" {FILE} would bring {', '.join(f'{{{name}}}' for name in TRIED)}."
    for place, line in enumerate(notice):
        try:
            parts = list(Formatter().parse(line))
        except ValueError as error:
            yield Fault("network.yaml", "notice", str(place), f"{line!r}: {error}.", remedy)
            continue
        for _, name, form, conversion in parts:
            if name is not None and (name not in known or form or conversion):
                problem = f"no placeholder is written {_as_written(name, form, conversion)}."
                yield Fault("network.yaml", "notice", str(place), problem, remedy)


def _as_written(name: str, form: str | None, conversion: str | None) -> str:
    """Return a placeholder as it stands in the text."""
    return f"{{{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"
