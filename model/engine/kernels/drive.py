# mypy: allow-untyped-defs, allow-untyped-calls
"""What the engine calls: many cases (one case is a batch of one), and one case in many columns."""

from __future__ import annotations

import numpy as np

from model.engine.kernels.columns import changed_steps, downward_columns, upward_columns
from model.engine.kernels.jit import kernel, part
from model.engine.kernels.lanes import LANES
from model.engine.kernels.own import (
    ANSWERED,
    DOUBTFUL,
    IMPOSSIBLE,
    TOO_WIDE,
    needed_steps,
    own_passes,
    prepare,
    spell_out_worst,
)
from model.engine.kernels.read_off import read_off
from model.engine.kernels.slice import room
from model.engine.kernels.tables import unpacked
from model.engine.plan import LARGEST_TREES


@kernel
def split_targets(t, target, hard, soft, wanted, outer):
    """Mark the nodes that must be variables; write the targets that can be read off, return their number."""
    n_outer = 0
    wanted[:] = 0
    for i in range(t.card.size):
        if not target[i] or hard[i] >= 0:
            continue
        n_free = 0
        for e in range(t.first[i], t.first[i + 1]):
            if hard[t.parent[e]] < 0:
                n_free += 1
        if t.leaf[i] and not soft[i] and (t.noisy[i] or n_free <= 1):
            outer[n_outer] = i
            n_outer += 1
            for e in range(t.first[i], t.first[i + 1]):
                if hard[t.parent[e]] < 0:
                    wanted[t.parent[e]] = 1
        else:
            wanted[i] = 1
    return n_outer


@part
def solve(t, s, hard, soft, likelihood, target, most, out):
    """Answer one case: write the posteriors of the targets into `out` (n, most states).

    Where digits may have cancelled the case is solved again with one noisy node more spelled out as a tree.
    A case of more than `most` table entries is refused.

    Returns
    -------
    log_evidence (the number of table entries of a case that is too wide), status
    """
    wanted, outer = np.empty(t.card.size, np.uint8), np.empty(t.card.size, np.int64)
    n_outer = split_targets(t, target, hard, soft, wanted, outer)
    s.as_tree[:] = 0
    status, log_evidence, again = DOUBTFUL, -np.inf, False
    while status == DOUBTFUL:
        status, steps = prepare(t, s, hard, soft, likelihood, wanted, LARGEST_TREES if again else most)
        if status == TOO_WIDE:
            log_evidence = float(steps.cost[0])
        if status == TOO_WIDE and again:  # NumPy takes longer floats
            status = DOUBTFUL
            break
        if status == ANSWERED:
            status, log_z, inputs, arrays, _, beliefs = own_passes(t, s, steps, wanted)
            again = True
        if status == ANSWERED:
            log_evidence = log_z + s.log_scale[0]
            write_out(t, s, wanted, beliefs, out)
            read_off(t, s, steps, s.counts[0], inputs, arrays, outer, n_outer, out)
    return log_evidence, status


@part
def write_out(t, s, wanted, beliefs, out):
    """Write the posterior of every node that is certain or a wanted variable."""
    for i in range(t.card.size):
        if s.certain[i] >= 0:
            out[i, :] = 0.0
            out[i, s.certain[i]] = 1.0
        elif wanted[i]:
            normalised(beliefs[s.variable_of[i]], t.card[i], out[i])


@part
def normalised(belief, card, out):
    """Write a belief as probabilities; a negative rounding error counts as 0."""
    total = 0.0
    for x in range(card):
        total += max(belief[x], 0.0)
    for x in range(card):
        out[x] = max(belief[x], 0.0) / total


@kernel
def soft_nodes(t, state, likelihood, soft):
    """Mark the nodes whose likelihood says something."""
    for i in range(t.card.size):
        soft[i] = 0
        for x in range(t.card[i] if state[i] < 0 else 0):
            if likelihood[i, x] != 1.0:
                soft[i] = 1


@kernel
def solve_many(numbers, pools, hard, likelihood, target, most, answers):
    """Answer many cases.

    numbers, pools (1 or cases, size): a network as `tables.unpacked` reads it; hard (1 or cases, n) int8, -1
    for not observed; likelihood (0, 1 or cases, n, most states), 1 throughout for none; answers (cases,
    states of all targets + 2), the last two log P(evidence) and how the case ended. One of more than `most`
    table entries is refused, with their number in place of log P(evidence).
    """
    t = unpacked(numbers, pools[0])
    s = room(t)
    n = t.card.size
    out = np.zeros((n, t.widest))
    state = np.empty(n, np.int64)
    soft = np.zeros(n, np.uint8)
    weights = out  # looked at only where a node is soft
    for case in range(answers.shape[0]):
        if pools.shape[0] > 1:
            t = unpacked(numbers, pools[case])
        for i in range(n):
            state[i] = hard[case if hard.shape[0] > 1 else 0, i]
        if likelihood.shape[0]:
            weights = likelihood[case if likelihood.shape[0] > 1 else 0]
            soft_nodes(t, state, weights, soft)
        log_evidence, status = solve(t, s, state, soft, weights, target, most, out)
        column = 0
        for i in range(n):
            for x in range(t.card[i] if target[i] else 0):
                answers[case, column] = out[i, x] if status == ANSWERED else np.nan
                column += 1
        answers[case, column], answers[case, column + 1] = log_evidence, status


@part
def block(t, s, steps, inputs, arrays, needed, own, columns, cancelled, log_z, found):
    """Do both passes for a few columns."""
    start, stop, first, node, vector = columns
    n = s.counts[0]
    ratio, touched = np.ones(n * t.widest * LANES), np.zeros(n, np.uint8)
    numbers, logs = np.empty(arrays[1][n] * LANES), np.empty(LANES)
    for c in range(start, stop):
        log_z[c] = own + s.log_scale[0]
        for m in range(first[c], first[c + 1]):
            v = s.variable_of[node[m]]
            if v < 0:  # a node whose state is certain: a number, not a vector
                value = vector[m, s.certain[node[m]]]
                log_z[c] += np.log(value) if value > 0.0 else -np.inf
                continue
            touched[v] = 1
            for x in range(s.card[v]):
                ratio[(v * t.widest + x) * LANES + c - start] *= vector[m, x]
    changes = (touched, changed_steps(steps, n, touched))
    upward_columns(s, steps, n, inputs, arrays, changes, ratio, numbers, logs)
    downward_columns(s, steps, n, inputs, arrays, changes, ratio, numbers, needed, found, cancelled)
    for c in range(start, stop):
        log_z[c] += logs[c - start]


@part
def write_block(t, s, wanted, columns, found, place, beliefs):
    """Write the posteriors of the wanted nodes in a few columns, NaN where a column is impossible.

    There are zeros beyond the states of a node.
    """
    start, stop, _, _, _ = columns
    for i in range(t.card.size):
        if not wanted[i]:
            continue
        v = s.variable_of[i]
        for c in range(start, stop):
            total = 0.0
            for x in range(t.card[i] if v >= 0 else 0):
                total += max(found[(v * t.widest + x) * LANES + c - start], 0.0)
            for x in range(t.widest):
                value = 1.0 if x == s.certain[i] else 0.0
                if v >= 0 and x < t.card[i]:
                    value = max(found[(v * t.widest + x) * LANES + c - start], 0.0) / total
                beliefs[place[i], x, c] = value


@kernel
def solve_columns(
    numbers, pool, hard, likelihood, wanted, group, first, node, vector, share, most, place, log_z, beliefs
):
    """Answer one case, or several that differ in their states, in many columns.

    hard (cases, n) int8, -1 for not observed; likelihood (0 or 1, n, most states). Column c multiplies the
    weights of node[m] by vector[m] for m in first[c] : first[c + 1]. Groups of columns, group[g] :
    group[g + 1], want different nodes: wanted (groups, n); a block of LANES columns gets what any of them
    wants. From share[0] on, this call does every share[1]-th case, or every share[1]-th block of a single
    one. A case of more than `most` table entries is refused; its log_z begins with their number.

    Writes log_z (cases, n_columns), and beliefs (cases, places, most states, n_columns) as probabilities for
    the wanted nodes, at place[node].

    Returns
    -------
    how the case ended; of several the worst, impossible ones apart, whose log_z are minus infinity
    """
    t = unpacked(numbers, pool)
    s = room(t)
    single = hard.shape[0] == 1
    everything = np.zeros(t.card.size, np.uint8)
    for g in range(wanted.shape[0]):
        everything |= wanted[g]
    for m in range(node.size):
        everything[node[m]] = 1
    blocks = (share[0], share[1]) if single else (0, 1)
    worst = ANSWERED
    for case in range(0 if single else share[0], hard.shape[0], 1 if single else share[1]):
        status = columns_of_case(
            t,
            s,
            hard[case],
            likelihood,
            (wanted, everything, group),
            (first, node, vector),
            blocks,
            most,
            place,
            log_z[case],
            beliefs[case],
        )
        if status == IMPOSSIBLE and not single:
            log_z[case] = -np.inf
            status = ANSWERED
        worst = max(worst, status)
    return worst


@part
def columns_of_case(t, s, hard, likelihood, asked, columns, blocks, most, place, log_z, beliefs):
    """Answer one case in every blocks[1]-th block of columns, from blocks[0] on; return how it ended."""
    wanted, everything, group = asked
    state = np.empty(t.card.size, np.int64)
    state[:] = hard
    soft, here = np.zeros(t.card.size, np.uint8), np.zeros(t.card.size, np.uint8)
    weights = s.weights  # looked at only where a node is soft
    if likelihood.shape[0]:
        weights = likelihood[0]
        soft_nodes(t, state, weights, soft)
    s.as_tree[:] = 0
    status, again = DOUBTFUL, False
    while status == DOUBTFUL:
        status, steps = prepare(t, s, state, soft, weights, everything, LARGEST_TREES if again else most)
        if status == TOO_WIDE:
            log_z[0] = steps.cost[0]
        if status == TOO_WIDE and again:
            status = DOUBTFUL
            break
        if status == ANSWERED:
            status, own, inputs, arrays, needed, _ = own_passes(t, s, steps, everything)
            again = True
        if status != ANSWERED:
            continue
        cancelled = np.ones(s.counts[0])
        found = np.empty(s.counts[0] * t.widest * LANES)
        for start in range(blocks[0] * LANES, log_z.size, blocks[1] * LANES):
            some = (start, min(start + LANES, log_z.size), *columns)
            here[:] = 0
            for g in range(wanted.shape[0]):
                if group[g] < some[1] and start < group[g + 1]:
                    here |= wanted[g]
            needed = needed_steps(t, s, steps, s.counts[0], here)
            block(t, s, steps, inputs, arrays, needed, own, some, cancelled, log_z, found)
            write_block(t, s, here, some, found, place, beliefs)
        if spell_out_worst(t, s, steps, s.counts[0], cancelled):
            status = DOUBTFUL
    return status
