"""The packages of a part as prices read them: a value and a *kind*; packages that use the same are of one kind.

A county of 170,000 packages knows some thousands of kinds: the same post, grant or loan, paid by the same funds, for
households of the same groups. What a kind uses of every row, set of funds and share stands in one table, so that a
pass over prices reads a dozen bytes a package. Responsible for the kinds of each part, the sets of funds that can bind
in the whole office, and the coefficients of shares in smallest whole numbers. Not responsible for prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.allocation.parts.compact_form import CompactOffice, CompactPart
from povlib.allocation.parts.compact_openings import with_facilities
from povlib.allocation.parts.joined_office import JoinedOffice
from povlib.allocation.parts.part_files import Part
from povlib.allocation.problem.bundled_funds import BundledFunds
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.problem.table_checks import LARGEST_SUM
from povlib.arrays import Bools, Ints
from povlib.errors import ProblemError

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class KindsOfPart:
    """What the packages of a part use, each kind once, before the office's sets of funds are known.

    Attributes
    ----------
    kind : int32 (P,)
        Kind of each package.
    use : csr int64 (K, R)
        Use of the part's resources, as given.
    bills : BundledFunds or None
        Bills of each kind; its packages are the kinds.
    inside : bool (K, S)
        Households of the kind belong to the group of each share.
    """

    kind: npt.NDArray[np.int32]
    use: Sparse
    bills: BundledFunds
    inside: Bools


def kinds_of_part(office: JoinedOffice, at: int) -> KindsOfPart:
    """Return the kinds of the packages of one part."""
    part = office.parts[at]
    count, home = part.packages, np.repeat(np.arange(part.households), np.diff(part.numbers("start")))
    inside = np.stack([part.group(rule.group) for rule in office.shares], axis=1) if office.shares else (
        np.zeros((part.households, 0), dtype=bool))  # fmt: skip
    use_of, resource, amount = (part.numbers(f"use.{name}") for name in ("package", "resource", "amount"))
    word = _sums(use_of, _chained(_mixed(resource), amount), count)
    bill_of, bill_word = part.numbers("bill.package"), _bill_words(part)
    word = _chained(word, _sums(bill_of, bill_word, count).view(np.int64))
    flags = (inside.astype(np.uint64) << np.arange(inside.shape[1], dtype=np.uint64)).sum(axis=1, dtype=np.uint64)
    word = _chained(word, flags.view(np.int64)[home])
    _, first, kind = np.unique(word, return_index=True, return_inverse=True)
    use = _use_of_packages(part, first, use_of, resource, amount)
    return KindsOfPart(kind.astype(np.int32), use, _bills_of_packages(office, at, first, bill_of), inside[home[first]])


def _mixed(numbers: npt.NDArray[np.int64]) -> Hashes:
    """Scramble 64-bit words (splitmix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = numbers.astype(np.int64).view(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


def _chained(word: Hashes, numbers: npt.NDArray[np.int64]) -> Hashes:
    """Return words that tell what came before and the numbers apart, also where the two are equal."""
    with np.errstate(over="ignore"):
        return _mixed((word * np.uint64(0x9E3779B97F4A7C15) + _mixed(numbers)).view(np.int64))


def _sums(index: Ints, words: Hashes, size: int) -> Hashes:
    """Sum words by index, modulo 2**64; the index is sorted."""
    with np.errstate(over="ignore"):
        running = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(words, dtype=np.uint64)])
        ends = np.searchsorted(index, np.arange(size + 1))
        return np.asarray(running[ends[1:]] - running[ends[:-1]])


def _bill_words(part: Part) -> Hashes:
    """Return a word for each bill: measure, cost, and who may pay how much of it; none for a bill of nothing."""
    cost, measure = part.numbers("bill.cost"), part.numbers("bill.measure")
    paid, fund, ceiling = (part.numbers(f"payer.{name}") for name in ("bill", "fund", "ceiling"))
    payer = _chained(_mixed(fund), np.minimum(ceiling, cost[paid]))
    order = np.argsort(paid, kind="stable")
    word = _chained(_chained(_mixed(measure), cost), _sums(paid[order], payer[order], len(cost)).view(np.int64))
    return np.where(cost > 0, word, np.uint64(0))


def _use_of_packages(part: Part, chosen: Ints, use_of: Ints, resource: Ints, amount: Ints) -> Sparse:
    """Return what chosen packages use of the part's resources, as given."""
    rank = np.full(part.packages, -1, dtype=np.int64)
    rank[chosen] = np.arange(len(chosen))
    kept = np.flatnonzero(rank[use_of] >= 0)
    matrix = csr(
        (amount[kept], (rank[use_of[kept]], resource[kept])), shape=(len(chosen), len(part.resources)), dtype=np.int64
    )
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _bills_of_packages(office: JoinedOffice, at: int, chosen: Ints, bill_of: Ints) -> BundledFunds:
    """Return the bills of chosen packages and who may pay them."""
    part, funds = office.parts[at], len(office.funds)
    rank = np.full(part.packages, -1, dtype=np.int64)
    rank[chosen] = np.arange(len(chosen))
    cost = part.numbers("bill.cost")
    kept = np.flatnonzero((rank[bill_of] >= 0) & (cost > 0))
    kept = kept[np.argsort(rank[bill_of[kept]], kind="stable")]
    place = np.full(len(cost), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    paid, fund = part.numbers("payer.bill"), office.fund_of[at][part.numbers("payer.fund")]
    known = np.flatnonzero(place[paid] >= 0)
    ceiling = np.zeros((len(kept), funds), dtype=np.int64)
    ceiling[place[paid[known]], fund[known]] = part.numbers("payer.ceiling")[known]
    measure = part.numbers("bill.measure")[kept]
    return BundledFunds(
        funds=office.funds, budget=office.budget, child=office.child, household_ceiling=office.ceiling,
        package=rank[bill_of[kept]], measure=measure.astype(object), cost=cost[kept],
        ceiling=np.minimum(ceiling, cost[kept][:, None]), kept=office.kept[at][measure],
        packages=len(chosen), own=0 if part.is_of_openings else len(chosen),
    )  # fmt: skip


def kinds_of_office(office: JoinedOffice) -> list[KindsOfPart]:
    """Return the kinds of the packages of every part."""
    return [kinds_of_part(office, at) for at in range(len(office.parts))]


def compact_office(
    office: JoinedOffice, kinds: Sequence[KindsOfPart], states: Sequence[tuple[int, ...]]
) -> CompactOffice:
    """Return the office as prices read it, every part in memory: about a dozen bytes a package.

    Parameters
    ----------
    kinds : sequence of KindsOfPart
        Of every part (`kinds_of_office`).
    states : sequence of tuple
        Sets of funds that have a row (`povlib.allocation.parts.fund_sets`).

    Raises
    ------
    ProblemError
        If some household has no package left, or a share cannot be counted exactly.
    """
    counted = [_shares_of_kinds(office, at, found) for at, found in enumerate(kinds)]
    divisor = _common_divisors(counted, len(office.shares))
    part_of = office.rows["part"].to_numpy(np.int64)
    sign = np.where(office.rows["sense"] == ">=", -1, 1).astype(np.int64)
    limit = sign * office.rows["capacity"].to_numpy(np.int64)
    shared = np.flatnonzero(part_of < 0)
    own = tuple(np.flatnonzero(part_of == at) for at in range(len(office.homes)))
    parts: list[CompactPart] = []
    unpayable = 0
    for at, found in enumerate(kinds):
        demand = [found.bills.demand(state)[:, None] for state in states]
        coefficient = counted[at] // np.array(divisor, dtype=np.int64) if divisor else counted[at]
        if office.parts[at].is_of_openings:
            parts = with_facilities(office, parts, _use_of_kinds(office, at, found, sign), [*demand, coefficient],
                                    found.kind.astype(np.int64), shared, own)  # fmt: skip
            continue
        compact, left_out = _compact_part(office, at, found, sign, shared, own[at], demand, coefficient)
        parts.append(compact)
        unpayable += left_out
    budgets = [kinds[0].bills.budget_of(state) for state in states]
    capacity = np.concatenate([limit[shared], budgets, np.zeros(len(office.shares))]).astype(np.int64)
    return CompactOffice(
        office,
        tuple(states),
        divisor,
        shared,
        capacity,
        own,
        tuple(limit[rows] for rows in own),
        tuple(parts),
        unpayable,
    )


def _shares_of_kinds(office: JoinedOffice, at: int, found: KindsOfPart) -> Ints:
    """Return each share's coefficient of each kind, multiplied out, not yet divided."""
    columns = []
    for s, rule in enumerate(office.shares):
        if office.parts[at].is_of_openings:  # they belong to no household
            counted = np.zeros(len(found.inside), dtype=np.int64)
        elif rule.of == "money":
            counted = found.bills.total
        else:
            counted = np.asarray(found.use[:, np.flatnonzero(office.counted_by(rule, at))].sum(axis=1)).ravel()
        if float(counted.max(initial=0)) * rule.share.denominator > LARGEST_SUM:
            raise ProblemError(
                "the share {name} has more decimals than can be counted exactly with these amounts", where="shares",
                remedy="write it with fewer decimals", name=rule.name,
            )  # fmt: skip
        number = counted.astype(np.int64)
        columns.append(number * rule.share.numerator - np.where(found.inside[:, s], number, 0) * rule.share.denominator)
    return np.stack(columns, axis=1) if columns else np.zeros((len(found.inside), 0), dtype=np.int64)


def _common_divisors(counted: Sequence[Ints], shares: int) -> tuple[int, ...]:
    """Return the greatest common divisor of each share's coefficients over all parts."""
    return tuple(
        int(np.gcd.reduce([int(np.gcd.reduce(np.abs(own[:, s]))) if len(own) else 0 for own in counted])) or 1
        for s in range(shares)
    )


def _distinct_kinds(office: Sparse, own: Sparse) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Return one of each kinds that use the same of every row, and which of these each kind is.

    Bills that differ in who may pay them need not differ in what only some funds can pay: two fifths were left in a
    county.
    """
    word = np.zeros(office.shape[0], dtype=np.uint64)
    for matrix in (office, own):
        at = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        marks = _chained(_mixed(matrix.indices.astype(np.int64)), matrix.data)
        word = _chained(word, _sums(at, marks, matrix.shape[0]).view(np.int64))
    _, first, kind = np.unique(word, return_index=True, return_inverse=True)
    return first, kind.astype(np.int32)


def _use_of_kinds(office: JoinedOffice, at: int, found: KindsOfPart, sign: Ints) -> Sparse:
    """Return what kinds use of every row of the office, in its ``<=`` form."""
    row = office.row_of[at]
    rows = found.use.tocoo()
    is_row = row[rows.col] >= 0
    column = row[rows.col[is_row]]
    amount = rows.data[is_row] * sign[column]
    return csr((amount, (rows.row[is_row], column)), shape=(found.use.shape[0], len(office.rows)), dtype=np.int64)


def _compact_part(
    office: JoinedOffice, at: int, found: KindsOfPart, sign: Ints, shared: Ints, own: Ints, demand: list[Ints],
    share: Ints,
) -> tuple[CompactPart, int]:  # fmt: skip
    """Return a part with its rows split in the office's and its own, and how many packages nobody may pay."""
    part, used = office.parts[at], _use_of_kinds(office, at, found, sign)
    behind = [csr(block) for block in (*demand, share) if block.shape[1]]
    office_use = side_by_side([csr(used[:, shared]), *behind], np.int64) if behind else csr(used[:, shared])
    pinned = part.pinned_out()
    unpaid = (found.bills.demand((0,) * len(office.funds)) > 0)[found.kind] if len(office.funds) else (
        (found.bills.total > 0)[found.kind])  # fmt: skip
    package = np.flatnonzero(~pinned & ~unpaid)
    start = np.searchsorted(package, part.numbers("start")).astype(np.int64)
    without = np.flatnonzero(np.diff(start) == 0)
    if len(without):
        keys = ", ".join(map(str, part.column("hh")[without[:5]]))
        raise ProblemError(
            "{n} households have no package left after pins and what funds may pay: {keys}", where="pins",
            remedy="take these households' pins back, or raise the ceilings of their measures' payers",
            n=len(without), keys=keys,
        )  # fmt: skip
    office_use.eliminate_zeros()
    own_use = csr(used[:, own])
    own_use.eliminate_zeros()
    first, kind = _distinct_kinds(office_use, own_use)
    compact = CompactPart(
        start, package.astype(np.int32), part.numbers("value")[package], kind[found.kind[package]],
        csr(office_use[first]), csr(own_use[first]), part.numbers("village"),
    )  # fmt: skip
    return compact, int((unpaid & ~pinned).sum())
