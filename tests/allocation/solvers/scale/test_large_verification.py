import shutil
from dataclasses import replace

import numpy as np
import pytest

from povlib.allocation import verify
from povlib.allocation.solvers.scale import Blocks, Session, verify_large


@pytest.fixture(scope="module")
def solved(small_blocks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("solved")
    with Session(small_blocks) as session:
        return session.solve(store=folder, gap=5.0)


@pytest.fixture
def plan(solved, tmp_path):
    shutil.copytree(solved.folder, tmp_path / "plan")
    return replace(solved, folder=tmp_path / "plan")


def said(plan, blocks):
    check = verify_large(plan, blocks)
    assert not check.ok
    return check.show("en")


def edit(plan, name, change):
    path = plan.folder / name
    array = np.load(path)
    change(array)
    np.save(path, array)


def test_a_true_plan_holds_and_says_its_gap(plan, small_blocks):
    check = verify(plan, small_blocks)
    assert check.ok
    assert check.gap == pytest.approx(plan.gap)
    assert f"{plan.gap:.2f}" in check.show("en")


def test_every_moved_household_is_found(plan, small_blocks):
    rng = np.random.default_rng(0)
    for _ in range(40):
        part = int(rng.integers(len(plan.parts)))
        name = f"{plan.parts[part]}.choice.npy"
        at = int(rng.integers(len(plan.choice(part))))
        before = int(plan.choice(part)[at])
        other = (before + int(rng.integers(1, 24))) % 24
        edit(plan, name, lambda array, at=at, other=other: array.__setitem__(at, other))
        assert not verify_large(plan, small_blocks).ok
        edit(plan, name, lambda array, at=at, before=before: array.__setitem__(at, before))
    assert verify_large(plan, small_blocks).ok


def test_every_altered_village_price_is_found(plan, small_blocks):
    for unit in (1, -1, 10**9):
        name = f"{plan.parts[1]}.price.npy"
        edit(plan, name, lambda array, unit=unit: array.__setitem__((3, 0), array[3, 0] + unit))
        assert "altered" in said(plan, small_blocks)
        edit(plan, name, lambda array, unit=unit: array.__setitem__((3, 0), array[3, 0] - unit))


@pytest.mark.parametrize("change", [{"value": 1}, {"bound": -1}, {"plan": "0"}, {"digest": "0"}, {"prices": {}}])
def test_an_altered_certificate_is_found_even_when_sealed_again(plan, small_blocks, change):
    proof = plan.certificate
    altered = {key: getattr(proof, key) + by if isinstance(by, int) else by for key, by in change.items()}
    proof = replace(proof, **altered)
    assert not verify_large(replace(plan, certificate=proof), small_blocks).ok
    assert not verify_large(replace(plan, certificate=proof, seal=proof.seal), small_blocks).ok


@pytest.mark.parametrize("field", ["value", "price_bound", "gap"])
def test_an_altered_figure_is_found(plan, small_blocks, field):
    assert not verify_large(replace(plan, **{field: getattr(plan, field) + 1e-6}), small_blocks).ok


def test_negative_and_unknown_prices_are_named(plan, small_blocks):
    proof = replace(plan.certificate, prices={**plan.certificate.prices, "fund-a": -1, "nobody": 1})
    words = said(replace(plan, certificate=proof), small_blocks)
    assert "nobody" in words
    assert "negative" in words


def test_altered_data_and_other_capacities_are_found(plan, small_blocks, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(small_blocks.folder, folder)
    blocks = Blocks.open(folder)
    assert verify_large(plan, blocks).ok
    data = bytearray(blocks.paths[2].read_bytes())
    data[-40] ^= 1
    blocks.paths[2].write_bytes(data)
    assert "altered after it was written" in said(plan, blocks)
    fewer = small_blocks.with_capacities({"jobs-a": small_blocks.layout.rows[5].capacity - 50})
    words = said(plan, fewer)
    assert "another problem" in words
    assert "jobs-a" in words


def test_missing_files_and_foreign_partitions_are_said(plan, small_blocks):
    (plan.folder / f"{plan.parts[0]}.price.npy").unlink()
    assert "missing" in said(plan, small_blocks)
    assert "partitions" in said(replace(plan, parts=plan.parts[:-1]), small_blocks)


def test_a_choice_of_the_wrong_length_is_found(plan, small_blocks):
    name = plan.folder / f"{plan.parts[0]}.choice.npy"
    np.save(name, np.load(name)[:-1])
    assert "may not have" in said(plan, small_blocks)
