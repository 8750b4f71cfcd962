"""An order of rows that depends on content, not on names or on how the tables were sorted.

Responsible for the canonical order of households and packages (content first, key last, so that
renaming can only swap exact duplicates) and for the digest of a problem. Not responsible for
any arithmetic of the plan.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.problem_arrays import ProblemArrays

Hashes = npt.NDArray[np.uint64]


def _mix(x: npt.NDArray[Any]) -> Hashes:
    """Scramble 64-bit words (splitmix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = x.astype(np.int64).view(np.uint64) if x.dtype != np.uint64 else x.copy()
        z = z + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


def _word(text: Any) -> int:
    return int.from_bytes(hashlib.blake2b(str(text).encode(), digest_size=8).digest(), "little", signed=True)


def _sums(index: npt.NDArray[Any], words: Hashes, size: int) -> Hashes:
    total = np.zeros(size, dtype=np.uint64)
    np.add.at(total, index, words)
    return total


def package_hash(problem: ProblemArrays) -> Hashes:
    """Return a hash of what each package row is worth, uses, costs and may be."""
    found = _mix(problem.value)
    for _, stage in problem.stages:
        found = _mix(found ^ _mix(stage))
    flags = problem.allowed.astype(np.int64) + 2 * problem.bonus
    found = _mix(found ^ _mix(flags))
    use = problem.use
    row = np.array([_word(name) for name in problem.rows["row"]], dtype=np.int64)
    at = np.repeat(np.arange(use.shape[0]), np.diff(use.indptr))
    if len(row):
        found = _mix(found ^ _sums(at, _mix(_mix(row)[use.indices] ^ _mix(use.data)), use.shape[0]))
    money = problem.money
    if money is not None:
        bill = _mix(np.array([_word(name) for name in money.measure], dtype=np.int64)) ^ _mix(money.cost)
        for f in range(len(money.funds)):
            bill = _mix(bill ^ _mix(2 * money.ceiling[:, f] + money.kept[:, f]))
        found = _mix(found ^ _sums(money.package, bill, money.packages))
    return found


def canonical_order(problem: ProblemArrays) -> npt.NDArray[np.int64]:
    """Return package rows sorted by content of their group, then of the package, keys last."""
    own = package_hash(problem)
    group = _sums(problem.group, _mix(own), problem.groups)
    kind = (problem.group >= problem.households).astype(np.int64)
    return np.lexsort((np.arange(len(own)), own, problem.group, group[problem.group], kind))


def digest_of(problem: ProblemArrays) -> str:
    """Return SHA-256 over content and keys; independent of the order of the tables."""
    digest = hashlib.sha256()
    for name in ("row", "kind", "sense", "capacity", "village"):
        digest.update("\x1f".join(map(str, problem.rows[name])).encode())
    digest.update("\x1f".join(map(str, problem.hh)).encode())
    if problem.tables is not None:
        digest.update("\x1f".join(map(str, problem.package)).encode())
    digest.update(problem.start.tobytes() + package_hash(problem).tobytes() + problem.capacity.tobytes())
    if problem.money is not None:
        money = problem.money
        digest.update("\x1f".join(money.funds).encode())
        digest.update(money.budget.tobytes() + money.child.tobytes() + money.household_ceiling.tobytes())
    return digest.hexdigest()
