"""From what may be given and what it would bring to one allocation problem, and back to tables.

Responsible for the groups that shares are kept for, and pins. Not responsible for what is offered
(`povlib.support`), what it brings and is worth (`povlib.exits`) or the choice (`povlib.allocation`).
"""

from __future__ import annotations

import math

import pandas as pd

from povlib.allocation import Problem, poorest_fifth
from povlib.exits import Projection, package_values
from povlib.ledger import State
from povlib.params import AIMS, Catalogue, Settings
from povlib.poverty import trailing_income
from povlib.runs.stages.source_limits import HangingHelp, hanging_help, source_limit_rows, valued_packages
from povlib.support import Offer
from povlib.vocabulary.resource_keys import rows_of_posts
from povlib.words import language_column, languages, term_in_each_language, text

POOREST, POOREST_ABLE = "poorest_fifth", "poorest_fifth_able"


def household_groups(state: State, offer: Offer, catalogue: Catalogue) -> pd.DataFrame:
    """Return the households of the ledger with the groups that shares and fairness speak of.

    The poorest fifth is counted in registered *persons*, by income per head when the plan is made; a
    month that is missing is taken from the year before for this ranking alone, and a household whose
    income is not known even so comes last. For posts the fifth is that of the households with
    somebody who may take one.

    Returns
    -------
    DataFrame
        hh, village, members, registered, income_fen_per_head, poorest_fifth, poorest_fifth_able.
    """
    if state.last_month is None:
        raise ValueError("a state without a month cannot be planned on")
    frame = state.households[["hh", "village", "size"]].rename(columns={"size": "members"})
    income = trailing_income(state, state.last_month, catalogue, missing="same_month_last_year")
    frame = frame.merge(income[["hh", "income_fen_per_head"]], on="hh", how="left")
    registered = frame["hh"].isin(state.poor["hh"]).to_numpy()
    uses = rows_of_posts(offer.uses)
    able = frame["hh"].isin(offer.packages.loc[offer.packages["package"].isin(uses["package"]), "hh"]).to_numpy()
    frame["registered"] = registered
    frame[POOREST] = poorest_fifth(frame, eligible=registered)
    frame[POOREST_ABLE] = poorest_fifth(frame, eligible=registered & able)
    return frame


def _packages_to_choose_from(offer: Offer, projection: Projection, settings: Settings) -> pd.DataFrame:
    """Return the packages of registered households with their value: package, hh, k, label, then a column an aim.

    Households that exited in earlier years are followed, not planned for: an exit counts once.
    """
    worth = package_values(projection, settings).set_index("package")
    registered = projection.members.loc[projection.members["registered"], "hh"]
    packages = offer.packages.loc[offer.packages["hh"].isin(registered)]
    labels = [packages[language_column("label", lang)] for lang in languages()]
    return pd.DataFrame(
        {
            "package": packages["package"],
            "hh": packages["hh"],
            "k": packages["k"],
            "label": [dict(zip(languages(), said, strict=True)) for said in zip(*labels, strict=True)],
            **{aim: worth[aim].reindex(packages["package"]).to_numpy() for aim in AIMS},
        }
    ).reset_index(drop=True)


def build_problem(
    state: State,
    offer: Offer,
    projection: Projection,
    catalogue: Catalogue,
    settings: Settings,
    *,
    pins: pd.DataFrame | None = None,
    previous: pd.DataFrame | None = None,
    hanging: HangingHelp | None = None,
) -> Problem:
    """Return the allocation problem of a township.

    Parameters
    ----------
    pins, previous : DataFrame, optional
        As in `povlib.allocation.Problem.from_tables`.
    hanging : HangingHelp, optional
        Who hangs on which source, where it is known already.

    Raises
    ------
    ProblemError
        With every fault of every table.
    ParameterError
        If a limit names a source on which no help hangs, or lies below what hangs on it already.
    """
    households = household_groups(state, offer, catalogue)
    # only the register is planned for; the other households stand in no group
    households = households[households["registered"]].reset_index(drop=True)
    households["line_fen"] = catalogue.line_fen(settings.authority, settings.horizon)
    villages = _village_shares(households, settings)
    for share in villages.to_dict("records"):
        households[share["group"]] = households["village"] == share["village"]
    objective = {name: weight for name, weight in settings.objective if weight}
    resources, uses = offer.resources, offer.uses
    if settings.limits_sources:
        hangs = hanging or hanging_help(state, offer, projection, catalogue, settings)
        rows, more = source_limit_rows(hangs, valued_packages(offer, projection, settings), settings)
        if len(rows):
            resources = pd.concat([resources, rows], ignore_index=True)
            uses = pd.concat([uses.astype({"resource": object}), more], ignore_index=True)
    return Problem.from_tables(
        _packages_to_choose_from(offer, projection, settings),
        uses,
        resources,
        households,
        offer.facilities,
        bills=offer.bills,
        payers=offer.payers,
        keeps=offer.keeps,
        shares=problem_shares(households, settings),
        pins=pins,
        previous=previous,
        objective=objective,
    )


def problem_shares(households: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the shares of a problem: those of the poorest fifth, then those of the villages.

    Parameters
    ----------
    households : DataFrame
        village and members of the registered households.
    """
    villages = _village_shares(households, settings).drop(columns="village")
    return pd.concat([_poorest_fifth_shares(settings), villages], ignore_index=True)


def _poorest_fifth_shares(settings: Settings) -> pd.DataFrame:
    """Keep shares of the new money and, apart, of the new posts for the poorest fifth."""
    rows = [
        {
            "share": "poorest_fifth_money",
            "of": "money",
            "group": POOREST,
            "at_least": settings.poorest_fifth_money_share,
            "names": term_in_each_language("share_poorest_fifth_money"),
        },
        {
            "share": "poorest_fifth_posts",
            "of": "post",
            "group": POOREST_ABLE,
            "at_least": settings.poorest_fifth_post_share,
            "names": term_in_each_language("share_poorest_fifth_posts"),
        },
    ]
    columns = ["share", "of", "group", "at_least", "names"]
    return pd.DataFrame([row for row in rows if row["at_least"]], columns=columns)


def _village_shares(households: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Keep for each village the asked part of its own proportion of the new money, by registered persons."""
    persons = households.groupby("village")["members"].sum()
    rows = []
    for village, count in persons.items():
        # down to a tenth of a per cent: exact with any amounts, and all floors together never ask for more than all
        part = math.floor(1000 * settings.village_money_share * count / persons.sum()) / 1000
        names = {lang: text("least share of new money for {village}", lang, village=village) for lang in languages()}
        rows.append({"share": f"village_money {village}", "of": "money", "group": f"village {village}",
                     "at_least": part, "names": names, "village": village})  # fmt: skip
    columns = ["share", "of", "group", "at_least", "names", "village"]
    return pd.DataFrame([row for row in rows if row["at_least"]], columns=columns)
