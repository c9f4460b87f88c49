"""Pictures of an evaluation, as SVG files: a calibration curve and one bar a cause, for each setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from model.validation.evaluate import Evaluation, InSetting
from network.errors import DiagnosisError


def draw(report: Evaluation, folder: Path) -> tuple[Path, ...]:
    """Write ``reliability_SETTING.svg`` and ``causes_SETTING.svg`` and return their paths.

    Raises
    ------
    DiagnosisError
        If the folder or a file cannot be written.
    """
    from matplotlib.figure import Figure

    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for judged in report.settings:
            for name, picture in (("reliability", _reliability), ("causes", _causes)):
                figure = Figure(figsize=(6.4, 5.6), layout="constrained")
                picture(judged, report, figure.subplots())
                written.append(folder / f"{name}_{judged.setting or 'not_stated'}.svg")
                figure.savefig(written[-1], metadata={"Date": None})
    except OSError as error:
        raise DiagnosisError(f"cannot write to {folder}: {(error.strerror or str(error)).lower()}.") from None
    return tuple(written)


def _reliability(judged: InSetting, report: Evaluation, axes: Any) -> None:
    bins = judged.reliability()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1, label="as often as said")
    for one in bins:
        if one.band_low is not None:
            axes.plot([one.band_low, one.band_high], [one.observed] * 2, color="C0", alpha=0.4, linewidth=4)
    axes.plot(
        [one.mean for one in bins], [one.observed for one in bins], "o-", color="C0", label="the network"
    )
    for one in bins:
        axes.annotate(str(one.n), (one.mean, one.observed), (4, -10), textcoords="offset points", fontsize=8)
    axes.set(
        title=f"{len(judged.patients)} published patients; setting: {judged.words}",
        xlabel="Probability given to a cause",
        ylabel="Share in which it was the stated one",
        xlim=(0, 1),
        ylim=(0, 1),
    )
    axes.legend(loc="upper left")


def _causes(judged: InSetting, report: Evaluation, axes: Any) -> None:
    scores = [score for score in judged.causes() if score.n][::-1]
    labels = [f"{report.network.node(score.cause).label} ({score.n})" for score in scores]
    axes.barh(labels, [score.first_three for score in scores], color="C0", alpha=0.35, label="first three")
    axes.barh(labels, [score.first for score in scores], color="C0", label="first")
    axes.set(
        title=f"How often the stated cause ranks there; setting: {judged.words}",
        xlabel="Share of its patients",
        xlim=(0, 1),
    )
    axes.legend(loc="lower right")
