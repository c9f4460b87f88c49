"""What helps and what harms: the options that the network holds, weighed against this case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from model import Answer
from model.advice import CHECK_FIRST, FITS, NOT_FOR_YOU, OptionAdvice, Turned
from model.citations import figure_citation
from model.phrases import inside
from model.urgency import Urgency
from views.explore import answers
from views.explore.saying import say, sentences
from views.shared import asking, case_state
from views.shared.citing import origin
from views.shared.engine import differential
from views.shared.words import counted, finding_words, listed, percent, plain, share_or_ratio

CLOSED = "helps-others"
MOST_NAMED = 3
MOST_FITTING = 6
"""Fitting options shown at once; warnings are always shown."""


def helps(now: Answer) -> None:
    """Draw the panel."""
    found = answers.advice()
    if not found.options:
        st.caption(say("helps", "none"))
        return
    _urgent(found.urgency)
    st.markdown(f":material/medication: **{say('helps', 'medicine')}**")
    st.caption(say("helps", "about"))
    shown = first_options(found.options)
    for one in shown:
        _option(one, now)
    others = [one for one in found.options if one not in shown]
    if others and _opened(len(others)):
        for one in others:
            _option(one, now)


def first_options(options: Sequence[OptionAdvice]) -> list[OptionAdvice]:
    """Return what is shown at once: a few that fit, and every warning."""
    fitting = [one for one in options if one.standing == FITS][:MOST_FITTING]
    return [one for one in options if one in fitting or one.standing in (CHECK_FIRST, NOT_FOR_YOU)]


def _urgent(urgency: Urgency) -> None:
    if urgency.level is None:
        st.caption(say("helps", "calm"))
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
    look = sentences()["helps"]["standing"][one.standing]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(one.label)}**", width="content")
            st.badge(look["label"], icon=look["icon"], color=look["color"])
        for turn in one.turns:
            st.markdown(f":material/turn_right: **{plain(turn.says)}**")
        st.markdown(plain(one.option.text))
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
    """Return what it acts on and whom it may harm, with how likely that is."""
    lines = []
    if one.helped:
        lines.append(say("helps", "aim", aims=_likeliest(one.helped, now)))
    if one.harmed_by:
        lines.append(say("helps", "harm", harms=_likeliest(one.harmed_by, now)))
    return lines


def _likeliest(shares: Mapping[str, float], now: Answer) -> str:
    """Return nodes with their probabilities, the likeliest first and by name."""
    ordered = sorted(shares.items(), key=lambda one: -one[1])
    named = [f"{plain(inside(now.network.node(node).label))} {percent(p)}" for node, p in ordered]
    more = [f"{len(named) - MOST_NAMED} less likely"] if len(named) > MOST_NAMED + 1 else named[MOST_NAMED:]
    return listed([*named[:MOST_NAMED], *more])


def _more(one: OptionAdvice, now: Answer) -> None:
    """Say why the advice turns, what to look out for, and what is known of the effect."""
    for turn in one.turns:
        st.markdown(f"- {plain(turn.reason)} {_because(turn, now)}")
    if one.option.caution:
        st.markdown(f":material/warning: {plain(one.option.caution)}")
    if one.option.note:
        st.caption(plain(one.option.note))
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


def _because(turn: Turned, now: Answer) -> str:
    """Return what makes the advice turn now."""
    if turn.probability is not None and turn.above is not None:
        label = plain(now.network.node(turn.because).label)
        return say(
            "helps", "turn_node", label=label, above=percent(turn.above), now=percent(turn.probability)
        )
    node = turn.because.partition("=")[0]
    item = asking.catalogue(differential()).items[node]
    return say("helps", "turn_given", label=plain(finding_words(item, now.evidence.get(node))))
