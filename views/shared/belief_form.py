"""What a learner thinks: a probability or a range for each cause that is named, to be committed to.

The draft is kept under the form's key until it is committed; whoever draws the form keeps what was committed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from model.teaching.belief import Belief
from model.teaching.cases import all_causes, cause_labels
from views.shared import session
from views.shared.engine import built_in
from views.shared.words import plain

Range = tuple[int, int]
NEW = (50, 50)
"""Where a cause that was just named stands until it is moved, in percent."""
MOST_NAMED = 8


def belief_form(
    key: str, commit: Callable[[Belief], None], before: Belief | None = None, verb: str = "Commit to this"
) -> None:
    """Draw the form.

    Parameters
    ----------
    key : str
        Names this form; a new key is a new draft.
    commit : function
        Called with the belief when the learner commits.
    before : Belief, optional
        Where the draft starts: what was committed to last.
    verb : str
        What the button says.
    """
    if session.held(_draft(key)) is None:
        session.hold(_draft(key), _percent(before))
    draft: Mapping[str, Range] = session.held(_draft(key))
    labels = {cause: plain(label) for cause, label in cause_labels(built_in().network).items()}
    ranges = st.toggle(
        "Give ranges instead of single numbers",
        key=f"{key}-ranges",
        value=any(low < high for low, high in draft.values()),
        help="A range says how sure you are of your own number.",
    )
    for cause in draft:
        _row(key, cause, labels[cause], draft, ranges)
    _name_another(key, labels, draft)
    st.caption(
        "How probable is it, in percent, that each of these explains the pain? Several can hold at once, so "
        "the numbers need not add to 100. A cause you do not name counts as 0."
    )
    st.button(
        verb,
        key=f"{key}-commit",
        icon=":material/lock:",
        disabled=not draft,
        on_click=_commit,
        args=(key, commit),
    )


def _row(key: str, cause: str, label: str, draft: Mapping[str, Range], ranges: bool) -> None:
    """Draw one cause with its number."""
    low, high = draft[cause]
    widget = f"{key}-p-{cause}-{'range' if ranges else 'point'}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
        st.slider(
            label,
            0,
            100,
            (low, high) if ranges else (low + high) // 2,
            format="%d %%",
            key=widget,
            on_change=_move,
            args=(key, cause, widget),
        )
        st.button(
            "Remove",
            key=f"{key}-remove-{cause}",
            icon=":material/close:",
            type="tertiary",
            help=f"Remove: {label}",
            on_click=_drop,
            args=(key, cause),
        )


def _name_another(key: str, labels: Mapping[str, str], draft: Mapping[str, Range]) -> None:
    """Offer the causes that were not named yet."""
    left = [cause for cause in labels if cause not in draft]
    if not left or len(draft) >= MOST_NAMED:
        return
    widget = f"{key}-name"
    st.selectbox(
        "Name a cause" if not draft else "Name another cause",
        left,
        index=None,
        key=widget,
        format_func=labels.__getitem__,
        placeholder="Choose or type",
        on_change=_add,
        args=(key, widget),
    )


def _add(key: str, widget: str) -> None:
    """Callback: name a cause.

    A browser that has not heard yet that the box is empty again sends the same choice once more, and by then
    it may be none of the choices left: what is named already, or no cause, is passed over.
    """
    cause = session.held(widget)
    session.hold(widget, None)
    draft: Mapping[str, Range] = session.held(_draft(key))
    if cause in all_causes(built_in().network) and cause not in draft:
        session.hold(_draft(key), {**draft, cause: NEW})


def _drop(key: str, cause: str) -> None:
    """Callback: take a cause away."""
    draft: Mapping[str, Range] = session.held(_draft(key))
    session.hold(_draft(key), {name: value for name, value in draft.items() if name != cause})


def _move(key: str, cause: str, widget: str) -> None:
    """Callback: keep what a slider holds."""
    value = session.held(widget)
    low, high = value if isinstance(value, tuple) else (value, value)
    session.hold(_draft(key), {**session.held(_draft(key)), cause: (low, high)})


def _commit(key: str, commit: Callable[[Belief], None]) -> None:
    """Callback: hand the draft over as a belief."""
    draft: Mapping[str, Range] = session.held(_draft(key))
    estimates = {cause: (low / 100, high / 100) for cause, (low, high) in draft.items()}
    commit(Belief.of(built_in().network, estimates))


def _percent(belief: Belief | None) -> dict[str, Range]:
    if belief is None:
        return {}
    return {cause: (round(100 * one.low), round(100 * one.high)) for cause, one in belief.estimates.items()}


def _draft(key: str) -> str:
    return f"{key}-draft"
