"""Help that runs already, or ran: the ledger's support as rows that earn by the month.

Responsible for reading what each recorded award brought, month by month and per unit of its effect, and for the
panel of incomes less that help. Not responsible for a single award's months (`award_effects`) or for awards not
yet given (`package_effects`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel
from povlib.exits.help_effects.award_effects import FOREVER, Effect, typical_wage
from povlib.money import FEN_PER_YUAN
from povlib.params import Catalogue
from povlib.vocabulary import INCOME_PARTS
from povlib.vocabulary.help_and_works import help_ended, help_not_given


@dataclass(frozen=True)
class RunningHelp:
    """Help that runs already, or ran, as rows: row (household), effect (number), span, fen a paid month and unit.

    `until` is the last month; `goes_on` whether it runs still at the last month of data; `source` what it hangs on
    (`award_sources`; -1: nothing known), None where nobody asked.
    """

    row: Ints
    effect: Ints
    start: Ints
    until: Ints
    goes_on: Bools
    unit_fen: Floats
    source: Ints | None = None


def running_help(
    support: pd.DataFrame,
    placements: pd.DataFrame,
    hh: pd.Index,
    catalogue: Catalogue,
    effects: tuple[Effect, ...],
    source: Ints | None = None,
) -> RunningHelp:
    """Return the help recorded in the ledger that earns by the month (shares of own income are left in the income).

    A post's wage is that of the catalogue's post of the same name, else the mean of its measure's posts.
    `source` is by row of `support`.
    """
    support = support.assign(source=-1 if source is None else source)
    rows = support.loc[~support["status"].isin(help_not_given()) & support["from_month"].notna()]
    post_of = placements.drop_duplicates("person").set_index("person")["post"]
    parts = []
    for number, effect in enumerate(effects):
        if effect.earning.basis == "share_of_source":
            continue
        mine = rows.loc[rows["measure"] == effect.measure]
        if mine.empty:
            continue
        posts = mine["person"].map(post_of)
        wages = {name: typical_wage(catalogue, effect.measure, name) for name in {*posts.dropna(), None}}
        wage = np.array([wages[name if isinstance(name, str) else None] for name in posts], dtype=np.float64)
        unit = wage if effect.earning.basis == "post_wage" else np.full(len(mine), float(FEN_PER_YUAN))
        ended = mine["status"].isin(help_ended()).to_numpy(dtype=bool)
        until = mine["to_month"].astype("Float64").fillna(FOREVER).to_numpy(dtype=np.float64).astype(np.int64)
        parts.append(
            pd.DataFrame(
                {
                    "row": hh.get_indexer(pd.Index(mine["hh"])),
                    "effect": number,
                    "start": mine["from_month"].to_numpy(dtype=np.int64),
                    # Ended on a day nobody wrote down: no month is credited to it, rather than help that never ends.
                    "until": np.where(ended & (until == FOREVER), 0, until),
                    "goes_on": ~ended,
                    "unit": unit,
                    "source": mine["source"].to_numpy(dtype=np.int64),
                }
            )
        )
    empty = pd.DataFrame({name: [] for name in ("row", "effect", "start", "until", "goes_on", "unit", "source")})
    table = pd.concat(parts) if parts else empty
    table = table.loc[table["row"] >= 0]
    row, effect_of, start, until, hangs_on = (
        table[name].to_numpy(dtype=np.int64) for name in ("row", "effect", "start", "until", "source")
    )
    goes_on, unit_of = table["goes_on"].to_numpy(dtype=bool), table["unit"].to_numpy(dtype=np.float64)
    return RunningHelp(row, effect_of, start, until, goes_on, unit_of, None if source is None else hangs_on)


def unit_months(running: RunningHelp, effects: tuple[Effect, ...], panel: HouseholdPanel) -> Floats:
    """Return, for every row of running help and month of the panel, fen per unit of effect it brought."""
    months = np.arange(panel.first.ordinal, panel.last.ordinal + 1)
    paid = np.zeros((len(running.row), len(months)))
    for number, effect in enumerate(effects):
        mine = running.effect == number
        if not mine.any():
            continue
        begin = running.start[mine] + effect.earning.delay_months
        inside = (months >= begin[:, None]) & (months <= running.until[mine][:, None])
        inside &= np.isin(months % YEAR + 1, effect.earning.paid_in)
        paid[mine] = inside * running.unit_fen[mine][:, None]
    return paid


def panel_without_help(
    panel: HouseholdPanel, running: RunningHelp, effects: tuple[Effect, ...], paid: Floats
) -> HouseholdPanel:
    """Return the panel less what running help is expected to have brought (never below zero)."""
    income = {name: panel.income[name].copy() for name in INCOME_PARTS}
    for number, effect in enumerate(effects):
        mine = running.effect == number
        if mine.any():
            part = np.zeros_like(panel.income["wage"])
            np.add.at(part, running.row[mine], paid[mine] * float(effect.earning.mean or 0.0))
            source = effect.earning.source
            # Help can be put too high for a household; its own income is not made negative by that.
            income[source] = np.maximum(income[source] - part, 0.0)
    return HouseholdPanel(income, panel.known, panel.spread, panel.first, panel.last)
