"""From what may be given and what it would bring to one allocation problem, and back to tables.

Responsible for the groups that shares are kept for, and pins. Not responsible for what is offered
(`povlib.support`), what it brings and is worth (`povlib.exits`) or the choice (`povlib.allocation`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from povlib.allocation import Problem, poorest_fifth
from povlib.errors import ParameterError
from povlib.exits import Projection, package_values
from povlib.ledger import State
from povlib.params import AIMS, Catalogue, Settings
from povlib.params.villages.areas import Areas
from povlib.poverty import trailing_income
from povlib.runs.stages.source_limits import HangingHelp, hanging_help, source_limit_rows, valued_packages
from povlib.scenarios.area_floors import least_of_all, more_than_all
from povlib.support import Offer
from povlib.vocabulary.resource_keys import rows_of_posts
from povlib.words import language_column, languages, term_in_each_language, text

#: what the groups of shares of areas are called by: "village A", "township B", "county C"; "area D" is one by name
_VILLAGE, _TOWNSHIP, _COUNTY, _NAMED = "village", "township", "county", "area"

#: settings of floors of the new money for areas
_MONEY_FLOORS = ("village_money_share", "township_money_share", "county_money_share", "area_money_floors")

POOREST, POOREST_ABLE = "poorest_fifth", "poorest_fifth_able"
#: column: whether somebody of the household may take a post
ABLE = "able"


def household_groups(state: State, offer: Offer, catalogue: Catalogue) -> pd.DataFrame:
    """Return the households of the ledger with the groups that shares and fairness speak of.

    Returns
    -------
    DataFrame
        hh, village, members, registered, income_fen_per_head, poorest_fifth, poorest_fifth_able.
    """
    return with_poorest_fifths(household_standing(state, offer, catalogue)).drop(columns=ABLE)


def household_standing(state: State, offer: Offer, catalogue: Catalogue) -> pd.DataFrame:
    """Return what puts a household into a group: its members, its income, whether somebody of it may take a post.

    A month that is missing is taken from the year before, for this ranking alone.

    Returns
    -------
    DataFrame
        hh, village, members, income_fen_per_head, registered, able.
    """
    if state.last_month is None:
        raise ValueError("a state without a month cannot be planned on")
    frame = state.households[["hh", "village", "size"]].rename(columns={"size": "members"})
    income = trailing_income(state, state.last_month, catalogue, missing="same_month_last_year")
    frame = frame.merge(income[["hh", "income_fen_per_head"]], on="hh", how="left")
    uses = rows_of_posts(offer.uses)
    able = frame["hh"].isin(offer.packages.loc[offer.packages["package"].isin(uses["package"]), "hh"])
    return frame.assign(registered=frame["hh"].isin(state.poor["hh"]).to_numpy(), able=able.to_numpy())


def with_poorest_fifths(standing: pd.DataFrame) -> pd.DataFrame:
    """Return `household_standing` with who belongs to the poorest fifth, of all and of those who may take a post.

    The fifth is counted in registered *persons*, by income per head when the plan is made; a household whose income is
    not known comes last. For posts it is that of the households with somebody who may take one.
    """
    registered, able = (standing[name].to_numpy(bool) for name in ("registered", ABLE))
    return standing.assign(
        **{
            POOREST: poorest_fifth(standing, eligible=registered),
            POOREST_ABLE: poorest_fifth(standing, eligible=registered & able),
        }
    )


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
    households = planned_households(household_groups(state, offer, catalogue), catalogue, settings)
    shares = problem_shares(households, catalogue, settings)
    households = with_area_groups(households, shares, catalogue)
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
        shares=shares,
        pins=pins,
        previous=previous,
        objective=objective,
    )


def planned_households(groups: pd.DataFrame, catalogue: Catalogue, settings: Settings) -> pd.DataFrame:
    """Return the households that are planned for, with the line that counts: the register, in no group the others."""
    planned = groups[groups["registered"]].reset_index(drop=True)
    return planned.assign(line_fen=catalogue.line_fen(settings.authority, settings.horizon))


def part_tables(
    groups: pd.DataFrame,
    offer: Offer,
    projection: Projection,
    shares: pd.DataFrame,
    catalogue: Catalogue,
    settings: Settings,
) -> dict[str, pd.DataFrame]:
    """Return the tables of one part's packages, as `povlib.allocation.parts.write_part` takes them.

    Parameters
    ----------
    groups : DataFrame
        `household_groups` of the part, the fifths reckoned over the whole office.
    shares : DataFrame
        `problem_shares` of the whole office.

    Returns
    -------
    dict
        packages, uses, resources (those that the packages use, and the funds that may pay), households, bills, payers.
    """
    packages = _packages_to_choose_from(offer, projection, settings)
    used = set(offer.uses["resource"]) | set(offer.payers["fund"])
    return {
        "packages": packages.drop(columns="label"),
        "uses": offer.uses[offer.uses["package"].isin(packages["package"])],
        "resources": offer.resources[offer.resources["resource"].isin(used)].reset_index(drop=True),
        "households": with_area_groups(planned_households(groups, catalogue, settings), shares, catalogue),
        "bills": offer.bills[offer.bills["package"].isin(packages["package"])],
        "payers": offer.payers[offer.payers["package"].isin(packages["package"])],
    }


def problem_shares(households: pd.DataFrame, catalogue: Catalogue, settings: Settings) -> pd.DataFrame:
    """Return the shares of a problem: those of the poorest fifth, then those of villages and larger areas.

    Parameters
    ----------
    households : DataFrame
        village and members of the registered households.
    """
    areas = _area_shares(households, catalogue, settings)
    return pd.concat([_poorest_fifth_shares(settings), areas], ignore_index=True)


def with_area_groups(households: pd.DataFrame, shares: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the households with a column for each village and larger area that a share is kept for."""
    village = households["village"].astype(object)
    present = village.unique()
    groups = {
        # a part has some of the villages of a county: those alone are looked up
        group: village.isin([name for name in present if name in own])
        for group, own in _villages_of_groups(shares["group"].astype(str), catalogue.areas).items()
    }
    return households.assign(**groups)


def _villages_of_groups(groups: Iterable[str], areas: Areas) -> dict[str, frozenset[str]]:
    """Return the villages of each group that is one of areas; other groups are left out."""
    at_level = {level: {area.name: area.villages for area in areas.of_level(level)} for level in (_TOWNSHIP, _COUNTY)}
    found = {}
    for group in groups:
        kind, _, name = group.partition(" ")
        if kind == _VILLAGE:
            found[group] = frozenset({name})
        elif kind in at_level:
            found[group] = at_level[kind][name]
        elif kind == _NAMED:
            found[group] = areas.villages_of(name) or frozenset()
    return found


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


def _areas_of(village: pd.Series, level: str, catalogue: Catalogue) -> pd.Series:
    """Return the area of a level that each village lies in; "" where none is named."""
    named = {key: own.get(level, "") for key, own in catalogue.areas.of_village.items()}
    return village.astype(object).map(named).fillna("")


def _area_shares(households: pd.DataFrame, catalogue: Catalogue, settings: Settings) -> pd.DataFrame:
    """Keep for each area the asked part of its own proportion of the new money, and what is asked for by name."""
    members = households["members"]
    rows = _shares_by_area(_VILLAGE, households["village"], members, settings.village_money_share)
    parts = {_TOWNSHIP: settings.township_money_share, _COUNTY: settings.county_money_share}
    for level, part in ((level, part) for level, part in parts.items() if part):
        area = _areas_of(households["village"], level, catalogue)
        if len(set(area) - {""}) > 1:
            rows += _shares_by_area(level, area, members, part)
    rows += _named_shares(households, catalogue, settings)
    _refuse_more_than_all(rows, catalogue.areas, settings)
    columns = ["share", "of", "group", "at_least", "names"]
    return pd.DataFrame([row for row in rows if row["at_least"]], columns=columns)


def _refuse_more_than_all(rows: Iterable[Mapping[str, Any]], areas: Areas, settings: Settings) -> None:
    """Refuse floors by name that leave too little of the new money for what each area has in proportion.

    Raises
    ------
    ParameterError
        If they could all be kept only by giving nobody anything.
    """
    floors = {row["group"]: row["at_least"] for row in rows if row["of"] == "money"}
    total = least_of_all((own, floors[group]) for group, own in _villages_of_groups(floors, areas).items())
    if total > 1:
        asked = [f"settings.{name}" for name in _MONEY_FLOORS if getattr(settings, name)]
        raise ParameterError([more_than_all(total, asked, "settings")])


def _named_shares(households: pd.DataFrame, catalogue: Catalogue, settings: Settings) -> list[dict[str, Any]]:
    """Return the shares that areas have by name: of the new money, and of the new posts.

    Raises
    ------
    ParameterError
        If nobody of an area is planned for: the floor could be kept only by giving nobody anything.
    """
    rows: list[dict[str, Any]] = []
    asked = {"money": ("least share of new money for {village}", settings.area_money_floors),
             "post": ("least share of new posts for {village}", settings.area_post_floors)}  # fmt: skip
    for of, (said, floors) in asked.items():
        for name, share in floors.items():
            own = catalogue.areas.villages_of(name) or frozenset()
            if share and not households["village"].isin(own).any():
                raise ParameterError(
                    "no household of {area} is planned for: no share can be kept for it",
                    where=f"settings.area_{of}_floors.{name}", remedy="take it out", area=name,
                )  # fmt: skip
            names = {lang: text(said, lang, village=name) for lang in languages()}
            rows.append({"share": f"area_{of} {name}", "of": of, "group": f"{_NAMED} {name}",
                         "at_least": share, "names": names})  # fmt: skip
    return rows


def _shares_by_area(kind: str, area: pd.Series, members: pd.Series, part: float) -> list[dict[str, Any]]:
    """Return the share of each area of one kind; households that lie in none have none."""
    persons = members.groupby(area).sum()
    rows = []
    for name, count in persons.items():
        if not name:
            continue
        names = {lang: text("least share of new money for {village}", lang, village=name) for lang in languages()}
        # down to a tenth of a per cent: exact with any amounts, and all floors together never ask for more than all
        least = math.floor(1000 * part * count / persons.sum()) / 1000
        rows.append({"share": f"{kind}_money {name}", "of": "money", "group": f"{kind} {name}",
                     "at_least": least, "names": names})  # fmt: skip
    return rows
