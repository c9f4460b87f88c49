"""What the lessons say holds on the live network."""

from __future__ import annotations

import string
from itertools import islice, pairwise, permutations

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from model import Differential, Likelihood
from model.errors import DiagnosisError
from model.evidence import Evidence
from model.questions import cause_node
from model.teaching.frequencies import frequency_tree, people_left, whole_people
from model.teaching.lessons import Claim, Lesson, figures, gains, lessons, steps, worth
from network.build import load_network

DDX = Differential.of(load_network())
LESSONS = list(lessons().values())
SYMPTOMS = [node.id for node in DDX.network.of_kind("symptom") if len(node.states) == 2]
CAUSES = [condition or node for node, condition in DDX.network.causes.items()]
CLAIMS = [(lesson.id, claim) for lesson in LESSONS for claim in lesson.check.claims]


def test_there_are_six_lessons_and_one_right_answer_to_each_check() -> None:
    assert len(LESSONS) == 6
    for lesson in LESSONS:
        assert sum(option.right for option in lesson.check.options) == 1
        assert len({option.says for option in lesson.check.options}) == len(lesson.check.options) >= 3
        assert 2 <= lesson.minutes <= 5
        if lesson.guess.kind == "choice":
            assert lesson.guess.right in lesson.guess.options


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_speaks_of_nodes_and_states_of_the_network(lesson: Lesson) -> None:
    assert lesson.nodes() <= set(DDX.network.index)
    for findings in (lesson.case, lesson.finding, lesson.more, *lesson.findings):
        for node, state in findings.items():
            assert state in DDX.network.node(node).states
    for pair in lesson.pairs:
        assert pair.cause in CAUSES


@pytest.mark.parametrize(("lesson", "claim"), CLAIMS)
def test_the_network_shows_what_the_check_calls_right(lesson: str, claim: Claim) -> None:
    if claim.best_of:
        assert next(iter(gains(DDX, lessons()[lesson]))) == claim.best
        return
    if claim.overlap:
        (one, _), (other, _) = (next(iter(finding.items())) for finding in claim.overlap)
        order = [(one, "present"), (other, "present")]
        together = sum(step.decibans for step in steps(DDX, claim.given, claim.cause, order))
        alone = sum(steps(DDX, claim.given, claim.cause, [finding])[0].decibans for finding in order)
        assert together < alone - 0.5
        return
    before, after = DDX.query(claim.given), DDX.query({**claim.given, **claim.add})
    if claim.condition:
        was, p = before.present(claim.condition), after.present(claim.condition)
    else:
        was, p = before.due_to(claim.cause), after.due_to(claim.cause)
    assert claim.moves or claim.above is not None or claim.below is not None
    assert claim.moves != "up" or p > was
    assert claim.moves != "down" or p < was
    assert claim.above is None or p > claim.above
    assert claim.below is None or p < claim.below


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_number_that_a_text_speaks_of_is_worked_out(lesson: Lesson) -> None:
    named = {name for _, name, _, _ in string.Formatter().parse(lesson.guess.after) if name}
    drawn_by_the_page = {"yes", "no", "p_with", "p_without", "best"}
    numbers = figures(DDX, lesson)
    assert named - drawn_by_the_page <= set(numbers)
    assert all(np.isfinite(value) and value >= 0 for value in numbers.values())


def test_the_lesson_on_base_rates_compares_like_with_like() -> None:
    lesson = lessons()["base_rates"]
    ((item, state),) = lesson.finding.items()
    young, old = (worth(DDX, v.given, lesson.cause, item, state) for v in lesson.variants)
    assert young.likelihood_ratio == pytest.approx(old.likelihood_ratio, rel=0.15)
    assert old.after > 5 * young.after


def test_a_finding_that_a_lesson_weighs_is_worth_something() -> None:
    alone = lessons()["one_finding"]
    for pair in alone.pairs:
        assert worth(DDX, alone.case, pair.cause, pair.finding, "present").decibans > 1.0, pair
    several = lessons()["several_findings"]
    for finding in several.findings:
        (step,) = steps(DDX, several.case, several.cause, list(finding.items()))
        assert step.decibans > 1.0, finding


def test_a_frequent_finding_with_a_frequent_background_is_among_those_to_choose() -> None:
    lesson = lessons()["one_finding"]
    (claim,) = lesson.check.claims
    ((finding, state),) = claim.add.items()
    assert (claim.cause, finding) in {(pair.cause, pair.finding) for pair in lesson.pairs}
    found = worth(DDX, claim.given, claim.cause, finding, state)
    assert found.p_with > 0.8 and found.likelihood_ratio < 2.0


def test_the_causes_that_compete_stand_out() -> None:
    lesson = lessons()["explaining_away"]
    assert lesson.tree is not None
    answer = DDX.query(lesson.case)
    ranked = sorted(CAUSES, key=answer.due_to, reverse=True)
    assert set(ranked[:2]) == set(lesson.tree.causes)
    assert answer.due_to(ranked[1]) > 2 * answer.due_to(ranked[2])


def test_what_is_left_after_explaining_away_is_about_how_common_the_cause_is() -> None:
    lesson = lessons()["explaining_away"]
    assert lesson.tree is not None
    node = cause_node(DDX.network, lesson.cause)
    observed = Evidence.of(DDX.network, lesson.tree.given).observed()
    anyway = DDX.engine.posteriors(observed, targets=(node,)).marginals[node][1]
    assert figures(DDX, lesson)["after"] == pytest.approx(anyway, rel=0.25)


@hypothesis.settings(max_examples=20)
@hypothesis.given(st.sampled_from(CAUSES), st.sampled_from(SYMPTOMS), st.sampled_from(["present", "absent"]))
def test_a_likelihood_ratio_takes_the_odds_before_to_the_odds_after(
    cause: str, item: str, state: str
) -> None:
    found = worth(DDX, {"age": 70}, cause, item, state)
    assert found.from_starting_point(found.before) == pytest.approx(found.after, abs=1e-9)


def test_the_order_of_findings_changes_the_steps_and_not_the_end() -> None:
    lesson = lessons()["several_findings"]
    findings = [next(iter(finding.items())) for finding in lesson.findings]
    ends, firsts = set(), set()
    for order in islice(permutations(findings), 0, None, 5):
        found = steps(DDX, lesson.case, lesson.cause, order)
        assert sum(step.decibans for step in found) == pytest.approx(
            10 * np.log10(found[-1].after / (1 - found[-1].after) * (1 - found[0].before) / found[0].before)
        )
        ends.add(round(found[-1].after, 10))
        firsts.add(round(next(step.decibans for step in found if step.item == findings[0][0]), 3))
    assert len(ends) == 1
    assert len(firsts) > 1


@hypothesis.settings(max_examples=10)
@hypothesis.given(
    st.lists(st.sampled_from(CAUSES), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(SYMPTOMS), min_size=1, max_size=2, unique=True),
)
def test_a_frequency_tree_counts_everybody_once(causes: list[str], items: list[str]) -> None:
    findings = dict.fromkeys(items, "present")
    tree = frequency_tree(DDX, {"age": 70}, causes, findings, people=100_000)
    assert sum(branch.people for branch in tree.branches) == tree.people
    assert len(tree.branches) == 2 ** len(causes)
    assert all(0 <= branch.showing <= branch.people for branch in tree.branches)
    asked, found = DDX.query({"age": 70}), DDX.query({"age": 70, **findings})
    for cause in causes:
        assert tree.with_cause(cause) / tree.people == pytest.approx(asked.due_to(cause), abs=1e-4)
    p_findings = np.exp(found.log_evidence - asked.log_evidence)
    assert tree.showing / tree.people == pytest.approx(p_findings, abs=1e-4)
    for cause in causes:
        assert tree.showing_with(cause) / tree.people == pytest.approx(
            p_findings * found.due_to(cause), abs=1e-4
        )


def test_a_branch_that_cannot_be_is_empty() -> None:
    given = {cause_node(DDX.network, "osteoarthritis"): "absent"}
    tree = frequency_tree(DDX, given, ["osteoarthritis"], {"joint_pain": "present"})
    assert [branch.people for branch in tree.branches] == [1000, 0]
    assert tree.branches[1].showing == 0


@hypothesis.given(
    st.lists(st.floats(0.001, 1.0), min_size=1, max_size=8), st.integers(min_value=1, max_value=10_000)
)
def test_whole_people_add_up_and_stay_within_one_of_the_share(shares: list[float], people: int) -> None:
    counts = whole_people(shares, people)
    assert sum(counts) == people
    for share, count in zip(shares, counts, strict=True):
        assert abs(count - share / sum(shares) * people) < 1.0 + 1e-6


def test_a_cause_entered_as_a_likelihood_is_refused() -> None:
    given = {cause_node(DDX.network, "osteoarthritis"): Likelihood(2.0)}
    with pytest.raises(DiagnosisError, match="is entered with a likelihood"):
        frequency_tree(DDX, given, ["osteoarthritis"], {"joint_pain": "present"})


def test_too_many_causes_are_refused() -> None:
    with pytest.raises(DiagnosisError, match="1 to 3 causes, not for 4"):
        frequency_tree(DDX, {}, CAUSES[:4], {"joint_pain": "present"})


@hypothesis.settings(max_examples=10)
@hypothesis.given(
    st.sampled_from(CAUSES), st.lists(st.sampled_from(SYMPTOMS), min_size=1, max_size=4, unique=True)
)
def test_people_who_still_fit_never_grow_and_end_at_the_networks_probability(
    cause: str, items: list[str]
) -> None:
    findings = [(item, "present") for item in items]
    left = people_left(DDX, {"age": 70}, cause, findings, people=1_000_000)
    assert sum(left[0]) == 1_000_000 and len(left) == len(items) + 1
    for (mine, others), (mine_after, others_after) in pairwise(left):
        assert mine_after <= mine and others_after <= others
    for heard, (mine, others) in enumerate(left):
        if mine + others > 1000:
            p = DDX.query({"age": 70, **dict(findings[:heard])}).due_to(cause)
            assert mine / (mine + others) == pytest.approx(p, abs=2e-3)


def test_the_tree_of_a_lesson_shows_what_its_text_says() -> None:
    lesson = lessons()["explaining_away"]
    assert lesson.tree is not None
    assert {**lesson.tree.given, **lesson.tree.findings} == lesson.case
    found = frequency_tree(DDX, lesson.tree.given, lesson.tree.causes, lesson.tree.findings, people=1_000_000)
    watched, rival = lesson.tree.causes
    both = next(branch.showing for branch in found.branches if all(branch.causes.values()))
    numbers = figures(DDX, lesson)
    with_rival = found.showing_with(rival)
    assert both / with_rival == pytest.approx(numbers["after"], abs=1e-3)
    otherwise = (found.showing_with(watched) - both) / (found.showing - with_rival)
    assert otherwise == pytest.approx(numbers["otherwise"], abs=1e-3)
