"""What to ask next: warning signs first, then what tells most; each with what its answers would show."""

from __future__ import annotations

import streamlit as st

from model import Answer
from model.phrases import inside
from model.questions import KINDS, NextQuestions, Question
from model.safety import MustAsk
from model.stopping import EMERGENCY
from views.explore import answers
from views.explore.choosing import choose, choose_other
from views.explore.saying import say, sentences
from views.shared import asking, case_state, session
from views.shared.engine import differential
from views.shared.question import ask
from views.shared.turns import fragment
from views.shared.words import finding_words, listed, percent, plain

AT_ONCE = 4
SHOWN, NARROWED, LEARNING = "next-shown", "next-narrowed", "next-learning"
TOLD_FIRST = ("age", "sex")
"""What whoever is called asks first."""
ORDERS = {"cost": "Most for the effort", "gain": "Most, whatever the effort"}


@fragment(key="next")
def next_questions() -> None:
    """Draw the panel."""
    now = answers.now()
    if now is not None:
        _panel(now)


def _panel(now: Answer) -> None:
    st.header("What to ask next", anchor="next")
    about, kind, by_gain = _narrowed(now)
    found = answers.next_questions(kind, about)
    _stop(found)
    if found.stop.because == EMERGENCY and not _for_learning(now):
        return
    if found.must_ask:
        _safety(found.must_ask)
    first = {must.item for must in found.must_ask}
    many = session.held(SHOWN, AT_ONCE)
    questions = found.by_gain if by_gain else found.in_turn(many + len(first))
    open_now = [one for one in questions if one.item not in first]
    if not open_now:
        st.caption(say("next", "none"))
        return
    for question in open_now[:many]:
        _question(question, now, about)
    if len({one.item for one in found.questions} - first) > many:
        st.button(
            "More questions",
            key="next-more",
            icon=":material/expand_more:",
            type="tertiary",
            on_click=case_state.choose,
            args=("next", {SHOWN: many + AT_ONCE}),
        )
    if about is None:
        st.caption(say("next", "bits"))
    else:
        st.caption(say("next", "bits_about", cause=plain(inside(_label(now, about)))))


def _narrowed(now: Answer) -> tuple[str | None, str | None, bool]:
    """Draw what the questions can be narrowed to: a cause, a kind, an order. It stays so when closed."""
    panel = st.expander(
        "Choose what to ask about",
        key="next-narrow",
        icon=":material/tune:",
        type="compact",
        on_change=case_state.redraw,
        args=("next",),
    )
    if not panel.open:
        kept: tuple[str | None, str | None, bool] = session.held(NARROWED, (None, None, False))
        return kept
    with panel:
        about = choose_other(now, "About", "next-about", "All causes", fragment="next")
        kinds = {"": "Any kind"} | {kind: say_kind(kind) for kind in KINDS}
        kind = choose("Kind", "next-kind", kinds, "next")
        order = choose("Order", "next-order", ORDERS, "next")
    session.hold(NARROWED, (about, kind or None, order == "gain"))
    return about, kind or None, order == "gain"


def say_kind(kind: str) -> str:
    """Return a kind of asking as a heading."""
    effort = str(sentences()["next"]["effort"][kind]).split(" ", 1)[1]
    return f"{effort[:1].upper()}{effort[1:]}s"


def _stop(found: NextQuestions) -> None:
    """Say whether asking can stop, and why."""
    icon = ":material/flag:" if found.stop.stop else ":material/arrow_forward:"
    verdict = "stop" if found.stop.stop else "go_on"
    verdict = EMERGENCY if found.stop.because == EMERGENCY else verdict
    st.markdown(f"{icon} **{say('next', verdict)}** {plain(found.stop.reason)}")


def _for_learning(now: Answer) -> bool:
    """Draw what to tell whoever is called; return whether asking goes on all the same."""
    items, evidence = asking.catalogue(differential()).items, now.evidence
    raised = [node for flag in now.urgency.leading for node, _ in flag.because]
    told = [node for node in dict.fromkeys((*TOLD_FIRST, *raised)) if node in evidence.active]
    with st.container(border=True):
        said = [f"- {plain(finding_words(items[node], evidence.get(node)))}" for node in told]
        st.markdown("\n".join([f"**{say('next', 'tell')}**", "", *said]))
    return st.toggle(say("next", "learning"), key=LEARNING, on_change=case_state.redraw, args=("next",))


def _safety(must: tuple[MustAsk, ...]) -> None:
    """Ask the safety items that come first."""
    items = asking.catalogue(differential()).items
    with st.container(border=True):
        st.markdown(f":red[:material/emergency:] **{say('next', 'safety')}**")
        for one in must:
            ask(items[one.item], "must")
            if one.why != "always":
                because = listed(plain(items[node].label) for node in one.because)
                st.caption(say("next", one.why, because=because))
        if len(must) > 1 and all(asking.ABSENT in asking.answers(items[one.item]) for one in must):
            st.button(
                say("next", "none_of_these"),
                key="must-none",
                icon=":material/block:",
                on_click=case_state.deny,
                args=([one.item for one in must],),
            )


def _question(question: Question, now: Answer, about: str | None) -> None:
    """Draw one question: what it would show, and its answers to click."""
    item = asking.catalogue(differential()).items[question.item]
    with st.container(border=True, gap="xsmall"):
        ask(item, "next")
        st.caption(f"{_would(question, now, about)} {_gain(question)}")


def _gain(question: Question) -> str:
    """Return what it takes to get the answer, and how much it tells."""
    effort = str(sentences()["next"]["effort"][question.kind])
    told = say("next", "told", effort=effort, bits=f"{question.gain_bits:.2g}")
    return f"{told[:1].upper()}{told[1:]}."


def _would(question: Question, now: Answer, about: str | None) -> str:
    """Return what each answer would make of the cause asked about, or of the one that it moves most."""
    gains = question.gain_about
    cause = about or max(gains, key=lambda name: gains[name])
    item = asking.catalogue(differential()).items[question.item]
    outcomes = [
        say(
            "next",
            "outcome_short" if number else "outcome",
            answer=plain(asking.answer_label(item, outcome.state)).lower(),
            share=percent(outcome.probability),
            after=f"**{percent(outcome.due_to[cause])}**",
        )
        for number, outcome in enumerate(reversed(question.outcomes))
    ]
    words = {"cause": plain(_label(now, cause)), "now": percent(now.due_to(cause))}
    return say("next", "would", outcomes=listed(outcomes), **words)


def _label(now: Answer, condition: str) -> str:
    return next(cause.label for cause in now.ranking if cause.condition == condition)
