"""What each village has to do for a plan, by when and by whom: forms, posting, cards, works, posts, visits, contracts.

Responsible for the rows of the task list. Texts are in the language of the paper; households stand by their keys.
"""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from povlib.calendar import Month, days_due, months_named
from povlib.params import load_procedure
from povlib.report.kinds.village_tasks import KINDS, VillageTasks
from povlib.report.pages.ledger_wording import written_day
from povlib.runs.facts.proposal import planned_households
from povlib.runs.facts.village_order import in_village_order, office_order, village_names
from povlib.runs.run import Run
from povlib.vocabulary.help_and_works import works_finished, works_not_started
from povlib.words import text

_COLUMNS = ["village", "kind", "what", "whom", "day", "by", "who", "n"]
_HOUSING = "housing"


def village_tasks(run: Run, lang: str) -> VillageTasks:
    """Return the tasks of every village; the plan is the run's, works, contracts and visits are of its ledger."""
    plan = planned_households(run)
    helpers = helper_of_households(run)
    rows = pd.concat(
        [
            _forms(run, lang),
            _posting(run, plan, lang),
            _cards(run, plan, helpers, lang),
            _help(run, plan, lang),
            _works(run, lang),
            _visits(run, lang),
            _rents(run, lang),
        ],
        ignore_index=True,
    )
    order = {kind: at for at, kind in enumerate(KINDS)}
    rows = rows.assign(at=rows["kind"].map(order)).sort_values(["day", "at", "whom"], kind="stable")
    rows = in_village_order(rows, run)[_COLUMNS]
    counts = rows.pivot_table(index="village", columns="kind", values="n", aggfunc="sum", fill_value=0)
    counts = counts.reindex(columns=list(KINDS), fill_value=0).astype("int64")
    names = sorted(counts.index, key=office_order(village_names(run)))
    rule = load_procedure(run.folder / "params").plan_posting
    return VillageTasks(
        rows=rows,
        counts=counts.loc[names].rename_axis("village").reset_index(),
        days=max(1, rule.days_asked(run.settings.plan_month)),
        synthetic=run.info.synthetic,
    )


def helper_of_households(run: Run) -> pd.Series:
    """Return by household the key of who helps it now; the latest of several."""
    frame, month = run.state.helper_assignments, run.settings.plan_month.ordinal
    now = frame[frame["to_month"].isna() | (frame["to_month"] >= month).fillna(False)]
    latest = now.sort_values(["hh", "from_month", "helper"]).drop_duplicates("hh", keep="last")
    return pd.Series(latest["helper"].astype(str).to_numpy(), index=latest["hh"].to_numpy(), dtype=object)


def _frame(rows: pd.DataFrame, kind: str, lang: str) -> pd.DataFrame:
    """Return tasks of a kind, one row for all households of a village with the same task, day and person.

    Given are village, what, whom, day and who; `n` counts what the row stands for, `by` is the day as it is written.
    """
    same = ["village", "what", "day", "who"]
    grouped = rows.sort_values("whom", kind="stable").groupby(same, as_index=False, sort=True)
    made = grouped.agg(whom=("whom", lambda whom: text(", ", lang).join(dict.fromkeys(whom))), n=("whom", "size"))
    written = [written_day(str(int(day))) for day in made["day"]]
    return made.assign(kind=kind, by=written)[_COLUMNS]


def _last_day(month: Month) -> int:
    return days_due(month.ordinal, month.ordinal, (month.month,))[0]


def _first_day(month: Month) -> int:
    return 100 * month.yyyymm + 1


def _forms(run: Run, lang: str) -> pd.DataFrame:
    """Return the workbook of the next month, and the records that the last one lacks."""
    households, last = run.state.households, run.at
    known = run.state.observations.loc[run.state.observations["month"].eq(last.ordinal), "hh"]
    lacking = households[~households["hh"].isin(known)].sort_values("hh")
    what = text("Make good the records of {month}", lang, month=last.label(lang))
    late = lacking.assign(whom=lacking["hh"], what=what, day=_last_day(run.settings.plan_month), who="")
    after = last + 1
    villages = pd.DataFrame({"village": sorted(households["village"].dropna().unique())})
    sent = villages.assign(
        what=text("Return the workbook of {month}", lang, month=after.label(lang)),
        whom=text("every household", lang), day=_last_day(after), who="",
    )  # fmt: skip
    columns = ["village", "what", "whom", "day", "who"]
    return _frame(pd.concat([late[columns], sent[columns]], ignore_index=True), "forms", lang)


def _posting(run: Run, plan: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return that the list hangs before the help begins, for as many days as the rule asks."""
    rule = load_procedure(run.folder / "params").plan_posting
    days = max(1, rule.days_asked(run.settings.plan_month))
    first = run.settings.help_from
    latest = date(first.year, first.month, 1) - timedelta(days=days)
    villages = pd.DataFrame({"village": sorted(plan["village"].dropna().unique())})
    rows = villages.assign(
        what=text("Hang the list, take down objections", lang),
        whom=text("every household", lang), day=int(latest.strftime("%Y%m%d")), who="",
    )  # fmt: skip
    return _frame(rows, "posting", lang)


def _cards(run: Run, plan: pd.DataFrame, helpers: pd.Series, lang: str) -> pd.DataFrame:
    """Return the cards that each helper brings: one row a helper, the households by their keys."""
    helped = plan[plan["k"] > 0].assign(who=lambda rows: rows["hh"].map(helpers).fillna(""))
    what, day = text("Bring the card, have it signed", lang), _last_day(run.settings.help_from + -1)
    return _frame(helped.assign(whom=helped["hh"], what=what, day=day), "cards", lang)


def _help(run: Run, plan: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return what begins for each household: works, posts, other help, and what the law owes."""
    parts = run.offer.components.merge(plan[["hh", "package", "village"]], on="package")
    owed = run.offer.entitlements
    owed = owed[owed["covered"].astype(bool)].merge(run.state.households[["hh", "village"]], on="hh")
    measures = run.catalogue.measures
    names = {key: measure.names.show(lang) for key, measure in measures.items()}
    pools = {key: post.names.show(lang) for key, post in run.catalogue.posts.items()}
    pools |= {key: place.names.show(lang) for key, place in run.catalogue.shared_places.items()}
    employers = {key: str(post.employer) for key, post in run.catalogue.posts.items()}
    housing = {key for key, measure in measures.items() if measure.kind == _HOUSING}
    where, name = parts["coop"].map(pools), parts["post"].map(pools).fillna(parts["measure"].map(names))
    worded = [
        said if pd.isna(pool) else said + text(" ({words})", lang, words=pool)
        for said, pool in zip(name, where, strict=True)
    ]
    rows = parts.assign(
        what=worded,
        kind=["works" if key in housing else "placement" if isinstance(post, str) else "help"
              for key, post in zip(parts["measure"], parts["post"], strict=True)],
        who=parts["post"].map(employers).fillna(text("the helper of each", lang)),
    )  # fmt: skip
    due = owed.assign(what=owed["measure"].map(names), kind="help", who=text("the helper of each", lang))
    both = pd.concat([part[["village", "hh", "what", "kind", "start", "who"]] for part in (rows, due)])
    begin = {kind: text(words, lang) for kind, words in _BEGIN.items()}
    both = both.drop_duplicates(["hh", "what", "start"])
    first = {at: _first_day(Month.from_ordinal(int(at))) for at in both["start"].unique()}
    day = both["start"].map(first).astype("int64")
    said = [begin[kind].format(what=what) for kind, what in zip(both["kind"], both["what"], strict=True)]
    made = both.assign(day=day, what=said, whom=both["hh"])
    return pd.concat([_frame(made[made["kind"] == kind], kind, lang) for kind in _BEGIN], ignore_index=True)


_BEGIN = {"works": "Begin: {what}", "placement": "Place in: {what}", "help": "Give: {what}"}


def _works(run: Run, lang: str) -> pd.DataFrame:
    """Return the works on houses that the ledger knows and that are not finished, by their schedules."""
    state = run.state
    open_works = state.projects[~state.projects["status"].eq(works_finished()).fillna(False)]
    rows = open_works.merge(state.project_schedules, on="project", how="left")
    rows = rows.merge(state.households[["hh", "village"]], on="hh").dropna(subset=["planned_done_day"])
    late = rows["planned_done_day"].le(_last_day(run.at)).to_numpy(dtype=bool)
    words = {
        (False, False): text("Finish the works under way", lang),
        (False, True): text("Begin and finish the works", lang),
        (True, False): text("Finish the works, which are overdue", lang),
        (True, True): text("Begin and finish the works, which are overdue", lang),
    }
    idle = rows["status"].eq(works_not_started()).fillna(False).to_numpy(dtype=bool)
    said = [words[bool(behind), bool(waits)] for behind, waits in zip(late, idle, strict=True)]
    made = rows.assign(what=said, whom=rows["hh"], day=rows["planned_done_day"], who=rows["crew"].fillna(""))
    return _frame(made, "works", lang)


def _visits(run: Run, lang: str) -> pd.DataFrame:
    """Return the houses of an inspection that a village still has to visit in another one."""
    state = run.state
    keys = ["round", "village", "by_village"]
    done = state.inspection_findings.groupby(keys).size().rename("done")
    drawn = state.inspection_visits.merge(done.reset_index(), on=keys, how="left")
    left = drawn[drawn["houses"] > drawn["done"].fillna(0)]
    rows = pd.DataFrame(
        {
            "village": left["by_village"],
            "what": text("Visit the houses drawn there for inspection", lang),
            "whom": left["village"].astype(str),
            "day": _last_day(run.settings.plan_month),
            "who": "",
        }
    )
    return _frame(rows, "visits", lang)


def _rents(run: Run, lang: str) -> pd.DataFrame:
    """Return the payments that contracts owe villages until the help begins."""
    first, last = run.settings.plan_month.ordinal, run.settings.help_from.ordinal
    contracts = run.state.income_contracts
    runs_on = contracts["from_month"].le(last) & (contracts["to_month"].ge(first) | contracts["to_month"].isna())
    own = contracts[runs_on.fillna(False)]
    dated = [
        days_due(first, last, months_named(months) or (), None if pd.isna(day) else int(day))
        for months, day in zip(own["due_months"], own["due_day"], strict=True)
    ]
    rows = own.assign(day=pd.Series(dated, index=own.index, dtype=object)).explode("day").dropna(subset=["day"])
    what = text("Collect what contracts owe", lang)
    return _frame(rows.assign(what=what, whom=rows["partner"].fillna(rows["contract"]), who=""), "rents", lang)
