import os
import signal
import sys
import threading
import time
from dataclasses import dataclass

import pytest

from povlib.allocation import Problem, solve, verify
from povlib.allocation.solvers.scale import Dask, Session, verify_large
from povlib.allocation.solvers.scale.block_conversion import SlottedProblem, solve_in_partitions
from povlib.errors import ProblemError, SolverError

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def dask_runner():
    pytest.importorskip("distributed")
    with Dask(workers=2) as runner:
        yield runner


def test_a_cluster_gives_the_same_plan_bound_and_prices(small_blocks, dask_runner, tmp_path):
    with Session(small_blocks) as session:
        here = session.solve(store=tmp_path / "a", gap=5.0)
    with Session(small_blocks, dask_runner) as session:
        there = session.solve(store=tmp_path / "b", gap=5.0, method="distributed")
    assert there.certificate == here.certificate  # value, bound, prices, and the digest of every choice
    assert there.effort == here.effort
    assert verify_large(there, small_blocks, dask_runner).ok


@pytest.mark.thorough
def test_an_ordinary_problem_is_solved_alike_on_threads_and_on_a_cluster(instances, dask_runner, threads):
    problem = Problem.from_tables(**instances.township(1, households=120, villages=5))
    here = solve_in_partitions(problem, gap=3.0, runner=threads, part_households=30)
    there = solve_in_partitions(problem, gap=3.0, runner=dask_runner, part_households=30)
    assert here.certificate == there.certificate
    check = verify(there, problem)
    assert check.ok, check.show("en")
    exact = solve(problem, gap=1.0)
    assert there.value <= exact.bound + 1e-9
    assert exact.value <= there.bound + 1e-9


def test_any_cluster_by_its_address(small_blocks, dask_runner, tmp_path):
    address = dask_runner.client.scheduler.address
    with Dask(address) as runner, Session(small_blocks, runner) as session:
        plan = session.solve(store=tmp_path, gap=5.0, method="distributed")
    assert plan.method == "distributed"
    assert verify_large(plan, small_blocks).ok


def test_no_scheduler_at_the_address_is_said(monkeypatch):
    pytest.importorskip("distributed")
    with pytest.raises(SolverError, match=r"tcp://127\.0\.0\.1:9"):
        Dask("tcp://127.0.0.1:9", timeout_s=1)


def test_a_missing_extra_is_said_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SolverError) as caught:
        Dask()
    assert "workbench.py setup" in caught.value.show("en")


def test_lexicographic_priority_is_refused_in_words(instances):
    tables = instances.township(0, households=30, villages=2)
    problem = Problem.from_tables(**tables, objective=["value", "value"])
    with pytest.raises(ProblemError, match="lexicographic"):
        SlottedProblem.of(problem)


@pytest.mark.thorough
def test_a_worker_killed_in_the_middle_of_a_pass_changes_nothing(large, tmp_path):
    from distributed import get_client  # noqa: F401 - the extra must be there

    from povlib.allocation.solvers.scale import Blocks

    n = 400_000
    blocks = Blocks.write(tmp_path / "data", large.layout(n), large.stream(n), part_households=10_000)
    with Session(blocks) as session:
        here = session.solve(store=tmp_path / "a", gap=2.0)
    with Dask(workers=2) as runner:
        workers = [info["nanny"] for info in runner.client.scheduler_info(n_workers=-1)["workers"].values()]
        assert len(workers) == 2
        victims = []

        def kill():
            def busy(dask_worker):
                return len(dask_worker.state.executing)

            while not victims:
                running = runner.client.run(busy)
                pids = runner.client.run(os.getpid)
                for address, count in running.items():
                    if count:
                        victims.append(pids[address])
                        os.kill(pids[address], signal.SIGKILL)
                        break
                time.sleep(0.05)

        with Session(blocks, runner) as session:
            thread = threading.Thread(target=kill, daemon=True)
            thread.start()
            there = session.solve(store=tmp_path / "b", gap=2.0, method="distributed")
            thread.join(10)
        assert len(victims) == 1
        after = runner.client.run(os.getpid)
        assert victims[0] not in after.values()
    assert there.certificate == here.certificate
    assert verify_large(there, blocks).ok


@dataclass(frozen=True)
class DiesOnce:
    """A task whose worker is killed the first time it runs."""

    mark: str

    def __call__(self, path):
        try:
            os.close(os.open(self.mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return path.name
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.thorough
def test_a_task_outlives_the_only_worker_that_had_it(tmp_path):
    pytest.importorskip("distributed")
    with Dask(workers=1) as runner:
        answers = runner.run(DiesOnce(str(tmp_path / "died")), [tmp_path / "a", tmp_path / "b"])
    assert answers == ["a", "b"]
    assert (tmp_path / "died").exists()
