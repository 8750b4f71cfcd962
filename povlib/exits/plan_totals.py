"""What a choice of packages is expected to bring in all: totals, differences to no new help, and their ranges.

Responsible for totals over the draws (in which effects and years are shared by all recipients, so the
range is not falsely narrow) with each household's own luck added. Not responsible for the draws
(`povlib.exits.projection`) or for choosing (`povlib.allocation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.errors import DataError
from povlib.exits.projection import Projection
from povlib.exits.rule_chances import RuleChances
from povlib.exits.variance_shares import PARTS, variance_shares
from povlib.params import Settings, worth_by_aim

# Worlds of households' own luck for each draw of what they share: 500 draws give 4,000 worlds, whose 5 % points rest
# on 200 worlds. A choice; more would sharpen the ends of the range at no gain to its middle.
LUCK_PER_DRAW = 8


@dataclass(frozen=True)
class ExitRange:
    """Expected exits of registered persons under a choice of packages, with their range.

    Attributes
    ----------
    persons, additional : float
        Expected persons who exit, and how many more than without new help.
    persons_draws, additional_draws : array
        The same, one value a possible world: shared effects and years, and each household's own luck.
    """

    persons: float
    additional: float
    persons_draws: Floats
    additional_draws: Floats

    def interval(self, which: str = "persons", share: float = 0.9) -> tuple[float, float]:
        """Return the range that holds `share` of the possible worlds, for "persons" or "additional"."""
        draws = {"persons": self.persons_draws, "additional": self.additional_draws}[which]
        low, high = np.quantile(draws, [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)

    def chance_of(self, persons: float) -> float:
        """Return the probability that at least so many persons exit."""
        return float(np.mean(self.persons_draws >= persons))


@dataclass(frozen=True)
class Totals(ExitRange):
    """Expected exits of registered persons under a choice of packages, and what their range comes from.

    Attributes
    ----------
    persons, additional, persons_draws, additional_draws
        As in `ExitRange`.
    supported : float
        Expected persons who exit over the line only by transfers.
    not_assessable : int
        Registered persons of households that cannot be assessed; counted nowhere above.
    chosen : ChosenChances
        The chances that were added up.
    drivers : DataFrame
        What was drawn once for all (`povlib.exits.Projection.drivers`).
    """

    supported: float
    not_assessable: int
    chosen: ChosenChances
    drivers: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def parts(self) -> dict[str, float]:
        """Shares of the variance of `persons` by parameter, shock and model, adding up to 1."""
        return _total_variance_shares(self.chosen.members, self.chosen.given, self.drivers)

    @cached_property
    def additional_parts(self) -> dict[str, float]:
        """Shares of the variance of `additional`, as `parts`."""
        return _total_variance_shares(self.chosen.members, self.chosen.gain, self.drivers)


@dataclass(frozen=True)
class ChosenChances:
    """The chances of what was chosen, by household that is registered and can be assessed.

    Attributes
    ----------
    rows, zero : array of int (households,)
        Row of the package chosen and of package 0.
    members : array (households,)
    given, without : array (households x draws)
        Chance to exit with the package chosen and without new help, draw by draw.
    uncounted : int
        Registered persons of households that cannot be assessed.
    """

    rows: npt.NDArray[np.int64]
    zero: npt.NDArray[np.int64]
    members: Floats
    given: Floats
    without: Floats
    uncounted: int

    @cached_property
    def gain(self) -> Floats:
        """How much the package adds to the chance, draw by draw."""
        return self.given - self.without

    def range_of(self, p: Floats, seed: int) -> ExitRange:
        """Return expected exits at the mean chances `p` (by package row), with the worlds the draws span."""
        rng = np.random.default_rng([seed, 7])
        given = possible_totals(self.members, self.given, rng)
        more = possible_totals(self.members, self.gain, rng)
        return ExitRange(
            persons=float(self.members @ p[self.rows]),
            additional=float(self.members @ (p[self.rows] - p[self.zero])),
            persons_draws=given,
            additional_draws=more,
        )


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
    assessable = frame["assessable"].to_numpy(dtype=bool)
    chosen = _chosen_chances(frame, projection.draws, projection.members, assessable, choice, among)
    p = frame["p"].to_numpy(dtype=np.float64)
    supported = frame["supported"].to_numpy(dtype=bool)[chosen.rows]
    found = chosen.range_of(p, seed)
    return Totals(
        persons=found.persons,
        additional=found.additional,
        persons_draws=found.persons_draws,
        additional_draws=found.additional_draws,
        supported=float((chosen.members * p[chosen.rows])[supported].sum()),
        not_assessable=chosen.uncounted,
        chosen=chosen,
        drivers=projection.drivers,
    )


def exit_range(
    packages: pd.DataFrame, chances: RuleChances, choice: Iterable[int] = (), *, seed: int = 2016
) -> ExitRange:
    """Return expected exits and their range from chances alone: those of `totals`, to the bit.

    Parameters
    ----------
    packages : DataFrame
        hh, package, k: the packages of the offer that the chances are of, in its order.
    chances : RuleChances
        `povlib.exits.rule_chances.rule_chances`.
    choice, seed
        As in `totals`.
    """
    return chances_of_choice(packages, chances, choice).range_of(chances.p, seed)


def chances_of_choice(packages: pd.DataFrame, chances: RuleChances, choice: Iterable[int] = ()) -> ChosenChances:
    """Return the chances, draw by draw, of the packages chosen; the arguments are those of `exit_range`."""
    return _chosen_chances(packages, chances.draws, chances.members, chances.assessable, choice, None)


def _chosen_chances(
    packages: pd.DataFrame,
    draws: npt.NDArray[np.float32],
    members: pd.DataFrame,
    assessable: Bools,
    choice: Iterable[int],
    among: Iterable[str] | None,
) -> ChosenChances:
    """Return the chances of the packages chosen, of households that count; the others have package 0."""
    rows, zero = _chosen_rows(packages, choice)
    people = members.set_index("hh").loc[packages["hh"].to_numpy()[zero]]
    registered = people["registered"].to_numpy(dtype=bool)
    if among is not None:
        registered = registered & people.index.isin(list(among))
    ok = assessable[zero] & registered
    size = people["members"].to_numpy(dtype=np.float64)
    given, without = (draws[at][ok].astype(np.float64) for at in (rows, zero))
    return ChosenChances(rows[ok], zero[ok], size[ok], given, without, int(size[registered & ~ok].sum()))


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
