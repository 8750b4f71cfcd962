"""What villages and enterprises make and sell: one village one product, enterprises, bases, help to enterprises."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.ledger import State
from povlib.report.villages.facts import EnterpriseFacts, ProductFacts
from povlib.runs.facts.houses.code_words import in_words, unit_in_words
from povlib.runs.facts.village_order import office_order


def product_facts(state: State, villages: Sequence[str], lang: str | None = None) -> ProductFacts | None:
    """Return the products of each village in the last year that is recorded for it; None without any."""
    rows = state.village_products
    if rows.empty:
        return None
    last = rows[rows["year"] == rows.groupby("village")["year"].transform("max")]
    # the value of what was sold; not known where price or quantity is not
    value = last["sold"].astype("Float64") * last["price_fen"].astype("Float64")
    houses = state.households.groupby("village").size()
    frame = pd.DataFrame(
        {
            "village": last["village"],
            "product": last["product"],
            "year": last["year"],
            "households": last["households"],
            "share": last["households"].astype("Float64") / last["village"].map(houses).astype("Float64"),
            "area_mu": last["area_mu"],
            "heads": last["heads"],
            "output": [
                amount_with_unit(amount, unit, lang) for amount, unit in zip(last["output"], last["unit"], strict=True)
            ],
            "sold": [
                amount_with_unit(amount, unit, lang) for amount, unit in zip(last["sold"], last["unit"], strict=True)
            ],
            "price_fen": last["price_fen"],
            "sold_fen": value.round().astype("Int64"),
            "brand": last["brand"].fillna(""),
        }
    )
    order = frame["village"].map(office_order(villages))
    frame = frame.assign(order=order, quotient=location_quotient(frame)).sort_values(
        ["order", "quotient", "households", "product"], ascending=[True, False, False, True], ignore_index=True
    )
    main = frame.drop_duplicates("village")
    widest = frame.groupby("product")["village"].nunique().sort_values(ascending=False, kind="stable")
    return ProductFacts(
        products=frame.drop(columns="order"),
        widest=str(widest.index[0]),
        widest_villages=int(widest.iloc[0]),
        villages=int(frame["village"].nunique()),
        with_brand=int(frame.loc[frame["brand"].ne(""), "village"].nunique()),
        different=int(main["product"].nunique()),
        without=[name for name in villages if name not in set(frame["village"])],
    )


def location_quotient(rows: pd.DataFrame) -> pd.Series:
    """Return how much more a village lives on a product than the whole township does: the location quotient.

    Parameters
    ----------
    rows : DataFrame
        village, product, households, sold_fen. Weighed by what was sold where it is known of every row, else by
        households; a number that nobody wrote down counts as none.

    Notes
    -----
    (the product's share in the village) / (its share in all villages together); Haig 1928, Major Economic Factors in
    Metropolitan Growth. What every village grows has about 1 everywhere, so what sets a village apart stands first,
    however large the other is; 0 without any.

    Examples
    --------
    >>> rows = pd.DataFrame({"village": ["A", "A", "B"], "product": ["pomelo", "tea", "pomelo"],
    ...                      "households": [30, 10, 60], "sold_fen": [None, 10, 60]})
    >>> location_quotient(rows).round(2).tolist()  # by households
    [0.83, 2.5, 1.11]
    >>> location_quotient(rows.assign(sold_fen=[10, 30, 80])).round(2).tolist()
    [0.33, 3.0, 1.33]
    """
    by = "sold_fen" if rows["sold_fen"].notna().all() else "households"
    size = rows[by].astype("Float64").fillna(0.0).astype("float64")
    in_village = size / size.groupby(rows["village"]).transform("sum")
    in_all = size.groupby(rows["product"]).transform("sum") / size.sum()
    return (in_village / in_all).where(size > 0, 0.0)


def amount_with_unit(amount: object, unit: object, lang: str | None) -> str:
    """Return a quantity as it is read, with its unit where one was written down."""
    if pd.isna(amount):  # type: ignore[call-overload]
        return "—"
    return f"{float(str(amount)):,.10g} {unit_in_words(unit, lang)}".strip()


def enterprise_facts(state: State, lang: str) -> EnterpriseFacts | None:
    """Return enterprises with what they make and the help they had; None where none is recorded."""
    firms = state.enterprises
    if firms.empty:
        return None
    made = state.enterprise_outputs
    before = made[["enterprise", "product", "year", "output"]].assign(year=made["year"] + 1)
    both = made.merge(before, on=["enterprise", "product", "year"], how="left", suffixes=("", "_before"))
    last = both.sort_values("year").drop_duplicates(["enterprise", "product"], keep="last")
    frame = firms.merge(last, on="enterprise", how="left").sort_values(["enterprise", "product"], ignore_index=True)
    outputs = pd.DataFrame(
        {
            "enterprise": frame["enterprise"],
            "kind": in_words(frame["kind"], "enterprise_kind", lang),
            "level": in_words(frame["level"], "enterprise_level", lang),
            "village": frame["village"].fillna(""),
            "brand": frame["brand"].fillna(""),
            "product": frame["product"].fillna(""),
            "year": frame["year"],
            "output": [amount_with_unit(a, u, lang) for a, u in zip(frame["output"], frame["unit"], strict=True)],
            "growth": (frame["output"] / frame["output_before"] - 1).astype("float64"),
            "sales_fen": frame["sales_fen"],
            "workers": frame["workers"],
            "poor_workers": frame["poor_workers"],
        }
    )
    helped = state.enterprise_help.sort_values(["month", "id"], ignore_index=True)
    help_rows = pd.DataFrame(
        {
            "enterprise": helped["enterprise"],
            "kind": in_words(helped["kind"], "enterprise_help_kind", lang),
            "month": helped["month"],
            "fen": helped["fen"],
            "promised": helped["posts_promised"],
            "opened": helped["posts_opened"],
            "status": in_words(helped["status"], "enterprise_help_status", lang),
        }
    )
    return EnterpriseFacts(outputs=outputs, help=help_rows)
