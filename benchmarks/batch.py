"""Job 5, many cases, and job 6, many parameter sets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.cases import as_states, consultations
from benchmarks.contenders import Peer, Timed
from benchmarks.effort import Effort
from benchmarks.engine import causes_of
from benchmarks.peers import Agrum, Pgmpy
from benchmarks.rows import Row
from benchmarks.timing import AGREEMENT, Disagreement, difference, once
from model.engine import ExactEngine
from model.engine.many import ManyPosteriors
from network.cpds import Logistic, NoisyOr, Table
from network.structure import Network

Case = dict[str, int]
PEERS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "pyAgrum as documented": (Agrum, ("documented", 1)),
    "pyAgrum tuned": (Agrum, ("tuned", 1)),
    "pgmpy one joint": (Pgmpy, ("one joint",)),
}


def batch(bn: Network, effort: Effort) -> list[Row]:
    """Many cases, each with its own pattern of evidence, the causes' posteriors out.

    Ours answers all of them, on one core and on two. Peers answer a sample, one case after the other (their
    only way), and for two cores also in two processes at once, each with half of it. Means, not medians:
    what counts is how long the whole takes.
    """
    engine, causes = ExactEngine(bn, "numba"), causes_of(bn)
    rows: list[Row] = []
    for findings in (8, 20):
        cases = consultations(bn, effort.batch, findings)
        states, sample = as_states(bn, cases), cases[: effort.sample]
        found = engine.posteriors_many(states, causes, threads=1)
        group = f"batch, {findings} findings"
        ours = {}
        for n in (1, 2):
            ours[n] = once(partial(engine.posteriors_many, states, causes, threads=n)) / len(cases)
        alone = {name: _asked(bn, *peer, [sample], causes, effort) for name, peer in PEERS.items()}
        halves = [half for half in (sample[::2], sample[1::2]) if half]
        both = {name: _asked(bn, *peer, halves, causes, effort) for name, peer in PEERS.items()}
        for answers in (*alone.values(), *both.values()):
            _check(group, answers, len(halves) if answers in both.values() else 1, found)
        rows.append(Row(f"{group}, one core", "ours", 1e3 * ours[1], cases=len(cases)))
        rows += [_row(f"{group}, one core", name, timed, ours[1]) for name, timed in alone.items()]
        rows.append(Row(f"{group}, two cores", "ours", 1e3 * ours[2], cases=len(cases)))
        for name, timed in alone.items():
            rows.append(_row(f"{group}, two cores", f"{name}, one process", timed, ours[2]))
            rows.append(_row(f"{group}, two cores", f"{name}, two processes", both[name], ours[2]))
    return rows


def _asked(
    bn: Network, kind: Any, how: tuple[Any, ...], shares: list[list[Case]], causes: list[str], effort: Effort
) -> list[list[Timed]]:
    """Return the answers of as many processes as there are shares, at work at the same time."""

    def one(share: list[Case]) -> list[Timed]:
        peer = Peer(kind, bn, *how, method="posteriors", limit_s=effort.limit_s)
        peer.ask(share[0], causes)
        timed = []
        for case in share:
            timed.append(peer.ask(case, causes))
            if peer.patience <= 0:
                break
        peer.close()
        return timed

    with ThreadPoolExecutor(len(shares)) as pool:
        return list(pool.map(one, shares))


def _check(group: str, answers: list[list[Timed]], step: int, found: ManyPosteriors) -> None:
    """Compare what peers answered with our batch; share k holds cases k, k + step, ..."""
    for first, share in enumerate(answers):
        for place, timed in enumerate(share):
            if timed.answer is not None:
                case = first + place * step
                error = difference(timed.answer, {name: p[case] for name, p in found.marginals.items()})
                if error > AGREEMENT:
                    raise Disagreement(f"{group}: a peer differs from ours by {error:.1e}")


def _row(group: str, name: str, answers: list[list[Timed]], ours: float) -> Row:
    """Return the row of a peer."""
    n = sum(len(share) for share in answers)
    # Shares at work at the same time: their rates add up.
    seconds = 1.0 / sum(len(share) / sum(timed.seconds for timed in share) for share in answers)
    late = sum(not timed.finished for share in answers for timed in share)
    note = f"a sample of {n}" + (f", {late} stopped at the limit" if late else "")
    return Row(group, name, 1e3 * seconds, seconds / ours, late > 0, n, note=note)


def draws(bn: Network, effort: Effort) -> list[Row]:
    """One case under parameter sets, in each of which every noisy-OR, logistic and table differs."""
    n = effort.draws
    rng = np.random.default_rng(0)

    def jittered(cpd: Any) -> Any:
        if isinstance(cpd, NoisyOr):
            links = tuple(link[None] * rng.uniform(0.9, 1.0, (n, 1)) for link in cpd.links)
            return NoisyOr(cpd.leak * rng.uniform(0.9, 1.0, n), links)
        if isinstance(cpd, Logistic):
            shift = rng.normal(0.0, 0.1, (n, *(1,) * cpd.intercepts.ndim))
            odds = tuple(np.repeat(column[None], n, 0) for column in cpd.log_odds)
            return Logistic(cpd.intercepts[None] + shift, odds, cpd.n_base)
        return Table(np.repeat(cpd.values[None], n, 0), cpd.n_parents) if isinstance(cpd, Table) else cpd

    drawn = replace(bn, nodes=tuple(replace(node, cpd=jittered(node.cpd)) for node in bn.nodes))
    case = consultations(bn, 1, findings=8)[0]
    seconds = once(lambda: ExactEngine(bn).posteriors_of_draws(case, drawn, causes_of(bn)))
    return [
        Row("one case under parameter sets, engine", "ours", 1e3 * seconds, cases=n, note=f"all {n} sets")
    ]
