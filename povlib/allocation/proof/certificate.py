"""The certificate: posted prices that prove no plan can be better by more than the gap.

Responsible for exact scores (a package's *net value* = value - bills at the posted fund prices -
price x posts, places and weeks), the bound they prove, and the certificate as JSON. Everything
is whole numbers in units of 1e-12 person; no solver is asked. For any prices >= 0
``sum_g max_k net value + price . capacity`` is at least the value of every plan (Lagrangian bound,
Everett 1963; Geoffrion 1974). Not responsible for finding good prices.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replaced

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.proof.opening_cases import CaseProof
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import (
    outside_kept_share,
)

UNITS_PER_PERSON = 10**12
"""A certificate counts in 1e-12 person, a millionth of the micro-person that values are rounded to: prices of one fen
still have digits, and 4 million persons fit int64."""
UNITS_PER_MICRO = UNITS_PER_PERSON // MICRO
STAGE_PREFIX = "stage:"
#: a rough sum in floats below this is exact in int64 (2**63): the factor of two covers the floats' own rounding
_SAFE_IN_INT64 = 2.0**62


@dataclass(frozen=True, eq=False)
class Prices:
    """Whole-number prices >= 0, in 1e-12 person per unit of each row, fund and fund's child."""

    rows: Ints
    funds: Ints
    children: Ints

    @classmethod
    def of(cls, problem: Problem, posted: Mapping[str, int]) -> Prices:
        """Read prices by name; what is not named costs nothing."""
        funds = problem.money.funds if problem.money is not None else ()
        return cls(
            rows=np.array([posted.get(str(row), 0) for row in problem.rows["row"]], dtype=np.int64),
            funds=np.array([posted.get(fund, 0) for fund in funds], dtype=np.int64),
            children=np.array([posted.get(outside_kept_share(fund), 0) for fund in funds], dtype=np.int64),
        )

    @staticmethod
    def names(problem: Problem) -> list[str]:
        """Return every name that may have a price: rows, funds, then children of funds that keep a share."""
        rows = list(map(str, problem.rows["row"]))
        if problem.money is None:
            return rows
        funds, has_child = problem.money.funds, problem.money.has_child
        return [
            *rows,
            *funds,
            *(outside_kept_share(fund) for fund, child in zip(funds, has_child, strict=True) if child),
        ]

    def posted(self, problem: Problem) -> dict[str, int]:
        """Return prices by name, only those above nothing, sorted."""
        named = {str(row): int(price) for row, price in zip(problem.rows["row"], self.rows, strict=True)}
        if problem.money is not None:
            for f, fund in enumerate(problem.money.funds):
                named[fund] = int(self.funds[f])
                named[outside_kept_share(fund)] = int(self.children[f])
        return {name: named[name] for name in sorted(named) if named[name]}


def exact_sum(numbers: npt.NDArray[np.int64]) -> int:
    """Sum int64 numbers without overflow."""
    if numbers.dtype == object:
        return int(sum(numbers.tolist()))
    # sums of the two halves stay within int64 for 2**31 numbers; Python integers join them
    high, low = numbers >> 32, numbers & 0xFFFFFFFF
    return (int(high.sum()) << 32) + int(low.sum())


def exact_product(use: Sparse, price: Ints) -> npt.NDArray[np.int64]:
    """Return use @ price exactly; Python integers where int64 might not hold it."""
    largest = float((abs(use).astype(np.float64) @ np.abs(price).astype(np.float64)).max(initial=0.0))
    if largest < _SAFE_IN_INT64:
        return np.asarray(use @ price, dtype=np.int64)
    total = np.zeros(use.shape[0], dtype=object)
    at = np.repeat(np.arange(use.shape[0]), np.diff(use.indptr))
    np.add.at(total, at, use.data.astype(object) * price[use.indices].astype(object))
    return total


def net_values(problem: Problem, prices: Prices) -> npt.NDArray[np.int64]:
    """Return the net value of every package row at the posted prices, in 1e-12 person."""
    score = _exact_difference(problem.value * UNITS_PER_MICRO, exact_product(problem.use, prices.rows))
    if problem.money is not None:
        score = _exact_difference(score, problem.money.cheapest_payment(prices.funds, prices.children))
    return score


def _exact_difference(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return one - other; Python integers where int64 might not hold it."""
    rough = max((float(np.abs(numbers.astype(np.float64)).max(initial=0.0)) for numbers in (one, other)), default=0.0)
    if rough < _SAFE_IN_INT64 and one.dtype != object and other.dtype != object:
        return np.asarray(one - other)
    return np.asarray(one.astype(object) - other.astype(object))


def best_net_values(problem: Problem, net: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the best net value among the allowed packages of each group."""
    lowest = net.min() if net.dtype == object else np.iinfo(np.int64).min
    return np.maximum.reduceat(np.where(problem.allowed, net, lowest), problem.start[:-1])


def price_bound(problem: Problem, prices: Prices, line: npt.NDArray[np.int64] | None = None) -> int:
    """Return the bound that the prices prove, in 1e-12 person, a Python integer."""
    line = net_values(problem, prices) if line is None else line
    total = exact_sum(best_net_values(problem, line))
    total += sum(int(p) * int(c) for p, c in zip(prices.rows, problem.capacity, strict=True))
    if problem.money is not None:
        money = problem.money
        total += sum(int(p) * int(b) for p, b in zip(prices.funds, money.budget, strict=True))
        total += sum(int(p) * int(b) for p, b in zip(prices.children, money.child, strict=True))
    return total


def with_stage_row(problem: Problem, name: str, stage: Ints, reached: int) -> Problem:
    """Return the problem with one more row: the value reached in an earlier stage must be kept."""
    row = {"row": STAGE_PREFIX + name, "kind": "stage", "village": None, "sense": ">=", "unit": "", "names": None}
    rows = pd.concat([problem.rows, pd.DataFrame([{**row, "capacity": reached}])], ignore_index=True)
    use = side_by_side([problem.use, csr(-stage[:, None])], np.int64)
    return replaced(
        problem,
        rows=rows[problem.rows.columns],
        use=csr(use),
        capacity=np.append(problem.capacity, -reached).astype(np.int64),
    )


@dataclass(frozen=True)
class Certificate:
    """What anyone can re-prove: prices, bound and value, with the digest of the problem.

    Attributes
    ----------
    digest : str
        SHA-256 of the problem it speaks of.
    prices : dict
        Price of one unit of each row and fund, in 1e-12 person; rows not named cost nothing.
    bound, value : int
        In 1e-12 person.
    cases : tuple of CaseProof
        Where the bound is proved case by case of what is opened: every case. The bound is the greatest of theirs, and
        `prices` are those of the case that the plan belongs to. Empty where `prices` prove it for every plan.
    reached : tuple of (name, micro-persons)
        What earlier stages of a lexicographic priority reached.
    stages : tuple of Certificate
        Their certificates.
    plan : str
        SHA-256 of who gets what and who pays it.
    counted : tuple of str
        Rows of few places that are counted whole in the bound, in every case: what their households bring at most
        stands in place of their price (`povlib.allocation.proof.counted_rows`). Their prices say what one more place
        is worth and prove nothing.
    """

    digest: str
    prices: dict[str, int]
    bound: int
    value: int
    reached: tuple[tuple[str, int], ...] = ()
    stages: tuple[Certificate, ...] = ()
    plan: str = ""
    cases: tuple[CaseProof, ...] = ()
    counted: tuple[str, ...] = ()

    @property
    def seal(self) -> str:
        """SHA-256 of the certificate: one altered digit of it shows."""
        return hashlib.sha256(json.dumps(self._plain(), sort_keys=True).encode()).hexdigest()

    @property
    def gap(self) -> float:
        """Persons by which another plan could at most be better."""
        return (self.bound - self.value) / UNITS_PER_PERSON

    def to_json(self) -> str:
        """Return the certificate as JSON text with sorted keys."""
        return json.dumps({**self._plain(), "seal": self.seal}, ensure_ascii=False, sort_keys=True, indent=1)

    def _plain(self) -> dict[str, object]:
        """Return what the certificate says as plain values, without its seal."""
        # only where there are any: a certificate without is, to its seal, what it was before there were any
        cases = {"cases": [case.plain() for case in self.cases]} if self.cases else {}
        counted = {"counted": list(self.counted)} if self.counted else {}
        return {
            **cases, **counted, "unit": "1e-12 person", "digest": self.digest, "plan": self.plan, "prices": self.prices,
            "bound": self.bound, "value": self.value, "gap_persons": self.gap,
            "gap_percent": 100 * (self.bound - self.value) / self.value if self.value else 0.0,
            "reached": [list(stage) for stage in self.reached], "stages": [stage._plain() for stage in self.stages],
        }  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """Read a certificate written by `to_json`."""
        return cls._read(json.loads(text))

    @classmethod
    def _read(cls, data: dict[str, object]) -> Certificate:
        """Return the certificate that plain values say."""
        return cls(
            digest=str(data["digest"]),
            plan=str(data["plan"]),
            prices={str(name): int(price) for name, price in dict(data["prices"]).items()},  # type: ignore[call-overload]
            bound=int(data["bound"]),  # type: ignore[call-overload]
            value=int(data["value"]),  # type: ignore[call-overload]
            reached=tuple((str(name), int(value)) for name, value in data["reached"]),  # type: ignore[attr-defined]
            stages=tuple(cls._read(stage) for stage in data["stages"]),  # type: ignore[attr-defined]
            cases=tuple(CaseProof.read(case) for case in data.get("cases", ())),  # type: ignore[attr-defined]
            counted=tuple(str(row) for row in data.get("counted", ())),  # type: ignore[attr-defined]
        )
