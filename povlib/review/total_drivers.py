"""What a plan's total hangs on: the fixed plan under each driver one step up and one step down.

Responsible for the tornado of expected exits: effects of measures, the year, villages' years, take-up, delay,
jobs lost, the line and the margin. Not responsible for the projection, and the plan is never changed: these are
the exits of *this* plan in other circumstances, not of the best plan there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.exits import Projection
from povlib.exits.by_month import by_month
from povlib.exits.help_effects.award_effects import catalogue_effects
from povlib.exits.shared_draws import draw_shared_quantities
from povlib.params import Catalogue, Settings
from povlib.support import Offer
from povlib.support.eligibility_facts import SupportFrames

# One step of what no draw varies: 10 points of take-up, a month of delay, twice (or half) the hazard of losing a post,
# 5 points of margin. Assumed sizes of a plausible error, printed beside every bar.
TAKEUP_STEP, DELAY_STEP, LOSS_FACTOR, MARGIN_STEP = 0.1, 1, 2.0, 0.05
COLUMNS = ["driver", "kind", "measure", "step", "base", "low", "high", "swing"]
# The same few draws before and after a step: their difference is nearly free of noise (common random numbers).
_DRAWS = 20


@dataclass(frozen=True)
class Township:
    """What a projection is made from; see `povlib.exits.project`."""

    state: SupportFrames
    offer: Offer
    catalogue: Catalogue
    settings: Settings
    posterior: pd.DataFrame | None = None


def total_drivers(township: Township, projection: Projection, choice: Iterable[int]) -> pd.DataFrame:
    """Return expected exits of a fixed plan with each driver one step lower and one step higher.

    Parameters
    ----------
    township : Township
    projection : Projection
        Of the same township; its draws say what the shared effects and years move.
    choice : iterable of int
        Packages chosen, one a household; the others have package 0.

    Returns
    -------
    DataFrame
        driver, kind (``effect year forecast villages takeup delay loss line margin``), measure (of an effect, else ""),
        step (size of one step in the unit of the driver), base, low, high (expected persons one step down
        and up, where a step up may mean fewer exits), swing (half the distance); largest swing first.

    Notes
    -----
    Effects and years: a step is one standard deviation, read off the draws by regression of the total on all of
    them at once. The others are evaluated again with common random
    numbers: take-up 10 points, payments a month later, twice the hazard of losing a job (down: half of it),
    the distance between the two official lines, a margin of 5 points; these steps are assumed.
    """
    chosen = sorted(set(choice))
    rows = [*_drawn_driver_rows(township, projection, chosen), *_reprojected_driver_rows(township, projection, chosen)]
    frame = pd.DataFrame(rows, columns=COLUMNS[:-1])
    frame["swing"] = (frame["high"] - frame["low"]).abs() / 2
    return frame.sort_values(["swing", "driver"], ascending=[False, True], ignore_index=True, kind="stable")


def _drawn_driver_rows(township: Township, projection: Projection, chosen: list[int]) -> Iterator[tuple[object, ...]]:
    """Yield what the draws say: the effects, everybody's year, the forecast's own error, the villages' years."""
    total = _total_draws(projection, chosen)
    effects = [e for e in catalogue_effects(township.catalogue, township.posterior) if float(e.earning.sd or 0.0) > 0]
    villages = sorted(set(township.state.households["village"].astype("str")))
    drawn = draw_shared_quantities(tuple(effects), villages, len(total), township.settings.seed)
    means, sds = (np.array([float(getattr(e.earning, name)) for e in effects]) for name in ("mean", "sd"))
    whole = np.vstack([drawn.common, drawn.centre])
    scores = np.vstack([(drawn.effect - means[:, None]) / sds[:, None], whole, drawn.village])
    # all at once: what the others move is no noise then, and the slopes are nearly exact
    slopes = np.linalg.lstsq(np.column_stack([np.ones(len(total)), scores.T]), total, rcond=None)[0][1:]
    base = float(total.mean())
    for effect, sd, slope in zip(effects, sds.tolist(), slopes[: len(effects)].tolist(), strict=True):
        yield effect.key, "effect", effect.measure, sd, base, base - slope, base + slope
    year, forecast, *each = slopes[len(effects) :].tolist()
    yield "year", "year", "", 1.0, base, base - year, base + year
    yield "forecast", "forecast", "", 1.0, base, base - forecast, base + forecast
    # villages' years are independent: their steps add up as variances do
    far = float(np.sqrt(sum(slope**2 for slope in each)))
    yield "villages", "villages", "", 1.0, base, base - far, base + far


def _total_draws(projection: Projection, chosen: list[int]) -> Floats:
    """Return expected exits of registered persons, draw by draw."""
    frame = projection.frame
    people = projection.members.set_index("hh").loc[frame["hh"]]
    own = frame["package"].isin(chosen)
    kept = own | (frame["k"].eq(0) & ~frame["hh"].isin(frame.loc[own, "hh"]))
    rows = np.flatnonzero(kept & frame["assessable"] & people["registered"].to_numpy(dtype=bool))
    members = people["members"].to_numpy(dtype=np.float64)[rows]
    return np.asarray(members @ projection.draws[rows].astype(np.float64))


def _reprojected_driver_rows(
    township: Township, projection: Projection, chosen: list[int]
) -> Iterator[tuple[object, ...]]:
    """Yield what must be evaluated again: rules and rates that no draw varies."""
    few = _expected_persons(township, township.catalogue, township.settings, chosen)
    base = float(_total_draws(projection, chosen).mean())
    for key, step, change in _driver_changes(township):
        # the same few draws before and after: their difference is put on the total of all draws
        low, high = (base + _expected_persons(township, *change(sign), chosen) - few for sign in (-1, 1))
        yield key, key, "", step, base, low, high


def _expected_persons(township: Township, catalogue: Catalogue, settings: Settings, chosen: list[int]) -> float:
    """Return how many persons are expected to exit by the horizon with the chosen packages."""
    months = [settings.horizon]
    made = by_month(township.state, township.offer, catalogue, settings, chosen, months, draws=_DRAWS,
                    posterior=township.posterior)  # fmt: skip
    return float(made["persons"].iloc[0])


Change = Callable[[int], tuple[Catalogue, Settings]]


def _driver_changes(township: Township) -> Iterator[tuple[str, float, Change]]:
    """Yield each driver's name and step, and a function that makes the change in a direction (+1, -1)."""
    catalogue, settings = township.catalogue, township.settings

    def earnings(field: str, change: Callable[[float, int], float]) -> Change:
        return lambda sign: (_with_earnings(catalogue, field, sign, change), settings)

    def margin(sign: int) -> tuple[Catalogue, Settings]:
        return catalogue, settings.model_copy(update={"margin": settings.margin + sign * MARGIN_STEP})

    yield "takeup", TAKEUP_STEP, earnings("takeup", lambda old, sign: min(max(old + sign * TAKEUP_STEP, 0.0), 1.0))
    yield "delay", DELAY_STEP, earnings("delay_months", lambda old, sign: max(int(old) + sign * DELAY_STEP, 0))
    yield "loss", LOSS_FACTOR, earnings("loss_per_month", lambda old, sign: min(old * LOSS_FACTOR**sign, 1.0))
    yield "margin", MARGIN_STEP, margin
    if (step := _distance_of_lines(catalogue, settings)) > 0:
        yield "line", step, lambda sign: (_with_line(catalogue, settings, sign * step), settings)


def _with_earnings(catalogue: Catalogue, field: str, sign: int, change: Callable[[float, int], float]) -> Catalogue:
    """Return a catalogue in which one field of every earning is changed in the direction `sign`."""
    changes = {
        f"support.{measure.key}.earns.{number}.{field}": change(float(getattr(earning, field)), sign)
        for measure in catalogue.measures.values()
        for number, earning in enumerate(measure.earns)
    }
    return catalogue.replaced(changes)


def _distance_of_lines(catalogue: Catalogue, settings: Settings) -> float:
    """Return how far the other authority's line lies from the plan's at the horizon, yuan; 0 when it is not known."""
    own, other = (catalogue.lines.get(f"{who}_{settings.horizon.year}")
                  for who in (settings.authority, settings.other_authority))  # fmt: skip
    if own is None or other is None or own.line_fen is None or other.line_fen is None:
        return 0.0
    return abs(own.line_fen - other.line_fen) / 100


def _with_line(catalogue: Catalogue, settings: Settings, yuan: float) -> Catalogue:
    key = f"{settings.authority}_{settings.horizon.year}"
    old = catalogue.line_fen(settings.authority, settings.horizon) / 100
    return catalogue.replaced({f"lines.{key}.line_yuan": round(old + yuan, 2)})
