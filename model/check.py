"""Model-implied quantities against the published figures.

Each row is either an input (a figure that the network was set to, which must come back when it is asked of
an inference engine) or derived (a published quantity to which nothing was set, which must lie within its
band). A derived row outside its band is a deviation unless ``checks.csv`` gives the reason why it is
accepted; at most one derived row in ten may be.
"""

from __future__ import annotations

from pathlib import Path

from model.checking.asking import Asker
from model.checking.causes import cause_rows
from model.checking.findings import finding_rows
from model.checking.inputs import Inputs, source_name
from model.checking.report import ACCEPTED, DERIVED, DEVIATION, OK, CheckReport, Row, render
from model.checking.table import Check, read_checks
from model.differential import Differential
from network.build import EMBEDDED
from network.errors import DiagnosisError
from network.knowledge import Knowledge, read_knowledge

__all__ = ["CheckReport", "Row", "check", "render"]


def check(ddx: Differential, folder: Path | None = None) -> CheckReport:
    """Return what follows from the network beside what was published.

    Parameters
    ----------
    ddx : Differential
        With any engine; a few hundred questions are put to it.
    folder : Path, optional
        The knowledge folder the network was built from; that of `ddx`, or the embedded one, if None.

    Raises
    ------
    KnowledgeError
        With every fault in the knowledge files, ``checks.csv`` among them.
    DiagnosisError
        If the network was not built from these files, or a row asks about people whom it does not have.
    """
    folder = Path(folder or ddx.folder or EMBEDDED)
    if not folder.is_dir():
        raise DiagnosisError(
            f"{folder}: there are no figures here to check the network against. Name a knowledge folder."
        )
    knowledge = read_knowledge(folder)
    if set(ddx.network.index) - set(knowledge.states()) or ddx.network.name != knowledge.network.name:
        raise DiagnosisError(
            f"network {ddx.network.name!r} was not built from the knowledge files of "
            f"{knowledge.network.name!r}, so there are no figures to check it against. "
            "Name the folder that it was built from."
        )
    asker = Asker(ddx.engine)
    inputs = Inputs(knowledge, asker)
    derived = (_derived(row, asker, knowledge) for row in read_checks(folder, knowledge))
    return CheckReport((*cause_rows(inputs), *finding_rows(inputs), *derived))


def _derived(check: Check, asker: Asker, knowledge: Knowledge) -> Row:
    """Return the row of one published quantity."""
    value = check.quantity.value(asker)
    off = ACCEPTED if check.accepted else DEVIATION
    return Row(
        id=check.id,
        kind=DERIVED,
        group=check.quantity.kind,
        quantity=check.words,
        model=value,
        published=check.figure.value,
        low=check.low,
        high=check.high,
        verdict=OK if check.low <= value <= check.high else off,
        reason=check.accepted,
        figure=check.figure.id,
        source=source_name(knowledge, check.figure),
        grade=check.figure.grade,
        note=check.note,
    )
