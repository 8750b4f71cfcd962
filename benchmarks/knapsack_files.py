"""Published multiple-choice multidimensional knapsack files: read one, solve it, print one line.

    python benchmarks/knapsack_files.py FILE [--time-limit SECONDS]

The layout is ``N M``, the M capacities, then for each group its number of items and per item ``value w1 .. wM``
(exactly one item a group is taken); also that of Khan (2002), ``N L M`` with numbered groups of L items. Printed is
``{"value", "bound", "gap", "status"}``; the exit code is 0 with a plan, 1 without, 2 for a faulty file.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.problem.table_checks import LARGEST_AMOUNT, LARGEST_SUM, LARGEST_VALUE
from povlib.allocation.proof.certificate import UNITS_PER_MICRO
from povlib.allocation.proof.plan import Plan
from povlib.allocation.solvers.dispatch import PRICED_FROM, solve
from povlib.allocation.solvers.township.township_search import solve_exact
from povlib.arrays import Floats, Ints
from povlib.errors import InfeasiblePlanError, ProblemError, SolverError

TOO_FINE = "{word} has more digits than can be counted exactly"
WRONG_LENGTH = "the file has {found} numbers where {needed} are needed"
COMMENT = re.compile(r"(#|//|%|;).*$")
SEPARATORS = re.compile(r"[\s,:\[\](){}]+")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
#: part of the time that the local search has after the solver: no proof is near for most of these files
LOCAL_PART = 0.45
#: seconds that the search leaves for checking the plan and writing it down
RESERVE_S = 0.1
UNLIMITED_NODES = 10**9
#: decimals of uses that are tried; a float holds no more
MOST_DECIMALS = 15
#: every decimal of so many digits is a float of its own; of longer ones each is looked at
FLOAT_DIGITS = 15
#: decimals of a micro unit
MICRO_DECIMALS = 6
#: micro units a value may be counted in
MOST_MICROS = int(LARGEST_VALUE * MICRO)
#: smallest steps that all values together may span for the solver's word on the bound to be taken: its sums in floats
#: of 53 bits may miss by some hundred roundings, which must stay far below one step
MOST_STEPS_TRUSTED = 2**43


@dataclass(frozen=True)
class NumberedLines:
    """The numbers of a file, and the line that each stands on."""

    name: str
    value: Floats
    line: Ints
    written: list[str]

    def __len__(self) -> int:
        return len(self.value)

    def place(self, at: int) -> str:
        """Return file and line of a number; behind the last one, the last line."""
        return f"{self.name}:{int(self.line[min(at, len(self) - 1)])}" if len(self) else self.name


@dataclass(frozen=True)
class ItemTable:
    """Value and uses of every item, capacities, items per group, and where in the file each value stands."""

    item: Floats
    capacity: Floats
    counts: list[int]
    place: Ints


@dataclass(frozen=True, eq=False)
class ScaledFile:
    """The problem in whole numbers, and what its micro units stand for in the file, to the last digit.

    A value of the file times 10^decimals is  least of its group + unit x (micros / factor), rounded down to a whole
    number of units where `rounded`; Python integers throughout, since floats end at 2^53.
    """

    problem: Problem
    values: list[int]
    decimals: int
    base: int
    unit: int
    factor: int
    rounded: bool


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
    refuse_lost_digits(numbers, given)
    units = [whole_number_unit(np.append(given.item[:, 1 + r], given.capacity[r])) for r in range(len(given.capacity))]
    if 0.0 in units:
        raise ProblemError(
            "the uses of resource {resource} have more decimals than can be counted exactly", where=path.name,
            remedy="count in a smaller unit, or round the weights up", resource=units.index(0.0) + 1,
        )  # fmt: skip
    scale = np.array(units)
    values, decimals = exact_values([numbers.written[at] for at in given.place.tolist()], numbers, given.place)
    micros, base, unit, factor, rounded = micros_of_values(values, decimals, given.counts)
    groups = len(given.counts)
    problem = Problem.from_arrays(
        # a float holds micros / 1e6 so nearly that rounding gives the micros back
        np.array(micros, dtype=np.float64) / MICRO, np.repeat(np.arange(groups), given.counts),
        np.zeros(groups, dtype=np.int64), csr(np.rint(given.item[:, 1:] * scale)), np.rint(given.capacity * scale),
    )  # fmt: skip
    return ScaledFile(problem, values, decimals, base, unit, factor, rounded)


def exact_values(written: Sequence[str], numbers: NumberedLines, place: Ints) -> tuple[list[int], int]:
    """Return values as whole numbers of one power of ten, and its decimals, exactly as they are written."""
    exact = [exact_number(word, numbers, int(at)) for word, at in zip(written, place, strict=True)]
    decimals = 0
    for number in {number.denominator for number in exact}:
        while 10**decimals % number:
            decimals += 1
    return [int(number * 10**decimals) for number in exact], decimals


def exact_number(word: str, numbers: NumberedLines, at: int) -> Fraction:
    """Return a number as it is written; one so near nothing that no float holds it is refused."""
    if word.isdigit():
        return Fraction(int(word))
    if float(word) == 0.0:
        if re.search("[1-9]", re.split("[eE]", word)[0]):
            raise ProblemError(TOO_FINE, where=numbers.place(at), word=word)
        return Fraction(0)
    return Fraction(word)


def micros_of_values(values: list[int], decimals: int, counts: list[int]) -> tuple[list[int], int, int, int, bool]:
    """Return values as micro units, and base, unit, factor and rounded of `ScaledFile`.

    Values are taken as they are where micro units hold them. Others are counted from the least of their group, in what
    all of them are multiples of; only those that span still more are rounded down.
    """
    if decimals <= MICRO_DECIMALS and max(map(abs, values)) <= LARGEST_VALUE * 10**decimals:
        factor = 10 ** (MICRO_DECIMALS - decimals)
        return [value * factor for value in values], 0, 1, factor, False
    over, base, at, spanned = [], 0, 0, 0
    for count in counts:
        least = min(values[at : at + count])
        over += [value - least for value in values[at : at + count]]
        base, spanned, at = base + least, spanned + max(over[at:]), at + count
    unit = math.gcd(*over) or 1
    most = max(over) // unit
    if most > MOST_MICROS:
        unit = max(-(-max(over) // MOST_MICROS), -(-spanned // MOST_STEPS_TRUSTED))
        return [value // unit for value in over], base, unit, 1, True
    factor = min(MICRO, MOST_MICROS // max(most, 1))
    return [value // unit * factor for value in over], base, unit, factor, False


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
    return NumberedLines(path.name, value, line_of, found)


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
    return numbered_groups(numbers.value, 3, groups, each, rows)


def numbered_layout(numbers: NumberedLines) -> ItemTable | None:
    """Read ``N M``, capacities, then groups of equal size that have a number instead of their count."""
    if not are_counts(numbers.value[:2]):
        return None
    groups, rows = (int(n) for n in numbers.value[:2])
    each, over = divmod(len(numbers) - 2 - rows - groups, groups * (rows + 1))
    return None if over or each < 2 else numbered_groups(numbers.value, 2, groups, each, rows)


def numbered_groups(value: Floats, head: int, groups: int, each: int, rows: int) -> ItemTable | None:
    """Read capacities and groups headed 1..N or 0..N-1 behind the head; None where they are not."""
    rest, block = value[head:], 1 + each * (rows + 1)
    if len(rest) != rows + groups * block:
        return None
    table = rest[rows:].reshape(groups, block)
    first = table[0, 0]
    if groups == 1 or first not in (0, 1) or not np.array_equal(table[:, 0], np.arange(first, first + groups)):
        return None
    place = head + rows + np.arange(groups * block).reshape(groups, block)[:, 1 :: rows + 1].ravel()
    return ItemTable(table[:, 1:].reshape(groups * each, rows + 1), rest[:rows], [each] * groups, place)


def are_counts(numbers: Floats) -> bool:
    return bool((numbers >= 1).all() and (numbers == np.rint(numbers)).all())


def standard_layout(numbers: NumberedLines) -> ItemTable:
    """Read ``N M``, capacities, then of each group its count and its items."""
    value = numbers.value
    if not are_counts(value[:2]):
        raise ProblemError("the first two numbers must be the groups and the resources", where=numbers.place(0))
    groups, rows = int(value[0]), int(value[1])
    at, width = 2 + rows, rows + 1
    parts, counts, places = [], [], []
    for group in range(1, groups + 1):
        count = float(value[at]) if at < len(value) else 1.0
        if count < 1 or count != np.rint(count):
            raise ProblemError(
                "group {group}: {count} is no number of items", where=numbers.place(at), group=group, count=f"{count:g}"
            )
        block = value[at + 1 : at + 1 + int(count) * width]
        places.append(at + 1 + width * np.arange(int(count)))
        at += 1 + int(count) * width
        if at > len(value):
            raise ProblemError(WRONG_LENGTH, where=numbers.place(len(value)), found=len(value), needed=at)
        parts.append(block.reshape(int(count), width))
        counts.append(int(count))
    if at != len(value):
        raise ProblemError(WRONG_LENGTH, where=numbers.place(at), found=len(value), needed=at)
    return ItemTable(np.concatenate(parts), value[2 : 2 + rows], counts, np.concatenate(places))


def refuse_lost_digits(numbers: NumberedLines, given: ItemTable) -> None:
    """Refuse uses and capacities that are not what is written once they are floats (2^53 + 1)."""
    values = set(given.place.tolist())
    for at, word in enumerate(numbers.written):
        if len(word) > FLOAT_DIGITS and at not in values and Fraction(word) != Fraction(repr(float(word))):
            raise ProblemError(TOO_FINE, where=numbers.place(at), remedy="count in a larger unit", word=word)


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
    value = sum(read.values[at] for at in plan.choice.tolist())
    bound = max(proved_bound(read, plan), value)
    status = "optimal" if bound == value else "time"
    figures = [number_of_units(total, read.decimals) for total in (value, bound, bound - value)]
    if Fraction(str(figures[1])) < Fraction(bound, 10**read.decimals):  # what is printed below a bound is none
        figures[1] = math.nextafter(figures[1], math.inf)
    return {"value": figures[0], "bound": figures[1], "gap": figures[2], "status": status}


def proved_bound(read: ScaledFile, plan: Plan) -> int:
    """Return what no plan can exceed, in whole numbers of the file's last decimal."""
    micros = np.abs(read.problem.value)
    # every plan is worth a multiple of what all values are multiples of
    step = int(np.gcd.reduce(micros)) or 1
    proved = plan.certificate.bound // UNITS_PER_MICRO
    spanned = sum(np.maximum.reduceat(micros, read.problem.start[:-1]).tolist())
    if spanned // step <= MOST_STEPS_TRUSTED:
        proved = min(proved, int(plan.solver_bound * MICRO + 0.5))
        if plan.optimal:
            proved = min(proved, plan.certificate.value // UNITS_PER_MICRO)
    proved = proved // step * step
    if read.rounded:  # each group may be worth up to one unit more than was counted
        return read.base + (proved + read.problem.groups) * read.unit
    return read.base + proved // read.factor * read.unit


def number_of_units(total: int, decimals: int) -> float:
    """Return a whole number of last decimals in the units of the file: an integer where that is what it is."""
    whole, over = divmod(total, 10**decimals)
    return whole if not decimals else float(Fraction(total, 10**decimals)) if over else float(whole)


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
