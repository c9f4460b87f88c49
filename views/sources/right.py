"""How often is it right? What `nocturne evaluate` finds on published patients: sentence, number, picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from model.errors import DiagnosisError
from model.validation.contenders import NETWORK
from model.validation.evaluate import Evaluation, InSetting
from model.validation.groups import ALL, NIGHT
from model.validation.published import has_patients
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.words import percent
from views.sources import state
from views.sources.patient_list import patient_list
from views.sources.right_parts import calibration, causes, groups, methods, setting_words, urgency
from views.sources.shelf import evaluation
from views.sources.widgets import choice
from views.sources.wording import wording

FOLDS: dict[str, Callable[[InSetting, Evaluation], None]] = {
    "methods": methods,
    "calibration": calibration,
    "urgency": urgency,
    "groups": groups,
}


def right() -> None:
    """Draw the part; asking about every patient takes a moment the first time."""
    words, ddx = wording()["right"], differential()
    if not has_patients(ddx):
        st.info(words["nobody"], icon=":material/group_off:")
        return
    try:
        with st.spinner(words["computing"], show_time=True):
            report = evaluation(ddx)
    except DiagnosisError as error:
        st.error(words["failed"], icon=":material/error:")
        st.code(str(error), language=None, wrap_lines=True)
        return
    _standing(report, words)
    judged = _chosen(report, words)
    st.header(words["causes"]["head"], anchor=False)
    causes(judged, report)
    for name, draw in FOLDS.items():
        panel = fold(words[name]["head"], f"right-{name}", state.PART)
        if panel is not None:
            with panel:
                draw(judged, report)
    st.header(words["patients"]["head"], anchor=False)
    patient_list(report, judged)


def _standing(report: Evaluation, words: Any) -> None:
    """Say how often it was right, in every setting judged side by side."""
    first = report.settings[0]
    said = [words["sentence"].format(n=len(report.patients), **_shares(first, ALL))]
    if NIGHT in first.groups:
        n = int(first.groups[NIGHT].members.sum())
        said.append(words["at_night"].format(n=n, **_shares(first, NIGHT)))
    st.markdown(" ".join(said))
    if len(report.settings) > 1:
        st.table(
            [_row(report, group, words) for group in (ALL, NIGHT) if group in first.groups], hide_index=True
        )
    st.caption(words["introduction"])


def _row(report: Evaluation, group: str, words: Any) -> dict[str, str]:
    """Return the patients of a group in every setting."""
    beside = words["side_by_side"]
    cells = {setting_words(one): beside["cell"].format(**_shares(one, group)) for one in report.settings}
    return {beside["who"]: words["groups"]["names"][group], **cells}


def _shares(judged: InSetting, group: str) -> dict[str, str]:
    first, three = (judged.score(NETWORK, group, one) for one in ("first", "first_three"))
    return {"first": percent(first.value), "three": percent(three.value)}


def _chosen(report: Evaluation, words: Any) -> InSetting:
    """Let the setting of the details be chosen where there are several."""
    settings = {one.setting or "": one for one in report.settings}
    if len(settings) > 1:
        options = {name: setting_words(one) for name, one in settings.items()}
        choice("right_setting", words["setting"], options, "")
    return settings.get(state.current().right_setting, report.settings[0])
