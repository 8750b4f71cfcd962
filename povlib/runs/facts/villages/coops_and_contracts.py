"""Co-ops with their bases, stakes and loans; contracts of sale, how far they are fulfilled; fairs and services."""

from __future__ import annotations

import pandas as pd

from povlib.ledger import State
from povlib.report.figures.villages import delivered_and_due
from povlib.report.model.paper import FigureBlock
from povlib.report.villages.facts import ContractFacts, CoopFacts, FairFacts
from povlib.runs.facts.houses.code_words import in_words, unit_in_words
from povlib.runs.facts.houses.house_progress import days_of
from povlib.runs.facts.villages.made_products import amount_with_unit
from povlib.runs.run import Run
from povlib.villages.contracts.fulfilment import Fulfilment, fulfilment
from povlib.villages.sources.household_sources import held_placements, plain_name, running

_COOP, _PLANNED = "coop", "planned"
_BEHIND = ["contract", "hh", "village", "share", "due", "delivered", "behind"]


def coop_facts(state: State, month: int, lang: str) -> CoopFacts | None:
    """Return the co-ops with what stands behind them; None where none is recorded."""
    coops = state.coops.sort_values(["founded_month", "coop"], ignore_index=True)
    if coops.empty:
        return None
    stakes = state.coop_stakes[running(state.coop_stakes, month)]
    loans = state.loans[state.loans["borrower_kind"].eq(_COOP)]
    owed = loans["fen"] - loans["repaid_fen"].fillna(0)
    pooled = state.loans[state.loans["borrower_kind"].ne(_COOP) & state.loans["used_by"].isin(coops["coop"])]
    bases = state.bases.groupby("coop")
    posts = held_placements(state, month)
    workers = posts.groupby(posts["employer"].fillna("").map(plain_name))["person"].nunique()
    frame = pd.DataFrame(
        {
            "coop": coops["coop"],
            "villages": coops["village"],
            "product": coops["product"].fillna(""),
            "enterprise": coops["enterprise"].fillna("—"),
            "status": in_words(coops["status"], "coop_status", lang),
            "founded": coops["founded_month"],
            "members": coops["members"],
            "poor_members": coops["poor_members"],
            "bases": _of(bases.size(), coops["coop"]),
            "holders": _of(stakes.groupby("coop")["hh"].nunique(), coops["coop"]),
            "stake_fen": _of(stakes.groupby("coop")["fen"].sum(), coops["coop"]),
            "loan_fen": _of(owed.groupby(loans["borrower"]).sum(), coops["coop"]),
            "pooled": _of(pooled.groupby("used_by").size(), coops["coop"]),
            "workers": _of(workers, coops["coop"]),
            "offtake": coops["offtake_contract"].fillna("—"),
        }
    )
    begun = coops[coops["status"].ne(_PLANNED)]
    found = state.bases.sort_values(["coop", "base"], ignore_index=True)
    return CoopFacts(
        coops=frame,
        bases=found[["base", "coop", "village", "product", "area_mu", "heads", "jobs"]].fillna({"coop": "—"}),
        founded=int((begun["founded_month"] // 12 == month // 12).sum()),
        year=month // 12,
        planned=[str(name) for name in coops.loc[coops["status"].eq(_PLANNED), "coop"]],
    )


def _of(counted: pd.Series, names: pd.Series) -> pd.Series:
    found: pd.Series = names.map(counted).fillna(0).astype("int64")
    return found


def standings(state: State) -> list[tuple[pd.Series, Fulfilment]]:
    """Return every contract that has begun with how far it is fulfilled at the end of the ledger's last month."""
    month = state.last_month
    if month is None:
        return []
    rows = state.sale_contracts.sort_values("contract")
    return [
        (
            row,
            fulfilment(
                {str(key): value for key, value in row.items()},
                state.contract_shares, state.contract_schedules, state.deliveries, month,
            ),
        )
        for _, row in rows[rows["from_month"] <= month.ordinal].iterrows()
    ]  # fmt: skip


def contract_facts(run: Run, lang: str) -> ContractFacts | None:
    """Return the contracts of sale; None where none is recorded."""
    state = run.state
    if state.sale_contracts.empty:
        return None
    village = state.households.set_index("hh")["village"]
    rows, behind, figures = [], [], []
    for row, standing in standings(state):
        rows.append(
            {
                "contract": row["contract"],
                "partner": row["partner"],
                "product": row["product"],
                "kind": in_words(pd.Series([row["kind"]]), "contract_kind", lang)[0],
                "quantity": float(row["quantity"]),
                "unit": unit_in_words(row["unit"], lang),
                "amount": amount_with_unit(row["quantity"], row["unit"], lang),
                "until": int(row["to_month"]),
                "floor_fen": row["floor_fen"],
                "households": int((standing.households["share"] > 0).sum()),
                "shared": float(standing.households["share"].sum()),
                "due": standing.due,
                "delivered": standing.delivered,
                "short": max(standing.due - standing.delivered, 0.0),
            }
        )
        late = standing.late.assign(contract=row["contract"])
        behind.append(
            late.assign(village=late["hh"].map(village))[
                ["contract", "hh", "village", "share", "due", "delivered", "behind"]
            ]
        )
        figures += _figure(row, standing, lang)
    columns = ["contract", "partner", "product", "kind", "quantity", "unit", "amount", "until", "floor_fen",
               "households", "shared", "due", "delivered", "short"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).astype({"floor_fen": "Int64"})
    empty = pd.DataFrame(columns=_BEHIND)
    told = [part for part in behind if len(part)]
    return ContractFacts(
        contracts=frame,
        behind=pd.concat(told, ignore_index=True) if told else empty,
        through=run.at.label(lang),
        figures=tuple(figures),
    )


def _figure(row: pd.Series, standing: Fulfilment, lang: str) -> list[FigureBlock]:
    months = standing.months
    # before anything is due or delivered there is nothing to see
    if len(months) < 2 or not (months["month"] <= standing.through).any():
        return []
    unit = unit_in_words(row["unit"], lang)
    return [delivered_and_due(months, standing.through, name=str(row["contract"]), unit=unit, lang=lang)]


def fair_facts(state: State, lang: str) -> FairFacts | None:
    """Return job fairs and services; None where neither is recorded."""
    fairs, services = state.job_fairs, state.village_services
    if fairs.empty and services.empty:
        return None
    fairs = fairs.sort_values(["day", "fair", "employer", "post"], ignore_index=True)
    fair_rows = pd.DataFrame(
        {
            "fair": fairs["fair"],
            "day": days_of(fairs["day"]).dt.strftime("%Y-%m-%d").fillna(""),
            "place": fairs["place"].fillna(""),
            "employer": fairs["employer"],
            "post": fairs["post"],
            "offered": fairs["offered"],
            "taken": fairs["taken"],
        }
    )
    rows = services.assign(
        kind=in_words(services["kind"], "service_kind", lang),
        provider=services["provider"].fillna("—"),
        partner=services["partner"].fillna("—"),
        unit=[unit_in_words(unit, lang) for unit in services["unit"]],
    )
    grouped = rows.groupby(["kind", "provider", "partner", "unit"], as_index=False, sort=True).agg(
        months=("month", "nunique"), quantity=("quantity", "sum"), fen=("fen", "sum")
    )
    return FairFacts(fairs=fair_rows, services=grouped)
