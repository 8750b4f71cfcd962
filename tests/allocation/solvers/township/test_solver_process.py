"""The solver's process is ended at its limit, and says so when it fails."""

import subprocess
import sys
import time

import numpy as np
import psutil
import pytest
from scipy import sparse

from povlib.allocation.solvers.township.solver_process import SolverProcess
from povlib.errors import SolverError
from povlib.words import language_in_use


def test_solver_process_is_ended_at_its_limit():
    child = SolverProcess()
    rng = np.random.default_rng(0)
    rows = sparse.csr_array(rng.integers(1, 10**6, (30, 400)).astype(float))
    ask = {"kind": "mip", "c": rng.random(400), "b": np.full(30, 2.5e7), "equalities": 0, "start": rows.indptr,
           "index": rows.indices, "data": rows.data, "options": {"timeLimit": 1e6}}  # fmt: skip
    assert child.ask(ask, -1.5) is None
    assert child.ask({**ask, "options": {"timeLimit": 0.2}}, 5.0)["status"] == "Time limit reached"
    child.end()


def test_a_solver_that_fails_says_so():
    child = SolverProcess()
    with language_in_use("en"), pytest.raises(SolverError, match="KeyError"):
        child.ask({"kind": "lp"}, 5.0)
    child._process.kill()
    child._process.wait()
    child.start()
    child._process.kill()
    child.end()


@pytest.mark.thorough
def test_a_search_ends_with_the_program_that_asked_for_it() -> None:
    """A program that is killed leaves no solver behind that goes on searching for nobody."""
    asks_and_waits = (
        "import numpy as np\n"
        "from povlib.allocation.solvers.township.solver_process import SolverProcess\n"
        "draw = np.random.default_rng(1)\n"
        "a = draw.integers(0, 100, (6, 50)).astype(float)\n"  # a market split: no solver ends it within the test
        "ask = {'kind': 'mip', 'c': draw.random(50), 'b': np.floor(a.sum(axis=1) / 2), 'equalities': 6,\n"
        "       'start': np.arange(7) * 50, 'index': np.tile(np.arange(50), 6), 'data': a.ravel(), 'options': {}}\n"
        "process = SolverProcess(); process.start(); print(process._process.pid, flush=True)\n"
        "process.ask(ask, 300.0)\n"
    )
    asking = subprocess.Popen([sys.executable, "-c", asks_and_waits], stdout=subprocess.PIPE, text=True)
    assert asking.stdout is not None
    solver = psutil.Process(int(asking.stdout.readline()))
    before = solver.cpu_times().user
    time.sleep(4)
    assert solver.cpu_times().user > before  # it searches
    asking.kill()
    asking.wait()
    asking.stdout.close()
    psutil.wait_procs([solver], timeout=10)
    assert not solver.is_running()
