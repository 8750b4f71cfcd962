"""Plans by parts on a Dask cluster on loopback, and on a ledger that lies on PostgreSQL: the same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from povlib import ledger, runs
from povlib.errors import SolverError
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_work import done_for_all_parts, part_processes
from povlib.words import language_in_use

BY_PARTS = {"settings.part_households": "150"}


@pytest.fixture
def distributed() -> Any:
    """Dask's distributed, where the extra `scale` is installed."""
    return pytest.importorskip("distributed", reason="the extra `scale` is not installed: no Dask")


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


def _planned(office: runs.Place, scheduler: str | None = None) -> AreaRun:
    """Plan the practice office by parts, its reasons in the same words whoever asks."""
    with language_in_use("zh"):
        run = runs.complete(runs.begin(office, "base", BY_PARTS), "zh", papers=False, scheduler=scheduler)
    return cast(AreaRun, run)


@pytest.fixture(scope="module")
def ours(office: runs.Place) -> dict[str, str]:
    """Digests of a plan by parts made by the processes of this computer from a ledger in a file."""
    here = _planned(office)
    digests = _digests(here.folder)
    shutil.rmtree(here.folder)
    return digests


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A schema of its own on the test server."""
    url = os.environ.get("POVLIB_TEST_POSTGRES")
    if not url:
        pytest.skip("POVLIB_TEST_POSTGRES is not set")
    from adbc_driver_postgresql import dbapi

    schema = f"test_{uuid.uuid4().hex[:12]}"
    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"create schema {schema}")
        yield f"{url}?options=-csearch_path%3D{schema}"
        monkeypatch.delenv("POVLIB_LEDGER", raising=False)
        cursor.execute(f"drop schema {schema} cascade")


@pytest.mark.slow
@pytest.mark.postgres
def test_a_ledger_on_a_server_gives_the_same_bytes(
    office: runs.Place, ours: dict[str, str], server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ledger.open(office.office.ledger_place) as book:
        ledger.copy(book, server)
    monkeypatch.setenv("POVLIB_LEDGER", server)
    there = _planned(office)
    assert there.info.ledger_head
    theirs = _digests(there.folder)
    shutil.rmtree(there.folder)
    assert [name for name in ours if theirs.get(name) != ours[name]] == []
    assert theirs == ours


def _kill_in_the_middle(runs_of_office: Path, nanny: Any, killed: list[int]) -> None:
    """Kill a worker as soon as the first part has stored something and others are worked on."""
    while not list(runs_of_office.glob("*/parts/*/owed/seal.json")):
        time.sleep(0.02)
    killed.append(nanny.pid)
    os.kill(nanny.pid, signal.SIGKILL)


@pytest.mark.slow
def test_workers_of_a_cluster_give_the_same_bytes_even_where_one_is_killed(
    office: runs.Place, ours: dict[str, str], distributed: Any
) -> None:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        victim, killed = next(iter(cluster.workers.values())), []
        kill = threading.Thread(target=_kill_in_the_middle, args=(office.office.runs, victim, killed), daemon=True)
        kill.start()
        there = _planned(office, cluster.scheduler_address)
        kill.join()
        assert killed
        assert victim.pid not in killed  # the cluster began another in its place
    assert _digests(there.folder) == ours


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_named(office: runs.Place, distributed: Any) -> None:
    run = cast(AreaRun, runs.begin(office, "base", {**BY_PARTS, "settings.seed": "9"}))
    with pytest.raises(SolverError, match=r"tcp://127\.0\.0\.1:9"), part_processes(run, "tcp://127.0.0.1:9") as pool:
        done_for_all_parts(run, "owed", pool, lambda stage, share: None, "owed")
