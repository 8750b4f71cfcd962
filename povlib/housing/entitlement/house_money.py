"""Which fund would pay a bill: cost, then the ceilings of each fund, then what nobody may pay.

Responsible for one house at a time. Not responsible for what is left in the funds when all are paid
(`povlib.allocation`): a fund may pay a bill and still not have the money for every house.
"""

from __future__ import annotations

import pandas as pd

from povlib.params import Catalogue, Measure
from povlib.support.months_of_start import households_paid_for
from povlib.support.villages.village_rows import VillageRows


def measures_of_grade(catalogue: Catalogue, grade: str, work: str = "") -> list[Measure]:
    """Return the measures that pay a bill for a house of this grade, those of a kind of `work`, in the file's order."""
    return [
        measure
        for measure in catalogue.measures.values()
        if measure.is_on_dwelling
        and measure.cost.basis == "bill"
        and measure.credit is None
        and (not work or measure.work == work)
        and _takes(measure, grade)
    ]


def _takes(measure: Measure, grade: str) -> bool:
    asked = [c for c in measure.conditions("household") if c.field == "housing_grade"]
    return all(grade in (c.value if isinstance(c.value, tuple) else (c.value,)) for c in asked)


def ways_offered(catalogue: Catalogue, cause: str, grade: str) -> list[Measure]:
    """Return the measures that are offered to a house of a grade that waits for a cause, in the order of the file.

    Parameters
    ----------
    cause : str
        Key of a cause of delay; "": none is written down.

    Examples
    --------
    >>> from povlib import params, places
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> [measure.key for measure in ways_offered(catalogue, "no_money", "C")]
    ['housing_repair', 'repair_on_credit']
    """
    return [
        measure
        for measure in catalogue.measures.values()
        if measure.is_on_dwelling
        and measure.filled
        and _takes(measure, grade)
        and (not measure.causes or cause in measure.causes or not (cause or measure.only_recorded))
    ]


def shares_of_funds(measure: Measure, cost_fen: int, catalogue: Catalogue, household: pd.DataFrame) -> pd.DataFrame:
    """Return how a bill would be paid: fund, ceiling_fen (missing: none), fen; what no fund may pay stands under "".

    The funds that pay for such a household pay in the order in which the measure lists them, each up to the lowest of
    its ceilings.

    Parameters
    ----------
    cost_fen : int
        The bill in fen.
    household : DataFrame
        Its row of `povlib.support.eligibility_facts.household_facts`.

    Examples
    --------
    >>> from povlib import params, places
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> household = pd.DataFrame({"housing_grade": ["C"], "village": ["乐北"]})
    >>> paid = shares_of_funds(catalogue.measures["housing_repair"], 2_000_000, catalogue, household)
    >>> int(paid["fen"].sum())
    2000000
    """
    rows: list[tuple[str, int | None, int]] = []
    left = cost_fen
    village_rows = VillageRows(household["village"])
    for payer in measure.payers:
        if not households_paid_for(payer, household, village_rows, catalogue).all():
            continue
        fund = catalogue.funds[payer.fund]
        limits = [limit for limit in (payer.ceiling_fen, fund.household_ceiling_fen) if limit is not None]
        ceiling = min(limits, default=None)
        part = left if ceiling is None else min(left, ceiling)
        rows.append((fund.key, ceiling, part))
        left -= part
    if left:
        rows.append(("", None, left))
    frame = pd.DataFrame(rows, columns=["fund", "ceiling_fen", "fen"])
    return frame.astype({"fund": "str", "ceiling_fen": "Int64", "fen": "int64"})
