"""Published multiple-choice multidimensional knapsack files: read one, solve it, print one line.

    python benchmarks/knapsack_files.py FILE [--time-limit SECONDS]

The layout is ``N M``, the M capacities, then for each group its number of items and per item ``value w1 .. wM``
(exactly one item a group is taken); also that of Khan (2002), ``N L M`` with numbered groups of L items. Printed is
``{"value", "bound", "gap", "status"}``; the exit code is 0 with a plan, 1 without, 2 for a faulty file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.problem.array_problem import LARGEST_SUM
from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.problem.table_checks import LARGEST_AMOUNT, LARGEST_VALUE
from povlib.allocation.proof.certificate import UNITS_PER_MICRO
from povlib.allocation.proof.plan import Plan
from povlib.allocation.solvers.dispatch import PRICED_FROM, solve
from povlib.allocation.solvers.township.township_search import solve_exact
from povlib.arrays import Floats, Ints
from povlib.errors import InfeasiblePlanError, ProblemError, SolverError

WRONG_LENGTH = "the file has {found} numbers where {needed} are needed"
COMMENT = re.compile(r"(#|//|%|;).*$")
SEPARATORS = re.compile(r"[\s,:\[\](){}]+")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
#: part of the time that the local search has after the solver: no proof is near for most of these files
LOCAL_PART = 0.45
#: seconds that the search leaves for checking the plan and writing it down
RESERVE_S = 0.1
UNLIMITED_NODES = 10**9
#: micro units by which arithmetic in floats may miss the whole number it means
FLOAT_NOISE_MICROS = 1e-3
#: more decimals than a float holds are none
MOST_DECIMALS = 15


@dataclass(frozen=True)
class NumberedLines:
    """The numbers of a file, and the line that each stands on."""

    name: str
    value: Floats
    line: Ints

    def __len__(self) -> int:
        return len(self.value)

    def place(self, at: int) -> str:
        """Return file and line of a number; behind the last one, the last line."""
        return f"{self.name}:{int(self.line[min(at, len(self) - 1)])}" if len(self) else self.name


@dataclass(frozen=True)
class ItemTable:
    """Value and uses of every item, capacities, items per group."""

    item: Floats
    capacity: Floats
    counts: list[int]


@dataclass(frozen=True, eq=False)
class ScaledFile:
    """The problem in whole numbers, and the units a value of the file was multiplied with."""

    problem: Problem
    values: Floats
    scale: float


def read_mmkp(path: Path) -> Problem:
    r"""Read a multiple-choice knapsack file; comments (#, //, %, ;), blank lines and commas do not matter.

    Raises
    ------
    ProblemError
        With file and line: no numbers, too few or too many, a group without items, uses with more
        decimals than can be counted exactly.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "tiny.txt"
    ...     _ = file.write_text("2 1\n4  # capacity\n2\n0 0\n5 2\n2\n0 0\n6 3\n")
    ...     read_mmkp(file).households
    2
    """
    return read_scaled(path).problem


def read_scaled(path: Path) -> ScaledFile:
    numbers = numbers_of_file(path)
    if len(numbers) < 2:
        raise ProblemError(WRONG_LENGTH, where=path.name, found=len(numbers), needed=2)
    given = item_table(numbers)
    units = [whole_number_unit(np.append(given.item[:, 1 + r], given.capacity[r])) for r in range(len(given.capacity))]
    if 0.0 in units:
        raise ProblemError(
            "the uses of resource {resource} have more decimals than can be counted exactly", where=path.name,
            remedy="count in a smaller unit, or round the weights up", resource=units.index(0.0) + 1,
        )  # fmt: skip
    scale = np.array(units)
    largest = float(np.abs(given.item[:, 0]).max())
    worth = 1.0 if largest <= LARGEST_VALUE else 10.0 ** -np.ceil(np.log10(largest / LARGEST_VALUE))
    groups = len(given.counts)
    problem = Problem.from_arrays(
        given.item[:, 0] * worth, np.repeat(np.arange(groups), given.counts), np.zeros(groups, dtype=np.int64),
        csr(np.rint(given.item[:, 1:] * scale)), np.rint(given.capacity * scale),
    )  # fmt: skip
    return ScaledFile(problem, given.item[:, 0], worth)


def numbers_of_file(path: Path) -> NumberedLines:
    """Return the numbers of a file up to the first line of words that follows them."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError("the file cannot be read as numbers: {error}", where=path.name, error=str(error)) from None
    found: list[str] = []
    many: list[int] = []
    for line in lines:
        words = [word for word in SEPARATORS.split(COMMENT.sub("", line)) if word]
        wrong = [word for word in words if NUMBER.fullmatch(word) is None]
        in_words = bool(wrong) and wrong[0] == words[0]
        if in_words and found:
            break  # published solutions in words follow the data
        if wrong and not in_words:
            raise ProblemError("{word} is no number", where=f"{path.name}:{len(many) + 1}", word=wrong[0])
        many.append(0 if in_words else len(words))
        found += [] if in_words else words
    line_of = np.repeat(np.arange(1, len(many) + 1), many)
    value = np.array(found, dtype=np.float64)
    endless = np.flatnonzero(~np.isfinite(value))
    if len(endless):
        at = int(endless[0])
        raise ProblemError("{word} is no number", where=f"{path.name}:{line_of[at]}", word=found[at])
    return NumberedLines(path.name, value, line_of)


def item_table(numbers: NumberedLines) -> ItemTable:
    """Read the file as it is documented; if it does not fit, in a layout with numbered groups."""
    try:
        return standard_layout(numbers)
    except ProblemError:
        other = khan_layout(numbers) or numbered_layout(numbers)
        if other is None:
            raise
        return other


def khan_layout(numbers: NumberedLines) -> ItemTable | None:
    """Read ``N L M``, capacities, then numbered groups of L items; None for another layout."""
    head = numbers.value[:3]
    if len(head) < 3 or not are_counts(head):
        return None
    groups, each, rows = (int(n) for n in head)
    return numbered_groups(numbers.value[3:], groups, each, rows)


def numbered_layout(numbers: NumberedLines) -> ItemTable | None:
    """Read ``N M``, capacities, then groups of equal size that have a number instead of their count."""
    if not are_counts(numbers.value[:2]):
        return None
    groups, rows = (int(n) for n in numbers.value[:2])
    each, over = divmod(len(numbers) - 2 - rows - groups, groups * (rows + 1))
    return None if over or each < 2 else numbered_groups(numbers.value[2:], groups, each, rows)


def numbered_groups(rest: Floats, groups: int, each: int, rows: int) -> ItemTable | None:
    """Read capacities and groups headed 1..N or 0..N-1; None where they are not."""
    block = 1 + each * (rows + 1)
    if len(rest) != rows + groups * block:
        return None
    table = rest[rows:].reshape(groups, block)
    first = table[0, 0]
    if groups == 1 or first not in (0, 1) or not np.array_equal(table[:, 0], np.arange(first, first + groups)):
        return None
    return ItemTable(table[:, 1:].reshape(groups * each, rows + 1), rest[:rows], [each] * groups)


def are_counts(numbers: Floats) -> bool:
    return bool((numbers >= 1).all() and (numbers == np.rint(numbers)).all())


def standard_layout(numbers: NumberedLines) -> ItemTable:
    """Read ``N M``, capacities, then of each group its count and its items."""
    value = numbers.value
    if not are_counts(value[:2]):
        raise ProblemError("the first two numbers must be the groups and the resources", where=numbers.place(0))
    groups, rows = int(value[0]), int(value[1])
    at, width = 2 + rows, rows + 1
    parts, counts = [], []
    for group in range(1, groups + 1):
        count = float(value[at]) if at < len(value) else 1.0
        if count < 1 or count != np.rint(count):
            raise ProblemError(
                "group {group}: {count} is no number of items", where=numbers.place(at), group=group, count=f"{count:g}"
            )
        block = value[at + 1 : at + 1 + int(count) * width]
        at += 1 + int(count) * width
        if at > len(value):
            raise ProblemError(WRONG_LENGTH, where=numbers.place(len(value)), found=len(value), needed=at)
        parts.append(block.reshape(int(count), width))
        counts.append(int(count))
    if at != len(value):
        raise ProblemError(WRONG_LENGTH, where=numbers.place(at), found=len(value), needed=at)
    return ItemTable(np.concatenate(parts), value[2 : 2 + rows], counts)


def whole_number_unit(column: Floats) -> float:
    """Return the power of ten that makes the uses of one resource whole numbers as they are written; 0 if none does."""
    largest = float(np.abs(column).max())
    for decimals in range(MOST_DECIMALS + 1):
        scaled = column * 10.0**decimals
        if largest * 10.0**decimals > LARGEST_AMOUNT or np.abs(scaled).sum() > LARGEST_SUM:
            return 0.0
        if (np.abs(scaled - np.rint(scaled)) <= 4 * np.spacing(np.abs(scaled))).all():
            return 10.0**decimals
    return 0.0


def solve_file(path: Path, time_limit_s: float = 60.0) -> dict[str, Any]:
    """Solve a multiple-choice knapsack file; the time limit counts reading it too.

    Returns
    -------
    dict
        value, bound (the better of what the prices prove and the solver says, rounded down to what a
        plan can be worth; never below the value), gap (bound - value), status: "optimal", "time",
        "infeasible" (no choice keeps every capacity; the figures are None) or "unknown" (no choice
        was found within the time limit; None too). Whole numbers where all values are whole.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "tiny.txt"
    ...     _ = file.write_text("2 1 4  2 0 0 5 2  2 0 0 6 3")
    ...     solve_file(file)
    {'value': 6, 'bound': 6, 'gap': 0, 'status': 'optimal'}
    """
    if not time_limit_s > 0:
        raise ProblemError("time limit and effort must be positive, the gap not negative")
    deadline = time.monotonic() + time_limit_s - min(RESERVE_S, time_limit_s / 2)
    read = read_scaled(path)
    try:
        plan = solve_within(read.problem, max(deadline - time.monotonic(), 1e-3))
    except InfeasiblePlanError:
        return {"value": None, "bound": None, "gap": None, "status": "infeasible"}
    except SolverError:
        return {"value": None, "bound": None, "gap": None, "status": "unknown"}
    return figures_of_plan(read, plan)


def solve_within(problem: Problem, time_limit_s: float) -> Plan:
    if problem.households > PRICED_FROM:
        return solve(problem, gap=0.0, time_limit_s=time_limit_s)
    return solve_exact(
        problem, gap=0.0, nodes=UNLIMITED_NODES, time_limit_s=time_limit_s, local_part=LOCAL_PART, explain=False
    )


def figures_of_plan(read: ScaledFile, plan: Plan) -> dict[str, Any]:
    """Return value and bound in the units of the file, as whole numbers where its values are whole."""
    digits = next((d for d in range(MOST_DECIMALS) if have_decimals(read.values, d)), MOST_DECIMALS)
    value = rounded_number(float(read.values[plan.choice].sum()), digits)
    micros = read.values[read.problem.row] * read.scale * MICRO
    # values of more decimals than a micro holds: a plan may be worth that much more for each group
    lost = float(np.abs(micros - read.problem.value).max()) * read.problem.groups
    proved = min(plan.certificate.bound // UNITS_PER_MICRO, int(plan.solver_bound * MICRO + 0.5))
    if lost <= FLOAT_NOISE_MICROS:
        # every plan is worth a multiple of what all values are multiples of
        step = int(np.gcd.reduce(np.abs(read.problem.value))) or 1
        proved, lost = proved // step * step, 0.0
    bound = max(rounded_number((proved + lost) / MICRO / read.scale, digits), value)
    status = "optimal" if plan.optimal or bound == value else "time"
    return {"value": value, "bound": bound, "gap": rounded_number(bound - value, digits), "status": status}


def have_decimals(values: Floats, digits: int) -> bool:
    return bool((np.abs(values - np.round(values, digits)) <= 4 * np.spacing(np.abs(values))).all())


def rounded_number(number: float, digits: int) -> float:
    return round(number) if digits == 0 else round(number, digits)


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve one file and print value, bound, gap and status as JSON; return the exit code."""
    parser = argparse.ArgumentParser(description="Solve a multiple-choice knapsack file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS")
    options = parser.parse_args(arguments)
    try:
        figures = solve_file(options.file, time_limit_s=options.time_limit)
    except ProblemError as error:
        print("✗ " + error.show(), file=sys.stderr)
        return 2
    print(json.dumps(figures))
    return 0 if figures["value"] is not None else 1


if __name__ == "__main__":
    sys.exit(main())
