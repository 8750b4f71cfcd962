"""The practice office planned by parts, made once for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from povlib import runs
from povlib.runs.area.area_run import AreaRun

#: parts of so many households: two of the practice township; a few of its townships are enough to test what came true
BY_PARTS = {"settings.part_households": "250", "settings.backtest_townships": "3"}
#: townships that its first villages are given; the other villages stand for themselves
TOWNSHIPS = {"联胜": "东乡", "乐北": "东乡", "农家": "东乡", "秀山": "西乡", "建三": "西乡"}
#: counties of some of them: two townships in one, a village that stands for itself in the other
COUNTIES = {**dict.fromkeys(TOWNSHIPS, "甲县"), "建南": "乙县"}


@pytest.fixture(scope="package")
def office(finished: Any, made_once: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[runs.Place]:
    """A copy of the practice office, with some townships, where it was planned by parts once."""

    def planned(folder: Path) -> None:
        shutil.copytree(finished.office, folder / "sample")
        _write_areas(folder / "sample" / "params" / "villages.yaml")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("POVLIB_WORK", str(folder))
            runs.complete(runs.begin(runs.find_office("sample"), "base", BY_PARTS), "zh")

    work = tmp_path_factory.mktemp("by-parts")
    shutil.copytree(made_once("by-parts", planned), work, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(work))
        yield runs.find_office("sample")


def _write_areas(listed: Path) -> None:
    """Give the villages of an office's list their townships and counties."""
    villages = yaml.safe_load(listed.read_text(encoding="utf-8"))
    named = [
        village | {"township": TOWNSHIPS.get(village["name"], ""), "county": COUNTIES.get(village["name"], "")}
        for village in villages
    ]
    listed.write_text(yaml.safe_dump(named, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="package")
def by_parts(office: runs.Place) -> AreaRun:
    """The practice township, planned by parts of about 250 households."""
    return cast(AreaRun, runs.complete(runs.begin(office, "base", BY_PARTS), "zh"))


@pytest.fixture
def copied(office: runs.Place, by_parts: AreaRun, tmp_path: Path) -> Iterator[AreaRun]:
    """The plan by parts in a copy of its office, where something may be recorded."""
    shutil.copytree(office.office.folder, tmp_path / "sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(tmp_path))
        yield cast(AreaRun, runs.find_run(by_parts.info.run_id, runs.find_office("sample")))
