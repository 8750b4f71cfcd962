"""Parts worked on by workers of a Dask cluster on loopback."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from povlib import runs
from povlib.errors import SolverError
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_work import done_for_all_parts, part_processes

distributed = pytest.importorskip("distributed", reason="the extra `scale` is not installed: no Dask")
pytestmark = pytest.mark.slow
BY_PARTS = {"settings.part_households": "150"}


@pytest.fixture(scope="module")
def office(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[runs.Place]:
    """A copy of the practice office."""
    work = tmp_path_factory.mktemp("on-dask")
    shutil.copytree(finished.office, work / "sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(work))
        yield runs.find_office("sample")


def _digests(folder: Path) -> dict[str, str]:
    """Digest of every artefact of the parts, their seals and clocks left aside."""
    paths = [path for path in sorted((folder / "parts").rglob("*")) if path.is_file() and path.name != "seal.json"]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_workers_of_a_cluster_give_the_same_bytes_even_where_one_is_killed(office: runs.Place) -> None:
    here = cast(AreaRun, runs.complete(runs.begin(office, "base", BY_PARTS), "zh", papers=False))
    ours = _digests(here.folder)
    shutil.rmtree(here.folder)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        run = cast(AreaRun, runs.begin(office, "base", BY_PARTS))
        victim = next(iter(cluster.workers.values()))
        kill = threading.Timer(4.0, lambda: victim.process.process.kill())
        kill.start()
        there = cast(AreaRun, runs.complete(run, "zh", papers=False, scheduler=cluster.scheduler_address))
        kill.join()
    assert _digests(there.folder) == ours


def test_a_scheduler_that_does_not_answer_is_named(office: runs.Place) -> None:
    run = cast(AreaRun, runs.begin(office, "base", {**BY_PARTS, "settings.seed": "9"}))
    with pytest.raises(SolverError, match=r"tcp://127\.0\.0\.1:9"), part_processes(run, "tcp://127.0.0.1:9") as pool:
        done_for_all_parts(run, "owed", pool, lambda stage, share: None, "owed")
