"""What a scaled office may spend follows one rule, counted here by hand from the shipped files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from povlib import params
from povlib.places import DATA
from povlib.sample.office.practice_areas import SHARED_FUND
from povlib.sample.office.practice_params import write_area_params

SHIPPED = DATA / "sample" / "params"


def _written(folder: Path, households: int) -> params.Catalogue:
    shutil.copytree(SHIPPED, folder)
    write_area_params(SHIPPED, folder, households)
    return params.load(folder)


@pytest.mark.parametrize("households", [60, 1020, 5000])
def test_money_posts_places_and_weeks_are_the_shipped_ones_times_the_households(tmp_path: Path, households: int):
    was, now, factor = params.load(SHIPPED), _written(tmp_path / "p", households), households / 340
    for key, fund in was.funds.items():
        own = sum(other.amount_fen for other in now.funds.values() if other.area) if key == SHARED_FUND else 0
        assert abs(now.funds[key].amount_fen + own - factor * fund.amount_fen) <= 5000
        assert now.funds[key].household_ceiling_fen == fund.household_ceiling_fen
    for key, post in was.posts.items():
        if post.village is None:
            assert abs(now.posts[key].capacity - factor * post.capacity) <= 0.5
    for key, place in was.shared_places.items():
        assert abs(now.shared_places[key].capacity - factor * place.capacity) <= 0.5
    for key, crew in was.crews.items():
        assert all(abs(now.crews[key].capacity(month) - factor * crew.capacity(month)) <= 0.5 for month in crew.weeks)


def test_every_village_has_its_own_posts_and_is_registered(tmp_path: Path):
    was, now = params.load(SHIPPED), _written(tmp_path / "p", 5000)
    own = [post for post in now.posts.values() if post.village is not None]
    assert len(now.villages) == 15 * len(was.villages)
    assert len(own) == 15 * sum(post.village is not None for post in was.posts.values())
    assert {post.village for post in own} <= {village.name for village in now.villages.values()}
    assert len(now.openings) == len(was.openings)


def test_every_changed_file_says_the_rule_and_that_it_is_synthetic(tmp_path: Path):
    _written(tmp_path / "p", 680)
    changed = [path for path in (tmp_path / "p").glob("*.yaml")
               if path.read_bytes() != (SHIPPED / path.name).read_bytes()]  # fmt: skip
    assert len(changed) == 10
    for path in changed:
        said = path.read_text(encoding="utf-8")
        assert "SYNTHETIC" in said
        assert "680" in said


@pytest.mark.parametrize(("households", "target"), [(60, 72), (680, 818)])
def test_the_target_of_exits_follows_the_households(tmp_path: Path, households: int, target: int):
    _written(tmp_path / "p", households)
    shipped, own = (folder / "scenarios" / "base.yaml" for folder in (SHIPPED, tmp_path / "p"))
    assert own.read_text("utf-8") == shipped.read_text("utf-8").replace("_persons: 409", f"_persons: {target}")


def test_with_the_township_s_own_size_the_bytes_are_the_shipped_ones(tmp_path: Path):
    shutil.copytree(SHIPPED, tmp_path / "p")
    assert write_area_params(SHIPPED, tmp_path / "p", 340) == []
    assert all(path.read_bytes() == (SHIPPED / path.relative_to(tmp_path / "p")).read_bytes()
               for path in (tmp_path / "p").rglob("*.yaml"))  # fmt: skip
