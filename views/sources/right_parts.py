"""The details of how often it is right: by cause, by method, calibration, urgency, groups of patients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from model.validation.contenders import NETWORK, READINGS
from model.validation.evaluate import Evaluation, InSetting
from model.validation.groups import ALL, NIGHT, OUTSIDE
from model.validation.scores import Estimate
from model.validation.triage import Triage
from views.shared import asking
from views.shared.engine import differential
from views.shared.fold import fold
from views.shared.words import listed, percent, plain, span
from views.sources import state
from views.sources.right_pictures import bin_words, calibration_picture, cause_words, causes_picture
from views.sources.wording import label, wording


def setting_words(judged: InSetting) -> str:
    """Return a setting in words."""
    return plain(judged.words) if judged.setting is not None else str(wording()["right"]["no_setting"])


def causes(judged: InSetting, report: Evaluation) -> None:
    """Draw how often each cause came first, as sentence, picture and table."""
    words = _words("causes")
    scores = sorted(judged.causes(), key=lambda score: -score.n)
    there = [score for score in scores if score.n]
    labels = {score.cause: _cause(score.cause) for score in scores}
    enough = sorted((score for score in there if score.n >= words["least"]), key=lambda score: -score.first)
    if len(enough) > 1:
        best, worst = (f"{plain(labels[one.cause])}, {percent(one.first)}" for one in (enough[0], enough[-1]))
        st.markdown(words["says"].format(best=best, worst=worst, least=words["least"]))
    told = "; ".join(cause_words(score, labels, words) for score in there[:5])
    picture = causes_picture(there, labels, words)
    st.vega_lite_chart(picture, key="right-by-cause", alt=words["alt"].format(told=told))
    none = [plain(labels[score.cause]) for score in scores if not score.n]
    st.caption(" ".join([words["caption"], *([words["none"].format(causes=listed(none))] if none else [])]))
    panel = fold(words["table"], "right-causes-table", state.PART, "table")
    if panel is not None:
        names, ranked = words["columns"], _words("columns")
        rows = [
            {
                names["cause"]: plain(labels[score.cause]),
                names["n"]: f"{score.n}",
                ranked["first"]: percent(score.first),
                ranked["three"]: percent(score.first_three),
            }
            for score in there
        ]
        panel.table(rows, hide_index=True)


def methods(judged: InSetting, report: Evaluation) -> None:
    """Draw the network beside simpler methods, for everybody and where pain at night is told."""
    words = _words("methods")
    first = {name: judged.score(name, ALL, "first").value for name in judged.answers.p}
    best = max((name for name in first if name != NETWORK), key=first.__getitem__)
    verdict = words["ahead" if first[best] > first[NETWORK] else "not_ahead"]
    ours, theirs = percent(first[NETWORK]), percent(first[best])
    st.markdown(verdict.format(best=_method(best), theirs=theirs, ours=ours))
    ranked = _words("columns")
    for group in (ALL, NIGHT):
        if group not in judged.groups:
            continue
        st.markdown(f"**{_group(group, judged)}**")
        rows = [
            {
                words["column"]: f"**{_method(name)}**" if name == NETWORK else _method(name),
                ranked["first"]: _share(judged.score(name, group, "first")),
                ranked["three"]: _share(judged.score(name, group, "first_three")),
            }
            for name in judged.answers.p
        ]
        st.table(rows, hide_index=True)


def calibration(judged: InSetting, report: Evaluation) -> None:
    """Draw what the network said beside how often it came true, as sentence, picture and table."""
    words, bins = _words("calibration"), judged.reliability()
    likely = [one for one in bins if one.low >= 0.5]
    n = sum(one.n for one in likely)
    if n:
        said, was = (
            sum(x) / n for x in zip(*((o.n * o.mean, o.n * o.observed) for o in likely), strict=True)
        )
        st.markdown(words["says"].format(n=f"{n:,}", said=percent(said), was=percent(was)))
    else:
        st.markdown(words["never"])
    left, right = st.columns([3, 2], gap="medium")
    told = "; ".join(bin_words(one, words) for one in bins)
    with left:
        picture = calibration_picture(bins, words)
        st.vega_lite_chart(picture, key="right-calibration", alt=words["alt"].format(told=told))
        st.caption(words["caption"])
    names = words["columns"]
    rows = [
        {
            names["said"]: words["within"].format(low=f"{100 * one.low:.0f}", high=f"{100 * one.high:.0f}"),
            names["n"]: f"{one.n:,}",
            names["mean"]: percent(one.mean),
            names["was"]: percent(one.observed),
        }
        for one in bins
    ]
    right.table(rows, hide_index=True)


def urgency(judged: InSetting, report: Evaluation) -> None:
    """Draw the urgency that the network gave beside the one that readers gave; it takes no setting."""
    words, triage = _words("urgency"), report.triage
    counts = _counts(triage)
    less = [
        words["one_open"].format(**_counts(report.triage_one_open)),
        words["unasked"].format(**_counts(report.triage_unasked)),
    ]
    st.markdown(" ".join([words["says"].format(**counts), *less]))
    levels: Mapping[str, str] = words["levels"]
    rows = []
    for row, said in levels.items():
        cells = {told: f"{triage.counts.get((row, given), 0)}" for given, told in levels.items()}
        cells[said] = f"**{cells[said]}**"
        rows.append({words["column"]: said, **cells})
    st.table(rows, hide_index=True)
    told = [words["caption"]]
    if report.agreement.read:
        told.append(words["agreed"].format(read=report.agreement.read, alike=report.agreement.read_alike))
    st.caption(" ".join(told))


def groups(judged: InSetting, report: Evaluation) -> None:
    """Draw how often the network was right about groups of patients."""
    words, ranked = _words("groups"), _words("columns")
    if {"hard", OUTSIDE} <= judged.groups.keys():
        hard, outside = (judged.score(NETWORK, name, "first") for name in ("hard", OUTSIDE))
        numbers = {"hard": percent(hard.value), "outside": percent(outside.value)}
        st.markdown(words["says"].format(hard_n=hard.n, outside_n=outside.n, **numbers))
    rows = []
    for name in judged.groups:
        first, three = (judged.score(NETWORK, name, one) for one in ("first", "first_three"))
        rows.append(
            {
                words["columns"]["group"]: _group(name, judged),
                words["columns"]["n"]: f"{first.n}",
                ranked["first"]: _share(first),
                ranked["three"]: _share(three),
            }
        )
    st.table(rows, hide_index=True)


def _words(part: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = wording()["right"][part]
    return found


def _cause(cause: str) -> str:
    return label(cause, asking.catalogue(differential()))


def _share(one: Estimate) -> str:
    """Return a share with the range of chance, in two lines where there is no room for one."""
    return f"{percent(one.value)} ({span(one.low, one.high)})".replace("–", "–\u2060")


def _method(name: str) -> str:
    """Return a method in words; readings name the setting of their frequencies."""
    names = _words("methods")["names"]
    if name in names:
        return str(names[name])
    setting = name.removeprefix(f"{READINGS}_").replace("_", " ")
    return str(names[READINGS].format(setting=plain(setting)))


def _group(name: str, judged: InSetting) -> str:
    """Return a group of patients in words; rounds and places are named by the patients."""
    words = _words("groups")
    if name in words["names"]:
        return str(words["names"][name])
    kind, _, rest = name.partition("_")
    if kind == "seen":
        return str(words["seen"].format(place=words["places"].get(rest, plain(rest.replace("_", " ")))))
    for ending, template in (("_night", "collection_night"), ("", "collection")):
        if kind == "collection" and rest.endswith(ending):
            return str(words[template].format(name=plain(rest.removesuffix(ending).replace("_", " "))))
    return plain(judged.groups[name].words)


def _counts(triage: Triage) -> dict[str, Any]:
    """Return what the sentences about urgency count."""
    found, there = triage.emergencies
    n = max(1, triage.n)
    return {
        "n": triage.n, "same": triage.off_by(0, 0), "under": triage.under, "over": triage.over,
        "under_share": percent(triage.under / n), "over_share": percent(triage.over / n),
        "by_two": triage.under_by_two, "found": found, "there": there,
    }  # fmt: skip
