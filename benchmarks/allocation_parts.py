"""One plan over many parts: seconds of the processor, gap and memory from 5,000 to a million households.

Run `python benchmarks/allocation_parts.py OFFICE FOLDER plan 1 4 40` for offices of 1, 4 and 40 parts, nothing opened,
`... openings 1 4` for the same with what the county may open, each thing in one of the parts: each part is the
county OFFICE (its run `base` as far as its allocation problem) with every household's gains stretched by a factor
of its own (normal, 15 %) and every package's by 2 %, seed fixed; the funds grow with the parts. `... peer` lets HiGHS
solve the relaxation of one county from nothing. FOLDER holds parts and plans. Writes
docs/benchmarks/allocation-parts.md.
"""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from record import Figure, record

from povlib.allocation.parts import OfficeTables, Part, plan_of_parts, verify_parts, write_part
from povlib.allocation.parts.compact_parts import compact_office, kinds_of_office
from povlib.allocation.parts.fund_sets import FundSets
from povlib.allocation.parts.joined_office import join_parts
from povlib.allocation.parts.part_groups import grouped_parts
from povlib.allocation.parts.part_relaxation import columns_with_office_rows
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.linear_programs import quiet_highs
from povlib.runs.office.office_place import find_office
from povlib.runs.run_folders import begin

PAGE, TITLE = "allocation-parts", "One plan over many parts"
SEED, OF_HOUSEHOLD, OF_PACKAGE = 7, 0.15, 0.02
#: seconds, MB and gap promised for so many households
PROMISED = {20_000: (60.0, 1024.0, 1e-5), 200_000: (480.0, 3072.0, 1e-5), 1_000_000: (1800.0, 5120.0, 1e-6)}


def county(office: str, folder: Path) -> Part:
    """Write the county's own problem as a part, and its kept shares and shares beside it."""
    if (folder / "part.json").is_file():
        return Part.open(folder)
    problem = begin(find_office(office), "base", {}).problem
    tables = problem.tables
    assert tables is not None
    part = write_part(
        folder, tables.packages, tables.uses, tables.resources, tables.households, bills=tables.bills,
        payers=tables.payers, pins=tables.pins, objective=problem.objective,
    )  # fmt: skip
    tables.keeps.to_parquet(folder.with_name("keeps.parquet"))
    tables.shares.drop(columns="names").to_parquet(folder.with_name("shares.parquet"))
    columns = ["facility", "level", "resource", "added", "opening_fen", "fund"]
    tables.facilities[columns].to_parquet(folder.with_name("facilities.parquet"))
    return part


def stretched(source: Part, folder: Path, copies: int, *, openings: bool = False) -> tuple[list[Path], OfficeTables]:
    """Write copies of a part whose households and rows have keys of their own and other gains."""
    rng = np.random.default_rng(SEED)
    funds = {source.record["resources"][f][0] for f in np.unique(source.numbers("payer.fund")).tolist()}
    value, base = source.numbers("value"), source.numbers("base")
    home = np.repeat(np.arange(source.households), np.diff(source.numbers("start")))
    nothing = value[base][home]
    folders = []
    for copy in range(copies):
        own = folder / f"part-{copy:04d}"
        folders.append(own)
        factor = (1 + OF_HOUSEHOLD * rng.standard_normal(source.households))[home].clip(0.3, 1.7)
        factor *= 1 + OF_PACKAGE * rng.standard_normal(len(value))
        if (own / "part.json").is_file():
            continue
        shutil.copytree(source.folder, own, copy_function=os.link)
        changed = {"value": np.rint(nothing + (value - nothing) * factor).astype(np.int32)}
        changed |= {name: np.char.add(f"c{copy:03d}-", np.asarray(source.column(name))) for name in ("hh", "package")}
        for name, column in changed.items():
            (own / f"{name}.npy").unlink()
            np.save(own / f"{name}.npy", column)
        rows = [[r[0] if r[0] in funds else f"c{copy:03d}-{r[0]}", *r[1:]] for r in source.record["resources"]]
        (own / "part.json").unlink()
        _rewrite(own, {**source.record, "resources": rows})
    amounts = [(r[0], r[5] * copies) for r in source.record["resources"] if r[0] in funds]
    keeps, shares = (pd.read_parquet(source.folder.with_name(f"{name}.parquet")) for name in ("keeps", "shares"))
    known = pd.DataFrame(amounts, columns=["resource", "capacity"])
    return folders, OfficeTables(known, keeps, shares, spread_openings(source, copies) if openings else None)


def spread_openings(source: Part, copies: int) -> pd.DataFrame:
    """Return what the county may open, the first thing in the first part, the second in the second, and so on."""
    ways = pd.read_parquet(source.folder.with_name("facilities.parquet"))
    copy = pd.factorize(ways["facility"])[0] % copies
    return ways.assign(resource=[f"c{at:03d}-{row}" for at, row in zip(copy, ways["resource"], strict=True)])


def _rewrite(folder: Path, record_: dict[str, object]) -> None:
    """Write a part's record with the digests of its columns as they now are."""
    part = Part(folder, record_)
    columns = {name: part.digest_of_column(name) for name in record_["columns"]}  # type: ignore[attr-defined]
    part = Part(folder, {**record_, "columns": columns})
    told = {**part.record, "digest": part.digest_of_files()}
    (folder / "part.json").write_text(json.dumps(told, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def measured(source: Part, folder: Path, copies: int, openings: bool) -> dict[str, float]:
    """Plan an office of so many parts and verify it; in a process of its own, so that its peak of memory is its own."""
    folders, office = stretched(source, folder / "parts", copies, openings=openings)
    begun, wall = _processor_s(), time.perf_counter()
    plan = plan_of_parts(folders, office, folder=folder / f"plan-{copies}")
    spent, wall = _processor_s() - begun, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = _processor_s()
    assert verify_parts(plan, folders, office).ok
    return {
        "households": source.households * copies, "packages": source.packages * copies, "spent": spent, "wall": wall,
        "peak": peak, "gap": plan.gap, "relative": plan.gap / plan.value,
        "solver": (plan.solver_bound - plan.value) / plan.value, "relaxations": plan.effort.get("relaxations", 0),
        "value": plan.value, "opened": len(plan.opened), "cases": plan.effort.get("cases", 0),
        "plans": plan.effort.get("plans", 0),
        "verify": _processor_s() - begun, "peak_verified": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def _processor_s() -> float:
    """Return the processor's seconds of this process and of its solver's, which is ended to be counted."""
    shared_solver().end()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def plans(office: str, folder: Path, sizes: list[int], what: str) -> None:
    """Measure offices of several sizes and write them down, with the exponent of growth between neighbours."""
    county(office, folder / "county")
    before: dict[str, float] | None = None
    for copies in sizes:
        command = [sys.executable, __file__, office, str(folder), f"one-{what}", str(copies)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        print(told, flush=True)
        households = int(told["households"])
        seconds, memory, gap = PROMISED.get(households, (0.0, 0.0, 0.0))
        figures = [
            Figure("packages", told["packages"], 0, ""), Figure("plan, processor", told["spent"], seconds),
            Figure("plan, clock", told["wall"]), Figure("peak memory", told["peak"], memory, "MB"),
            Figure("certified gap", told["gap"], 0, "persons"),
            Figure("certified gap, millionths of the value", 1e6 * told["relative"], 1e6 * gap, ""),
            Figure("gap with villages chosen exactly, millionths", 1e6 * told["solver"], 0, ""),
            Figure("relaxations of the whole office", told["relaxations"], 0, ""),
            Figure("verify, processor", told["verify"]),
        ]  # fmt: skip
        if what == "openings":
            figures += [
                Figure("value", told["value"], 0, "persons"), Figure("opened", told["opened"], 0, ""),
                Figure("cases", told["cases"], 0, ""), Figure("plans sought", told["plans"], 0, ""),
            ]  # fmt: skip
        if before is not None:
            grown = math.log(households / before["households"])
            figures.append(
                Figure("growth exponent of the plan", math.log(told["spent"] / before["spent"]) / grown, 1.1, "")
            )
        before = told
        how = f"`python benchmarks/allocation_parts.py {office} FOLDER {what} {copies}`, seed {SEED}"
        heading = f"{households:,} households" + (", six openings" if what == "openings" else "")
        record(PAGE, TITLE, heading, f"{how}, the computer shared with other work", figures)


def peer(office: str, folder: Path) -> None:
    """HiGHS solves the relaxation of one county from nothing, all columns at once."""
    import highspy

    from povlib.allocation.problem.sparse_matrices import csc, csr, one_under_another

    source = county(office, folder / "county")
    folders, tables = stretched(source, folder / "parts", 1)
    joined = join_parts(folders, tables)
    kinds = kinds_of_office(joined)
    compact = compact_office(joined, kinds, FundSets(kinds).states)
    whole = grouped_parts(compact, sum(len(part.value) for part in compact.parts)).compact
    columns = columns_with_office_rows(whole.parts[0], whole.capacity.astype(float), whole.limit[0])
    count, homes = len(columns.value), len(columns.start) - 1
    once = csr((np.ones(count), (columns.home, np.arange(count))), shape=(homes, count))
    a = csc(one_under_another([once, csr(columns.use[columns.kind].T)]))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, a.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = -columns.value, np.zeros(count), np.ones(count)
    model.row_upper_ = np.concatenate([np.ones(homes), columns.limit])
    model.row_lower_ = np.concatenate([np.ones(homes), np.full(len(columns.limit), -highspy.kHighsInf)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = a.indptr.astype(np.int32), a.indices.astype(np.int32)
    model.a_matrix_.value_ = a.data
    begun = time.process_time()
    highs = quiet_highs({"threads": 1, "time_limit": 600.0})
    highs.passModel(model)
    highs.run()
    status = highs.modelStatusToString(highs.getModelStatus())
    spent = time.process_time() - begun
    print(status, -highs.getInfo().objective_function_value / 1000, spent)
    how = f"`python benchmarks/allocation_parts.py {office} FOLDER peer`: no whole plan; it ended with: {status}"
    record(PAGE, TITLE, "HiGHS alone, relaxation of one county", how, [Figure("relaxation, processor", spent)])


if __name__ == "__main__":
    name, place, what, *rest = sys.argv[1:]
    if what in ("plan", "openings"):
        plans(name, Path(place), list(map(int, rest)), what)
    elif what.startswith("one-"):
        source = county(name, Path(place) / "county")
        print(json.dumps(measured(source, Path(place), int(rest[0]), what == "one-openings")))
    else:
        peer(name, Path(place))
