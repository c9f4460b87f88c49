"""The instructor's side: the code on the board, the pace, the room beside the network, and the results."""

from __future__ import annotations

import io

import segno
import streamlit as st

from model.setting import setting_line
from model.teaching.classes import Instructor, Moment, Room
from model.teaching.room import distribution
from views.shared import session
from views.shared.engine import built_in
from views.shared.practice.story import known_words, story
from views.shared.turns import fragment
from views.shared.words import counted, plain
from views.teach.pace import pace
from views.teach.record import CODE, change, record
from views.teach.results import results
from views.teach.room import draw_room

EVERY = 2.0
"""Seconds between two looks at the room."""


def console() -> None:
    """Draw the console."""
    instructor = record().instructor
    if instructor is None:
        return
    _secret_once()
    room = instructor.room()
    st.header(plain(room.title), anchor=False)
    left, right = st.columns([3, 5], gap="large")
    with left:
        _board(room)
        _people()
        with st.expander("The class itself", icon=":material/settings:"):
            _the_class(instructor, room)
    with right:
        pace(instructor, room)
        _told(room)
        _live()
        results(instructor, room.moment)


def _secret_once() -> None:
    """Show code and secret of a class that was just opened; the secret is never shown again."""
    opened = record().opened
    if opened is None:
        return
    with st.container(border=True):
        st.markdown("**Write this down now: it is shown only once.** You need it to come back to your class.")
        st.code(f"code    {opened.code}\nsecret  {opened.secret}", language=None, wrap_lines=True)
        st.button("I have written it down", key="secret-noted", on_click=change, kwargs={"opened": None})


def _board(room: Room) -> None:
    """Draw what learners need to join."""
    link = f"{session.address_of_page()}?{CODE}={room.code}"
    st.markdown("**Join with this code**")
    st.markdown(f"# {room.code}")
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="svg", scale=5, border=2, light="white", xmldecl=False)
    st.image(picture.getvalue().decode(), alt=f"QR code of {link}", width=220)
    st.code(link, language=None, wrap_lines=True)
    if any(host in link for host in ("//localhost", "//127.0.0.1")):
        st.markdown(
            "This address works on this machine only. For a class, start the app with `nocturne app --lan`."
        )


@fragment(run_every=EVERY, key="people")
def _people() -> None:
    """Draw who is here and who has answered."""
    instructor = record().instructor
    if instructor is None:
        return
    room = instructor.room()
    answered = sum(one.submitted for one in room.learners)
    st.metric("Learners here", len(room.learners))
    st.metric("Have answered", f"{answered} of {len(room.learners)}")
    with st.expander("Who", icon=":material/group:"):
        for one in room.learners:
            state = "answered" if one.submitted else "not yet"
            st.markdown(f"- {one.number}. {plain(one.name) or '(no name)'}: {state}")


def _told(room: Room) -> None:
    """Draw the case as the learners see it now."""
    moment = room.moment
    if moment.status == "waiting":
        st.info("Learners see a waiting room until you begin.", icon=":material/hourglass:")
        return
    with st.expander(
        f"Case {moment.position + 1} of {moment.n_cases}, as it is told now", icon=":material/person:"
    ):
        story(room.case.title, room.case.setting, room.case.vignette)
        told = (*room.case.start, *room.case.later[: moment.step])
        st.markdown("\n".join(f"- {known_words(one.item, one.state)}" for one in told))


@fragment(run_every=EVERY, key="live")
def _live() -> None:
    """Draw the room's beliefs, kept up to date; the network beside it where it is wanted."""
    instructor = record().instructor
    if instructor is None:
        return
    room = instructor.room()
    if room.moment.status == "waiting":
        return
    beside = st.toggle(
        "Show the network’s numbers",
        key="beside",
        value=room.moment.revealed,
        help="Off while the room still thinks: this picture may be on the wall.",
    )
    step = _step(room.moment)
    st.caption(plain(setting_line(room.case.evidence(built_in().network, step))))
    found = distribution(built_in(), room.case, step, [belief for _, belief in room.beliefs])
    draw_room(found, beside or room.moment.revealed, "live")


def _step(moment: Moment) -> int | None:
    return moment.step if moment.paced else None


def _the_class(instructor: Instructor, room: Room) -> None:
    """Offer what is rarely needed: a new code, leaving, deleting."""
    st.caption(
        f"{counted(len(room.learners), 'learner')}. Everything of this class is deleted after 30 days."
    )
    if st.button("New code", key="new-code", help="The old code opens nothing any more; who is in stays in."):
        instructor.new_code()
        st.rerun()
    st.button(
        "Leave (you can come back with code and secret)",
        key="leave",
        on_click=change,
        kwargs={"instructor": None, "opened": None},
    )
    sure = st.checkbox("I want to delete this class and everything of it", key="sure-delete")
    if st.button("Delete now", key="delete-class", icon=":material/delete:", disabled=not sure):
        instructor.delete()
        change(instructor=None, opened=None)
        st.rerun()
