"""What a choice of packages is expected to bring in all: totals, differences to no new help, and their ranges.

Responsible for totals over the draws (in which effects and years are shared by all recipients, so the
range is not falsely narrow) with each household's own luck added. Not responsible for the draws
(`povlib.exits.projection`) or for choosing (`povlib.allocation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.errors import DataError
from povlib.exits.projection import Projection
from povlib.exits.variance_shares import PARTS, variance_shares
from povlib.params import Settings, worth_by_aim

# Worlds of households' own luck for each draw of what they share: 500 draws give 4,000 worlds, whose 5 % points rest
# on 200 worlds. A choice; more would sharpen the ends of the range at no gain to its middle.
LUCK_PER_DRAW = 8


@dataclass(frozen=True)
class Totals:
    """Expected exits of registered persons under a choice of packages.

    Attributes
    ----------
    persons, additional : float
        Expected persons who exit, and how many more than without new help.
    persons_draws, additional_draws : array
        The same, one value a possible world: shared effects and years, and each household's own luck.
    supported : float
        Expected persons who exit over the line only by transfers.
    not_assessable : int
        Registered persons of households that cannot be assessed; counted nowhere above.
    parts, additional_parts : dict
        Shares of the variance of `persons` and `additional` by parameter, shock and model, adding up to 1.
    """

    persons: float
    additional: float
    persons_draws: Floats
    additional_draws: Floats
    supported: float
    not_assessable: int
    parts: dict[str, float] = field(default_factory=dict)
    additional_parts: dict[str, float] = field(default_factory=dict)

    def interval(self, which: str = "persons", share: float = 0.9) -> tuple[float, float]:
        """Return the range that holds `share` of the possible worlds, for "persons" or "additional"."""
        draws = {"persons": self.persons_draws, "additional": self.additional_draws}[which]
        low, high = np.quantile(draws, [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)

    def chance_of(self, persons: float) -> float:
        """Return the probability that at least so many persons exit."""
        return float(np.mean(self.persons_draws >= persons))


def totals(
    projection: Projection, choice: Iterable[int] = (), *, seed: int = 2016, among: Iterable[str] | None = None
) -> Totals:
    """Return expected totals of a choice of packages with what is needed for their ranges.

    Parameters
    ----------
    projection : Projection
    choice : iterable of int
        Packages chosen, at most one a household; the others have package 0.
    seed : int
        Of the households' own luck.
    among : iterable of str, optional
        Count only these households (a village, a group); default all.

    Raises
    ------
    DataError
        If a package is unknown or a household has two.

    Notes
    -----
    Given a draw, households exit independently: the total is normal with variance sum m^2 p (1 - p), m
    the members. For the difference to no new help, with the same luck for both, sum m^2 d (1 - d), d the
    difference of the two chances.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.exits import project
    >>> from povlib.support import offer
    >>> from povlib.support.example_township import example_township
    >>> catalogue, settings = params.load(places.DATA / "sample" / "params"), params.Settings()
    >>> state = example_township()
    >>> made = project(state, offer(state, catalogue, settings), catalogue, settings, draws=50)
    >>> totals(made).additional
    0.0
    """
    frame = projection.frame
    rows, zero = _chosen_rows(frame, choice)
    people = projection.members.set_index("hh").loc[frame["hh"].to_numpy()[zero]]
    registered = people["registered"].to_numpy(dtype=bool)
    if among is not None:
        registered = registered & people.index.isin(list(among))
    ok = frame["assessable"].to_numpy(dtype=bool)[zero] & registered
    members = people["members"].to_numpy(dtype=np.float64)
    chosen, without = (projection.draws[at][ok].astype(np.float64) for at in (rows, zero))
    weight = members[ok]
    rng = np.random.default_rng([seed, 7])
    persons = possible_totals(weight, chosen, rng)
    additional = possible_totals(weight, chosen - without, rng)
    p = frame["p"].to_numpy(dtype=np.float64)
    supported = frame["supported"].to_numpy(dtype=bool)[rows][ok]
    return Totals(
        persons=float(weight @ p[rows][ok]),
        additional=float(weight @ (p[rows] - p[zero])[ok]),
        persons_draws=persons,
        additional_draws=additional,
        supported=float((weight * p[rows][ok])[supported].sum()),
        not_assessable=int(members[registered & ~ok].sum()),
        parts=_total_variance_shares(weight, chosen, projection.drivers),
        additional_parts=_total_variance_shares(weight, chosen - without, projection.drivers),
    )


def _chosen_rows(frame: pd.DataFrame, choice: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return for every household (in order of hh) the row chosen and the row of package 0."""
    zero = frame.index[frame["k"] == 0].to_numpy(dtype=np.int64)
    at = pd.Index(frame["package"]).get_indexer(pd.Index(list(choice), dtype="int64"))
    if (at < 0).any():
        raise DataError("{n} packages are not in the projection", n=int((at < 0).sum()))
    of = pd.Index(frame["hh"].to_numpy()[zero])
    household = of.get_indexer(pd.Index(frame["hh"].to_numpy()[at]))
    if len(np.unique(household)) < len(household):
        raise DataError("a household has more than one package")
    rows = zero.copy()
    rows[household] = at
    return rows, zero


def _total_variance_shares(weight: Floats, chance: Floats, drawn: pd.DataFrame) -> dict[str, float]:
    """Return the share of each source of doubt in the variance of the total; empty without drawn drivers."""
    if drawn.empty:
        return {}
    size = np.abs(chance)
    luck = float(((weight**2) @ (size * (1.0 - size))).mean())
    shares = variance_shares((weight @ chance)[None, :], drawn, luck)[0]
    return dict(zip(PARTS, shares.tolist(), strict=True))


def possible_totals(weight: Floats, chance: Floats, rng: np.random.Generator) -> Floats:
    """Return possible totals: `LUCK_PER_DRAW` worlds a draw, own luck normal."""
    mean = weight @ chance
    size = np.abs(chance)
    spread = np.sqrt((weight**2) @ (size * (1.0 - size)))
    luck = rng.standard_normal((LUCK_PER_DRAW, len(mean)))
    return np.asarray((mean + luck * spread).ravel())


def package_values(projection: Projection, settings: Settings) -> pd.DataFrame:
    """Return what every package is worth under the settings' objective.

    Returns
    -------
    DataFrame
        package, hh, persons (members x p), households (p), fgt2 (members x squared gap closed against
        package 0, as a share of the line), houses (chance that the dwelling is
        made safe), value (weighted sum). Zero for households that are not
        registered poor or cannot be assessed.
    """
    frame = projection.frame
    people = projection.members.set_index("hh").loc[frame["hh"]]
    counts = frame["assessable"].to_numpy(dtype=bool) & people["registered"].to_numpy(dtype=bool)
    members = people["members"].to_numpy(dtype=np.float64)
    p = np.where(counts, frame["p"].to_numpy(dtype=np.float64), 0.0)
    gap = np.where(counts, frame["gap_sq"].to_numpy(dtype=np.float64), 0.0)
    zero = frame["k"].eq(0).cumsum().to_numpy() - 1
    closed = gap[frame.index[frame["k"] == 0].to_numpy()][zero] - gap
    made = pd.DataFrame({"package": frame["package"], "hh": frame["hh"]})
    # a run that was finished before houses could be an aim has no such column
    safe = frame["made_safe"].to_numpy(dtype=np.float64) if "made_safe" in frame else np.zeros(len(frame))
    worth = worth_by_aim(members, p, closed, np.where(counts, safe, 0.0))
    made = made.assign(**worth)
    made["value"] = sum(weight * worth[key] for key, weight in settings.objective)
    return made
