"""After the reveal: the answer, the room beside the network, and one's own feedback when it is asked for."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from model.phrases import listed
from model.setting import setting_line
from model.teaching.cases import cause_labels
from model.teaching.classes import Learner
from model.teaching.debrief import debrief
from views.shared.engine import built_in
from views.shared.practice.feedback import feedback
from views.shared.words import plain
from views.teach.room import draw_room
from views.teach.together import room_after_reveal


def revealed(learner: Learner, key: str) -> None:
    """Draw the answer of a case."""
    found, room = room_after_reveal(key, learner)
    labels = cause_labels(built_in().network)
    answer = listed([plain(labels[cause]) for cause in found.case.answer])
    st.success(f"**The answer: {answer}.**", icon=":material/flag:")
    if found.case.teaching:
        st.info("\n\n".join(plain(point) for point in found.case.teaching), icon=":material/lightbulb:")
    st.markdown("**The room beside the network**")
    st.caption(plain(setting_line(found.case.evidence(built_in().network))))
    draw_room(room, True, f"revealed-{key}")
    panel = st.expander(
        "My feedback", icon=":material/rate_review:", key=f"feedback-{key}", on_change="rerun"
    )
    if not panel.open:
        return
    with panel:
        try:
            with st.spinner("Comparing with the network …"):
                mine = debrief(built_in(), learner.session(key), reflection=learner.reflection(key))
            feedback(mine)
        except DiagnosisError as error:
            st.info(plain(str(error)), icon=":material/info:")
