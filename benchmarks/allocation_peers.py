"""The same allocation instance in seven general solvers, each built the way its users build.

Used by benchmarks/allocation.py; every function returns build_s, solve_s, value and bound.
"""

# ruff: noqa: E501 - rows of tables
from __future__ import annotations

import time

import numpy as np
from allocation_instances import random_arrays
from scipy import sparse


def _model(arrays):
    """All rows as one matrix: choice rows, then resources in their <= form."""
    household, use = arrays["household"], sparse.csr_array(arrays["use"])
    sign = np.where(arrays["sense"] == ">=", -1.0, 1.0)
    choice = sparse.csr_array((np.ones(len(household)), (household, np.arange(len(household)))))
    a = sparse.vstack([choice, sparse.csr_array((use * sign).T)], format="csr")
    upper = np.concatenate([np.ones(choice.shape[0]), sign * arrays["capacity"]])
    lower = np.concatenate([np.ones(choice.shape[0]), np.full(len(sign), -np.inf)])
    return np.asarray(arrays["value"], dtype=float), a, lower, upper, choice.shape[0]


def _answer(build, at, value, bound):
    return {"build_s": build, "solve_s": time.perf_counter() - at, "value": value, "bound": bound}


def povlib(arrays, gap, limit_s):
    from povlib.allocation import Problem, solve

    for households in (60, 400):  # one warm-up of the compiler
        solve(Problem.from_arrays(**random_arrays(households, 99)), gap=0.3, time_limit_s=3, method=_method(arrays))
    at = time.perf_counter()
    problem = Problem.from_arrays(**arrays)
    build, at = time.perf_counter() - at, time.perf_counter()
    plan = solve(problem, gap=gap, time_limit_s=limit_s)
    return _answer(build, at, plan.value, plan.price_bound)


def _method(arrays):
    return "priced" if len(arrays["village"]) > 3000 else "exact"


def _pulp(arrays, make):
    import pulp

    at = time.perf_counter()
    c, a, _, upper, groups = _model(arrays)
    x = [pulp.LpVariable(f"x{j}", 0, 1, pulp.LpInteger) for j in range(len(c))]
    model = pulp.LpProblem("plan", pulp.LpMaximize)
    model.setObjective(pulp.LpAffineExpression(list(zip(x, c.tolist(), strict=True))))
    for r in range(a.shape[0]):
        span = slice(a.indptr[r], a.indptr[r + 1])
        pairs = [(x[j], v) for j, v in zip(a.indices[span].tolist(), a.data[span].tolist(), strict=True)]
        sense = pulp.LpConstraintEQ if r < groups else pulp.LpConstraintLE
        model.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(pairs), sense, f"r{r}", float(upper[r])))
    build, at = time.perf_counter() - at, time.perf_counter()
    model.solve(make(pulp))
    found = [v.varValue for v in x]
    value = None if None in found else float(c @ np.round(found))
    return build, at, value, model


def pulp_cbc(arrays, gap, limit_s):
    build, at, value, _ = _pulp(arrays, lambda p: p.PULP_CBC_CMD(msg=False, timeLimit=limit_s, gapRel=0.0, threads=2))
    return _answer(build, at, value, None)


def pulp_highs(arrays, gap, limit_s):
    build, at, value, model = _pulp(arrays, lambda p: p.HiGHS(msg=False, timeLimit=limit_s, gapRel=0.0))
    return _answer(build, at, value, abs(model.solverModel.getInfo().mip_dual_bound))


def highs(arrays, gap, limit_s):
    import highspy

    at = time.perf_counter()
    c, a, lower, upper, _ = _model(arrays)
    a = a.tocsc()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(c), len(upper)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = -c, np.zeros(len(c)), np.ones(len(c))
    lp.row_lower_, lp.row_upper_ = np.where(np.isinf(lower), -highspy.kHighsInf, lower), upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = a.indptr, a.indices, a.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(c)
    h = highspy.Highs()
    for name, value in {"output_flag": False, "time_limit": limit_s, "mip_rel_gap": 0.0}.items():
        h.setOptionValue(name, value)
    h.passModel(lp)
    build, at = time.perf_counter() - at, time.perf_counter()
    h.run()
    info = h.getInfo()
    good = info.primal_solution_status == highspy.kSolutionStatusFeasible
    return _answer(build, at, -info.objective_function_value if good else None, -info.mip_dual_bound)


def cp_sat(arrays, gap, limit_s):
    from ortools.sat.python import cp_model

    at = time.perf_counter()
    c, a, _, upper, groups = _model(arrays)
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in c]
    for r in range(a.shape[0]):
        span = slice(a.indptr[r], a.indptr[r + 1])
        own = [x[j] for j in a.indices[span].tolist()]
        if r < groups:
            model.add_exactly_one(own)
        else:
            weights = np.rint(a.data[span]).astype(int).tolist()
            model.add(cp_model.LinearExpr.weighted_sum(own, weights) <= int(upper[r]))
    model.maximize(cp_model.LinearExpr.weighted_sum(x, np.rint(c * 1e6).astype(int).tolist()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = limit_s, 2
    build, at = time.perf_counter() - at, time.perf_counter()
    good = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return _answer(build, at, solver.objective_value / 1e6 if good else None, solver.best_objective_bound / 1e6)


def scip(arrays, gap, limit_s):
    from pyscipopt import Model, quicksum

    at = time.perf_counter()
    c, a, _, upper, groups = _model(arrays)
    model = Model()
    model.hideOutput()
    model.setParam("limits/time", limit_s)
    x = [model.addVar(vtype="B", obj=float(v)) for v in c]
    model.setMaximize()
    for r in range(a.shape[0]):
        span = slice(a.indptr[r], a.indptr[r + 1])
        row = quicksum(v * x[j] for j, v in zip(a.indices[span].tolist(), a.data[span].tolist(), strict=True))
        model.addCons(row == 1 if r < groups else row <= float(upper[r]))
    build, at = time.perf_counter() - at, time.perf_counter()
    model.optimize()
    return _answer(build, at, model.getObjVal() if model.getNSols() else None, model.getDualbound())


def linopy(arrays, gap, limit_s):
    import linopy
    import pandas as pd
    import xarray as xr

    at = time.perf_counter()
    c, a, _, upper, groups = _model(arrays)
    model = linopy.Model()
    column = pd.RangeIndex(len(c), name="column")
    x = model.add_variables(binary=True, coords=[column], name="x")
    household = xr.DataArray(arrays["household"], coords=[column], name="household")
    model.add_constraints(x.groupby(household).sum() == 1, name="choice")
    for r in range(groups, a.shape[0]):
        span = slice(a.indptr[r], a.indptr[r + 1])
        if span.stop > span.start:
            own = x.isel(column=a.indices[span])
            model.add_constraints((own * a.data[span]).sum() <= float(upper[r]), name=f"r{r}")
    model.add_objective((x * c).sum(), sense="max")
    build, at = time.perf_counter() - at, time.perf_counter()
    model.solve("highs", time_limit=limit_s, mip_rel_gap=0.0, log_to_console=False)
    found = model.solution["x"].to_numpy() if "x" in model.solution else np.full(len(c), np.nan)
    return _answer(build, at, None if np.isnan(found).any() else float(c @ np.round(found)), None)


def scipy_milp(arrays, gap, limit_s):
    from scipy.optimize import Bounds, LinearConstraint, milp

    at = time.perf_counter()
    c, a, lower, upper, _ = _model(arrays)
    rules = LinearConstraint(a, lower, upper)
    build, at = time.perf_counter() - at, time.perf_counter()
    options = {"time_limit": limit_s, "mip_rel_gap": 0.0}
    found = milp(-c, integrality=np.ones(len(c)), bounds=Bounds(0, 1), constraints=rules, options=options)
    value = None if found.x is None else float(c @ np.round(found.x))
    return _answer(build, at, value, None if found.mip_dual_bound is None else -found.mip_dual_bound)


def povlib_long(arrays, gap, limit_s):
    return povlib(arrays, 0.0, limit_s)


SOLVERS = {
    "povlib": povlib, "povlib to the limit": povlib_long, "PuLP+CBC": pulp_cbc, "PuLP+HiGHS": pulp_highs, "HiGHS": highs, "CP-SAT": cp_sat, "SCIP": scip,
    "linopy": linopy, "SciPy": scipy_milp,
}  # fmt: skip
