"""An order of rows that depends on content, not on names or on how the tables were sorted.

Responsible for the canonical order of households and packages (content first, key last, so that
renaming can only swap exact duplicates) and for the digest of a problem. Not responsible for
any arithmetic of the plan.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.problem_arrays import ProblemArrays

Hashes = npt.NDArray[np.uint64]
# order, digest and ties of one problem ask for them in turn
_hashes_of_problem: WeakKeyDictionary[ProblemArrays, Hashes] = WeakKeyDictionary()


def _splitmix64(x: npt.NDArray[Any]) -> Hashes:
    """Scramble 64-bit words (splitmix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = x.astype(np.int64).view(np.uint64) if x.dtype != np.uint64 else x.copy()
        z = z + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


# a choice: the texts of a few townships (19,000 in the practice one), each hashed three times a plan
@lru_cache(maxsize=2**17)
def _text_hash(text: Any) -> int:
    """Return 64 bits of a text's BLAKE2b hash, the same in every process."""
    return int.from_bytes(hashlib.blake2b(str(text).encode(), digest_size=8).digest(), "little", signed=True)


def _sums_by_index(index: npt.NDArray[Any], words: Hashes, size: int) -> Hashes:
    """Sum hashes by index, modulo 2**64: the order of the terms does not matter."""
    total = np.zeros(size, dtype=np.uint64)
    np.add.at(total, index, words)
    return total


def package_hashes(problem: ProblemArrays) -> Hashes:
    """Return a hash of what each package row is worth, uses, costs and may be."""
    known = _hashes_of_problem.get(problem)
    if known is None:
        known = _hashes_of_problem[problem] = _hashes_of_content(problem)
    return known


def _hashes_of_content(problem: ProblemArrays) -> Hashes:
    hashes = _splitmix64(problem.value)
    for _, stage in problem.stages:
        hashes = _splitmix64(hashes ^ _splitmix64(stage))
    # the bonus belongs to the search: two problems that differ in it alone may have different plans
    flags = problem.allowed.astype(np.int64) + 2 * problem.bonus
    hashes = _splitmix64(hashes ^ _splitmix64(flags))
    use = problem.use
    row_hash = np.array([_text_hash(name) for name in problem.rows["row"]], dtype=np.int64)
    package_of = np.repeat(np.arange(use.shape[0]), np.diff(use.indptr))
    if len(row_hash):
        hashes = _splitmix64(
            hashes
            ^ _sums_by_index(
                package_of, _splitmix64(_splitmix64(row_hash)[use.indices] ^ _splitmix64(use.data)), use.shape[0]
            )
        )
    money = problem.money
    if money is not None:
        bill_hash = _splitmix64(np.array([_text_hash(name) for name in money.measure], dtype=np.int64)) ^ _splitmix64(
            money.cost
        )
        for f in range(len(money.funds)):
            bill_hash = _splitmix64(bill_hash ^ _splitmix64(2 * money.ceiling[:, f] + money.kept[:, f]))
        hashes = _splitmix64(hashes ^ _sums_by_index(money.package, bill_hash, money.packages))
    return hashes


def canonical_order(problem: ProblemArrays) -> npt.NDArray[np.int64]:
    """Return package rows sorted by content of their group, then of the package, keys last."""
    of_package = package_hashes(problem)
    of_group = _sums_by_index(problem.group, _splitmix64(of_package), problem.groups)
    is_facility = (problem.group >= problem.households).astype(np.int64)
    return np.lexsort((np.arange(len(of_package)), of_package, problem.group, of_group[problem.group], is_facility))


def problem_digest(problem: ProblemArrays) -> str:
    """Return SHA-256 over content and keys; independent of the order of the tables."""
    digest = hashlib.sha256()
    for name in ("row", "kind", "sense", "capacity", "village"):
        digest.update("\x1f".join(map(str, problem.rows[name])).encode())
    digest.update("\x1f".join(map(str, problem.hh)).encode())
    if problem.tables is not None:
        digest.update("\x1f".join(map(str, problem.package)).encode())
    digest.update(problem.start.tobytes() + package_hashes(problem).tobytes() + problem.capacity.tobytes())
    if problem.money is not None:
        money = problem.money
        digest.update("\x1f".join(money.funds).encode())
        digest.update(money.budget.tobytes() + money.child.tobytes() + money.household_ceiling.tobytes())
    return digest.hexdigest()
