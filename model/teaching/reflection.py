"""Structured reflection: the learner's lists of findings about a cause beside the network's.

The lists: for the cause, against it, and expected but absent.

References
----------
Mamede, Schmidt and Penaforte (2008), Medical Education 42:468-475.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.evidence import Evidence
from model.teaching.cases import all_causes, item_label
from model.teaching.errors import BeliefError
from network.errors import did_you_mean
from network.structure import Network

if TYPE_CHECKING:
    from model.differential import Differential

LISTS = ("for_it", "against_it", "expected_but_absent")
LONGEST_LIST = 60


@dataclass(frozen=True)
class Reflection:
    """A learner's lists of items about one cause."""

    cause: str
    for_it: tuple[str, ...] = ()
    against_it: tuple[str, ...] = ()
    expected_but_absent: tuple[str, ...] = ()

    def to_plain(self) -> dict[str, Any]:
        """Return the lists as JSON holds them."""
        return {"cause": self.cause} | {name: list(getattr(self, name)) for name in LISTS}

    @classmethod
    def from_plain(cls, network: Network, plain: Any) -> Reflection:
        """Return the reflection that `to_plain` spelled out, validated.

        Raises
        ------
        BeliefError
        """
        if not isinstance(plain, Mapping):
            raise BeliefError("a reflection holds a cause and three lists of findings.")
        cause = plain.get("cause")
        if cause not in all_causes(network):
            near = did_you_mean(str(cause), all_causes(network))
            raise BeliefError(f"no cause is called {cause!r}.{near}")
        return cls(str(cause), **{name: _items(network, plain.get(name, [])) for name in LISTS})


@dataclass(frozen=True)
class Compared:
    """One list: items on both, on the learner's only, on the network's only."""

    agreed: tuple[str, ...]
    only_learner: tuple[str, ...]
    only_network: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """All three lists, and the wording of every item named."""

    cause: str
    for_it: Compared
    against_it: Compared
    expected_but_absent: Compared
    neutral: tuple[str, ...]
    labels: Mapping[str, str]


def compare(ddx: Differential, evidence: Evidence, reflection: Reflection) -> Comparison:
    """Return a learner's lists beside the network's.

    The network's lists are of its explanation: shares in log-odds of at least a deciban for or against, and
    findings that are absent although most people with the cause have them. `neutral` holds the rest.

    Raises
    ------
    ImpossibleEvidence
        If the findings cannot hold together.
    """
    why = ddx.explain(evidence, reflection.cause)
    # Where the odds are 0 or infinite there are no shares: what settles the cause is listed instead.
    settling: dict[bool, list[str]] = {True: [], False: []}
    for one in why.settled:
        settling[one.certain] += [item for item in one.by if item in evidence]
    for_it = [one.finding for one in why.for_it] + settling[True]
    missing = [one.finding for one in why.expected_but_missing]
    against = [one.finding for one in why.against_it if one.finding not in missing] + settling[False]
    # What is expected and absent also speaks against: a learner who lists it there is right too.
    moved = [item for item in reflection.against_it if item in missing]
    mine = [item for item in reflection.against_it if item not in missing]
    neutral = tuple(one.finding for one in why.neutral)
    named = [*for_it, *against, *missing, *neutral]
    named += [item for name in LISTS for item in getattr(reflection, name)]
    return Comparison(
        cause=reflection.cause,
        for_it=_compared(reflection.for_it, for_it),
        against_it=_compared(mine, against),
        expected_but_absent=_compared([*reflection.expected_but_absent, *moved], missing),
        neutral=neutral,
        labels={item: item_label(ddx.network, item) for item in named},
    )


def _compared(learner: Iterable[str], network: Iterable[str]) -> Compared:
    mine, theirs = list(dict.fromkeys(learner)), list(dict.fromkeys(network))
    return Compared(
        tuple(item for item in mine if item in theirs),
        tuple(item for item in mine if item not in theirs),
        tuple(item for item in theirs if item not in mine),
    )


def _items(network: Network, given: Any) -> tuple[str, ...]:
    """Return validated items of one list."""
    if not isinstance(given, list | tuple) or len(given) > LONGEST_LIST:
        raise BeliefError(f"a list of findings holds at most {LONGEST_LIST} items.")
    known = {*network.index, *(item.id for item in network.safety_items)}
    for item in given:
        if item not in known:
            raise BeliefError(f"no finding is called {item!r}.{did_you_mean(str(item), known)}")
    return tuple(str(item) for item in given)
