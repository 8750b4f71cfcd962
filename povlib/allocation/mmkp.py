"""Standard multiple-choice multidimensional knapsack files.

Responsible for reading ``N M``, the M capacities, then for each group its number of items and per
item ``value w1 .. wM`` (exactly one item a group), and for solving such a file. Not responsible
for the methods.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.matrices import csr
from povlib.allocation.problem import Problem
from povlib.allocation.solving import solve
from povlib.errors import ProblemError

_SHAPE = "the file has {found} numbers where {needed} are needed"


def read_mmkp(path: Path) -> Problem:
    r"""Read a multiple-choice knapsack file.

    Raises
    ------
    ProblemError
        If the file holds no numbers, too few or too many.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "tiny.txt"
    ...     _ = file.write_text("2 1\n4\n2\n0 0\n5 2\n2\n0 0\n6 3\n")
    ...     read_mmkp(file).households
    2
    """
    try:
        numbers = np.array(path.read_text(encoding="utf-8").split(), dtype=np.float64)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ProblemError("the file cannot be read as numbers: {error}", where=path.name, error=str(error)) from None
    if len(numbers) < 2 or min(numbers[:2]) < 1:
        raise ProblemError(_SHAPE, where=path.name, found=len(numbers), needed=2)
    groups, rows = int(numbers[0]), int(numbers[1])
    items, capacity, counts = _layout(numbers, groups, rows, path.name)
    household = np.repeat(np.arange(groups), counts)
    use = csr(items[:, 1:])
    return Problem.from_arrays(items[:, 0], household, np.zeros(groups, dtype=np.int64), use, capacity)


def _layout(
    numbers: npt.NDArray[np.float64], groups: int, rows: int, name: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], list[int]]:
    """Return items (value, uses), capacities and items per group."""
    at, width = 2, rows + 1
    capacity = numbers[at : at + rows]
    at += rows
    parts, counts = [], []
    for _ in range(groups):
        count = int(numbers[at]) if at < len(numbers) else 0
        block = numbers[at + 1 : at + 1 + count * width]
        if count < 1 or len(block) < count * width:
            raise ProblemError(_SHAPE, where=name, found=len(numbers), needed=at + 1 + max(count, 1) * width)
        parts.append(block.reshape(count, width))
        counts.append(count)
        at += 1 + count * width
    if at != len(numbers):
        raise ProblemError(_SHAPE, where=name, found=len(numbers), needed=at)
    return np.concatenate(parts), capacity, counts


def solve_file(path: Path, time_limit_s: float = 60.0) -> dict[str, Any]:
    """Solve a multiple-choice knapsack file.

    Returns
    -------
    dict
        value (None when there is no plan), bound (the better of what the prices prove and the
        solver says), gap (bound - value), price_bound, status.
    """
    problem = read_mmkp(path)
    plan = solve(problem, gap=0.0, time_limit_s=time_limit_s, nodes=10**9)
    return {
        "value": plan.value,
        "bound": plan.bound,
        "gap": plan.bound - plan.value,
        "price_bound": plan.price_bound,
        "status": plan.status,
    }
