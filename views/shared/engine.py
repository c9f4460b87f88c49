"""The network of this session and its answers. What is compiled is shared by all and never changed.

Everybody starts with the built-in network. A session may bring its own (`use_upload`): only that session
turns to it. What was compiled is found again by the hash of its content, a few networks at a time.
"""

from __future__ import annotations

import threading
import time

import streamlit as st

from model import Answer, Differential, Evidence
from model.citations import Citation, citations
from model.remembering import Remembering
from model.uploads import Upload, compile_upload
from views.shared import session
from views.shared.turns import working

MOST_UPLOADS = 4
MOST_BY_PGMPY = 2
LOOK_AGAIN_S = 3.0
COMPILED_ELSEWHERE_S = 180.0
"""So long is waited for the process that `nocturne app` starts to compile the kernels."""
EXACT, PGMPY = "exact", "pgmpy"
OWN, ENGINE = "own-network", "engine-of-session"


def differential() -> Differential:
    """Return the differential that this session asks, with its compiled kernels where there are any.

    It is the exact engine's, whatever `engine()` says: most questions ask for many posteriors at once.
    """
    return _remembered()


def built_in() -> Differential:
    """Return the built-in differential: lessons, cases and classes speak of it, whatever a session brings."""
    return _built_in()


def answer(evidence: Evidence) -> Answer:
    """Return the answer to a case, by the engine that this session chose.

    Raises
    ------
    ImpossibleEvidence
    TooWide
        If it would need tables larger than memory allows.
    """
    remembered = _remembered()
    if engine() == EXACT:
        return remembered.query(evidence)
    with st.spinner("pgmpy is computing …", show_time=True):
        return _by_pgmpy(remembered.network.hash, remembered).query(evidence)


def uploaded() -> Upload | None:
    """Return the network that this session brought, None while it uses the built-in one."""
    own: Upload | None = session.held(OWN)
    return own


def use_upload(upload: Upload) -> None:
    """Turn this session to a network of its own.

    Raises
    ------
    TooWide, UploadError
        If it cannot be asked; the session then keeps the network it had.
    """
    _of_upload(upload.key, upload)
    session.hold(OWN, upload)


def use_built_in() -> None:
    """Turn this session back to the built-in network."""
    session.forget(OWN)


def engine() -> str:
    """Return what computes the posteriors of this session: "exact" or "pgmpy"."""
    chosen: str = session.held(ENGINE, EXACT)
    return chosen


def use_engine(name: str) -> None:
    """Choose what computes the posteriors of this session."""
    session.hold(ENGINE, name)


def numbers_behind(node: str) -> tuple[Citation, ...]:
    """Return the figures of one node with their sources; none where the network names none."""
    ddx = differential()
    if not ddx.network.node(node).figures:
        return ()
    return citations(ddx.network, node, ddx.folder)


def _remembered() -> Remembering:
    own = uploaded()
    return _built_in() if own is None else _of_upload(own.key, own)[0]


@st.cache_resource(show_spinner="Setting up the network …")
def _built_in() -> Remembering:
    remembered = Remembering.what(Differential.load(), around=working)
    if not remembered.load_compiled():
        threading.Thread(target=_load_when_compiled, args=(remembered,), daemon=True).start()
    return remembered


def _load_when_compiled(ddx: Differential) -> None:
    """Turn to the kernels once another process has compiled them; the readable engine answers till then.

    Where nobody does, because the app was not started by its own command, they are compiled here.
    """
    give_up = time.monotonic() + COMPILED_ELSEWHERE_S
    while not ddx.load_compiled(or_compile=time.monotonic() > give_up):
        time.sleep(LOOK_AGAIN_S)


@st.cache_resource(show_spinner="Setting up the network …", max_entries=MOST_UPLOADS)
def _of_upload(key: str, _upload: Upload) -> tuple[Remembering, Upload]:
    """Return a network with the upload it came from, so that its files last as long as it is remembered."""
    ddx = compile_upload(_upload)
    ddx.load_compiled()
    return Remembering.what(ddx, around=working), _upload


@st.cache_resource(show_spinner="Setting up pgmpy …", max_entries=MOST_BY_PGMPY)
def _by_pgmpy(network_hash: str, _ddx: Differential) -> Remembering:
    """Return a network with pgmpy's engine, which takes seconds to import."""
    return Remembering.what(Differential.of(_ddx.network, PGMPY, _ddx.folder), around=working)
