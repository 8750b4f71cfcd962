"""Cluster sites and the plans of villages: houses on each, lots that are free, what the next grant asks for."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.ledger import State
from povlib.report.houses.facts import SiteFacts
from povlib.runs.facts.houses.code_words import in_words
from povlib.vocabulary.help_and_works import works_finished


def site_facts(
    state: State, houses: pd.DataFrame, steps: Sequence[int] = (), lang: str | None = None
) -> SiteFacts | None:
    """Return sites and fits; None where neither was written down.

    Parameters
    ----------
    houses : DataFrame
        Of `povlib.runs.facts.houses.house_standing.houses_of`.
    steps : sequence of int
        Households from which on the grant for a site grows.
    """
    if state.building_sites.empty:
        return None
    known = houses.merge(state.dwellings[["hh", "site", "plan_fits"]], on="hh", how="inner")
    known["done"] = known["status"].eq(works_finished()).astype("int64")
    on = known[known["site"].notna()].groupby("site").agg(houses=("hh", "size"), done=("done", "sum"))
    sites = state.building_sites.merge(on.reset_index(), on="site", how="left")
    for name in ("houses", "done"):
        sites[name] = sites[name].fillna(0).astype("int64")
    sites["status"] = in_words(sites["status"], "site_status", lang)
    sites["free"] = (sites["lots"].astype("Int64") - sites["houses"]).clip(lower=0)
    sites["step"] = pd.array([_next_step(n, steps) for n in sites["houses"]], dtype="Int64")
    fits = known.loc[known["project"].notna(), "plan_fits"].astype("Int8")
    columns = ["site", "village", "status", "lots", "houses", "done", "free", "step", "cost_fen", "plan"]
    return SiteFacts(
        sites=sites[columns].sort_values("site", ignore_index=True),
        fits=int(fits.eq(1).sum()),
        unfit=int(fits.eq(0).sum()),
        unknown=int(fits.isna().sum()),
    )


def _next_step(houses: int, steps: Sequence[int]) -> int | None:
    """Return the households that the next larger grant asks for, None beyond the last.

    Examples
    --------
    >>> _next_step(12, (20, 50, 100)), _next_step(120, (20, 50, 100))
    (20, None)
    """
    return next((step for step in sorted(steps) if houses < step), None)
