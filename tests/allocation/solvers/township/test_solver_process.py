"""The solver's process is ended at its limit, and says so when it fails."""

import numpy as np
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
