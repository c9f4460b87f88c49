"""The scenarios side by side: what each changes, and the gist of what follows."""

from __future__ import annotations

import streamlit as st

from model import Evidence
from model.counterfactual import DrugShare, drugs_of
from model.what_if import WhatIf, modifiable
from views.shared import asking, session
from views.shared.asking import Catalogue, Item
from views.shared.clash import clash_words
from views.shared.engine import differential
from views.shared.icon_button import icon_button
from views.shared.question import strength_label
from views.shared.words import finding_words, listed, percent, plain
from views.what_if import state
from views.what_if.answers import Outcome, outcome
from views.what_if.followed import movers
from views.what_if.record import LONGEST_NAME, MOST, Scenario
from views.what_if.titles import name_of
from views.what_if.wording import question_words, wording


def cards(evidence: Evidence) -> None:
    """Draw a card for every scenario, as columns where there is room."""
    scenarios = state.current().all
    for column, scenario in zip(st.columns(max(2, len(scenarios))), scenarios, strict=False):
        with column.container(border=True, key=f"scenario-{scenario.letter}"):
            _head(scenario)
            _question(scenario)
            _changes(scenario, evidence)
            _result(scenario, evidence)


def _head(scenario: Scenario) -> None:
    """Draw letter, name, and what acts on the whole scenario."""
    letter = scenario.letter
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.markdown(f"**{letter}**", width="content")
        key = f"name-{letter}"
        session.seed(key, scenario.name)
        st.text_input(
            f"Name of scenario {letter}",
            key=key,
            persist_state="page",
            max_chars=LONGEST_NAME,
            placeholder=name_of(scenario, asking.catalogue(differential())) or "Name",
            label_visibility="collapsed",
            on_change=state.rename_from,
            args=(key, letter),
        )
        full = len(state.current().all) >= MOST
        icon_button(
            f"Copy scenario {letter}", "content_copy", f"copy-{letter}", state.copy, (letter,), disabled=full
        )
        icon_button(f"Remove scenario {letter}", "close", f"remove-{letter}", state.remove, (letter,))


def _question(scenario: Scenario) -> None:
    """Draw which of the two questions is asked."""
    key = f"do-{scenario.letter}"
    session.seed(key, scenario.do)
    st.segmented_control(
        f"Question of scenario {scenario.letter}",
        [False, True],
        key=key,
        persist_state="page",
        required=True,
        format_func=lambda do: question_words(do)["label"],
        label_visibility="collapsed",
        on_change=state.ask_from,
        args=(key, scenario.letter),
    )
    st.caption(question_words(scenario.do)["says"])


def _changes(scenario: Scenario, evidence: Evidence) -> None:
    """Draw one row for each change, and the search for another."""
    items = asking.catalogue(differential())
    for node in scenario.change:
        _row(scenario, items.items[node], evidence)
    question = question_words(scenario.do)
    key = f"add-{scenario.letter}"
    st.selectbox(
        f"{question['add']} to scenario {scenario.letter}",
        [node for node in _can_be_added(items, scenario.do) if node not in scenario.change],
        index=None,
        key=key,
        format_func=lambda node: _search_label(items.items[node]),
        placeholder=question["placeholder"],
        label_visibility="collapsed",
        on_change=state.add_from,
        args=(key, scenario.letter),
    )


def _can_be_added(items: Catalogue, do: bool) -> list[str]:
    """Return what a scenario can change: what can be asked, and the setting; or what somebody can set."""
    if do:
        return list(modifiable(differential().network))
    asked = [item.id for part in items.sections for group in part.groups.values() for item in group]
    setting = differential().network.setting
    chosen = [setting.id] if setting else []
    return [node for node in asked if items.items[node].kind != "safety"] + chosen or list(items.items)


def _search_label(item: Item) -> str:
    return " · ".join([item.label, *filter(None, [item.term]), *item.synonyms])


def _row(scenario: Scenario, item: Item, evidence: Evidence) -> None:
    """Draw one change: its answer, what was entered instead, and a button that takes it out."""
    answer = asking.to_answer(scenario.change[item.id])
    options = _options(item, scenario)
    if answer not in options:
        options.insert(0, str(answer))
    key = f"set-{scenario.letter}-{item.id}"
    session.seed(key, answer)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False):
        st.selectbox(
            f"{plain(item.label)} :gray[· {_entered(item, evidence)}]",
            options,
            key=key,
            persist_state="page",
            format_func=lambda option: strength_label(item, option),
            filter_mode=None,
            on_change=state.set_from,
            args=(key, scenario.letter, item.id),
        )
        icon_button(
            f"Take out of scenario {scenario.letter}: {plain(item.label)}",
            "close",
            f"drop-{scenario.letter}-{item.id}",
            state.drop,
            (scenario.letter, item.id),
        )


def _options(item: Item, scenario: Scenario) -> list[str]:
    """Return the answers of a change; nothing can be set to a probability."""
    return list(item.states) if scenario.do else list(asking.answers(item))


def _entered(item: Item, evidence: Evidence) -> str:
    """Return what the case says of a node."""
    finding = evidence.active.get(item.id)
    if finding is None:
        return "not entered"
    answer = asking.to_answer(finding)
    return f"entered: {plain(strength_label(item, str(answer)).lower())}"


def _result(scenario: Scenario, evidence: Evidence) -> None:
    """Draw what follows from a scenario, or why nothing does."""
    found = outcome(evidence, scenario)
    if found is None:
        st.caption(wording()["nothing_changed"])
        return
    if found.result is None:
        _no_result(scenario, found, evidence)
        return
    result = found.result
    _flags(result)
    _headline(result)
    moved = [plain(move) for move in movers(result.without, result.with_change)]
    st.markdown("\n".join(f"- {move}" for move in moved) or wording()["unmoved"])
    _drugs(result)
    _set_aside(result, evidence)


def _flags(result: WhatIf) -> None:
    """Show warnings and questions that the change would raise; those of the case stand on top of the page."""
    for flag in result.new_flags:
        look = asking.words()["urgency"][flag.level]
        st.warning(f"**{look['label']}.** {plain(flag.reason)} **{plain(flag.action)}**", icon=look["icon"])
    for asked in result.new_contradictions:
        look = asking.words()["asked_back"]
        st.info(f"**{look['label']}.** {plain(asked.question)} {plain(asked.reason)}", icon=look["icon"])


def _headline(result: WhatIf) -> None:
    """Say how probable the complaint is without and with the change, where the change can move it."""
    if result.headline is None:
        return
    network = differential().network
    without, with_change = map(percent, result.headline)
    label = plain(network.node(str(network.complaint)).label)
    st.markdown(wording()["headline"].format(label=label, without=without, with_change=with_change))


def _drugs(result: WhatIf) -> None:
    """Say whether this patient's pain would go, and repeat what the notice says of medicines."""
    network = differential().network
    for share in result.drug_shares:
        drugs = " or ".join(plain(network.node(drug).label.lower()) for drug in share.drugs)
        said = wording()["drug" if result.has_complaint else "drug_in_anyone"]
        st.markdown(said.format(drugs=drugs, share=percent(share.at_least)))
        _parts(share)
    all_drugs = {drug for drugs in drugs_of(network).values() for drug in drugs}
    if all_drugs & set(result.change):
        for line in network.notice:
            if wording()["medicine"] in line:
                st.markdown(f":red[:material/medication:] **{plain(line)}**")


def _parts(share: DrugShare) -> None:
    """Draw the share by what the drug brings on, where there is more than one."""
    network = differential().network
    if len(share.parts) > 1:
        st.caption(
            "; ".join(f"{plain(network.node(node).label)}: {percent(p)}" for node, p in share.parts.items())
        )


def _set_aside(result: WhatIf, evidence: Evidence) -> None:
    """Name the findings that do not count under an intervention."""
    if not result.set_aside:
        return
    items = asking.catalogue(differential()).items
    said = [
        plain(
            finding_words(items[item.node], item.finding) if item.node in evidence else items[item.node].label
        )
        for item in result.set_aside
    ]
    st.caption(f"{wording()['set_aside']} {listed(said)}.")


def _no_result(scenario: Scenario, found: Outcome, evidence: Evidence) -> None:
    """Say why a scenario has no answer; the others keep theirs."""
    items = asking.catalogue(differential())
    if found.too_wide is not None:
        st.error(plain(str(found.too_wide)), icon=":material/memory:")
        return
    if found.clash is not None:
        changed = evidence
        for node, finding in scenario.change.items():
            changed = changed.with_finding(node, finding)
        clash = listed(clash_words(found.clash, changed, items))
        st.error(wording()["clash"].format(clash=clash), icon=":material/block:")
        return
    told = "not_settable" if found.not_settable else "needs_state"
    nodes = listed(
        f"**{plain(items.items[node].label)}**" for node in found.not_settable or found.needs_state
    )
    st.warning(wording()[told].format(nodes=nodes), icon=":material/block:")
