"""Why a cause stands where it stands, or why it is likelier than another."""

from __future__ import annotations

import streamlit as st

from model import Answer
from model.account import shares, story
from model.explanation import Explanation
from model.producers import Producer
from views.explore import answers
from views.explore.choosing import choose, choose_cause, choose_other
from views.explore.people import how_many, of_people, people
from views.explore.saying import say
from views.explore.waterfall import can_be_drawn, steps, waterfall
from views.shared import asking
from views.shared.engine import differential
from views.shared.words import finding_words, percent, plain

PICTURE_WIDTH = 440
MOST_PRODUCERS = 6
SIDES = {"For it": "for", "Against it": "against", "Of little weight": "neutral"}
MISSING = "Expected, but not there"


def why(now: Answer) -> None:
    """Draw the panel."""
    wide, narrow = st.columns(2)
    with wide:
        cause = choose_cause(now, "Why", "why")
    with narrow:
        against = choose_other(now, "Rather than", "why-against", "Nothing in particular", but=cause)
    if not now.evidence.observed():
        st.markdown(say("why", "nothing"))
        return
    explanation = answers.why(cause, against)
    names = [_named(now, one.finding) for one in explanation.contributions]
    _picture(explanation, names)
    _sides(explanation, names)
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in story(explanation)))
    if against is None:
        _people(explanation)
    _produced(explanation)
    for sentence in shares(explanation)[1:]:
        st.caption(plain(sentence))


def _named(now: Answer, finding: str) -> str:
    """Return a finding with its answer."""
    item = asking.catalogue(differential()).items[finding]
    return finding_words(item, now.evidence.get(finding))


def _picture(explanation: Explanation, names: list[str]) -> None:
    if not can_be_drawn(explanation):
        return
    contrast = explanation.against is not None
    rows = steps(explanation, names)
    told = "; ".join(f"{row.label} {row.value}" for row in rows)
    st.caption(say("why", "picture_against" if contrast else "picture"))
    st.vega_lite_chart(waterfall(rows, contrast), key="waterfall", alt=f"What moved it, in order: {told}.")


def _sides(explanation: Explanation, names: list[str]) -> None:
    """Say in one line each what speaks for it, against it, hardly at all, and what is missing."""
    each = list(zip(explanation.contributions, names, strict=True))
    sides = {
        title: [name for one, name in each if one.direction == direction]
        for title, direction in SIDES.items()
    }
    sides[MISSING] = [one.label for one in explanation.expected_but_missing]
    lines = [f"**{side}:** {plain('; '.join(found))}" for side, found in sides.items() if found]
    st.markdown("  \n".join(lines))


def _people(explanation: Explanation) -> None:
    """Draw the same as numbers of people."""
    before, after = explanation.baseline, explanation.posterior
    count = how_many(before, after)
    words = {"before": of_people(before, count), "after": of_people(after, count)}
    told = say("why", "people", all=f"{count:,}", **words)
    st.markdown(f"**As people.** {told}")
    titles = (say("why", "alone"), say("why", "with_findings"))
    with st.container(width=PICTURE_WIDTH):
        st.vega_lite_chart(people(before, after, titles), key="people", alt=told)


def _produced(explanation: Explanation) -> None:
    """Say who may have produced one of the findings that are there; the leak is among them."""
    found = {one.finding: one for one in explanation.produced}
    if not found:
        return
    finding = choose("Who produced this finding?", "produced", {key: one.label for key, one in found.items()})
    shares_of: dict[str, float] = {}
    for producer in found[finding].producers:
        seen = _visible(explanation, producer)
        shares_of[seen.label] = max(seen.probability, shares_of.get(seen.label, 0.0))
    rows = [
        {"May have produced it": plain(label), "How likely": percent(p)}
        for label, p in sorted(shares_of.items(), key=lambda one: -one[1])[:MOST_PRODUCERS]
    ]
    st.table(rows, hide_index=True, border="horizontal")
    st.caption(say("why", "produced"))


def _visible(explanation: Explanation, producer: Producer) -> Producer:
    """Return the producer, or what produced it where it is hidden: people never see those."""
    network = explanation.answer.network
    while producer.node is not None and producer.origin and network.node(producer.node).kind == "latent":
        producer = producer.origin
    return producer
