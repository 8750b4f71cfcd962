"""Standard multiple-choice multidimensional knapsack files.

Responsible for reading ``N M``, the M capacities, then for each group its number of items and per
item ``value w1 .. wM`` (exactly one item a group), also in the layout of Khan (2002), ``N L M`` with
numbered groups of L items, and for solving such a file. Not responsible for the methods.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.exact import solve_exact
from povlib.allocation.matrices import csr
from povlib.allocation.problem import MICRO, Problem
from povlib.allocation.solving import PRICED_FROM, solve
from povlib.errors import InfeasiblePlanError, ProblemError, SolverError

_SHAPE = "the file has {found} numbers where {needed} are needed"
_COMMENT = re.compile(r"(#|//|%|;).*$")
_BETWEEN = re.compile(r"[\s,:\[\](){}]+")
#: part of the time that the local search has after the solver: no proof is near for most of these files
LOCAL_PART = 0.45
_UNLIMITED = 10**9
_MOST_DECIMALS = 6

Floats = npt.NDArray[np.float64]


def read_mmkp(path: Path) -> Problem:
    r"""Read a multiple-choice knapsack file; comments (#, //, %, ;), blank lines and commas do not matter.

    Raises
    ------
    ProblemError
        If the file holds no numbers, too few or too many, or a group without items.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "tiny.txt"
    ...     _ = file.write_text("2 1\n4  # capacity\n2\n0 0\n5 2\n2\n0 0\n6 3\n")
    ...     read_mmkp(file).households
    2
    """
    numbers = _numbers(path)
    if len(numbers) < 2:
        raise ProblemError(_SHAPE, where=path.name, found=len(numbers), needed=2)
    items, capacity, counts = _of_khan(numbers) or _standard(numbers, path.name)
    scale = np.array([_unit(np.append(items[:, 1 + r], capacity[r])) for r in range(len(capacity))])
    groups = len(counts)
    return Problem.from_arrays(
        items[:, 0], np.repeat(np.arange(groups), counts), np.zeros(groups, dtype=np.int64),
        csr(np.rint(items[:, 1:] * scale)), np.rint(capacity * scale),
    )  # fmt: skip


def _numbers(path: Path) -> Floats:
    """Return the numbers of a file up to the first line of words that follows them."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError("the file cannot be read as numbers: {error}", where=path.name, error=str(error)) from None
    found: list[float] = []
    for line in lines:
        words = [word for word in _BETWEEN.split(_COMMENT.sub("", line)) if word]
        try:
            found += [float(word) for word in words]
        except ValueError as error:
            if found and not any(_is_number(word) for word in words[:1]):
                break  # published solutions in words follow the data
            if found or any(_is_number(word) for word in words):
                raise ProblemError(
                    "the file cannot be read as numbers: {error}", where=path.name, error=str(error)
                ) from None
    return np.array(found)


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", word) is not None


def _of_khan(numbers: Floats) -> tuple[Floats, Floats, list[int]] | None:
    """Read ``N L M``, capacities, then groups numbered 1..N (or 0..N-1) of L items; None for another layout."""
    if len(numbers) < 3 or (numbers[:3] < 1).any() or (numbers[:3] != np.rint(numbers[:3])).any():
        return None
    groups, each, rows = (int(n) for n in numbers[:3])
    block = 1 + each * (rows + 1)
    if len(numbers) != 3 + rows + groups * block:
        return None
    table = numbers[3 + rows :].reshape(groups, block)
    if not any(np.array_equal(table[:, 0], np.arange(first, first + groups)) for first in (0, 1)):
        return None
    return table[:, 1:].reshape(groups * each, rows + 1), numbers[3 : 3 + rows], [each] * groups


def _standard(numbers: Floats, name: str) -> tuple[Floats, Floats, list[int]]:
    """Return items (value, uses), capacities and items per group."""
    if (numbers[:2] < 1).any() or (numbers[:2] != np.rint(numbers[:2])).any():
        raise ProblemError("the first two numbers must be the groups and the resources", where=name)
    groups, rows = int(numbers[0]), int(numbers[1])
    at, width = 2 + rows, rows + 1
    parts, counts = [], []
    for group in range(1, groups + 1):
        count = numbers[at] if at < len(numbers) else None
        if count is not None and (count < 1 or count != np.rint(count)):
            raise ProblemError(
                "group {group}: {count} is no number of items", where=name, group=group, count=f"{count:g}"
            )
        most = 1 if count is None else int(count)
        block = numbers[at + 1 : at + 1 + most * width]
        if len(block) < most * width:
            raise ProblemError(_SHAPE, where=name, found=len(numbers), needed=at + 1 + most * width)
        parts.append(block.reshape(most, width))
        counts.append(most)
        at += 1 + most * width
    if at != len(numbers):
        raise ProblemError(_SHAPE, where=name, found=len(numbers), needed=at)
    return np.concatenate(parts), numbers[2 : 2 + rows], counts


def _unit(column: Floats) -> float:
    """Return the power of ten that makes the uses of one resource whole numbers, as they are written."""
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = column * 10.0**decimals
        if (np.abs(scaled - np.rint(scaled)) <= 1e-9 * np.maximum(np.abs(scaled), 1.0)).all():
            return 10.0**decimals
    return 1.0


def solve_file(path: Path, time_limit_s: float = 60.0) -> dict[str, Any]:
    """Solve a multiple-choice knapsack file.

    Returns
    -------
    dict
        value (None when there is no plan), bound (the better of what the prices prove and the
        solver says, rounded down to what a plan can be worth), gap (bound - value), price_bound,
        status ("infeasible" when nothing fits).
    """
    problem = read_mmkp(path)
    try:
        if problem.households > PRICED_FROM:
            plan = solve(problem, gap=0.0, time_limit_s=time_limit_s)
        else:
            plan = solve_exact(problem, gap=0.0, nodes=_UNLIMITED, time_limit_s=time_limit_s, local_part=LOCAL_PART)
    except InfeasiblePlanError:
        return {"value": None, "bound": None, "gap": None, "price_bound": None, "status": "infeasible"}
    except SolverError:
        return {"value": None, "bound": None, "gap": None, "price_bound": None, "status": "time"}
    # every plan is worth a multiple of what all values are multiples of
    step = int(np.gcd.reduce(np.abs(problem.value))) / MICRO or 1.0
    bound = max(np.floor(plan.bound / step + 1e-9) * step, plan.value) if step >= 1 else plan.bound
    return {
        "value": plan.value,
        "bound": bound,
        "gap": bound - plan.value,
        "price_bound": plan.price_bound,
        "status": plan.status,
    }
