"""A plan over many parts: its choice lies part by part in a folder, its figures and proof here.

Responsible for holding and reading it. Not responsible for finding it (`part_search`) nor for its proof
(`part_verification`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from povlib.allocation.parts.part_files import Part
from povlib.allocation.problem.stage_objectives import MICRO
from povlib.allocation.proof.certificate import Certificate
from povlib.arrays import Ints


@dataclass(frozen=True, eq=False)
class PartPlan:
    """One package for each household of every part.

    Attributes
    ----------
    folder : Path
        Where the choices lie, one file a part.
    parts : tuple of Path
        Folders of the parts, in the order of the plan.
    value, additional : float
        Value of the plan, and above "nothing new for anybody", in persons.
    price_bound : float
        What the posted prices prove no plan can exceed: certified, re-proved by `verify_parts`.
    solver_bound : float
        What the search says no plan can exceed; its word only.
    used : DataFrame
        row, kind, village, part (-1: the office's), sense, used (by households), capacity (with what is opened): of
        every row.
    divisor : tuple of int
        Of each share, by which its coefficients are divided.
    status : str
        Why the search stopped: "gap" (what was asked for is certified), "effort" or "time"; "nothing new" where it
        ended without a plan, and this one gives nothing (`povlib.allocation.parts.office_problem.nothing_new`).
    certificate : Certificate
    effort : dict
    opened : dict
        Level by facility of what the plan opens; what stays shut is left out.
    """

    folder: Path
    parts: tuple[Path, ...]
    value: float
    additional: float
    price_bound: float
    solver_bound: float
    used: pd.DataFrame
    divisor: tuple[int, ...]
    status: str
    certificate: Certificate
    effort: dict[str, int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Persons by which another plan could at most be better: certified."""
        return self.certificate.gap

    @property
    def prices(self) -> dict[str, float]:
        """Persons per unit (fen, post, place, week) of the rows and funds that have a price."""
        return {name: units / 10**12 for name, units in self.certificate.prices.items()}

    def choice(self, at: int) -> Ints:
        """Return the package of each household of a part, as its place among the part's packages."""
        return np.asarray(np.load(choice_file(self.folder, at)), dtype=np.int64)

    def chosen(self, at: int) -> pd.DataFrame:
        """Return the choice of one part: hh, package, village, members, value, additional."""
        part, rows = Part.open(self.parts[at]), self.choice(at)
        value, base = part.numbers("value"), part.numbers("base")
        nothing = np.where(base >= 0, value[np.maximum(base, 0)], 0)
        villages = np.array(part.record["villages"], dtype=object)
        return pd.DataFrame(
            {"hh": np.asarray(part.column("hh")).astype(object),
             "package": np.asarray(part.column("package")[rows]).astype(object),
             "village": villages[part.numbers("village")], "members": part.numbers("members"),
             "value": value[rows] / MICRO, "additional": (value[rows] - nothing) / MICRO}
        )  # fmt: skip

    def each_chosen(self) -> Iterator[pd.DataFrame]:
        """Yield the choice part by part."""
        for at in range(len(self.parts)):
            yield self.chosen(at)


def choice_file(folder: Path, at: int) -> Path:
    """Return the file that the choice of a part lies in."""
    return folder / f"choice-{at:05d}.npy"


def write_choice(folder: Path, at: int, rows: Ints) -> None:
    """Write the choice of a part."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(choice_file(folder, at), rows.astype(np.int32), allow_pickle=False)


def digest_of_choices(folder: Path, parts: int, opened: Mapping[str, int]) -> str:
    """Return SHA-256 of the choices of all parts and of what is opened."""
    digest = hashlib.sha256()
    for at in range(parts):
        digest.update(np.load(choice_file(folder, at)).astype("<i4").tobytes())
    digest.update("".join(f"{facility}:{level}\n" for facility, level in sorted(opened.items())).encode())
    return digest.hexdigest()
