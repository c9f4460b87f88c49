"""The published patients that may be read: story, diagnosis, where it ranks, what weighed against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import streamlit as st

from model import Evidence
from model.phrases import EVEN
from model.validation.contenders import NETWORK
from model.validation.evaluate import Evaluation, InSetting
from model.validation.misses import Miss, Weight
from model.validation.published import LabelledPatient
from views.shared import asking, case_state, session
from views.shared.asking import Catalogue
from views.shared.citing import link
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.words import finding_words, listed, percent, plain, share_or_ratio
from views.sources import state
from views.sources.right_parts import setting_words
from views.sources.widgets import choice, page_of, search
from views.sources.wording import label, wording


@dataclass(frozen=True)
class Told:
    """A patient with its row in the answers, and where the right cause came in each setting; None: first."""

    patient: LabelledPatient
    row: int
    misses: tuple[Miss | None, ...]

    def place(self, setting: int) -> int:
        """Return the place of the right cause in a setting, from 1."""
        miss = self.misses[setting]
        return 1 if miss is None else miss.rank


def patient_list(report: Evaluation, judged: InSetting) -> None:
    """Draw the list; a row opens in full."""
    words, items = wording()["right"]["patients"], asking.catalogue(differential())
    everybody, setting = _told(report), report.settings.index(judged)
    st.markdown(words["introduction"].format(shown=len(everybody), n=len(report.patients)))
    search("right_text", *words["search"])
    choice("right_place", words["place"], words["places"])
    found = [one for one in everybody if _fits(one, setting, items)]
    with st.container(gap="xsmall"):
        for one in page_of(found, "right_at", "patient"):
            _row(one, setting, report, items)


def _told(report: Evaluation) -> list[Told]:
    missed = [{miss.patient: miss for miss in judged.misses} for judged in report.settings]
    return [
        Told(patient, row, tuple(found.get(patient.id) for found in missed))
        for row, patient in enumerate(report.patients)
        if report.half in (None, patient.half)
    ]


def _fits(told: Told, setting: int, items: Catalogue) -> bool:
    """Return whether a patient passes the filter."""
    wanted, patient, place = state.current(), told.patient, told.place(setting)
    group = "first" if place == 1 else "three" if place <= 3 else "lower"
    causes = " ".join(label(cause, items) for cause in patient.diagnoses)
    hay = f"{patient.id} {causes} {patient.source.title} {patient.summary} {patient.notes}".lower()
    fits = not wanted.right_place or wanted.right_place == group
    return fits and all(word in hay for word in wanted.right_text.lower().split())


def _row(told: Told, setting: int, report: Evaluation, items: Catalogue) -> None:
    """Draw one patient as a line that opens in full."""
    words, patient = wording()["right"]["patients"], told.patient
    place = told.place(setting)
    came = words["first"] if place == 1 else words["nth"].format(rank=place)
    causes = plain(_labels(patient.diagnoses, items))
    panel = fold(
        f"**{causes}** · {came} · {plain(patient.source.title)}", f"patient-{patient.id}", state.PART
    )
    if panel is None:
        return
    with panel:
        st.markdown(plain(patient.summary))
        lines = [*_published(patient, items), *_ranked(told, report, items), *_further(patient, items)]
        st.markdown("\n".join(f"- {line}" for line in lines))
        opened = st.button(
            words["open"],
            key=f"open-patient-{patient.id}",
            icon=":material/query_stats:",
            help=words["open_help"],
            on_click=_enter,
            args=(patient.evidence,),
        )
        if opened:
            session.turn_to()


def _enter(coded: Mapping[str, str]) -> None:
    """Callback: put a patient in place of the case at hand; the setting, if one was stated, stays."""
    network, before = differential().network, case_state.current().evidence
    evidence = Evidence.of(network, coded)
    for node in network.of_kind("context"):
        stated = before.get(node.id)
        if stated is not None and node.id not in coded:
            evidence = evidence.with_finding(node.id, stated)
            if node.id in before.paused:
                evidence = evidence.paused_at(node.id)
    case_state.replace_with(evidence)


def _published(patient: LabelledPatient, items: Catalogue) -> Iterator[str]:
    """Yield where a patient was published, and what was stated."""
    words, source = wording()["right"]["patients"], patient.source
    about = [link(source.title, source.address), plain(source.year), words["kinds"].get(patient.kind, "")]
    yield words["source"].format(source=", ".join(part for part in about if part))
    for template, causes in (
        ("stated", patient.diagnoses),
        ("accepted", patient.accept),
        ("coexisting", patient.coexisting),
    ):
        if causes:
            yield words[template].format(causes=plain(_labels(causes, items)))
    if patient.hard:
        yield words["misleads"]


def _ranked(told: Told, report: Evaluation, items: Catalogue) -> Iterator[str]:
    """Yield where the right cause came in each setting, and which findings weighed against it."""
    words = wording()["right"]["patients"]
    for judged, miss in zip(report.settings, told.misses, strict=True):
        setting = setting_words(judged)
        if miss is None:
            p = judged.answers.p[NETWORK][told.row]
            cause = plain(label(judged.answers.causes[int(p.argmax())], items))
            yield words["came_first"].format(setting=setting, cause=cause, p=percent(float(p.max())))
            continue
        said = words["came_later"].format(
            setting=setting,
            cause=plain(label(miss.cause, items)),
            rank=miss.rank,
            p=percent(miss.p),
            first=plain(label(miss.first, items)),
            first_p=percent(miss.first_p),
        )
        against = [_weight(one, items) for one in miss.against if _divides(one) > EVEN]
        yield " ".join([said, *([words["against"].format(findings=listed(against))] if against else [])])


def _divides(weight: Weight) -> float:
    """Return by what a finding divides the odds of the cause."""
    return float(10.0 ** (-weight.decibans / 10.0))


def _weight(weight: Weight, items: Catalogue) -> str:
    """Return a finding with what it took from the odds of the cause."""
    words = wording()["right"]["patients"]
    finding = plain(finding_words(items.items[weight.finding], weight.state))
    if not isfinite(weight.decibans):
        return str(words["ruled_out"].format(finding=finding))
    notes = words["divided"].format(factor=share_or_ratio(_divides(weight), False))
    if not weight.linked:
        notes = f"{notes}; {words['unlinked']}"
    return f"{finding} ({notes})"


def _further(patient: LabelledPatient, items: Catalogue) -> Iterator[str]:
    """Yield urgency and what was known beside what was told."""
    words: Any = wording()["right"]["patients"]
    if patient.level is not None:
        yield words["urgent"].format(level=wording()["right"]["urgency"]["levels"][patient.level].lower())
    if patient.tests:
        tests = (finding_words(items.items[node], found) for node, found in patient.tests.items())
        yield words["told_tests"].format(tests=plain("; ".join(tests)))


def _labels(causes: Sequence[str], items: Catalogue) -> str:
    return listed(label(cause, items) for cause in causes)
