"""The panels of the Explore page through `AppTest`: they show what `model` answers, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Thread

import pytest
from streamlit.testing.v1 import AppTest

from model import Differential, Evidence
from model.account import story
from model.advice import Advice, OptionAdvice
from model.fit import Clash
from model.standing import FITS
from tests.app.driving import click, run, texts
from tests.app.exploring import afterwards, evidence, look, open_case, search
from views.explore import afterthoughts
from views.explore.afterthoughts import LATELY_S, MOST_AT_WORK, Desk
from views.explore.helps import first_options
from views.explore.saying import say
from views.explore.sure import fit_line
from views.shared.words import percent, plain, span

DDX = Differential.load()
ARTERIES = {"age": "75_plus", "smoking": "current", "relief_by_dangling_legs": "present"}


def rows(app: AppTest) -> list[list[str]]:
    """Return the cells of the only table."""
    (table,) = app.table
    return [[str(cell) for cell in row] for row in table.value.to_numpy().tolist()]


def questions(app: AppTest) -> list[str]:
    """Return the items that are asked about next, in order."""
    keys = [str(one.key) for one in app.segmented_control]
    return [key.removeprefix("next-") for key in keys if key.startswith("next-")]


def test_how_sure_it_is_follows_the_bars() -> None:
    app = afterwards(open_case(**ARTERIES))
    credible = DDX.credible(ARTERIES, draws=40)
    first = credible.causes[0]
    assert say("sure", "first", cause=first.label, share=percent(first.first), draws="40") in texts(app)
    look(app, "As a table")
    shown = {row[0].split(" · ")[0].strip("*"): row for row in rows(app)}
    for cause in credible.causes:
        row = shown[plain(cause.label)]
        assert row[1:4] == [
            percent(cause.due_to.point),
            span(cause.due_to.low, cause.due_to.high),
            percent(cause.first),
        ]


def test_intervals_come_in_the_run_that_drew_the_bars() -> None:
    app = look(afterwards(open_case(**ARTERIES)), "As a table")
    assert all(row[2] != "…" for row in rows(app))
    search(app, "cold_foot", "present")
    assert all(row[2] != "…" for row in rows(app))
    assert say("sure", "drawing") not in texts(app)


def test_bars_do_not_wait_while_another_session_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    app = look(afterwards(open_case(**ARTERIES)), "As a table")
    monkeypatch.setattr(Desk, "if_free", lambda *_: None)
    search(app, "dizziness_on_standing", "present")
    assert [row[2] for row in rows(app)] == ["…"] * len(rows(app))
    assert say("sure", "busy") in texts(app) and say("sure", "next_time") in texts(app)


def test_bars_do_not_wait_for_the_draws_of_a_new_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Desk, "ready", lambda *_: False)
    app = open_case(diuretic="present", statin="absent", low_back_pain="unknown")
    assert say("sure", "preparing") in texts(app)


def test_one_session_is_served_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, inside, go_on = Desk(), Event(), Event()
    ddx = DDX

    def slow(*_: object) -> None:
        inside.set()
        assert go_on.wait(60)

    monkeypatch.setattr(desk, "now", slow)
    first = Thread(target=desk.if_free, args=(ddx, Evidence.of(ddx.network), "the first"))
    first.start()
    assert inside.wait(60)
    assert desk.if_free(ddx, Evidence.of(ddx.network), "the second") is None
    go_on.set()
    first.join(60)
    assert not first.is_alive()


def test_bars_come_first_while_many_click_and_intervals_again_when_they_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, evidence = Desk(), Evidence.of(DDX.network)
    monkeypatch.setattr(desk, "now", lambda *_: True)
    clock = [0.0]
    monkeypatch.setattr(afterthoughts.time, "monotonic", lambda: clock[0])
    served = [desk.if_free(DDX, evidence, f"session {number}") for number in range(2 * MOST_AT_WORK)]
    assert served == [True] * MOST_AT_WORK + [None] * MOST_AT_WORK
    clock[0] = LATELY_S
    assert all(desk.if_free(DDX, evidence, "one alone") for _ in range(2 * MOST_AT_WORK))


def test_why_tells_the_account_and_draws_the_fall() -> None:
    app = look(open_case(**ARTERIES), "Why")
    explanation = DDX.explain(ARTERIES, "arterial_insufficiency")
    page = texts(app)
    for sentence in story(explanation):
        assert plain(sentence) in page
    assert "**For it:** Relief by dangling the legs: yes" in page
    assert "Of 100 people with this complaint" in page


def test_why_one_cause_rather_than_another() -> None:
    app = look(open_case(**ARTERIES), "Why")
    app.selectbox(key="why").set_value("nocturnal_leg_cramps")
    run(app)
    app.selectbox(key="why-against").set_value("arterial_insufficiency")
    page = texts(run(app))
    for sentence in story(DDX.explain(ARTERIES, "nocturnal_leg_cramps", "arterial_insufficiency")):
        assert plain(sentence) in page


def test_why_of_nothing_says_so() -> None:
    assert say("why", "nothing") in texts(look(open_case(diuretic="unknown"), "Why"))


def test_who_produced_a_finding_names_every_likely_producer() -> None:
    app = look(open_case(**ARTERIES), "Why")
    (produced,) = DDX.explain(ARTERIES, "arterial_insufficiency").produced
    assert produced.finding == "relief_by_dangling_legs"
    for producer, row in zip(produced.producers, rows(app), strict=False):
        assert row == [plain(producer.label), percent(producer.probability)]


def test_warning_signs_are_asked_first_and_one_click_answers_them() -> None:
    app = open_case(**ARTERIES)
    must = DDX.next_questions(ARTERIES).must_ask
    asked = [str(one.key) for one in app.segmented_control if str(one.key).startswith("must-")]
    assert asked == [f"must-{one.item}" for one in must[:3]]
    app.segmented_control(key=asked[0]).set_value("absent")
    assert evidence(run(app)).get(must[0].item) == "absent"
    asked = [str(one.key) for one in app.segmented_control if str(one.key).startswith("must-")]
    assert f"must-{must[0].item}" not in asked


def test_one_click_says_that_none_of_the_warning_signs_is_there() -> None:
    app = open_case(**ARTERIES)
    must = DDX.next_questions(ARTERIES).must_ask
    click(app, "must-none")
    assert [evidence(app).get(one.item) for one in must] == ["absent"] * len(must)


def test_in_an_emergency_asking_ends_and_goes_on_as_a_choice() -> None:
    findings = {
        "age": "60_to_74",
        "recent_onset": "present",
        "absent_foot_pulses": "present",
        "cold_foot": "present",
    }
    app = open_case(**findings)
    urgency = DDX.query(findings).urgency
    assert urgency.level == "emergency"
    said = texts(app)
    assert "Stop asking." in said and urgency.flags[0].action in said
    assert say("next", "tell") in said and "Foot pulses missing: yes" in said
    assert questions(app) == []
    app.toggle(key="next-learning").set_value(True)
    assert questions(run(app))


def test_a_next_question_shows_what_its_answers_would_do() -> None:
    app = open_case(**ARTERIES)
    found = DDX.next_questions(ARTERIES)
    must = {one.item for one in found.must_ask}
    first = next(one for one in found.questions if one.item not in must)
    gains = first.gain_about
    moved = max(gains, key=lambda cause: gains[cause])
    said = next(
        c.value
        for c in app.caption
        if c.value.startswith(plain(DDX.query().network.node(f"due_to_{moved}").label))
    )
    for outcome in first.outcomes:
        assert f"**{percent(DDX.query(ARTERIES | {first.item: outcome.state}).due_to(moved))}**" in said
        assert percent(outcome.probability) in said
    app.segmented_control(key=f"next-{first.item}").set_value("present")
    assert evidence(run(app)).get(first.item) == "present"


def test_questions_can_be_narrowed_and_stay_so() -> None:
    app = open_case(**ARTERIES)
    app.session_state["next-narrow"] = True
    run(app)
    app.selectbox(key="next-kind").set_value("test")
    run(app)
    app.selectbox(key="next-about").set_value("restless_legs_syndrome")
    run(app)
    asked = [
        str(one.key).removeprefix("next-")
        for one in app.segmented_control
        if str(one.key).startswith("next-")
    ]
    wanted = DDX.next_questions(ARTERIES, "test", "restless_legs_syndrome").in_turn(4)
    assert asked == [question.item for question in wanted[: len(asked)]]
    app.session_state["next-narrow"] = False
    run(app)
    still = [
        str(one.key).removeprefix("next-")
        for one in app.segmented_control
        if str(one.key).startswith("next-")
    ]
    assert still == asked


def test_the_stop_signal_says_why() -> None:
    app = open_case(**ARTERIES)
    assert DDX.next_questions(ARTERIES).stop.reason in texts(app)


def test_what_helps_begins_with_urgency_and_leaves_medicines_alone() -> None:
    app = look(open_case(**ARTERIES, cold_foot="present"), "What helps")
    page = texts(app)
    assert say("helps", "medicine") in page
    assert "**See a doctor within days.** This comes before everything below." in page
    found = DDX.advice(dict(ARTERIES) | {"cold_foot": "present"})
    shown = first_options(found)
    assert all(unwarned(one) for one in found.options if one not in shown)
    places = [page.index(f"**{plain(one.label)}**") for one in shown]
    assert places == sorted(places)
    assert all(plain(turn.says) in page for one in shown for turn in one.turns)
    hidden = next(one for one in found.options if not one.probable and one not in shown)
    assert f"**{plain(hidden.label)}**" not in page
    app.toggle(key="helps-others").set_value(True)
    page = texts(run(app))
    assert page.index(say("helps", "improbable")) < page.index(f"**{plain(hidden.label)}**")


def unwarned(one: OptionAdvice) -> bool:
    """Return whether it fits, or is aimed at the improbable and not one's own to do: no warning is due."""
    return one.standing in (FITS, None) or not (one.probable or one.is_self_care)


def test_while_it_is_urgent_self_care_waits_and_what_to_do_stands_instead() -> None:
    app = look(open_case(age="60_to_74", sudden_cold_pale_numb_leg="present"), "What helps")
    page = texts(app)
    found: Advice = DDX.advice({"age": "60_to_74", "sudden_cold_pale_numb_leg": "present"})
    assert found.withheld
    for says, labels in found.waiting.items():
        assert plain(says) in page
        assert all(plain(label) in page for label in labels)
    for one in found.withheld:
        assert plain(one.option.text) not in page
        assert f"**{plain(one.label)}**" not in page
    assert plain(found.urgency.flags[0].action) in page
    app.toggle(key="helps-others").set_value(True)
    page = texts(run(app))
    assert not any(plain(one.option.text) in page for one in found.options if one.is_self_care)


def test_no_appointment_stands_on_the_page_beside_an_emergency() -> None:
    page = texts(look(open_case(diabetes="present", sudden_cold_pale_numb_leg="present"), "What helps"))
    first, *others = DDX.query({"diabetes": "present", "sudden_cold_pale_numb_leg": "present"}).urgency.flags
    assert plain(first.action) in page
    assert others and all(plain(flag.reason) in page for flag in others)
    assert not any(plain(flag.action) in page for flag in others)


def test_advice_opens_up_to_its_figures_with_their_grade() -> None:
    app = look(open_case(varicose_veins="present"), "What helps")
    app.session_state["helps-compression"] = True
    app.session_state["helps-others"] = True
    page = texts(run(app))
    effects = DDX.advice({"varicose_veins": "present"})["compression"].effects
    assert effects
    for effect in effects:
        assert f"grade {effect.grade}. " in page


def test_several_at_once_are_those_of_the_model() -> None:
    app = look(open_case(**ARTERIES), "Several at once")
    found = DDX.explanations(ARTERIES, 6)
    assert rows(app)[:-1] == [[plain(one.name), percent(one.probability)] for one in found.explanations]
    assert rows(app)[-1][1] == percent(found.rest)


def test_whether_findings_fit_is_said_in_one_line_and_in_full() -> None:
    app = afterwards(open_case(**ARTERIES))
    fit = DDX.fit(ARTERIES)
    assert fit_line(fit) in texts(app)
    page = texts(look(app, "Do they fit?"))
    for sentence in fit.account:
        assert plain(sentence) in page


def test_the_most_important_misfit_is_the_one_that_is_said() -> None:
    fit = DDX.fit(ARTERIES)
    clash = replace(fit, clash=Clash(("age", "smoking"), ("Age", "Smoking"), 12.0))
    outside = replace(clash, other_cause_before=0.1, other_cause=0.5)
    assert outside.out_of_scope
    assert say("fit", "clash") in fit_line(clash)
    assert say("fit", "outside") in fit_line(outside)


def test_impossible_findings_leave_urgency_and_entry_alone() -> None:
    app = open_case(sex="male", pregnancy="present", sudden_cold_pale_numb_leg="present")
    said = [error.value for error in app.error]
    assert said[0].startswith("**Emergency.**")
    assert "Sex: Male" in said[1] and "Pregnancy: yes" in said[1]
    assert not [one for one in app.segmented_control if one.key == "look"]
    click(app, "remedy")
    assert app.segmented_control(key="look")


def test_each_panel_works_on_the_empty_case_and_on_every_example() -> None:
    from views.shared.case_files import examples

    for case in ({}, *(example.evidence.findings for example in examples(DDX))):
        app = open_case(**case) if case else open_case()
        for panel in ("Why", "What helps", "Several at once", "Do they fit?", "As a table", "Sources"):
            assert not look(app, panel).exception, panel


def test_the_first_cause_is_named_beside_the_entry() -> None:
    top = DDX.query(ARTERIES).ranking[0]
    words = say("result", "first_now", cause=plain(top.label), share=percent(top.due_to))
    assert words in texts(open_case(**ARTERIES))
