"""The instructor's next step: begin, the next finding, the answer, the next case, the end."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from model.teaching.classes import Instructor, Moment, Room
from views.shared.words import plain


def pace(instructor: Instructor, room: Room) -> None:
    """Draw the steps that are possible now."""
    moment = room.moment
    with st.container(horizontal=True, border=True, vertical_alignment="center"):
        if moment.status == "waiting":
            _step("Begin", "play_arrow", instructor.start, moment)
        elif moment.status == "closed":
            st.markdown("This class is over. Everything can still be read.")
            return
        elif moment.paced:
            _paced(instructor, moment)
        _step("End the class", "stop_circle", instructor.close, moment, tertiary=True)
    if not moment.paced and moment.status == "running":
        _reveal_any(instructor, moment)


def _paced(instructor: Instructor, moment: Moment) -> None:
    """Draw the steps of a class whose instructor sets the pace."""
    told = f"Next finding ({moment.step} of {moment.n_steps} told)"
    _step(told, "arrow_forward", instructor.advance, moment, moment.step >= moment.n_steps or moment.revealed)
    _step("Reveal the answer", "visibility", instructor.reveal, moment, moment.revealed)
    _step("Next case", "skip_next", instructor.next_case, moment, moment.position + 1 >= moment.n_cases)


def _step(
    label: str,
    icon: str,
    take: Callable[[Moment], Moment],
    moment: Moment,
    disabled: bool = False,
    tertiary: bool = False,
) -> None:
    """Draw one step; a second click on a moment that is over changes nothing."""
    if st.button(
        label,
        key=f"pace-{icon}",
        icon=f":material/{icon}:",
        type="tertiary" if tertiary else "secondary",
        disabled=disabled,
    ):
        take(moment)
        st.rerun()


def _reveal_any(instructor: Instructor, moment: Moment) -> None:
    """Draw a button for the answer of each case of a self-run class."""
    with st.expander("Reveal the answer of a case", icon=":material/visibility:"):
        for row in instructor.cases():
            if st.button(
                f"{row.position + 1}. {plain(row.case.title)}" + (" (revealed)" if row.revealed else ""),
                key=f"reveal-{row.key}",
                disabled=row.revealed,
            ):
                instructor.reveal(moment, row.key)
                st.rerun()
