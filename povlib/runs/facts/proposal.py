"""What we propose: the outcome, by village, fund and measure, and who receives nothing new."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from povlib.report.meeting import Outcome, Poorest, Total
from povlib.runs.facts.village_order import in_township_order, in_village_order, townships_of_villages
from povlib.runs.run import Run
from povlib.runs.stages.allocation_input import POOREST
from povlib.runs.stages.plan_outcome import ChosenRows, PersonTotal, additional_exits, chosen_rows, expected_exits
from povlib.runs.storage.kept_facts import kept_by
from povlib.vocabulary.resource_keys import FACILITY_PREFIX, rows_of_posts
from povlib.words import text


def chosen_packages(run: Run, packages: pd.Series | None = None) -> ChosenRows:
    """Return the plan's packages (or others, by household) as rows of the projection."""
    if packages is None:
        return kept_by(run, "chosen packages", lambda: _rows_of_packages(run, None))
    return _rows_of_packages(run, packages)


def _rows_of_packages(run: Run, packages: pd.Series | None) -> ChosenRows:
    plan = run.plan.chosen.set_index("hh")
    found = plan["package"].astype(run.offer.packages["package"].dtype) if packages is None else packages
    return chosen_rows(run.projection, found, plan["members"], run.settings.seed)


def planned_households(run: Run) -> pd.DataFrame:
    """Return one row a planned household with what it is offered and what that would bring.

    Returns
    -------
    DataFrame
        hh, village, members, poorest_fifth, package, k, measures, label (in both languages), start,
        money_fen, posts, p, p0, additional, expected (persons).
    """
    # a copy for each who asks: some add columns of their own
    return kept_by(run, "planned households", lambda: _join_planned_households(run)).copy()


def _join_planned_households(run: Run) -> pd.DataFrame:
    """Join plan, offer, projection and groups, once a run: each has a row a package, and all parts of papers ask."""
    chosen = run.plan.chosen.astype({"package": run.offer.packages["package"].dtype})
    frame = chosen[["hh", "package", "village", "members"]].merge(
        run.offer.packages.drop(columns=["hh", "village"]), on="package", validate="1:1"
    )
    p = run.projection.frame.set_index("package")["p"].astype("float64")
    nothing = run.projection.frame[run.projection.frame["k"] == 0].set_index("hh")["p"].astype("float64")
    groups = run.households.frames["households"].set_index("hh")
    posts = rows_of_posts(run.offer.uses).groupby("package")["amount"].sum()
    frame["p"] = frame["package"].map(p)
    frame["p0"] = frame["hh"].map(nothing)
    frame["posts"] = frame["package"].map(posts).fillna(0).astype("int64")
    frame["poorest_fifth"] = frame["hh"].map(groups[POOREST]).astype(bool)
    frame["additional"] = frame["members"] * (frame["p"] - frame["p0"]).fillna(0.0)
    frame["expected"] = frame["members"] * frame["p"].fillna(0.0)
    return frame.rename(columns={"new_money_fen": "money_fen"}).sort_values("hh", ignore_index=True)


def plan_outcome(run: Run, rows: pd.DataFrame | None = None) -> Outcome:
    """Return what the plan would bring about, each total with the range of the projection's own draws.

    `rows`: `planned_households` of the run, where they are at hand.
    """
    if rows is None:
        return kept_by(run, "plan outcome", lambda: _outcome_of_rows(run, planned_households(run)))
    return _outcome_of_rows(run, rows)


def _outcome_of_rows(run: Run, rows: pd.DataFrame) -> Outcome:
    chosen = chosen_packages(run)
    fifth = rows[rows["poorest_fifth"]]
    # what is paid to no household opens shared places: part of the money, of nobody's bill
    opened = int(run.plan.payments.loc[~run.plan.payments["hh"].isin(rows["hh"]), "fen"].sum())
    money, posts = int(rows["money_fen"].sum()), int(rows["posts"].sum())
    return Outcome(
        additional=_with_range(additional_exits(run.projection, chosen)),
        expected=_with_range(expected_exits(run.projection, chosen)),
        without=_with_range(expected_exits(run.projection, chosen, nothing=True)),
        money_fen=money + opened,
        entitlement_fen=int(run.offer.entitlements["cost_fen"].sum()),
        served=int((rows["k"] > 0).sum()),
        posts=posts,
        poorest=Poorest(
            persons=int(fifth["members"].sum()),
            households=len(fifth),
            money_share=float(fifth["money_fen"].sum() / money) if money else None,
            post_share=float(fifth["posts"].sum() / posts) if posts else None,
            additional=float(fifth["additional"].sum()),
            money_floor=run.settings.poorest_fifth_money_share,
            post_floor=run.settings.poorest_fifth_post_share,
        ),
        opening_fen=opened,
        run_rate=_run_rate(run, rows),
        supported=_supported_exits(run, rows),
    )


def _with_range(counted: PersonTotal) -> Total:
    return Total(counted.value, counted.low, counted.high)


def _run_rate(run: Run, rows: pd.DataFrame) -> Total | None:
    rate = run.projection.frame.set_index("package")["run_rate_p"].astype("float64")
    chances = rows["package"].map(rate)
    return None if chances.isna().all() else Total(float((rows["members"] * chances.fillna(0.0)).sum()))


def _supported_exits(run: Run, rows: pd.DataFrame) -> float:
    supported = run.projection.frame.set_index("package")["supported"].astype(bool)
    return float(rows.loc[rows["package"].map(supported), "expected"].sum())


def village_rows(run: Run, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the proposal by village, from `planned_households` where they are at hand."""
    return in_village_order(_sums_by_village(planned_households(run) if rows is None else rows), run)


def area_rows(run: Run) -> pd.DataFrame:
    """Return the proposal by township, named in ``village``, where the office serves several; else by village."""
    townships, rows = townships_of_villages(run), planned_households(run)
    if not townships:
        return village_rows(run, rows)
    places = rows["village"].map(townships).fillna(rows["village"])
    return in_township_order(_sums_by_village(rows.assign(village=places)), run)


def _sums_by_village(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby("village", as_index=False).agg(
        households=("hh", "size"),
        persons=("members", "sum"),
        served=("k", lambda k: int((k > 0).sum())),
        money_fen=("money_fen", "sum"),
        posts=("posts", "sum"),
        additional=("additional", "sum"),
        expected=("expected", "sum"),
    )


def payment_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return who is paid from which fund for what, to the fen: household (or facility), measure, fund, fen."""
    frame = run.plan.payments.sort_values(["hh", "measure", "fund"], ignore_index=True)
    measures, facilities = run.catalogue.measures, run.catalogue.facility_names
    village = run.plan.chosen.set_index("hh")["village"]

    def named(key: str) -> str:
        if key in measures:
            return measures[key].names.show(lang)
        found = facilities.get(key.removeprefix(FACILITY_PREFIX))
        return found.show(lang) if found else key

    return pd.DataFrame(
        {
            # the opening of a shared place belongs to no household: it goes by its name, not by its key
            "hh": [named(key) if key.startswith(FACILITY_PREFIX) else key for key in frame["hh"]],
            "village": frame["hh"].map(village).fillna(""),
            "measure": frame["measure"].map(named),
            "fund": [run.catalogue.funds[key].name_with_area(lang) for key in frame["fund"]],
            "fen": frame["fen"],
        }
    )


# measures told by name, the rest together: more bars than these cannot be named on half a page
_MEASURES_SHOWN = 9


def money_flow_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return what goes from each fund into each measure, those with most money first: fund, measure, fen, persons.

    Persons are expected additional exits. Those of a household are divided over its payments by their amounts, a rule
    of this table: exits belong to a package, and no estimate tells its parts apart. What opens shared places is one
    measure and brings nothing of its own: who is served there is counted where the household's own help is paid.
    """
    paid = payment_rows(run, lang)
    keys = run.plan.payments.sort_values(["hh", "measure", "fund"], ignore_index=True)["hh"]
    additional = run.plan.chosen.set_index("hh")["additional"]
    # as text: a plan that pays nobody has no text in this column
    opens = keys.astype(str).str.startswith(FACILITY_PREFIX)
    share = paid["fen"] / paid.groupby(keys)["fen"].transform("sum")
    frame = paid.assign(
        measure=paid["measure"].mask(opens, text("opening of shared places", lang)),
        persons=(keys.map(additional) * share).mask(opens),
    )
    sums = {"fen": ("fen", "sum"), "persons": ("persons", lambda persons: persons.sum(min_count=1))}
    money = frame.groupby("measure")["fen"].sum().sort_values(ascending=False, kind="stable")
    rest = text("other measures", lang)
    if len(money) > _MEASURES_SHOWN + 1:
        frame["measure"] = frame["measure"].where(frame["measure"].isin(money.index[:_MEASURES_SHOWN]), rest)
    order = {name: place for place, name in enumerate([*money.index, rest])}
    flows = frame.groupby(["fund", "measure"], as_index=False, sort=False).agg(**sums)
    return flows.sort_values("measure", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def fund_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return by fund: amount, entitlements, planned, left."""
    paid = run.plan.payments.groupby("fund")["fen"].sum()
    owed = run.offer.entitlements.groupby("fund")["cost_fen"].sum()
    keys = [fund.key for fund in run.catalogue.funds.values() if fund.filled]
    # in fen as whole numbers: planned, owed and left must add up to the fund exactly
    amounts = np.array([run.catalogue.funds[key].amount_fen for key in keys], dtype=np.int64)
    planned = paid.reindex(keys).fillna(0).to_numpy(np.int64)
    entitled = owed.reindex(keys).fillna(0).to_numpy(np.int64)
    return pd.DataFrame(
        {
            "name": [run.catalogue.funds[key].name_with_area(lang) for key in keys],
            "amount_fen": amounts,
            "entitlement_fen": entitled,
            "planned_fen": planned,
            "left_fen": amounts - entitled - planned,
        }
    )


def measure_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return by measure: households that receive it and the money it takes."""
    chosen = planned_households(run)
    parts = run.offer.components[run.offer.components["package"].isin(chosen["package"])]
    if parts.empty:
        return pd.DataFrame(columns=["name", "households", "money_fen"])
    by_measure = (
        parts.merge(chosen[["package", "hh"]], on="package")
        .groupby("measure", as_index=False)
        .agg(households=("hh", "nunique"), money_fen=("cost_fen", "sum"))
        .sort_values(["households", "measure"], ascending=[False, True], ignore_index=True)
    )
    return by_measure.assign(name=[run.catalogue.measures[key].names.show(lang) for key in by_measure["measure"]])


def unserved_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return households that receive nothing new, by the kind of reason."""
    rows = planned_households(run)
    none = rows[rows["k"] == 0]
    kind = unserved_kind(run, none)
    words = _reason_words(lang)
    by_reason = none.assign(reason=kind.map(words)).groupby("reason", as_index=False)
    return by_reason.agg(households=("hh", "size"), persons=("members", "sum")).sort_values(
        ["persons", "reason"], ascending=[False, True], ignore_index=True
    )


# Chances at which a household without new help is said to need none, and gains of a chance that are called next to
# none. They word a reason and decide nothing: choices, near what a reader would call so.
_VERY_LIKELY, _HARDLY_CHANGED = 0.9, 0.05


@cache
def _reason_words(lang: str) -> dict[str, str]:
    return {
        "lot": text("drawn by lot among packages about as good", lang),
        "objects": text("the household does not want help", lang),
        "unassessable": text("cannot be projected: months or facts are missing; to be visited", lang),
        "nothing": text("no measure of the catalogue fits the household", lang),
        "over": text("very likely over the line without new help", lang),
        "little": text("the help on offer would hardly change its chance this year", lang),
        "scarce": text("help would do more elsewhere: money, posts or places are used up", lang),
    }


def unserved_kind(run: Run, none: pd.DataFrame) -> pd.Series:
    """Return why each of these rows of `households` has nothing new: the first key of `_reason_words` that holds."""
    frame = run.projection.frame
    best = frame[frame["k"] > 0].groupby("hh")["p"].max().astype("float64")
    assessable = frame[frame["k"] == 0].set_index("hh")["assessable"].astype(bool)
    objects = run.state.households.set_index("hh")["objects"].astype("boolean").fillna(False).astype(bool)
    # with no package at all `best` is empty, and its map would be text
    gain = none["hh"].map(best).astype("float64") - none["p0"]
    drawn = [] if run.exploration is None else run.exploration.frames["drawn"]["hh"].astype("str").tolist()
    conditions = [
        none["hh"].isin(drawn),
        ~none["hh"].map(assessable),
        none["hh"].map(objects),
        none["hh"].map(best).isna(),
        none["p0"] >= _VERY_LIKELY,
        gain < _HARDLY_CHANGED,
    ]
    # in this order: what nobody can know, then what the household decided, come before any reckoning. What is not known
    # comes first, so that as many stand here as in the workbook, among those to be visited and among the promises
    names = ["lot", "unassessable", "objects", "nothing", "over", "little"]
    found = np.select([c.to_numpy(bool) for c in conditions], names, "scarce")
    return pd.Series(found, index=none.index)
