"""Which figures are shares of one whole: the states of a risk factor, of a graded finding, of a split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product

from network import schema
from network.distributions import ShareGroup
from network.knowledge import Knowledge


def share_groups(knowledge: Knowledge) -> tuple[ShareGroup, ...]:
    """Return the figures that are shares of one table column, each figure in at most one group.

    A figure that stands in two different groups is in neither: it is drawn by itself, and assembling
    the network brings both columns back to one.
    """
    found = {frozenset(group.figures): group for group in _share_groups(knowledge)}
    counts = Counter(figure for group in found.values() for figure in group.figures)
    return tuple(
        group for group in found.values()
        if len(set(group.figures)) == len(group.figures) and all(counts[name] == 1 for name in group.figures)
    )  # fmt: skip


def _share_groups(knowledge: Knowledge) -> Iterator[ShareGroup]:
    states = knowledge.states()
    for factor in knowledge.risk_factors:
        complete = set(factor.shares) == set(factor.states)
        bands = [", ".join(band) for band in product(*(states[node] for node in factor.by))]
        for band in bands if factor.shares else ():
            yield ShareGroup(tuple(_in_band(banded, band) for banded in factor.shares.values()), complete)
    for split in knowledge.network.splits:
        yield ShareGroup(tuple(split.shares.values()), set(split.shares) == set(split.states[1:]))
    for observation in (*knowledge.network.latents, *knowledge.observations):
        columns = [observation.leak_distribution, *(link.distribution for link in observation.links)]
        for column in columns:
            if column:
                yield ShareGroup(tuple(column.values()), set(column) == set(observation.plain_states))
        for mixture in observation.mixtures.values():
            if isinstance(mixture.shares, dict):
                yield ShareGroup(tuple(mixture.shares.values()), complete=True)


def _in_band(banded: schema.Banded, band: str) -> str:
    return banded if isinstance(banded, str) else banded[band]
