"""Labelled patients, for those who ask `model` and never reach past it; and whether a network has any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from network.build import EMBEDDED
from network.patients import FILE, LabelledPatient

if TYPE_CHECKING:
    from model.differential import Differential

__all__ = ["LabelledPatient", "has_patients"]


def has_patients(ddx: Differential) -> bool:
    """Return whether labelled patients came with the network."""
    return ((ddx.folder or EMBEDDED) / FILE).is_file()
