"""`nocturne evaluate`: how often the network is right about published patients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from model.cli.options import about_network
from model.cli.output import Output, write_whole
from model.cli.progress import shown
from model.differential import Differential
from network.build import EMBEDDED
from network.notice import FILE

if TYPE_CHECKING:
    from model.validation.evaluate import Evaluation

NO_SETTING = "none"


@click.command()
@click.argument(
    "patients",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="[PATIENTS]",
)
@click.option(
    "--setting",
    "settings",
    multiple=True,
    metavar="STATE",
    help=f"Judge in this setting only; '{NO_SETTING}' for no setting. Repeat it for several.",
)
@click.option("--tests", is_flag=True, help="Tell the results of tests as well.")
@click.option(
    "--half",
    type=click.Choice(("looking", "kept", "both")),
    default="looking",
    show_default=True,
    help="Whose misses are listed; of the other half only totals are printed.",
)
@click.option(
    "--draws",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Draws of the figures for the bands of the calibration curve.",
)
@click.option("--interview", is_flag=True, help="Ask simulated and labelled patients question by question.")
@click.option("--thresholds", is_flag=True, help="Say what each threshold of urgency finds and costs.")
@click.option("--brief", is_flag=True, help="Print the sentence that the notice carries, and nothing else.")
@click.option("--record", is_flag=True, help="Write what the notice says into the knowledge folder.")
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Draw curves into it.",
)
@about_network
def evaluate(
    patients: Path | None,
    settings: tuple[str, ...],
    tests: bool,
    half: str,
    draws: int,
    interview: bool,
    thresholds: bool,
    brief: bool,
    record: bool,
    pictures: Path | None,
    network: Path | None,
    out: Output,
) -> None:
    """Judge the network by published patients, beside simpler methods.

    PATIENTS is a YAML file of labelled patients; by default those of the knowledge folder.
    """
    from model.cli import evaluation_text
    from model.validation.evaluate import evaluate as run

    if record and (patients or tests or set(settings) - {NO_SETTING}):
        raise click.UsageError(
            "--record writes what the notice says: leave out PATIENTS, --setting and --tests."
        )
    ddx = Differential.load(network)
    ddx.load_compiled()
    wanted = [None if name == NO_SETTING else name for name in settings] or None
    with shown("Propagating draws through the patients") as progress:
        report = run(ddx, patients, wanted, tests, None if half == "both" else half, draws, progress)
    if interview:
        _interview(ddx, report, wanted, out)
        return
    if thresholds:
        from model.validation.thresholds import threshold_scores

        scores = threshold_scores(ddx, report)
        out.emit(
            lambda: {"thresholds": [one.to_plain() for one in scores]},
            lambda console: evaluation_text.show_thresholds(scores, console),
        )
        return
    if record:
        write_whole(Path(ddx.folder or EMBEDDED) / FILE, report.tried.to_yaml())
    if pictures is not None:
        from model.validation.pictures import draw

        draw(report, pictures)
    show = evaluation_text.sentence if brief else evaluation_text.show
    out.emit(report.to_plain, lambda console: show(report, console))


def _interview(ddx: Differential, report: Evaluation, settings: list[str | None] | None, out: Output) -> None:
    """Measure interviews with simulated people and the labelled patients, in the first setting asked for."""
    from model.cli import interview_text
    from model.validation.interview import interview

    with shown("Asking people question by question") as progress:
        asked = interview(ddx, report.patients, setting=settings[0] if settings else None, progress=progress)
    out.emit(asked.to_plain, lambda console: interview_text.show(asked, console))
