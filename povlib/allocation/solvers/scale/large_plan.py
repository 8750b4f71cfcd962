"""A plan for millions: choices and village prices stay beside the data.

Responsible for holding the figures, the certificate and where the partitions of the plan are.
Not responsible for finding it nor for re-proving it (`verify`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.proof.certificate import Certificate
from povlib.allocation.solvers.scale.partition import load


@dataclass(frozen=True, eq=False)
class LargePlan:
    """One package for each household of a problem in blocks.

    Attributes
    ----------
    folder : Path
        Holds ``part-*.choice.npy`` (package number of each household, int8) and ``part-*.price.npy``
        (prices of each village's own rows, int64, units of 1e-12 person).
    value, price_bound, gap : float
        Persons; gap = price_bound - value, certified.
    prices : dict
        Persons per unit of each common row with a price.
    use : dict
        Units of each common row that the plan uses.
    status : str
        "gap" (the gap asked for is certified), "effort" (counted effort spent), "time".
    effort : dict
        Passes, sample passes, nodes, households of the core: counted, never timed.
    villages : dict
        Villages by how the last pass ended them: settled, mended, unsure, broken.
    certificate : Certificate
        Of the problem's digest, the common prices, bound, value, and the plan's own digest.
    """

    folder: Path
    parts: tuple[str, ...]
    value: float
    price_bound: float
    gap: float
    prices: dict[str, float]
    use: dict[str, int]
    status: str
    certificate: Certificate
    seal: str
    effort: dict[str, int] = field(default_factory=dict)
    villages: dict[str, int] = field(default_factory=dict)
    method: str = "priced"

    @property
    def bound(self) -> float:
        """The certified bound; no solver's word is used."""
        return self.price_bound

    def choice(self, part: int) -> npt.NDArray[np.int8]:
        """Package number of each household of one partition."""
        found: npt.NDArray[np.int8] = load(self.folder / f"{self.parts[part]}.choice.npy")
        return found

    def village_price(self, part: int) -> npt.NDArray[np.int64]:
        """Prices of each village's own rows (V, L), units of 1e-12 person."""
        found: npt.NDArray[np.int64] = load(self.folder / f"{self.parts[part]}.price.npy")
        return found

    def choices(self) -> Iterator[npt.NDArray[np.int8]]:
        """Choices partition by partition."""
        return (self.choice(at) for at in range(len(self.parts)))

    def summary(self) -> dict[str, Any]:
        """Return the figures of the plan as plain values."""
        return {
            "value": self.value, "price_bound": self.price_bound, "gap": self.gap, "status": self.status,
            "method": self.method, **self.effort,
        }  # fmt: skip


def digest_of_parts(choices: list[str], prices: list[str]) -> str:
    """Digest of a whole plan from those of its partitions."""
    return hashlib.sha256("\x1f".join([*choices, "", *prices]).encode()).hexdigest()
