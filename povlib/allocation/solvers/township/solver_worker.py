"""The child process in which HiGHS runs; the parent may end it at any time.

Responsible for solving one linear or integer program at a time, handed over as arrays on
standard input, and for keeping HiGHS's banner out of the answer. It decides nothing: status,
values and bounds it returns are checked again by the parent. Run as a script so that the child
loads numpy, PuLP and HiGHS but no pandas.
"""

from __future__ import annotations

import os
import pickle
import queue
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

Request = dict[str, Any]
#: what the solver ended with when the steps it was given were done, and when it went round without looking at them
STEPS_DONE, STUCK = "Interrupted by user", "stuck"
#: RENS solves a smaller program, in whose presolve (``strengthenInequalities``) HiGHS 1.16 went round for ever on a
#: practice township with 200,000 yuan; without it the plan found there is the better one
_LEFT_OUT = {"mip_heuristic_run_rens": False}
_WATCH_S = 0.5


def receive_message(stream: BinaryIO) -> Request | None:
    """Read one length-prefixed message; None at the end of the stream."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    return dict(pickle.loads(stream.read(struct.unpack("<q", head)[0])))


def send_message(stream: BinaryIO, message: Request) -> None:
    """Write one length-prefixed message."""
    body = pickle.dumps(message, protocol=5)
    stream.write(struct.pack("<q", len(body)) + body)
    stream.flush()


def solve_lp(ask: Request) -> Request:
    """Solve max c.x, A x <= b (first `equalities` rows: = b), 0 <= x <= `upper` if given, by HiGHS's simplex."""
    import highspy

    model = highspy.HighsLp()
    rows, cols = len(ask["b"]), len(ask["c"])
    model.num_col_, model.num_row_ = cols, rows
    model.col_cost_ = -ask["c"]
    model.col_lower_ = np.zeros(cols)
    model.col_upper_ = ask.get("upper", np.full(cols, highspy.kHighsInf))
    lower = np.full(rows, -highspy.kHighsInf)
    lower[: ask["equalities"]] = ask["b"][: ask["equalities"]]
    model.row_lower_, model.row_upper_ = lower, ask["b"]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = ask["start"]
    model.a_matrix_.index_ = ask["index"]
    model.a_matrix_.value_ = ask["data"]
    highs = highspy.Highs()
    for name, option in {"output_flag": False, "threads": 1, "random_seed": 0, **ask["options"]}.items():
        highs.setOptionValue(name, option)
    highs.passModel(model)
    highs.run()
    found = highs.getSolution()
    return {
        "status": highs.modelStatusToString(highs.getModelStatus()),
        "x": np.asarray(found.col_value),
        "dual": -np.asarray(found.row_dual),
        "iterations": int(highs.getInfo().simplex_iteration_count),
    }


class _Looks:
    """How often HiGHS looked at its limits: its own measure of work, the same on every computer at any load."""

    def __init__(self, most: int | None) -> None:
        self.most, self.count, self.last = most, 0, time.process_time()

    def look(self, event: Any) -> None:
        """Count one look; end the search at the last one."""
        self.count += 1
        self.last = time.process_time()
        if self.most is not None and self.count >= self.most:
            event.data_in.user_interrupt = True

    def watch(self, silent_s: float, ended: threading.Event, give_up: Callable[[], None]) -> None:
        """Give up when the processor worked for so many seconds without a look."""
        while not ended.wait(_WATCH_S):
            if time.process_time() - self.last > silent_s:
                give_up()


def _started_highs(first: np.ndarray[Any, Any] | None, options: Request, looks: _Looks) -> Any:
    """PuLP's HiGHS with a first solution; its reading of the status fails on a node limit."""
    import highspy
    import pulp

    class Started(pulp.HiGHS):  # type: ignore[misc]
        def callSolver(self, lp: pulp.LpProblem) -> None:
            if first is not None:
                solution = highspy.HighsSolution()
                solution.col_value = list(first)
                lp.solverModel.setSolution(solution)
            lp.solverModel.cbMipInterrupt.subscribe(looks.look)
            lp.solverModel.run()

        def findSolutionValues(self, lp: pulp.LpProblem) -> tuple[int, int]:
            values = list(lp.solverModel.getSolution().col_value)
            for variable in lp.variables():
                variable.varValue = values[variable.index] if values else None
            return pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound

    return Started(msg=False, threads=1, gapRel=0.0, random_seed=0, **_LEFT_OUT, **options)


def solve_mip(ask: Request, give_up: Callable[[], None] | None = None) -> Request:
    """Solve max c.x over binary x (<= `upper` if given), A x <= b (first `equalities` rows: = b), through PuLP.

    ``looks``, if given, is how often HiGHS may look at its limits; `give_up` is called when it works for ``silent_s``
    seconds of the processor without a look.
    """
    import highspy
    import pulp

    names = [f"x{j:07d}" for j in range(len(ask["c"]))]
    most = ask["upper"].tolist() if "upper" in ask else [1] * len(names)
    x = [pulp.LpVariable(name, 0, upper, pulp.LpInteger) for name, upper in zip(names, most, strict=True)]
    model = pulp.LpProblem("allocation", pulp.LpMaximize)
    model.setObjective(pulp.LpAffineExpression(list(zip(x, ask["c"].tolist(), strict=True))))
    start, index, data = ask["start"], ask["index"].tolist(), ask["data"].tolist()
    for r, limit in enumerate(ask["b"].tolist()):
        pairs = [(x[index[at]], data[at]) for at in range(start[r], start[r + 1])]
        sense = pulp.LpConstraintEQ if r < ask["equalities"] else pulp.LpConstraintLE
        if pairs:
            model.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(pairs), sense, f"r{r:07d}", limit))
    looks, ended = _Looks(ask.get("looks")), threading.Event()
    if give_up is not None and "silent_s" in ask:
        threading.Thread(target=looks.watch, args=(ask["silent_s"], ended, give_up), daemon=True).start()
    model.solve(_started_highs(ask.get("first"), ask["options"], looks))
    ended.set()
    highs = model.solverModel
    info = highs.getInfo()
    values = np.array([variable.varValue if variable.varValue is not None else np.nan for variable in x])
    solved = info.primal_solution_status == highspy.kSolutionStatusFeasible
    return {
        "status": highs.modelStatusToString(highs.getModelStatus()),
        "x": values if solved else None,
        "bound": -float(info.mip_dual_bound),
        "nodes": int(info.mip_node_count),
        "looks": looks.count,
    }


def main() -> None:
    """Answer requests until the parent closes the pipe, or is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_pass_on_until_closed, args=(requests,), daemon=True).start()
    import highspy  # noqa: F401 - loaded while the parent builds its first model
    import pulp  # noqa: F401

    def give_up() -> None:
        send_message(answers, {"status": STUCK, "x": None, "bound": float("inf"), "nodes": 0, "looks": 0})
        os._exit(0)

    while True:
        ask = requests.get()
        try:
            send_message(answers, solve_lp(ask) if ask["kind"] == "lp" else solve_mip(ask, give_up))
        except Exception as error:
            send_message(answers, {"status": "error", "error": f"{type(error).__name__}: {error}"})


def _pass_on_until_closed(requests: queue.SimpleQueue[Request]) -> None:
    """Pass requests on as they come; end the process when the pipe is closed, also in the middle of a search.

    A parent that is killed cannot end its child: without this the search went on for nobody, for as long as it took.
    """
    while (ask := receive_message(sys.stdin.buffer)) is not None:
        requests.put(ask)
    os._exit(0)


if __name__ == "__main__":
    main()
