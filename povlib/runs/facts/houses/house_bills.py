"""What houses cost by their bills (estimate, variations, final account); a plan's money by fund and programme."""

from __future__ import annotations

import pandas as pd

from povlib.ledger import State
from povlib.runs.facts.houses.code_words import in_words
from povlib.runs.run import Run
from povlib.words import text

ESTIMATE, VARIATION, FINAL = "estimate", "variation", "final"


def amounts(items: pd.DataFrame) -> pd.Series:
    """Return quantity times unit price of each row in whole fen, halves away from zero.

    Examples
    --------
    >>> import pandas as pd
    >>> amounts(pd.DataFrame({"qty": [2.5, 1.0], "unit_fen": [101, 7]})).tolist()
    [253, 7]
    """
    exact = items["qty"].astype(float) * items["unit_fen"].astype(float)
    # quantities have three decimals at most: a millionth of a fen is rounding of the product, not money
    return (exact + 1e-6).round(6).add(0.5).floordiv(1).astype("int64")


def bill_rows(state: State) -> pd.DataFrame:
    """Return the rows of all bills; the items of works that have no bill are their estimate."""
    billed = state.bill_items["project"].unique()
    plain = state.project_items[~state.project_items["project"].isin(billed)]
    return pd.concat([state.bill_items, plain.assign(stage=ESTIMATE)], ignore_index=True)


def bill_totals(items: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of each bill: project, estimate_fen, variation_fen, final_fen (missing: no final account)."""
    stages = [ESTIMATE, VARIATION, FINAL]
    known = items[items["stage"].isin(stages)]
    sums = known.assign(fen=amounts(known)).pivot_table(index="project", columns="stage", values="fen", aggfunc="sum")
    sums = sums.reindex(columns=stages)
    frame = pd.DataFrame(
        {
            "estimate_fen": sums[ESTIMATE].fillna(0).astype("int64"),
            "variation_fen": sums[VARIATION].fillna(0).astype("int64"),
            "final_fen": sums[FINAL].astype("Float64").astype("Int64"),
        }
    )
    return frame.rename_axis("project").reset_index()


def bills_by_kind(state: State, lang: str | None = None) -> pd.DataFrame:
    """Return the bills by kind of work, as `povlib.report.houses.facts.BillFacts.kinds`."""
    totals = bill_totals(bill_rows(state)).merge(state.projects[["project", "kind"]], on="project")
    closed = totals["final_fen"].notna()
    expected = (totals["estimate_fen"] + totals["variation_fen"]).where(closed, 0)
    final = totals["final_fen"].fillna(0).astype("int64")
    rows = totals.assign(
        works=1, final_works=closed.astype("int64"), expected_fen=expected, final_fen=final, over_fen=final - expected
    )
    columns = ["works", "estimate_fen", "variation_fen", "final_works", "expected_fen", "final_fen", "over_fen"]
    frame = rows.groupby("kind")[columns].sum().astype("int64").reset_index()
    return frame.assign(kind=in_words(frame["kind"], "housing_kind", lang))


def money_by_fund(run: Run, lang: str) -> pd.DataFrame:
    """Return what the plan pays for houses: fund, houses, fen."""
    dwelling = {key for key, measure in run.catalogue.measures.items() if measure.is_on_dwelling}
    paid = run.plan.payments[run.plan.payments["measure"].isin(dwelling)]
    grouped = paid.groupby("fund").agg(houses=("hh", "nunique"), fen=("fen", "sum"))
    order = [key for key in run.catalogue.funds if key in grouped.index]
    frame = grouped.loc[order].astype("int64")
    frame.insert(0, "fund", [run.catalogue.funds[key].names.show(lang) for key in order])
    return frame.reset_index(drop=True)


def money_by_programme(run: Run, lang: str) -> pd.DataFrame:
    """Return what each programme may pay for a house, and what the plan takes from it.

    A programme is a kind of help with a dwelling together with a fund that may pay it, as support.yaml names them.

    Returns
    -------
    DataFrame
        programme, fund (names), ceiling_fen (a household; missing: the whole bill), houses, fen (0 where the plan takes
        nothing), citation (of the ceiling), in the order of support.yaml.
    """
    paid = run.plan.payments.groupby(["measure", "fund"]).agg(houses=("hh", "nunique"), fen=("fen", "sum"))
    taken = {(str(measure), str(fund)): (int(n), int(fen)) for (measure, fund), n, fen in paid.itertuples()}
    rows = [
        (measure.names.show(lang), run.catalogue.funds[payer.fund].names.show(lang), payer.ceiling_fen,
         *taken.get((key, payer.fund), (0, 0)), text(payer.citation, lang))
        for key, measure in run.catalogue.measures.items()
        if measure.is_on_dwelling
        for payer in measure.payers
        if payer.fund in run.catalogue.funds
    ]  # fmt: skip
    columns = ["programme", "fund", "ceiling_fen", "houses", "fen", "citation"]
    return pd.DataFrame(rows, columns=columns).astype({"ceiling_fen": "Int64", "houses": "int64", "fen": "int64"})
