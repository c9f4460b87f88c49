"""A network of one's own for this session, and the choice of the engine."""

from __future__ import annotations

from typing import Any

import streamlit as st

from model.errors import DiagnosisError
from model.uploads import (
    LARGEST_UNPACKED,
    LARGEST_UPLOAD,
    MOST_FILES,
    MOST_NODES,
    UploadError,
    read_upload,
)
from views.network import look
from views.network.wording import words
from views.shared import case_state, engine, session
from views.shared.engine import EXACT, PGMPY
from views.shared.words import counted, plain

FILE, TURN, ENGINE, FAULTS = "own-file", "own-turn", "engine", "own-faults"
MOST_FAULTS = 50
MEGABYTE = 1_000_000


def way_back() -> None:
    """Draw what was mended in one's own network, and the button that leads back to the built-in one."""
    own = engine.uploaded()
    if own is None:
        return
    for note in own.notes:
        st.caption(plain(note))
    st.button("Back to the built-in network", key="built-in", icon=":material/undo:", on_click=_back)


def own_network() -> None:
    """Draw both panels, closed until they are wanted."""
    faults: tuple[str, ...] = session.held(FAULTS, ())
    with st.expander(
        "A network of your own", key="own-panel", icon=":material/upload_file:", expanded=bool(faults)
    ):
        st.caption(words()["upload"]["about"])
        st.caption(_limits())
        key = f"{FILE}-{session.held(TURN, 0)}"
        st.file_uploader(
            "Network file or zip",
            key=key,
            on_change=_take,
            args=(key,),
            max_upload_size=LARGEST_UPLOAD // MEGABYTE,
        )
        if faults:
            _show(faults)
    with st.expander("Engine", key="engine-panel", icon=":material/memory:"):
        _engine()


def _engine() -> None:
    """Draw the choice of the engine."""
    session.seed(ENGINE, engine.engine())
    st.segmented_control(
        "Percentages are computed by",
        [EXACT, PGMPY],
        key=ENGINE,
        required=True,
        format_func=words()["engines"].__getitem__,
        on_change=_turn_engine,
    )
    for name in (EXACT, PGMPY):
        st.caption(f"**{words()['engines'][name]}.** {words()['engine_notes'][name]}")


def _turn_engine() -> None:
    engine.use_engine(session.held(ENGINE) or EXACT)


def _limits() -> str:
    return str(words()["upload"]["limits"]).format(
        megabytes=LARGEST_UPLOAD // MEGABYTE,
        files=MOST_FILES,
        unpacked=LARGEST_UNPACKED // MEGABYTE,
        nodes=f"{MOST_NODES:,}",
    )


def _take(key: str) -> None:
    """Callback of the uploader: turn to the network that was brought, or keep what is wrong with it."""
    file: Any = session.held(key)
    session.forget(FAULTS)
    if file is None:
        return
    try:
        engine.use_upload(read_upload(file.name, file.getvalue()))
    except UploadError as error:
        session.hold(FAULTS, error.faults)
        return
    except DiagnosisError as error:
        session.hold(FAULTS, (str(error),))
        return
    _turned()


def _back() -> None:
    """Callback: turn back to the built-in network."""
    engine.use_built_in()
    session.forget(FAULTS)
    session.hold(TURN, session.held(TURN, 0) + 1)
    _turned()


def _turned() -> None:
    case_state.move_to_network()
    look.forget()


def _show(faults: tuple[str, ...]) -> None:
    """Draw what is wrong, one line each, as text that nothing interprets."""
    st.error(
        f"This network cannot be used: {counted(len(faults), 'fault')}. The network you had is kept.",
        icon=":material/error:",
    )
    st.code("\n".join(faults[:MOST_FAULTS]), language=None, wrap_lines=True)
    if len(faults) > MOST_FAULTS:
        st.caption(f"And {len(faults) - MOST_FAULTS} more. Mend these first.")
