"""What every node would tell: mutual information by its laws, and the same numbers as the next questions."""

from __future__ import annotations

import numpy as np
import pytest

from model import Differential
from model.errors import DiagnosisError
from model.information import information
from network.errors import NoComplaint
from tests.networks import asia, consultation, random_tables
from tests.oracles import posteriors

EVIDENCE = {"age": "75_plus", "smoking": "current"}


def test_it_is_the_gain_of_the_next_questions() -> None:
    ddx = Differential.load()
    about_all, about_one = information(ddx, EVIDENCE), information(ddx, EVIDENCE, "due_to_osteoarthritis")
    for question in ddx.next_questions(EVIDENCE).questions:
        assert about_all[question.item] == pytest.approx(question.gain_bits, abs=1e-9)
        assert about_one[question.item] == pytest.approx(question.gain_about["osteoarthritis"], abs=1e-9)


def test_it_is_symmetric_and_never_negative() -> None:
    ddx = Differential.of(random_tables(4))
    names = list(ddx.network.index)[:6]
    found = {name: information(ddx, None, name) for name in names}
    for one in names:
        for other in names:
            assert found[one][other] == pytest.approx(found[other][one], abs=1e-10)
            assert found[one][other] >= 0.0


def test_a_node_tells_everything_about_itself() -> None:
    network = asia()
    p = posteriors(network, {"xray": 1}).marginals["lung"]
    entropy = -float((p * np.log2(p)).sum())
    assert information(Differential.of(network), {"xray": "present"}, "lung")["lung"] == pytest.approx(
        entropy
    )


def test_what_is_separated_tells_nothing() -> None:
    found = information(Differential.of(asia()), None, "smoke")
    assert found["asia"] == pytest.approx(0.0, abs=1e-12)
    assert found["lung"] > 0.0


def test_what_is_known_is_left_out() -> None:
    found = information(Differential.of(consultation()), {"age": "75_plus"})
    assert "age" not in found


def test_information_about_what_is_known_is_nothing() -> None:
    found = information(Differential.of(asia()), {"smoke": "present"}, "smoke")
    assert set(found.values()) == {0.0}


def test_a_network_without_causes_needs_a_node_to_ask_about() -> None:
    with pytest.raises(NoComplaint):
        information(Differential.of(asia()))


def test_another_engine_says_that_it_cannot() -> None:
    with pytest.raises(DiagnosisError, match="exact engine"):
        information(Differential.of(asia(), "pgmpy"), None, "smoke")
