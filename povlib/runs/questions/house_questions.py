"""Questions about houses that need an office: its ledger, its parameters, and a run where exits are asked for.

Responsible for bringing ledger, parameters and run together for `povlib.housing.entitlement`. Not responsible for what
any of it means, nor for printing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import pandas as pd

from povlib import ledger, params, scenarios
from povlib.calendar import Month
from povlib.errors import Fault, LedgerError, ParameterError, unknown_word_fault
from povlib.housing.entitlement.house_checklists import house_checklists
from povlib.housing.entitlement.house_money import measures_of_grade, shares_of_funds
from povlib.housing.entitlement.price_effects import fund_effects, price_effects
from povlib.params import Catalogue, Measure, Settings
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.questions.trial import Trial, try_changes
from povlib.runs.run import Run
from povlib.support.eligibility import RegisterFacts
from povlib.support.eligibility_facts import SupportFrames as StateWithMonths
from povlib.support.house_bills import bill_lines, lines_at_list_prices, lines_in_force
from povlib.vocabulary.help_and_works import works_not_started


@dataclass(frozen=True)
class HouseInputs:
    """What every question about an office's houses begins with: its ledger as known now, parameters and settings."""

    state: StateWithMonths
    catalogue: Catalogue
    settings: Settings


def houses_of_office(place: Place) -> HouseInputs:
    """Return an office's ledger as known now, its parameters and the settings of its plans.

    Raises
    ------
    LedgerError
        If nothing was loaded yet.
    """
    own = place.office.params
    resolved = scenarios.resolve(scenarios.load("base", own / "scenarios"), params.load(own))
    with open_book(place, create=False) as book:
        state = ledger.read_state(book, book.data_head())
    if state.last_month is None:
        raise LedgerError(
            "the ledger holds no month yet",
            remedy="put village workbooks into the inbox, then: python3 workbench.py load",
        )
    return HouseInputs(cast(StateWithMonths, state), resolved.catalogue, resolved.settings)


@dataclass(frozen=True)
class HouseBill:
    """One house's bill.

    Attributes
    ----------
    hh, grade : str
    project : str
        Empty where there is no work: `lines` are then what the checklist makes of the ledger.
    lines : DataFrame
        stage, item, qty, unit, unit_fen, fen; for a work also ``listed`` (the price is the list's).
    checklist : DataFrame
        item, state (`povlib.housing.entitlement.house_checklists`), in the order of the standard.
    cost_fen : int or None
        None: a line has no amount.
    measure : Measure or None
        The measure that pays the bill of such a house.
    funds : DataFrame
        fund ("": nobody may pay it), ceiling_fen, fen.
    """

    hh: str
    grade: str
    project: str
    lines: pd.DataFrame
    checklist: pd.DataFrame
    cost_fen: int | None
    measure: Measure | None
    funds: pd.DataFrame


def house_bill(state: StateWithMonths, catalogue: Catalogue, hh: str, month: Month) -> HouseBill:
    """Return the bill of a household's house at the prices of a month, and which fund would pay it.

    Works that have begun keep the prices that were agreed; works that have not, and houses without any, have the price
    list's.

    Parameters
    ----------
    hh : str
        A household of the ledger.
    """
    facts = RegisterFacts(state, catalogue, month).households
    mine = facts.loc[facts["hh"] == hh]
    grade = "" if pd.isna(mine["housing_grade"].iloc[0]) else str(mine["housing_grade"].iloc[0])
    checklist = house_checklists(mine, catalogue, month)
    works = state.projects.loc[state.projects["hh"] == hh].sort_values("project")
    project = str(works["project"].iloc[-1]) if len(works) else ""
    if project:
        lines = bill_lines(state)
        lines = lines_in_force(lines.loc[lines["project"] == project])
        if works["status"].iloc[-1] == works_not_started():
            lines = lines_at_list_prices(lines, catalogue, month)
    else:
        lines = checklist.loc[checklist["price"].notna()].assign(stage="checklist")
        named = {key: price.names.show() for key, price in catalogue.house_prices.items()}
        lines = lines.assign(item=lines["price"].map(named))
    lines = lines.reset_index(drop=True)
    cost = None if lines["fen"].isna().any() or lines.empty else int(lines["fen"].sum())
    kind = str(works["kind"].iloc[-1]) if project else ""
    measure = next(iter(measures_of_grade(catalogue, grade, kind)), None)
    known = cost is not None and cost > 0 and measure is not None
    funds = shares_of_funds(measure, cost, catalogue, mine) if known else pd.DataFrame()  # type: ignore[arg-type]
    seen = checklist.drop_duplicates("item")[["item", "state"]].reset_index(drop=True)
    return HouseBill(hh, grade, project, lines, seen, cost, measure, funds)


def price_changes(catalogue: Catalogue, asked: Mapping[str, str], month: Month) -> dict[str, str]:
    """Return changed prices as dotted keys: of each item the price in force in a month.

    Parameters
    ----------
    asked : mapping
        Key, name or alias of a price -> yuan a unit.

    Raises
    ------
    ParameterError
        For all items that are not on the list or have no price in force, and all amounts that are none, at once.

    Examples
    --------
    >>> from povlib import places
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> price_changes(catalogue, {"屋面翻修": "70"}, Month(2016, 6))
    {'house_prices.roof.yuan.2016-01': '70'}
    """
    changes: dict[str, str] = {}
    faults: list[Fault] = []
    known = [name for price in catalogue.house_prices.values() for name in (price.key, *price.names.spellings())]
    for word, yuan in asked.items():
        price = catalogue.house_price_of(word)
        since = None if price is None else price.since(month)
        if price is None:
            faults.append(unknown_word_fault("there is no price {value}", word, known, "house_prices.yaml"))
        elif since is None:
            faults.append(
                Fault("{value} has no price in {month}", "house_prices.yaml", values={"value": word, "month": month})
            )
        else:
            changes[f"house_prices.{price.key}.yuan.{since}"] = yuan
    if faults:
        raise ParameterError(faults)
    catalogue.replaced(changes)  # every amount is checked before anything is computed
    return changes


@dataclass(frozen=True)
class PriceAnswer:
    """What changed prices do to `houses` and `funds`; with a run also to exits (persons) and whose house is helped."""

    houses: pd.DataFrame
    funds: pd.DataFrame
    exits: tuple[float, float] | None = None
    served: tuple[frozenset[str], frozenset[str]] | None = None


def price_answer(
    state: StateWithMonths, catalogue: Catalogue, changes: Mapping[str, str], settings: Settings, run: Run | None = None
) -> PriceAnswer:
    """Return what changed prices do to each house, each fund and, with a run, to who would exit.

    Parameters
    ----------
    changes : mapping
        Of `price_changes`.
    run : Run, optional
        A plan as it was made; another is made with the changed prices and nothing is stored.
    """
    after = catalogue.replaced(changes)
    houses = price_effects(state, catalogue, after, settings.help_from)
    facts = RegisterFacts(state, catalogue, settings.help_from).households
    funds = fund_effects(houses, catalogue, facts)
    if run is None:
        return PriceAnswer(houses, funds)
    trial = try_changes(run, "; ".join(f"{key}={value}" for key, value in changes.items()))
    return PriceAnswer(houses, funds, (_exits(run), _exits(trial)), (_served(run), _served(trial)))


def _exits(run: Run | Trial) -> float:
    from povlib.runs.facts.proposal import plan_outcome

    return float(plan_outcome(run).additional.value)


def _served(run: Run | Trial) -> frozenset[str]:
    """Return the households that get a help with their house in the plan."""
    dwelling = {key for key, measure in run.catalogue.measures.items() if measure.is_on_dwelling}
    parts = run.offer.components.loc[run.offer.components["measure"].isin(dwelling), ["package"]]
    chosen = run.plan.chosen.astype({"package": parts["package"].dtype})
    return frozenset(chosen.loc[chosen["package"].isin(parts["package"]), "hh"])


def yuan_of(word: str) -> str:
    """Return an amount typed in yuan as a plain decimal, e.g. ``1,200元`` -> ``1200``.

    Raises
    ------
    MoneyError
        If it is no amount.
    """
    from povlib.money import FEN_PER_YUAN, typed_fen

    return str(Decimal(typed_fen(word)) / FEN_PER_YUAN)
