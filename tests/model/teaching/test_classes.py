"""A class on SQLite and on PostgreSQL: who may see what, and what becomes of every click."""

from __future__ import annotations

import dataclasses
import json
import typing

import pytest

from model.teaching.cases import Case
from model.teaching.classes import LearnerView, Moment
from model.teaching.classes.seen import LearnerCase
from model.teaching.errors import ClassError, ClassLimit, NoSuchLearner, NotRevealed, PracticeError, WrongCode
from model.teaching.reflection import Reflection
from model.teaching.room import distribution
from tests.model.believed import ddx
from tests.model.teaching.stores import CAUSE, CLIENT, Room, belief, cases


def field_names(view: type, seen: set[type] | None = None) -> set[str]:
    """Names of all fields of a dataclass and of those inside it."""
    seen = set() if seen is None else seen
    if view in seen or not dataclasses.is_dataclass(view):
        return set()
    seen.add(view)
    names = {one.name for one in dataclasses.fields(view)}
    for hint in typing.get_type_hints(view).values():
        for inner in [hint, *typing.get_args(hint)]:
            for part in [inner, *typing.get_args(inner)]:
                if isinstance(part, type):
                    names |= field_names(part, seen)
    return names


def test_the_types_a_learner_gets_have_no_field_for_the_answer_or_for_others():
    names = field_names(LearnerView)
    assert {"vignette", "known", "belief"} <= names  # the walk reached the inner types
    assert not names & {"answer", "kind", "distractor", "teaching", "beliefs", "case_id", "learners", "notes"}
    assert not {hint for hint in typing.get_type_hints(LearnerCase).values() if hint is Case}


def test_a_learner_sees_only_what_is_told_and_not_the_answer(paced: Room):
    instructor = paced.begin()
    learner = paced.learner("Ada")
    view = learner.view()
    case = cases()[0]
    assert [one.item for one in view.case.known] == [one.item for one in case.start]
    text = json.dumps(dataclasses.asdict(view), default=str)
    assert not [one.item for one in case.hidden if one.item in text]
    assert not [cause for cause in case.answer if cause in text]
    assert case.id not in text
    instructor.advance(instructor.moment())
    assert learner.view().case.known[-1].item == case.later[0].item
    assert [tab.title for tab in learner.view().cases] == [case.title]  # not what comes later


def test_before_the_class_begins_there_is_no_case(paced: Room):
    learner = paced.learner()
    view = learner.view()
    assert view.case is None and view.cases == ()
    key = paced.instructor().room().key
    with pytest.raises(ClassError, match="not yet"):
        learner.view(key)
    with pytest.raises(ClassError, match="not begun"):
        learner.submit("early-one", key, 0, belief())


def test_the_code_opens_only_the_form(paced: Room):
    form = paced.store.join_form(f" {paced.code[:3].lower()}-{paced.code[3:]} ", CLIENT)
    assert (form.title, form.paced) == ("Thursday seminar", True)
    assert {one.name for one in dataclasses.fields(form)} == {"title", "paced"}
    with pytest.raises(WrongCode):
        paced.store.instructor(paced.code, paced.code, CLIENT)
    with pytest.raises(NoSuchLearner):
        paced.store.learner(paced.code)


def test_secret_and_tokens_are_kept_only_as_hashes(paced: Room):
    joined = paced.store.join(paced.code, CLIENT, "Ada")
    with paced.store.database.read() as connection:
        from model.teaching.classes.schema import metadata

        kept = [
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(table.select())
        ]
    assert not [row for row in kept if paced.secret in row or paced.secret.replace("-", "") in row]
    assert not [row for row in kept if joined.token in row]
    assert not [row for row in kept if CLIENT in row]
    assert [row for row in kept if "Ada" in row]  # the search finds what is there


def test_the_secret_is_read_however_it_is_typed(paced: Room):
    typed = paced.secret.lower().replace("-", " ").replace("o", "0")
    assert paced.store.instructor(paced.code.lower(), typed, CLIENT).class_id


def test_an_answer_given_before_the_reveal_comes_back_only_after_it(paced: Room):
    instructor, learner, other = paced.begin(), paced.learner(), paced.learner()
    key = learner.view().case.key
    learner.submit("a-sub-001", key, 0, belief(0.3))
    other.submit("b-sub-001", key, 0, belief(0.8))
    for ask in (learner.revealed, learner.session):
        with pytest.raises(NotRevealed):
            ask(key)
    instructor.reveal(instructor.moment())
    shown = learner.revealed(key)
    assert shown.case == cases()[0]
    assert sorted(one.point(CAUSE) for one in shown.beliefs) == [0.3, 0.8]
    assert learner.session(key).belief.point(CAUSE) == 0.3
    with pytest.raises(ClassError, match="revealed"):
        learner.submit("a-sub-002", key, 0, belief(0.9))
    assert learner.submit("a-sub-001", key, 0, belief(0.9)).repeated  # a late repeat still gets its receipt


def test_the_same_submission_twice_counts_once_and_gets_the_same_receipt(paced: Room):
    instructor, learner = paced.begin(), paced.learner()
    key = learner.view().case.key
    first = learner.submit("same-id-01", key, 0, belief(0.3))
    again = learner.submit("same-id-01", key, 0, belief(0.9))
    assert (first.repeated, again.repeated) == (False, True)
    assert first.submission_id == again.submission_id and first.step == again.step
    assert [one.point(CAUSE) for _, one in instructor.room().beliefs] == [0.3]
    learner.submit("other-id-1", key, 0, belief(0.6))  # a change of mind at the same step
    assert [one.point(CAUSE) for _, one in instructor.room().beliefs] == [0.6]


def test_a_reload_finds_everything_again(paced: Room):
    paced.begin()
    token = paced.store.join(paced.code, CLIENT, "Ada").token
    key = paced.store.learner(token).view().case.key
    paced.store.learner(token).submit("reload-01", key, 0, belief(0.4))
    view = paced.store.learner(token).view()
    assert view.name == "Ada" and view.case.committed and view.case.belief.point(CAUSE) == 0.4


def test_a_second_click_of_the_instructor_changes_nothing(paced: Room):
    instructor = paced.begin()
    moment = instructor.moment()
    assert instructor.advance(moment).step == 1
    assert instructor.advance(moment).step == 1
    assert instructor.next_case(moment).position == 0
    assert not instructor.reveal(moment).revealed
    assert instructor.next_case(instructor.moment()).position == 1


def test_advancing_ends_with_the_last_finding_and_the_last_case(paced: Room):
    instructor = paced.begin()
    for case in cases():
        for _ in range(len(case.later) + 3):
            moment = instructor.advance(instructor.moment())
        assert moment.step == len(case.later)
        moment = instructor.next_case(moment)
    assert moment.position == 1


def test_a_step_that_was_not_reached_is_refused(paced: Room):
    paced.begin()
    learner = paced.learner()
    with pytest.raises(ClassError, match="not reached"):
        learner.submit("too-early1", learner.view().case.key, 1, belief())


def test_in_a_paced_class_a_learner_cannot_ask_ahead(paced: Room):
    paced.begin()
    learner = paced.learner()
    with pytest.raises(ClassError, match="instructor reveals"):
        learner.next_finding("ahead-0001", learner.view().case.key)


def test_a_learner_of_a_self_run_class_commits_and_then_asks(self_run: Room):
    self_run.begin()
    learner = self_run.learner()
    view = learner.view()
    key = view.case.key
    with pytest.raises(PracticeError, match="commit"):
        learner.next_finding("request-01", key)
    learner.submit("submit-001", key, 0, belief())
    view = learner.next_finding("request-01", key)
    again = learner.next_finding("request-01", key)
    assert (view.case.step, again.case.step) == (1, 1)
    assert not view.case.committed
    learner.submit("submit-002", key, 1, belief(0.2))
    view = learner.ask("request-02", key, "ankle_brachial_index_low")
    assert view.case.known[-1].asked and view.case.known[-1].cost > 1
    learner.submit("submit-003", key, 2, belief(0.1))
    learner.finish("finish-001", key)
    assert learner.view().case.key != key
    with pytest.raises(ClassError, match="done"):
        learner.next_finding("request-03", key)


def test_a_finished_self_run_case_is_rebuilt_for_the_debrief(self_run: Room):
    instructor, learner = self_run.begin(), self_run.learner()
    key = learner.view().case.key
    learner.submit("submit-001", key, 0, belief(0.5))
    learner.ask("request-01", key, "cold_foot")
    learner.submit("submit-002", key, 1, belief(0.2))
    learner.reflect("reflect-01", key, Reflection(CAUSE, against_it=("cold_foot",)))
    instructor.reveal(instructor.moment(), key)
    session = learner.session(key)
    assert [one.point(CAUSE) for one in session.beliefs] == [0.5, 0.2]
    assert session.known[-1].item == "cold_foot" and session.known[-1].asked
    assert learner.reflection(key).against_it == ("cold_foot",)


def test_the_room_stands_beside_the_network(paced: Room):
    instructor = paced.begin()
    for number, p in enumerate((0.2, 0.4, 0.9)):
        learner = paced.learner()
        learner.submit(f"room-{number:05}", learner.view().case.key, 0, belief(p))
    room = instructor.room()
    assert [one.submitted for one in room.learners] == [True] * 3
    shown = distribution(ddx(), room.case, room.moment.step, [one for _, one in room.beliefs])
    cramps = next(one for one in shown.causes if one.cause == CAUSE)
    assert shown.n == 3 and cramps.points == (0.2, 0.4, 0.9) and cramps.quartiles[1] == pytest.approx(0.4)
    answer = ddx().query(room.case.evidence(ddx().network, 0))
    assert cramps.network == pytest.approx(answer.due_to(CAUSE))


def test_results_and_sheet_hold_what_was_submitted_and_no_formula(paced: Room):
    instructor = paced.begin()
    learner = paced.learner("=HYPERLINK(1)")
    key = learner.view().case.key
    learner.submit("results-01", key, 0, belief(0.25))
    instructor.advance(instructor.moment())
    learner.submit("results-02", key, 1, belief(0.75))
    text = instructor.results_csv(ddx())
    assert "'=HYPERLINK(1)" in text and ",=HYPERLINK" not in text
    assert len(text.splitlines()) == 1 + 2 * 2
    sheet = instructor.sheet(ddx(), draws=0)
    assert sheet.cases[0].n == 1 and sheet.cases[1].n == 0
    assert cases()[0].title in sheet.to_markdown()


def test_sizes_and_counts_are_limited(paced: Room):
    paced.begin()
    with pytest.raises(ClassLimit, match="name"):
        paced.store.join(paced.code, CLIENT, "x" * 41)
    learner = paced.learner()
    key = learner.view().case.key
    with pytest.raises(ClassLimit, match="id of a submission"):
        learner.submit("short", key, 0, belief())
    with pytest.raises(ClassLimit, match="1 to"):
        paced.store.open_class("Empty", [])
    with pytest.raises(ClassLimit, match="1 to"):
        paced.store.open_class("Many", cases() * 30)
    huge = dataclasses.replace(cases()[0], vignette="x" * 100_000)
    with pytest.raises(ClassLimit, match="too long"):
        paced.store.share_case(huge)


def test_a_shared_case_comes_back_under_an_id_that_holds_nothing(paced: Room):
    case = cases()[0]
    key = paced.store.share_case(case)
    assert paced.store.shared_case(key) == case
    assert case.id not in key and len(key) == 32
    with pytest.raises(WrongCode):
        paced.store.shared_case("0" * 32)


def test_a_class_is_deleted_after_thirty_days_with_all_that_belongs_to_it(paced: Room):
    paced.begin()
    token = paced.store.join(paced.code, CLIENT).token
    learner = paced.store.learner(token)
    learner.submit("thirty-001", learner.view().case.key, 0, belief())
    paced.clock.now += 29 * 86_400
    assert paced.store.purge() == 0
    paced.clock.now += 2 * 86_400
    with pytest.raises(NoSuchLearner):
        paced.store.learner(token)  # even before the rows are gone
    assert paced.store.purge() == 1
    with pytest.raises(ClassError, match="no longer"):
        learner.view()
    from model.teaching.classes.schema import metadata

    with paced.store.database.read() as connection:
        left = {table.name: len(connection.execute(table.select()).all()) for table in metadata.sorted_tables}
    assert {name for name, count in left.items() if count} <= {"settings", "attempts"}


def test_a_new_code_and_a_closed_door(paced: Room):
    instructor = paced.instructor()
    code = instructor.new_code()
    with pytest.raises(WrongCode):
        paced.store.join(paced.code, CLIENT)
    assert paced.store.join(code, CLIENT).number == 1
    instructor.joining(False)
    with pytest.raises(WrongCode):
        paced.store.join(code, CLIENT)


def test_a_closed_class_takes_nothing_more_and_can_still_be_read(paced: Room):
    instructor, learner = paced.begin(), paced.learner()
    key = learner.view().case.key
    instructor.close(instructor.moment())
    with pytest.raises(ClassError, match="over"):
        learner.submit("closed-001", key, 0, belief())
    assert learner.view().status == "closed"
    assert isinstance(instructor.reveal(instructor.moment()), Moment) and learner.revealed(key)
