"""Exits month by month up to the horizon: the fan chart of a plan.

Responsible for repeating the projection of a choice at several month-ends. Not responsible for the
projection itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pandas as pd

from povlib.calendar import Month
from povlib.exits.plan_totals import exit_range
from povlib.exits.rule_chances import rule_chances
from povlib.params import Catalogue, Settings
from povlib.support import Offer
from povlib.support.eligibility_facts import SupportFrames

# Widths of the fan chart: shares of the possible worlds inside each band.
SHARES = (0.5, 0.8, 0.9)


def by_month(
    state: SupportFrames,
    offer: Offer,
    catalogue: Catalogue,
    settings: Settings,
    choice: Iterable[int],
    months: Sequence[Month] | None = None,
    *,
    draws: int = 200,
    posterior: pd.DataFrame | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> pd.DataFrame:
    """Return persons who pass the exit test at each month-end under a choice of packages.

    Parameters
    ----------
    state, offer, catalogue, settings
        As for `povlib.exits.project`.
    choice : iterable of int
        Packages chosen; the other households have package 0.
    months : sequence of Month, optional
        Default the first month of help to the horizon.
    draws : int
    posterior : DataFrame, optional
    progress : callable, optional

    Returns
    -------
    DataFrame
        month (ordinal), persons, additional, without (no new help), and low_50, high_50, low_80,
        high_80, low_90, high_90 of persons, additional_low_90, additional_high_90.
    """
    wanted = list(months or settings.help_from.through(settings.horizon))
    chosen = sorted(set(choice))
    small = _offer_of_chosen(offer, chosen)
    rows = []
    for number, month in enumerate(wanted):
        if progress:
            progress("months", number / len(wanted))
        rule = settings.model_copy(update={"horizon": month})
        chances = rule_chances(state, small, catalogue, rule, draws, posterior=posterior)
        sums = exit_range(small.packages, chances, chosen)
        row = {
            "month": month.ordinal,
            "persons": sums.persons,
            "additional": sums.additional,
            "without": sums.persons - sums.additional,
        }
        for share in SHARES:
            row[f"low_{share:.0%}".rstrip("%")], row[f"high_{share:.0%}".rstrip("%")] = sums.interval("persons", share)
        row["additional_low_90"], row["additional_high_90"] = sums.interval("additional")
        rows.append(row)
    return pd.DataFrame(rows)


def _offer_of_chosen(offer: Offer, chosen: list[int]) -> Offer:
    """Return the offer with package 0 of every household and the chosen packages alone."""
    kept = offer.packages.loc[(offer.packages["k"] == 0) | offer.packages["package"].isin(chosen)]
    number = pd.Series(range(len(kept)), index=kept["package"].to_numpy())
    parts = offer.components.loc[offer.components["package"].isin(kept["package"])]
    # rows of the projection are rows of the packages: renumber inside, keep the keys outside
    return replace(
        offer,
        packages=kept.reset_index(drop=True),
        components=parts.assign(package=parts["package"].map(number)).reset_index(drop=True),
    )
