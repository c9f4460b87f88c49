"""A case on paper: one HTML file that needs nothing else. Whatever comes from data is escaped; no scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from pathlib import Path

from model import Answer, Differential, Evidence
from model.account import story
from model.errors import ImpossibleEvidence
from model.setting import setting_line
from model.uncertainty import CredibleDifferential
from model.urgency import urgency
from views.explore.afterthoughts import Afterthoughts, Desk
from views.explore.helps import first_options
from views.explore.saying import say, sentences
from views.shared import asking
from views.shared.words import finding_words, listed, percent, span

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The sheet loads nothing and runs nothing."""


def sheet(ddx: Differential, evidence: Evidence, address: str, desk: Desk) -> str:
    """Return the sheet of a case.

    Parameters
    ----------
    address : where the case can be opened again
    desk : has the intervals, or works them out
    """
    words = sentences()["sheet"]
    try:
        now = ddx.query(evidence)
    except ImpossibleEvidence as error:
        said = listed(asking.catalogue(ddx).items[node].label for node in error.nodes)
        told, found = _part(words["differential"], _p(say("result", "impossible", findings=said))), None
    else:
        found = desk.now(ddx, evidence)
        told = _told(ddx, now, found)
    parts = [
        _head(ddx),
        _urgent(ddx, evidence),
        _findings(ddx, evidence),
        told,
        _foot(ddx, address, found.credible if found else None),
    ]
    return _page(words["title"], "\n".join(parts))


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>\n{_style()}</style></head><body>\n{body}\n</body></html>\n"
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "sheet.css").read_text(encoding="utf-8")


def _head(ddx: Differential) -> str:
    """Return title, a line for date and name, and the notice; its last line stands out."""
    words = sentences()["sheet"]
    head = f"<h1>{escape(words['title'])}</h1>{_p(ddx.network.title)}"
    head += f'<p>{escape(words["date"])} <span class="blank">&nbsp;</span></p>'
    if not ddx.network.notice:
        return head
    *rest, emergency = ddx.network.notice
    return f'{head}<div class="notice"><strong>{escape(emergency)}</strong>{_p(" ".join(rest))}</div>'


def _urgent(ddx: Differential, evidence: Evidence) -> str:
    """Return the warning signs that were entered; what to do is said of the most urgent level only."""
    flags = urgency(evidence).flags
    if not flags:
        return _p(asking.nothing_raised(ddx), "small")
    told = []
    for level, raised in groupby(flags, key=lambda flag: flag.level):
        label = asking.words()["urgency"][level]["label"]
        acted = level == flags[0].level
        said = "".join(_p(f"{flag.reason} {flag.action}" if acted else flag.reason) for flag in raised)
        told.append(f'<div class="urgent"><strong>{escape(label)}</strong>{said}</div>')
    return _part(sentences()["sheet"]["urgent"], "".join(told))


def _findings(ddx: Differential, evidence: Evidence) -> str:
    words, items = sentences()["sheet"], asking.catalogue(ddx).items
    if not evidence:
        return _part(words["findings"], _p(words["nothing"]))
    rows = []
    for node in evidence:
        label, _, said = finding_words(items[node], evidence.get(node)).rpartition(": ")
        paused = node in evidence.paused
        said = f"{said} ({words['paused'].lower()})" if paused else said
        rows.append(_row([label, said], "paused" if paused else ""))
    return _part(words["findings"], f'<div class="two">{_halves(rows)}</div>')


def _halves(rows: Sequence[str]) -> str:
    """Return rows as two tables side by side."""
    middle = (len(rows) + 1) // 2
    return "".join(f"<table>{''.join(half)}</table>" for half in (rows[:middle], rows[middle:]) if half)


def _told(ddx: Differential, now: Answer, found: Afterthoughts) -> str:
    """Return differential, why, fit and what helps."""
    words = sentences()["sheet"]
    if not now.ranking:
        return _part(words["differential"], _p(say("result", "no_causes")))
    parts = [_part(words["differential"], _differential(ddx, now, found.credible))]
    if now.evidence.observed():
        top = now.ranking[0]
        why = _list(story(ddx.explain(now.evidence, top.condition)))
        parts.append(_part(f"{words['why']}: {top.label}", why))
        parts.append(_part(words["fit"], _list(found.fit.account)))
    parts.append(_helps(ddx, now.evidence))
    return "".join(parts)


def _differential(ddx: Differential, now: Answer, credible: CredibleDifferential | None) -> str:
    columns = sentences()["sheet"]["columns"]
    start = ddx.query()
    sure = {cause.condition: cause for cause in credible.causes} if credible else {}
    rows = []
    for cause in now.ranking:
        one = sure.get(cause.condition)
        rows.append(
            _row(
                [
                    f"{cause.label} · {now.network.node(cause.condition).text.clinical_term}",
                    percent(cause.due_to),
                    span(one.due_to.low, one.due_to.high) if one else "–",
                    percent(start.due_to(cause.condition)),
                    "–" if cause.present is None else percent(cause.present),
                    percent(one.first) if one else "–",
                ]
            )
        )
    table = f"<table><thead>{_row(columns, cell='th')}</thead><tbody>{''.join(rows)}</tbody></table>"
    return table + _p(f"{setting_line(now.evidence)} {say('result', 'several')}".strip(), "small")


def _helps(ddx: Differential, evidence: Evidence) -> str:
    """Return what fits the picture or is warned of, each with what turns it, and what waits."""
    found = ddx.advice(evidence)
    if not found.options:
        return ""
    standing = sentences()["helps"]["standing"]
    told = [
        " ".join(
            [f"{one.label} ({standing[str(one.standing)]['label'].lower()}).", *(t.says for t in one.turns)]
        )
        for one in first_options(found, len(found.options))
    ]
    told += [f"{says} {listed(labels)}." for says, labels in found.waiting.items()]
    return _part(sentences()["sheet"]["helps"], _p(say("helps", "medicine")) + _list(told))


def _foot(ddx: Differential, address: str, credible: CredibleDifferential | None) -> str:
    network, words = ddx.network, sentences()["sheet"]
    names = {"name": network.name, "version": network.version, "hash": network.hash}
    version = (
        say("sheet", "version", draws=f"{credible.possible:,}", **names)
        if credible
        else say("sheet", "version_without", **names)
    )
    return _part(words["address"], f"<p><code>{escape(address)}</code></p>{_p(version, 'small')}")


def _part(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _p(text: str, kind: str = "") -> str:
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _row(cells: Sequence[str], kind: str = "", cell: str = "td") -> str:
    """Return a row; in a wide one, cells after the first hold numbers."""
    kinds = ["", *['class="number"' if len(cells) > 2 else ""] * (len(cells) - 1)]
    told = "".join(f"<{cell} {look}>{escape(text)}</{cell}>" for text, look in zip(cells, kinds, strict=True))
    return f'<tr class="{kind}">{told}</tr>'
