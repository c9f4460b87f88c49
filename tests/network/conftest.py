"""The embedded knowledge and network, read once."""

from __future__ import annotations

import numpy as np
import pytest

from network.assemble import Assembly
from network.build import load_network
from network.knowledge import Knowledge, read_knowledge
from network.structure import Network


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return read_knowledge()


@pytest.fixture(scope="session")
def leg_pain() -> Network:
    return load_network()


@pytest.fixture(scope="session")
def assembly(knowledge: Knowledge) -> Assembly:
    """The embedded knowledge assembled with every figure at its published value."""
    assembly = Assembly(
        knowledge, {name: np.array([figure.value]) for name, figure in knowledge.figures.items()}
    )
    assembly.run()
    assert assembly.faults == []
    return assembly
