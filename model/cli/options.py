"""The options that verbs share.

    @click.command()
    @question
    def verb(case: Case, out: Output) -> None: ...        every option of a question
    @click.command()
    @about_network
    def verb(network: Path | None, out: Output) -> None:  --network, --json, -o

Options and arguments of its own stand above or below `@question`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from model.case_file import CaseFile, read_case
from model.cli import entries
from model.cli.output import Output
from model.differential import ENGINES, Differential, read_network
from model.evidence import Evidence
from model.urgency import urgency
from network.errors import EvidenceError, ImpossibleEvidence
from network.structure import Network

Function = Callable[..., None]


@dataclass(frozen=True)
class Case:
    """What was asked: the network, the evidence on one patient, and how to put the question."""

    network: Network
    evidence: Evidence
    complaint: bool = True
    engine: str = "exact"
    folder: Path | None = None
    title: str = ""

    @functools.cached_property
    def ddx(self) -> Differential:
        """The differential, compiled when it is first needed."""
        return Differential.of(self.network, self.engine, self.folder)


def question(function: Function) -> Function:
    """Give a verb the options of every question; it is called with `case` and `out`."""

    @functools.wraps(function)
    def with_case(
        evidence: tuple[str, ...],
        case_file: Path | None,
        network: Path | None,
        engine: str,
        population: bool,
        **others: Any,
    ) -> None:
        case = read_question(evidence, case_file, read_network(network), engine, population)
        others["out"] = replace(others["out"], title=case.title)
        try:
            function(case=replace(case, folder=network), **others)
        except ImpossibleEvidence:
            for line in urgency(case.evidence).lines:
                click.echo(line, err=True)
            raise

    return _apply(about_network(with_case), QUESTION_OPTIONS)


def read_question(
    entered: Sequence[str],
    case_file: Path | None,
    network: Network,
    engine: str = "exact",
    population: bool = False,
) -> Case:
    """Return the case that the options spell out: `-e` adds to the case file and overrides it.

    Raises
    ------
    EvidenceError
        If an entry or the file cannot be read.
    """
    read = CaseFile({}, None, "", frozenset())
    if case_file is not None:
        read = read_case(network, _read_text(case_file), case_file.name)
    added = entries.read_entries(network, entered)
    evidence = Evidence(network, {**read.findings, **added}, read.paused - added.keys())
    asked = not population and read.complaint is not False
    return Case(network, evidence, asked, engine, title=read.title)


def about_network(function: Function) -> Function:
    """Give a verb `--network`, `--json` and `-o`; it is called with `network` (a path or None) and `out`."""
    return _with_output(function, NETWORK_OPTIONS)


def answering(function: Function) -> Function:
    """Give a verb `--json` and `-o`; it is called with `out`."""
    return _with_output(function, OUTPUT_OPTIONS)


def _with_output(function: Function, options: Sequence[Callable[[Function], Function]]) -> Function:
    """Decorate with options of which those of the output become `out`."""

    @functools.wraps(function)
    def with_output(as_json: bool, output_file: Path | None, **others: Any) -> None:
        function(out=Output(as_json, output_file), **others)

    return _apply(with_output, options)


def _apply(function: Function, options: Sequence[Callable[[Function], Function]]) -> Function:
    """Decorate with options so that help lists them in this order."""
    for option in reversed(options):
        function = option(function)
    return function


def _read_text(path: Path) -> str:
    """Return the text of a case file; ``-`` is standard input."""
    try:
        with click.open_file(str(path), encoding="utf-8") as file:
            text: str = file.read()
            return text
    except UnicodeDecodeError:
        raise EvidenceError(f"{path.name}: the file is not UTF-8 text. Save it as UTF-8.") from None


def _complete_evidence(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    from model.cli import suggestions

    return suggestions.evidence(context, incomplete)


def complete_nodes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """Return the ids that a shell offers where a node is wanted."""
    from model.cli import suggestions

    return suggestions.nodes(context, incomplete)


OUTPUT_OPTIONS = (
    click.option("--json", "as_json", is_flag=True, help="Print JSON."),
    click.option(
        "-o",
        "--output",
        "output_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write to a file instead of the screen.",
    ),
)

NETWORK_OPTIONS = (
    click.option(
        "--network",
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="Another network: a folder of knowledge files, or a BIF, XMLBIF, NET or UAI file.",
    ),
    *OUTPUT_OPTIONS,
)

QUESTION_OPTIONS = (
    click.option(
        "-e",
        "--evidence",
        multiple=True,
        metavar="NODE=STATE",
        shell_complete=_complete_evidence,
        help="A finding: node=state, node=unknown, node~3 (likelihood ratio) or node~state:x,state:y. "
        "Repeat it for each finding.",
    ),
    click.option(
        "--case",
        "case_file",
        type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
        metavar="FILE",
        help="A YAML file of findings; -e adds to it and overrides it.",
    ),
    click.option(
        "--engine", type=click.Choice(ENGINES), default="exact", show_default=True, help="How to compute."
    ),
    click.option("--population", is_flag=True, help="Do not assume the complaint: anyone, not a patient."),
)
