"""A learner's seat: the case as far as it is told, one's own numbers, and after the reveal the answer."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.errors import DiagnosisError
from model.teaching.belief import Belief
from model.teaching.classes import Learner, LearnerCase, LearnerView, Pulse
from model.teaching.classes.seen import RUNNING, WAITING
from model.teaching.errors import ClassError
from model.teaching.reflection import Reflection
from views.shared import session
from views.shared.asking import catalogue
from views.shared.belief_form import belief_form
from views.shared.class_store import class_store
from views.shared.engine import built_in
from views.shared.practice.reflection import reflection_form
from views.shared.practice.story import known, story
from views.shared.turns import fragment
from views.shared.words import plain
from views.teach.record import SEAT, change, record, request_done, request_id
from views.teach.revealed import revealed

EVERY, SELDOM = 3.0, 10.0
"""Seconds between two looks at whether the class has moved on; seldom where only a reveal can change it."""
LOOKS_A_SECOND = 25
"""Of a whole room: the more learners, the longer each waits for the next look."""
SEEN, CASE = "seat-seen", "seat-case"
READABLE = 860


def learner_room(token: str) -> None:
    """Draw the seat of the learner who holds this token."""
    try:
        learner = class_store().learner(token)
        pulse = learner.pulse()
    except ClassError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Join a class", key="leave-seat", on_click=session.write_address, args=(SEAT, ""))
        return
    _seat(learner)
    fragment(key="pulse", run_every=seconds_between_looks(pulse))(_look)(learner)


def seconds_between_looks(pulse: Pulse) -> float:
    """Return how often a learner's page looks whether the class has moved on."""
    moves = pulse.status == WAITING or (pulse.status == RUNNING and pulse.paced)
    return max(EVERY if moves else SELDOM, pulse.learners / LOOKS_A_SECOND)


def _seat(learner: Learner) -> None:
    """Draw the seat as far as the class has come."""
    try:
        view = learner.view(session.held(CASE))
    except DiagnosisError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    session.hold(SEEN, view.version)
    with st.container(width=READABLE):
        st.header(plain(view.title), anchor=False)
        st.caption(
            f"You are number {view.number}"
            + (f", {plain(view.name)}" if view.name else "")
            + ". Keep this address: it brings you back to your seat."
        )
        if record().message:
            st.warning(plain(record().message), icon=":material/info:")
        _draw(learner, view)


def _draw(learner: Learner, view: LearnerView) -> None:
    """Draw the case that is shown, or the waiting room."""
    if view.case is None:
        st.info(
            "You are in. The class begins in a moment; this page changes by itself.",
            icon=":material/hourglass:",
        )
        return
    if len(view.cases) > 1:
        _tabs(view)
    case = view.case
    story(case.title, case.setting, case.vignette)
    known(case.known)
    if case.revealed:
        revealed(learner, case.key)
    elif view.status == "closed":
        st.info("This class is over.", icon=":material/flag:")
    elif case.finished:
        _after(learner, case)
    else:
        _work(learner, view, case)


def _tabs(view: LearnerView) -> None:
    """Let the learner look at the other cases that are open."""
    titles = {tab.key: f"{tab.position + 1}. {plain(tab.title)}" for tab in view.cases}
    if view.case is not None:
        session.seed("seat-tab", view.case.key)
    st.selectbox("Case", list(titles), key="seat-tab", format_func=titles.__getitem__, on_change=_open_tab)


def _open_tab() -> None:
    """Callback: show another case."""
    session.hold(CASE, session.held("seat-tab"))


def _work(learner: Learner, view: LearnerView, case: LearnerCase) -> None:
    """Draw the form, and in a self-run class what comes next."""
    if case.committed:
        st.success("Your numbers are in. You may still change them.", icon=":material/check:")
    with st.container(border=True):
        belief_form(
            f"seat-{case.key}-{case.step}",
            lambda belief: _submit(learner, case, belief),
            case.belief,
            "Send" if not case.committed else "Send again",
        )
    if not view.paced and case.committed:
        _self_run(learner, case)
    elif view.paced and case.committed and not case.left:
        _reasons(learner, case)


def _self_run(learner: Learner, case: LearnerCase) -> None:
    """Offer the next finding, a question of one's own, and the end."""
    with st.container(horizontal=True):
        st.button(
            "Next finding",
            key=f"seat-next-{case.key}-{case.step}",
            icon=":material/arrow_forward:",
            disabled=not case.left,
            on_click=_ask,
            args=(learner, case, None),
        )
        st.button(
            "I am done",
            key=f"seat-done-{case.key}",
            icon=":material/flag:",
            on_click=_finish,
            args=(learner, case),
        )
    items = catalogue(built_in()).items
    learnt = {one.item for one in case.known}
    key = f"seat-ask-{case.key}-{case.step}"
    st.selectbox(
        "Or ask something yourself",
        [
            item
            for item in items
            if item not in learnt and items[item].kind in ("symptom", "sign", "test", "risk_factor", "safety")
        ],
        index=None,
        key=key,
        format_func=lambda item: items[item].label,
        placeholder="Choose or type",
        on_change=_ask_from,
        args=(learner, case, key),
    )


def _after(learner: Learner, case: LearnerCase) -> None:
    st.success(
        "You are done with this case. The answer comes when your teacher reveals it.", icon=":material/check:"
    )
    _reasons(learner, case)


def _reasons(learner: Learner, case: LearnerCase) -> None:
    """Ask for the learner's reasons, once."""
    if case.belief is None or case.belief.top is None:
        return
    if learner.reflection(case.key) is not None:
        st.caption("Your reasons are in too.")
        return
    reflection_form(
        f"seat-why-{case.key}", case.belief.top, case.known, lambda given: _reflect(learner, case, given)
    )


def _submit(learner: Learner, case: LearnerCase, belief: Belief) -> None:
    """Callback: send the numbers; the page says they are in once they are on the disk."""
    _request(f"submit-{case.key}-{case.step}", lambda name: learner.submit(name, case.key, case.step, belief))


def _reflect(learner: Learner, case: LearnerCase, given: Reflection | None) -> None:
    """Callback: send the reasons."""
    if given is not None:
        _request(f"reflect-{case.key}", lambda name: learner.reflect(name, case.key, given))


def _ask(learner: Learner, case: LearnerCase, item: str | None) -> None:
    """Callback: learn the next finding, or the one that is asked for."""
    key = f"ask-{case.key}-{case.step}"
    if item is None:
        _request(key, lambda name: learner.next_finding(name, case.key))
    else:
        _request(key, lambda name: learner.ask(name, case.key, item))


def _ask_from(learner: Learner, case: LearnerCase, key: str) -> None:
    """Callback of a widget: ask for the item that it holds."""
    item = session.held(key)
    if item is not None:
        _ask(learner, case, item)


def _finish(learner: Learner, case: LearnerCase) -> None:
    """Callback: be done with a case."""
    _request(f"finish-{case.key}", lambda name: learner.finish(name, case.key))


def _request(key: str, send: Callable[[str], object]) -> None:
    """Send a request under a name of its own; what is refused is said, and keeps its name."""
    try:
        send(request_id(key))
    except DiagnosisError as error:
        change(message=str(error))
        return
    request_done(key)
    change()


def _look(learner: Learner) -> None:
    """Draw the page anew once the class has moved on; until then only this look costs anything."""
    try:
        pulse = learner.pulse()
    except ClassError:
        session.forget(CASE)
        st.rerun()
    if pulse.version > session.held(SEEN, pulse.version):
        if pulse.paced:
            session.forget(CASE)
        st.rerun()
