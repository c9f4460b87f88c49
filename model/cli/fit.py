"""`nocturne fit`: whether the findings fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from model.cli.frame import closing, opening
from model.cli.options import Case, question
from model.cli.output import Output

if TYPE_CHECKING:
    from rich.console import Console

    from model.fit import Fit

EXAMPLES = """\b
nocturne fit -e typical_claudication=present -e calf_pain_on_walking=absent
nocturne fit --case case.yaml --json
"""


@click.command(epilog=EXAMPLES)
@question
def fit(case: Case, out: Output) -> None:
    """Say whether the findings fit together, which clash, and which surprise."""
    found = case.ddx.fit(case.evidence, case.complaint)
    out.emit(found.to_plain, lambda console: show(found, console))


def show(found: Fit, console: Console) -> None:
    """Print how the findings go together, in sentences."""
    opening(found.answer, console)
    for sentence in found.account:
        console.print(sentence)
    closing(found.answer, console)
