"""What helps and what harms: the options that the network holds, weighed against this case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from model import Answer
from model.advice import Advice, OptionAdvice, Turned
from model.citations import figure_citation, references
from model.phrases import inside
from model.standing import FITS
from model.urgency import Urgency
from views.explore import answers
from views.explore.saying import say, sentences
from views.shared import asking, case_state
from views.shared.citing import link, origin, reference_link
from views.shared.engine import differential
from views.shared.words import counted, finding_words, listed, percent, plain, share_or_ratio

CLOSED = "helps-others"
MOST_NAMED = 3
MOST_FITTING = 6
"""Fitting options shown at once; warnings are always shown."""
IMPROBABLE = "improbable"


def helps(now: Answer) -> None:
    """Draw the panel."""
    found = answers.advice()
    if not found.options:
        st.caption(say("helps", "none"))
        return
    _urgent(found.urgency)
    st.markdown(f":material/medication: **{say('helps', 'medicine')}**")
    st.caption(say("helps", "about"))
    shown = first_options(found)
    for one in shown:
        _option(one, now)
    _waiting(found)
    others = [one for one in found.options if one not in shown and one not in found.withheld]
    if others and _opened(len(others)):
        for probable in (True, False):
            rest = [one for one in others if one.probable == probable]
            if rest and not probable:
                st.markdown(f"**{say('helps', 'improbable')}**")
            for one in rest:
                _option(one, now)


def first_options(found: Advice, most: int = MOST_FITTING) -> list[OptionAdvice]:
    """Return what is shown at once: at most so many that fit, and every warning.

    Warnings about what is aimed at the improbable are left out, but not those about self-care, since nobody
    else may be there to warn. What waits for the urgency to pass is shown apart.
    """
    fitting = [one for one in found.options if one.standing == FITS][:most]
    warnings = [one for one in found.options if one.warns and (one.probable or one.is_self_care)]
    return [one for one in found.options if one in (*fitting, *warnings) and one not in found.withheld]


def _waiting(found: Advice) -> None:
    """Draw what waits for the urgency to pass: names only, since what to do stands on top."""
    look = sentences()["helps"]["standing"]["not_now"]
    for says, labels in found.waiting.items():
        with st.container(border=True, gap="xsmall"):
            st.badge(look["label"], icon=look["icon"], color=look["color"])
            st.markdown(f":material/turn_right: **{plain(says)}**")
            st.markdown(f"{listed([plain(label) for label in labels])}.")


def _urgent(urgency: Urgency) -> None:
    if urgency.level is None:
        st.caption(asking.nothing_raised(differential()))
        return
    look = asking.words()["urgency"][urgency.level]
    actions = " ".join(plain(flag.action) for flag in urgency.flags if flag.level == urgency.level)
    st.markdown(f"{look['icon']} {say('helps', 'urgent', label=look['label'])} {actions}")


def _opened(count: int) -> bool:
    """Draw the switch for all other options; return whether it is on."""
    return st.toggle(
        f"Show {counted(count, 'more option')}",
        key=CLOSED,
        on_change=case_state.redraw,
        args=("panels",),
    )


def _option(one: OptionAdvice, now: Answer) -> None:
    """Draw one option: how it stands, what turns it, what to do; the rest once it is wanted."""
    look = sentences()["helps"]["standing"][one.standing or IMPROBABLE]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(one.label)}**", width="content")
            st.badge(look["label"], icon=look["icon"], color=look["color"])
        for turn in one.turns:
            st.markdown(f":material/turn_right: **{plain(turn.says)}**")
        st.markdown(plain(one.text))
        st.caption("  \n".join(_aims(one, now)))
        panel = st.expander(
            "Why, and how well it is known",
            key=f"helps-{one.id}",
            type="compact",
            on_change=case_state.redraw,
            args=("panels",),
        )
        if panel.open:
            with panel:
                _more(one, now)


def _aims(one: OptionAdvice, now: Answer) -> list[str]:
    """Return what it acts on and whom it may harm, with how likely that is, and whether it works."""
    lines = []
    if one.helped:
        lines.append(say("helps", "aim", aims=_likeliest(one.helped, now)))
    if one.harmed_by:
        lines.append(say("helps", "harm", harms=_likeliest(one.harmed_by, now)))
    return [*lines, str(sentences()["helps"]["evidence"][one.evidence.verdict])]


def _likeliest(shares: Mapping[str, float], now: Answer) -> str:
    """Return nodes with their probabilities, the likeliest first and by name."""
    ordered = sorted(shares.items(), key=lambda one: -one[1])
    named = [f"{plain(inside(now.network.node(node).label))} {percent(p)}" for node, p in ordered]
    more = [f"{len(named) - MOST_NAMED} less likely"] if len(named) > MOST_NAMED + 1 else named[MOST_NAMED:]
    return listed([*named[:MOST_NAMED], *more])


def _more(one: OptionAdvice, now: Answer) -> None:
    """Say why the advice turns, what to look out for, and what is known of the effect."""
    for turn in one.turns:
        st.markdown(
            f"- {plain(turn.reason)} {_because(turn, now)} {_cited(turn.turn.sources, turn.turn.guidance)}"
        )
    if one.option.caution:
        st.markdown(f":material/warning: {plain(one.option.caution)}")
    if one.option.note:
        st.caption(plain(one.option.note))
    if one.evidence.reason:
        st.markdown(f"{plain(one.evidence.reason)} {_cited(one.evidence.sources, one.evidence.guidance)}")
    if not one.effects:
        st.caption(say("helps", "no_effects"))
        return
    lines = [say("helps", "effects")]
    for effect in one.effects:
        interval = ""
        if effect.low is not None and effect.high is not None:
            low, high = (share_or_ratio(x, False) for x in (effect.low, effect.high))
            interval = f" ({low} to {high})"
        name = plain(effect.measures.replace("_", " "))
        value = share_or_ratio(effect.value, False)
        cited = figure_citation(effect.figure, differential().folder)
        lines.append(
            f"- {name[:1].upper()}{name[1:]}: **{value}**{interval}, grade {plain(effect.grade)}. "
            f"{origin(cited) if cited else ''}"
        )
    st.markdown("\n".join(lines))


def _cited(sources: Sequence[str], guidance: Sequence[tuple[str, str]]) -> str:
    """Return what a turn or a verdict rests on, with links; empty where nothing is named."""
    links = [reference_link(one) for one in references(sources, differential().folder)]
    links += [link(title, address) for title, address in guidance]
    return say("helps", "rests_on", links=listed(links)) if links else ""


def _because(turn: Turned, now: Answer) -> str:
    """Return what makes the advice turn now."""
    if turn.turn.levels:
        label = asking.words()["urgency"][str(now.urgency.level)]["label"]
        return say("helps", "turn_urgent", label=label.lower())
    if turn.probability is not None and turn.above is not None:
        label = plain(now.network.node(turn.because).label)
        return say(
            "helps", "turn_node", label=label, above=percent(turn.above), now=percent(turn.probability)
        )
    if not turn.because:
        return say("helps", "turn_open")
    node = turn.because.partition("=")[0]
    item = asking.catalogue(differential()).items[node]
    return say("helps", "turn_given", label=plain(finding_words(item, now.evidence.get(node))))
