"""What a choice of packages brings area by area, as sums that add up to the range of the whole.

The draws of effects and years are shared by everybody, also by households of different parts of an office: so the mean
under each draw adds up over areas, and so does the variance of the households' own luck, which is independent.
Responsible for these sums and for the ranges they give. Not responsible for the chances (`povlib.exits.rule_chances`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.exits.plan_totals import LUCK_PER_DRAW, ChosenChances, ExitRange

SUMS = ("persons", "additional", "given", "given_luck", "gain", "gain_luck")
"""The sums of an area, as they are stored."""


@dataclass(frozen=True)
class ExitSums:
    """Sums over the households of each area, one column a draw; add them up over areas (`of`) for any larger area.

    Attributes
    ----------
    areas : tuple of str
    persons, additional : array (areas,)
        Expected persons who exit, and how many more than without new help.
    given, given_luck, gain, gain_luck : array (areas x draws)
        Mean and variance, under each draw, of the persons who exit and of how many more that are.
    """

    areas: tuple[str, ...]
    persons: Floats
    additional: Floats
    given: Floats
    given_luck: Floats
    gain: Floats
    gain_luck: Floats

    def by(self, larger: Mapping[str, str]) -> ExitSums:
        """Return the sums of larger areas, in order of their names.

        Parameters
        ----------
        larger : mapping
            Area -> the larger one it belongs to; one that is missing stands for itself.

        Examples
        --------
        >>> ones, draws = np.ones(3), np.ones((3, 2))
        >>> villages = ExitSums(("a1", "a2", "b1"), ones, ones, draws, draws, draws, draws)
        >>> towns = villages.by({"a1": "A", "a2": "A", "b1": "B"})
        >>> towns.areas, towns.persons.tolist()
        (('A', 'B'), [2.0, 1.0])
        """
        code, names = pd.factorize(np.array([larger.get(area, area) for area in self.areas], dtype=object), sort=True)
        return ExitSums(
            tuple(str(name) for name in names),
            **{name: _summed_by(code, len(names), getattr(self, name)) for name in SUMS},
        )

    def range_of(self, areas: Sequence[str] | None, seed: int) -> ExitRange:
        """Return expected exits and their range of some areas together; None: of all.

        The ranges of `povlib.exits.totals`: luck is normal with the summed variance, `LUCK_PER_DRAW` worlds a draw.
        """
        rows = np.arange(len(self.areas)) if areas is None else np.flatnonzero(np.isin(self.areas, list(areas)))
        rng = np.random.default_rng([seed, 7])
        return ExitRange(
            persons=float(self.persons[rows].sum()),
            additional=float(self.additional[rows].sum()),
            persons_draws=_worlds(self.given[rows].sum(axis=0), self.given_luck[rows].sum(axis=0), rng),
            additional_draws=_worlds(self.gain[rows].sum(axis=0), self.gain_luck[rows].sum(axis=0), rng),
        )


def _worlds(mean: Floats, variance: Floats, rng: np.random.Generator) -> Floats:
    luck = rng.standard_normal((LUCK_PER_DRAW, len(mean)))
    return np.asarray((mean + luck * np.sqrt(variance)).ravel())


def exit_sums(chosen: ChosenChances, p: Floats, area: pd.Series) -> ExitSums:
    """Return the sums of a choice by area.

    Parameters
    ----------
    chosen : ChosenChances
        Chances of the packages chosen, by household.
    p : array
        Mean chance, by package row.
    area : Series
        Area of each package row.
    """
    code, areas = pd.factorize(area.iloc[chosen.rows], sort=True)
    weight = chosen.members
    size, gained = np.abs(chosen.given), np.abs(chosen.gain)

    def summed(values: Floats) -> Floats:
        return _summed_by(code, len(areas), values)

    return ExitSums(
        areas=tuple(str(name) for name in areas),
        persons=summed(weight * p[chosen.rows]),
        additional=summed(weight * (p[chosen.rows] - p[chosen.zero])),
        given=summed(weight[:, None] * chosen.given),
        given_luck=summed(weight[:, None] ** 2 * size * (1.0 - size)),
        gain=summed(weight[:, None] * chosen.gain),
        gain_luck=summed(weight[:, None] ** 2 * gained * (1.0 - gained)),
    )


def _summed_by(code: Ints, count: int, values: Floats) -> Floats:
    """Return the sums of the rows of each code, in the order of the rows."""
    total = np.zeros((count, *values.shape[1:]))
    np.add.at(total, code, values)
    return total


def added_up(sums: Sequence[ExitSums]) -> ExitSums:
    """Return the sums of several parts, whose areas are others."""
    return ExitSums(
        areas=tuple(name for one in sums for name in one.areas),
        **{name: np.concatenate([getattr(one, name) for one in sums]) for name in SUMS},
    )
