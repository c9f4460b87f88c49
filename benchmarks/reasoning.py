"""Why, what next and how sure of one typical case, and the same written over pyAgrum.

The loops over pyAgrum are what a person would write: a propagation for each subset of the findings, for each
answer to each item, for each draw. Where the whole would take too long a random part is timed and multiplied;
the row says so. Ours does more than the loops: the account in words, the stop signal, what drives the spread.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.cases import consultations
from benchmarks.contenders import Ours, Peer
from benchmarks.effort import Effort
from benchmarks.engine import causes_of, scaled
from benchmarks.peers import Agrum, AgrumRefilled, Answer
from benchmarks.rows import Row
from benchmarks.timing import side_by_side
from model import Differential
from model.coalitions import Coalitions, all_subsets
from model.draws import draws_of
from model.parameter_sets import SetPosteriors
from model.questions import NextQuestions, askable, cause_node
from model.recalibration import recalibration
from network.cpds import first_draw
from network.structure import Network

USES = {"pyAgrum as documented": "documented", "pyAgrum tuned": "tuned"}


def reasoning(bn: Network, effort: Effort) -> list[Row]:
    """Return the rows of the three questions: age, sex and eight findings of a person drawn."""
    ddx = Differential.of(bn)
    case = consultations(bn, 1, findings=8, seed=3)[0]
    named = {name: bn.node(name).states[state] for name, state in case.items() if name != bn.complaint}
    return [
        *_why(ddx, named, case, effort),
        *_what_next(ddx, named, case, effort),
        *_how_sure(ddx, named, case, effort),
    ]


def _why(ddx: Differential, named: dict[str, str], case: dict[str, int], effort: Effort) -> list[Row]:
    """Shapley over every subset of the findings, 2 ** 10 of them."""
    answer = ddx.query(named)
    cause = answer.ranking[0]
    target = cause_node(ddx.network, cause.condition)
    coalitions = Coalitions.of(ddx.engine, answer)
    subsets = all_subsets(len(coalitions.players))
    rng = np.random.default_rng(0)
    chosen = np.sort(rng.choice(len(subsets), min(effort.sample, len(subsets)), replace=False))
    complaint = str(ddx.network.complaint)
    part = [
        [complaint, *(p for p, on in zip(coalitions.players, subsets[row], strict=True) if on)]
        for row in chosen
    ]
    joint = coalitions.log_joint(subsets, target)[chosen]
    weights = np.exp(joint - joint.max(axis=1, keepdims=True))
    expected = {str(n): p / p.sum() for n, p in enumerate(weights)}
    ours = Ours(lambda *_: ddx.explain(named, cause.condition), lambda _: expected)
    made = {"ours": ours} | _loops(ddx.network, "each_subset", effort.limit_s * len(part))
    rows = side_by_side("why", made, [(case, part, target)] * _repeats(effort), effort.budget_s)
    return [rows[0], *(scaled(row, len(part), len(subsets)) for row in rows[1:])]


def _what_next(ddx: Differential, named: dict[str, str], case: dict[str, int], effort: Effort) -> list[Row]:
    """The gain of every item about every cause."""
    items = [node.id for node in askable(ddx.network, ddx.query(named).evidence)]
    rng = np.random.default_rng(0)
    part = [str(item) for item in rng.choice(items, min(effort.sample, len(items)), replace=False)]

    def answers(found: NextQuestions) -> Answer:
        dues = {condition or node: node for node, condition in ddx.network.causes.items()}
        return {
            f"{dues[cause]} given {question.item}={state}": np.array([1.0 - p, p])
            for question in found.questions
            for state, row in enumerate(question.after)
            for cause, p in zip(question.causes, row, strict=True)
        }

    ours = Ours(lambda *_: ddx.next_questions(named), answers)
    made = {"ours": ours} | _loops(ddx.network, "each_answer", effort.limit_s * len(part))
    arguments = (case, part, causes_of(ddx.network))
    rows = side_by_side("what next, all items", made, [arguments] * _repeats(effort), effort.budget_s)
    return [rows[0], *(scaled(row, len(part), len(items)) for row in rows[1:])]


def _how_sure(ddx: Differential, named: dict[str, str], case: dict[str, int], effort: Effort) -> list[Row]:
    """The causes under cached draws of the figures; a peer's tables of a draw are made off the clock."""
    calibration = recalibration(ddx.network, ddx.folder)
    drawn = draws_of(calibration, effort.draws)
    causes = causes_of(ddx.network)
    part = [int(n) for n in np.linspace(0, effort.draws - 1, min(effort.sample, effort.draws))]
    sets = [
        {
            node: first_draw(cpd)
            for node, cpd in calibration.engine.layout.unpack(drawn.parameters[:, n : n + 1]).items()
        }
        for n in part
    ]
    check: SetPosteriors = calibration.engine.posteriors(
        drawn.parameters[:, part], ddx.query(named).observed(), causes
    )
    group = f"{effort.draws:,} cached draws"

    def credible(place: int, *_: object) -> int:
        ddx.credible(named, effort.draws)
        return place

    made: dict[str, Ours | Peer] = {"ours": Ours(credible, lambda place: _of_set(check, place))} | {
        name: Peer(AgrumRefilled, ddx.network, use, sets, method="of_draw", limit_s=effort.limit_s)
        for name, use in USES.items()
    }
    rows = side_by_side(group, made, [(n, case, causes) for n in range(len(part))], effort.budget_s)
    whole = [scaled(row, 1, effort.draws) for row in rows[1:]]
    return [
        rows[0],
        *(replace(row, note=f"median of {row.cases} draws, times {effort.draws}") for row in whole),
    ]


def _loops(bn: Network, method: str, limit_s: float) -> dict[str, Ours | Peer]:
    return {name: Peer(Agrum, bn, use, method=method, limit_s=limit_s) for name, use in USES.items()}


def _repeats(effort: Effort) -> int:
    return min(effort.cases, 5)


def _of_set(found: SetPosteriors, place: int) -> Answer:
    return {node: p[:, place] for node, p in found.marginals.items()}
