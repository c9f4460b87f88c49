"""Groups of labelled patients: by night, what is listed, what misleads, half, collection and place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from model.validation.scores import Mask
from network.patients import LabelledPatient

ALL, NIGHT, OUTSIDE, SEVERAL = "all", "night", "outside", "several"
HALVES = ("looking", "kept")


@dataclass(frozen=True, eq=False)
class Group:
    """Some of the patients; `members` has shape (n_patients,)."""

    words: str
    members: Mask


def groups(patients: Sequence[LabelledPatient], beyond: Collection[str]) -> dict[str, Group]:
    """Return the groups by name, all patients first; empty ones are left out.

    Parameters
    ----------
    beyond : causes outside the list
    """

    def members(*chosen: bool) -> Mask:
        return np.array(chosen, bool)

    listed = members(*(not set(patient.diagnoses) <= set(beyond) for patient in patients))
    at_night = members(*(patient.night != "no" for patient in patients))
    found = {
        ALL: Group("all", members(*(True for _ in patients))),
        NIGHT: Group("night, a listed cause", at_night & listed),
        "not_at_night": Group("night not told, a listed cause", ~at_night & listed),
        OUTSIDE: Group("outside the list", ~listed),
        SEVERAL: Group("several causes", members(*(len(patient.diagnoses) > 1 for patient in patients))),
        "hard": Group("misleading features", members(*(patient.hard for patient in patients))),
    }
    for half in HALVES:
        found[half] = Group(f"{half} half", members(*(patient.half == half for patient in patients)))
    for name in dict.fromkeys(patient.collection for patient in patients):
        theirs = members(*(patient.collection == name for patient in patients))
        found[f"collection_{name}"] = Group(f"{name} collection", theirs)
        found[f"collection_{name}_night"] = Group(f"{name} collection, night", theirs & at_night & listed)
    for place in dict.fromkeys(patient.seen for patient in patients):
        words = f"seen: {place.replace('_', ' ')}"
        found[f"seen_{place}"] = Group(words, members(*(patient.seen == place for patient in patients)))
    return {name: group for name, group in found.items() if group.members.any()}
