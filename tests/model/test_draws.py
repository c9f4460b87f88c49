"""Draws: reproducible, kept, safe against damaged files, and each a network calibrated anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from model import draws as module
from model.differential import Differential
from model.draws import draws_of, start_draws, unit_ranks
from model.recalibration import NoFigures, OtherFolder, Recalibration, recalibration
from network.build import EMBEDDED, cache_folder, load_network
from network.distributions import draw_figures
from network.errors import DiagnosisError
from network.parameters import Layout
from network.shares import share_groups
from tests.floats import assert_close
from tests.knowledge_files import edited
from tests.model.believed import DRAWS, calibration, ddx, write_figures
from tests.networks import asia


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recalibration:
    """The embedded network with an empty cache folder and nothing in memory."""
    monkeypatch.setenv("NOCTURNE_CACHE_DIR", str(tmp_path))
    return anew()


def anew() -> Recalibration:
    """Return the embedded network with nothing in memory but its knowledge, which takes long to read."""
    found = Recalibration(ddx().network, EMBEDDED)
    vars(found)["knowledge"] = calibration().knowledge
    return found


def files() -> list[Path]:
    return sorted(cache_folder().glob("draws-*"))


def test_a_parameter_set_packs_and_unpacks_to_the_network_itself():
    again = calibration().layout.unpack(calibration().own)
    for node in ddx().network.nodes:
        if node.cpd.kind != "any_of" and np.prod(node.cpd.parent_cards, dtype=float) < 2**14:
            assert_close(again[node.id].table(), node.cpd.table()[None])


def test_the_layout_holds_every_number_of_a_network():
    sizes = [node.cpd.table().size for node in asia().nodes if node.cpd.kind == "table"]
    assert len(sizes) == 7  # the eighth is a deterministic OR, which has no numbers
    assert Layout.of(asia()).size == sum(sizes)


def test_the_same_seed_gives_the_same_draws_from_memory_from_disk_and_made_anew(fresh: Recalibration):
    made = draws_of(fresh, 20)
    assert draws_of(fresh, 20).parameters is made.parameters
    read = draws_of(anew(), 20)
    assert read is not made
    assert read.figures == made.figures
    assert np.array_equal(read.values, made.values)
    assert np.array_equal(read.parameters, made.parameters)
    files()[0].unlink()
    again = draws_of(anew(), 20)
    assert np.array_equal(again.parameters, made.parameters)


def test_another_seed_gives_other_draws_and_a_file_of_its_own(fresh: Recalibration):
    first, other = draws_of(fresh, 10, seed=1), draws_of(fresh, 10, seed=2)
    assert not np.array_equal(first.values, other.values)
    assert len(files()) == 2


def test_fewer_draws_are_the_first_of_more(fresh: Recalibration):
    more = draws_of(fresh, 30)
    fewer = draws_of(anew(), 12)
    assert fewer.count == 12
    assert_close(fewer.values, more.values[:, :12])


@pytest.mark.parametrize("damage", ["half", "empty", "nonsense", "nan", "other shape", "missing array"])
def test_a_damaged_file_is_made_anew(fresh: Recalibration, damage: str):
    made = draws_of(fresh, 10)
    (path,) = files()
    content = path.read_bytes()
    if damage in ("half", "empty", "nonsense"):
        path.write_bytes({"half": content[: len(content) // 2], "empty": b"", "nonsense": b"x" * 999}[damage])
    else:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        if damage == "nan":
            arrays["rows"][3, 4] = np.nan
        elif damage == "other shape":
            arrays["values"] = arrays["values"][:, :5]
        else:
            del arrays["changed"]
        np.savez(path, **arrays)
    again = draws_of(anew(), 10)
    assert np.array_equal(again.parameters, made.parameters)
    assert path.stat().st_size == len(content)


def test_one_wrong_byte_is_noticed(fresh: Recalibration):
    made = draws_of(fresh, 10)
    (path,) = files()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    again = draws_of(anew(), 10)
    assert np.array_equal(again.parameters, made.parameters)


def test_without_a_cache_folder_draws_are_made_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("NOCTURNE_CACHE_DIR", str(blocked / "cache"))
    assert draws_of(anew(), 5).count == 5


def test_no_half_written_file_is_left(fresh: Recalibration):
    draws_of(fresh, 5)
    assert [path.suffix for path in cache_folder().iterdir()] == [".npz"]


def test_progress_is_told_up_to_the_end_and_not_again(fresh: Recalibration, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("network.parameters.SETS_AT_ONCE", 4)
    told: list[tuple[int, int]] = []
    draws_of(fresh, 10, progress=lambda done, wanted: told.append((done, wanted)))
    assert told == [(4, 10), (8, 10), (10, 10)]
    draws_of(fresh, 10, progress=lambda done, wanted: told.append((done, wanted)))
    assert len(told) == 3


def test_draws_are_made_in_the_background(fresh: Recalibration):
    future = start_draws(fresh, 10)
    assert np.array_equal(future.result(timeout=60).parameters, draws_of(fresh, 10).parameters)


def test_an_error_in_the_background_comes_with_the_result(fresh: Recalibration):
    with pytest.raises(DiagnosisError, match="ask for 2"):
        start_draws(fresh, 1).result(timeout=60)


@pytest.mark.parametrize(("count", "seed"), [(1, 0), (0, 0), (10, -1), (module.MOST_DRAWS + 1, 0)])
def test_unusable_counts_and_seeds_are_refused(count: int, seed: int):
    with pytest.raises(DiagnosisError, match=f"{count} draws with seed {seed}: ask for 2 to 20000 draws"):
        draws_of(calibration(), count, seed)


def test_few_seeds_stay_in_memory(fresh: Recalibration):
    for seed in range(4):
        draws_of(fresh, 3, seed)
    assert list(module._memory[fresh]) == [2, 3]


def test_no_draw_holds_a_nan_and_every_drawn_distribution_is_sound():
    found = draws_of(calibration(), DRAWS)
    assert not np.isnan(found.parameters).any()
    for node, cpd in calibration().layout.unpack(found.parameters).items():
        if np.prod(cpd.parent_cards, dtype=float) > 2**9 or cpd.kind == "any_of":
            continue
        table = cpd.table()
        assert table.min() >= -1e-12, node
        assert_close(table.sum(axis=1), np.ones_like(table[:, 0]), atol=1e-9)


def test_leaks_are_the_drawn_figures_so_that_one_figure_moves_all_that_name_it():
    found, figures = draws_of(calibration(), DRAWS), calibration().knowledge.figures
    groups = dict.fromkeys(calibration().groups.values())
    drawn = draw_figures(figures, groups, calibration().figures, DRAWS, 0)
    users: dict[str, list[int]] = {}
    for block in calibration().layout.blocks:
        node = ddx().network.node(block.node)
        for words, figure in node.figures:
            if block.field == "leak" and words == "leak" and np.ptp(drawn[figure]) > 0.0:
                users.setdefault(figure, []).append(block.start)
    assert sum(bool(figures[figure].formula) for figure in users) > 20
    assert any(not figures[figure].formula for figure in users)
    for figure, rows in users.items():
        for row in rows:
            assert_close(found.parameters[row], drawn[figure], atol=1e-12)


def test_one_figure_of_several_parameters_moves_them_all(fresh: Recalibration):
    uses: dict[str, set[str]] = {}
    for node in fresh.network.nodes:
        for _, figure in node.figures:
            uses.setdefault(figure, set()).add(node.id)
    shared = {figure: nodes for figure, nodes in uses.items() if len(nodes) > 1}
    row = fresh.knowledge.figures
    for figure, nodes in list(shared.items())[:3]:
        moved = fresh.parameters(fresh.moved([(figure, row[figure].value), (figure, row[figure].low)]))
        differs = moved[:, 0] != moved[:, 1]
        changed = {block.node for block in fresh.layout.blocks if differs[block.start : block.stop].any()}
        assert nodes <= changed


def test_conditions_are_calibrated_anew_in_every_draw():
    """The drawn network returns the drawn prevalence of every age band and sex."""
    found = draws_of(calibration(), 40)
    figures = calibration().knowledge.figures
    drawn_figures = draw_figures(
        figures, share_groups(calibration().knowledge), calibration().figures, 40, seed=0
    )
    network, layout = ddx().network, calibration().layout
    node = network.node("nocturnal_leg_cramps")
    named = {
        words.removeprefix("prevalence, "): figure for words, figure in node.figures if "prevalence" in words
    }
    for age, band in enumerate(network.node("age").states):
        drawn = drawn_figures[named[band]]
        answer = calibration().engine.posteriors(found.parameters, {"age": age}, [node.id])
        assert_close(answer.present([node.id])[0], drawn, atol=1e-9)
    assert layout.size == found.parameters.shape[0]


def test_a_network_from_a_file_has_nothing_to_draw():
    with pytest.raises(NoFigures, match="network 'asia' has no figures: nothing says how sure"):
        recalibration(asia())


def test_a_folder_that_was_edited_meanwhile_is_noticed(tmp_path: Path):
    copy = edited(tmp_path)
    network = load_network(copy, use_cache=False)
    write_figures(copy, {"rf_sex_female": 0.515})
    with pytest.raises(OtherFolder, match="do not make network 'leg_pain' as it was loaded"):
        draws_of(Recalibration(network, copy), 5)


def test_a_differential_of_another_folder_asks_that_folder(tmp_path: Path):
    copy = edited(tmp_path)
    other = Differential.load(copy)
    assert recalibration(other.network, other.folder).folder == copy


def test_unit_ranks_give_the_rank_correlation():
    rng = np.random.default_rng(0)
    x, y = rng.random((2, 50))
    assert_close(unit_ranks(x) @ unit_ranks(y), stats.spearmanr(x, y).statistic)
