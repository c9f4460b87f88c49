from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from network.chains import chained
from network.cpds import NoisyOr
from network.errors import NetworkError
from network.pgmpy_bridge import WIDEST_CHAINED, from_pgmpy, to_pgmpy
from network.structure import BINARY, Network, Node, check_sound
from tests import oracles
from tests.floats import assert_close, assert_same_marginals
from tests.networks import BY_HAND, consultation, leg_pain_shaped, make, noisy, small_mixed, tabled


def model_of(**tables: Any) -> Any:
    """A pgmpy model of TabularCPDs and arcs taken from their own parents."""
    from pgmpy.models import DiscreteBayesianNetwork

    model = DiscreteBayesianNetwork()
    model.add_nodes_from(tables)
    for node, cpd in tables.items():
        model.add_edges_from((parent, node) for parent in cpd.variables[1:])
    model.add_cpds(*tables.values())
    return model


def cpd(node: Any, values: Any, parents: dict[Any, list[Any]] | None = None, states: Any = None) -> Any:
    from pgmpy.factors.discrete import TabularCPD

    names = {node: states, **(parents or {})} if states is not None else {}
    return TabularCPD(
        node,
        len(values),
        values,
        evidence=list(parents) if parents else None,
        evidence_card=[len(names) for names in parents.values()] if parents else None,
        state_names=names,
    )


def wide(n: int) -> Network:
    return make(
        "wide",
        *(tabled(f"c{i}", [], 0.1) for i in range(n)),
        noisy("f", {f"c{i}": 0.5 for i in range(n)}, 0.01),
    )


@pytest.mark.parametrize("name", BY_HAND)
def test_a_network_comes_back_from_pgmpy_as_it_went(name: str) -> None:
    network = BY_HAND[name]()
    model = to_pgmpy(network)
    assert model.check_model()
    back = from_pgmpy(model, order=[node.id for node in network.nodes])
    for node, same in zip(network.nodes, back.nodes, strict=True):
        assert (same.id, same.states, same.parents) == (node.id, node.states, node.parents)
        assert np.array_equal(same.cpd.table(), node.cpd.table())


@pytest.mark.parametrize("seed", range(6))
def test_a_random_network_of_every_kind_keeps_its_joint(seed: int) -> None:
    network = small_mixed(seed, n=8)
    back = from_pgmpy(to_pgmpy(network, full_tables=True), order=[node.id for node in network.nodes])
    assert_close(oracles.joint(back), oracles.joint(network))


def test_wide_nodes_are_chained_and_full_tables_come_on_request() -> None:
    network = wide(WIDEST_CHAINED + 4)
    linked, full = to_pgmpy(network), to_pgmpy(network, full_tables=True)
    assert linked.check_model()
    assert max(len(table.variables) for table in linked.cpds) == WIDEST_CHAINED + 1
    assert [node for node in linked.nodes() if node.startswith("_")] == ["_f_1"]
    assert set(full.nodes()) == {node.id for node in network.nodes}
    assert_same_marginals(
        {"f": oracles.posteriors(from_pgmpy(linked), {}).marginals["f"]},
        {"f": oracles.posteriors(network, {}).marginals["f"]},
    )


def test_a_full_table_too_large_for_memory_is_refused_by_name() -> None:
    with pytest.raises(NetworkError, match=r"node 'f' would hold 1\.3e\+08 numbers; at most 67108864"):
        to_pgmpy(wide(26), full_tables=True)


def test_a_network_as_large_as_the_real_one_passes_pgmpys_own_check() -> None:
    network = leg_pain_shaped()
    model = to_pgmpy(network)
    assert model.check_model()
    back = from_pgmpy(model, complaint=network.complaint)
    check_sound(back)
    assert {node.id for node in back.of_kind("auxiliary")} == {
        node.id for node in chained(network, WIDEST_CHAINED).of_kind("auxiliary")
    }


def test_the_models_name_and_a_given_one() -> None:
    model = to_pgmpy(consultation())
    assert from_pgmpy(model).name == "consultation"
    again = from_pgmpy(model, name="again", version="2", complaint="night_leg_pain")
    assert (again.name, again.version, again.complaint) == ("again", "2", "night_leg_pain")


def test_numeric_nodes_and_states_become_text() -> None:
    model = model_of(**{"1": cpd("1", [[0.25], [0.75]], states=[0, 1])})
    assert from_pgmpy(model).node("1").states == ("0", "1")


def test_missing_state_names_are_counted_from_zero() -> None:
    network = from_pgmpy(model_of(a=cpd("a", [[0.2], [0.3], [0.5]])))
    assert network.node("a").states == ("0", "1", "2")


def test_a_child_that_lists_its_parents_states_in_another_order_is_put_right() -> None:
    a = cpd("a", [[0.25], [0.75]], states=["absent", "present"])
    b = cpd("b", [[0.1, 0.6], [0.9, 0.4]], {"a": ["present", "absent"]}, ["absent", "present"])
    assert_close(from_pgmpy(model_of(a=a, b=b)).node("b").cpd.table(), [[0.6, 0.1], [0.4, 0.9]])


def test_a_child_that_knows_other_states_of_its_parent_is_an_error() -> None:
    a = cpd("a", [[0.25], [0.75]], states=["absent", "present"])
    b = cpd("b", [[0.1, 0.6], [0.9, 0.4]], {"a": ["no", "yes"]}, ["absent", "present"])
    with pytest.raises(
        NetworkError, match=r"node 'b': its table names the states of 'a' no, yes; .* absent, present"
    ):
        from_pgmpy(model_of(a=a, b=b))


def test_a_child_with_another_number_of_parent_states_is_an_error() -> None:
    a = cpd("a", [[0.25], [0.75]])
    b = cpd("b", [[0.1, 0.6, 0.5], [0.9, 0.4, 0.5]], {"a": [0, 1, 2]}, [0, 1])
    with pytest.raises(
        NetworkError, match="node 'b': its table has 3 states for the parent 'a', which has 2"
    ):
        from_pgmpy(model_of(a=a, b=b))


def test_columns_off_by_less_than_a_millionth_are_rescaled_with_a_warning_that_names_the_node() -> None:
    model = model_of(a=cpd("a", [[0.25], [0.7500004]]), b=cpd("b", [[0.5], [0.5]]))
    with pytest.warns(UserWarning, match=r"off from one by up to 4e-07 and were rescaled: a\."):
        network = from_pgmpy(model)
    assert_close(network.node("a").cpd.table().sum(), 1.0)


def test_columns_off_by_rounding_are_left_as_they_are() -> None:
    values = np.array([[0.1], [0.2], [0.7 + 2e-16]])
    assert np.array_equal(from_pgmpy(model_of(a=cpd("a", values))).node("a").cpd.table(), values[:, 0])


def test_columns_off_by_more_are_an_error_that_names_node_and_column() -> None:
    a = cpd("a", [[0.25], [0.75]], states=["absent", "present"])
    b = cpd("b", [[0.1, 0.6], [0.9, 0.401]], {"a": ["absent", "present"]}, ["absent", "present"])
    with pytest.raises(NetworkError, match=r"node 'b', column \(a = present\): 0.6, 0.401 sum to 1.001"):
        from_pgmpy(model_of(a=a, b=b))
    with pytest.warns(UserWarning, match="rescaled: b"):
        from_pgmpy(model_of(a=a, b=b), tolerance=0.01)


def test_a_column_that_is_not_a_number_is_an_error() -> None:
    with pytest.raises(NetworkError, match="node 'a': nan, nan"):
        from_pgmpy(model_of(a=cpd("a", [[np.nan], [np.nan]])))


def test_a_node_without_a_table_is_an_error() -> None:
    from pgmpy.models import DiscreteBayesianNetwork

    model = DiscreteBayesianNetwork()
    model.add_node("a")
    with pytest.raises(NetworkError, match="node 'a' has no table"):
        from_pgmpy(model)


def test_a_table_about_other_parents_than_the_arcs_is_an_error() -> None:
    model = model_of(a=cpd("a", [[0.25], [0.75]]), b=cpd("b", [[0.5], [0.5]]))
    model.add_edge("a", "b")
    with pytest.raises(NetworkError, match="node 'b': its table is about nowhere, its arcs come from a"):
        from_pgmpy(model)


def test_an_unknown_parent_is_an_error() -> None:
    model = model_of(
        a=cpd("a", [[0.25], [0.75]]), b=cpd("b", [[0.1, 0.6], [0.9, 0.4]], {"a": [0, 1]}, [0, 1])
    )
    model.remove_edge("a", "b")
    super(type(model), model).remove_node("a")
    with pytest.raises(NetworkError, match="node 'b' has a parent 'a' that is not in the model"):
        from_pgmpy(model)


def test_a_cycle_is_an_error_that_shows_it() -> None:
    import networkx as nx

    two = {"b": [0, 1]}, {"a": [0, 1]}
    model = model_of(a=cpd("a", [[0.25], [0.75]]), b=cpd("b", [[0.1, 0.6], [0.9, 0.4]], two[1], [0, 1]))
    nx.DiGraph.add_edge(model, "b", "a")
    model.add_cpds(cpd("a", [[0.1, 0.6], [0.9, 0.4]], two[0], [0, 1]))
    with pytest.raises(NetworkError, match=r"form a cycle: (a -> b -> a|b -> a -> b)"):
        from_pgmpy(model)


def test_two_names_that_are_one_as_text_are_an_error() -> None:
    model = model_of(a=cpd("a", [[0.25], [0.75]]))
    model.add_nodes_from([1, "1"])
    model.add_cpds(cpd(1, [[0.5], [0.5]]), cpd("1", [[0.5], [0.5]]))
    with pytest.raises(NetworkError, match="both called '1'"):
        from_pgmpy(model)


def test_a_state_named_twice_is_an_error() -> None:
    with pytest.raises(NetworkError, match="node 'a' has the same state twice: 1, 1"):
        from_pgmpy(model_of(a=cpd("a", [[0.25], [0.75]], states=[1, "1"])))


def test_a_complaint_that_is_no_node_is_an_error() -> None:
    with pytest.raises(NetworkError, match="complaint 'pain' is not a node"):
        from_pgmpy(model_of(a=cpd("a", [[0.25], [0.75]])), complaint="pain")


def test_only_names_like_the_links_of_a_chain_are_auxiliary() -> None:
    causes = tuple(f"c{i}" for i in range(9))
    nodes = [tabled(name, [], 0.1) for name in (*causes, "_own", "_c1_x")]
    finding = Node("f", BINARY, causes, NoisyOr(np.array(0.1), (np.array([0.0, 0.5]),) * 9))
    back = from_pgmpy(to_pgmpy(make("w", *nodes, finding)))
    assert [node.id for node in back.of_kind("auxiliary")] == ["_f_1"]
