"""Progress: how the cases went, over many of them; kept in a file where the learner wants it kept."""

from __future__ import annotations

import streamlit as st

from model.errors import DiagnosisError
from model.teaching.cases import cause_labels
from model.teaching.progress import Progress
from views.learn.cases.record import record, use_progress
from views.learn.progress.pictures import calibration_curve, score_history
from views.shared import session
from views.shared.download import download
from views.shared.engine import built_in
from views.shared.turns import fragment
from views.shared.words import counted, percent, plain

UPLOAD = "progress-file"
READABLE = 860
"""Width in pixels: longer lines are hard to read."""


@fragment(key="progress")
def progress_panel() -> None:
    """Draw the panel."""
    progress = record().progress
    with st.container(width=READABLE):
        st.markdown(plain(progress.standing().text))
        if progress.records:
            _history(progress)
            _calibration(progress)
            _reaction(progress)
            _causes(progress)
        else:
            st.caption("Finish a case under Cases, and how it went is shown here.")
        _keep(progress)


def _history(progress: Progress) -> None:
    history = progress.history()
    st.markdown("**Scores**")
    mean = history[-1].mean_brier
    says = f"Brier scores of {counted(len(history), 'case')}; the running mean is now {mean:.3f}."
    st.vega_lite_chart(score_history(history), key="history", alt=says)
    st.caption(
        "Brier score of each case, 0 is best. ● you, line: your running mean, ◇ the network with the same "
        "findings. Feedback over many cases, not a grade."
    )
    with st.expander("As a table", icon=":material/table:"):
        st.table(
            [
                {
                    "Case": plain(one.title),
                    "You": f"{one.brier:.3f}",
                    "Network": "–" if one.network_brier is None else f"{one.network_brier:.3f}",
                    "Your mean so far": f"{one.mean_brier:.3f}",
                }
                for one in history
            ],
            hide_index=True,
        )


def _calibration(progress: Progress) -> None:
    bins = [one for one in progress.calibration() if one.n]
    st.markdown("**Calibration: of what you called 70 %, was 70 % true?**")
    says = "; ".join(
        f"called {percent(one.stated or 0)}, true {percent(one.observed or 0)} of {one.n}" for one in bins
    )
    st.vega_lite_chart(calibration_curve(bins), key="calibration", alt=f"{says}.")
    if any(not one.enough for one in bins):
        st.caption(
            "○ too few judgements to read anything from. Bars: 90 % range. On the line is right on average."
        )
    else:
        st.caption("Bars: 90 % range. On the line is right on average.")


def _reaction(progress: Progress) -> None:
    reaction, habits = progress.reaction(), progress.habits()
    st.markdown("**How far you move**")
    if reaction.ratio is None:
        st.caption("Nothing to compare yet: revise your numbers after a finding.")
        return
    st.markdown(
        f"Reaction ratio **{reaction.ratio:.2f}** (90 % range {reaction.low:.2f} to {reaction.high:.2f}): "
        "1 is as far as the network, below 1 less, above 1 further. "
        f"{counted(reaction.wrong_way, 'revision')} went the other way."
    )
    st.markdown("\n".join(f"- {plain(line)}" for line in habits.texts))


def _causes(progress: Progress) -> None:
    labels = cause_labels(built_in().network)
    rows = [
        {
            "Cause": plain(labels.get(one.cause, one.cause)),
            "Was the answer": f"{one.n_present}×",
            "You then said": "–" if one.mean_given_present is None else percent(one.mean_given_present),
            "You otherwise said": "–" if one.mean_given_absent is None else percent(one.mean_given_absent),
        }
        for one in sorted(progress.strengths(), key=lambda one: (-one.n_present, one.cause))
    ]
    with st.expander("Cause by cause", icon=":material/table:"):
        st.caption(
            "On average over your last numbers. The further apart the last two, the better you tell it."
        )
        st.table(rows, hide_index=True)


def _keep(progress: Progress) -> None:
    """Offer to keep the progress in a file, and to go on from one; nothing is stored anywhere else."""
    st.markdown("**Keep it**")
    st.caption("Your progress lives as long as this browser tab. Nothing is stored on the server.")
    with st.container(horizontal=True):
        empty = not progress.records
        name, text, table = "nocturne-progress", progress.to_json(), progress.to_csv()
        download("Save to a file", text, f"{name}.json", "application/json", "save-progress", disabled=empty)
        download(
            "Table for a spreadsheet", table, f"{name}.csv", "text/csv", "progress-table", "table", empty
        )
    file = st.file_uploader("Go on from a file that you saved", type="json", key=UPLOAD)
    if file is None or session.held("progress-read") == file.file_id:
        return
    session.hold("progress-read", file.file_id)
    try:
        read = Progress.from_json(built_in().network, file.getvalue().decode("utf-8", "replace"))
    except DiagnosisError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    use_progress(read)
    session.redraw("progress")
