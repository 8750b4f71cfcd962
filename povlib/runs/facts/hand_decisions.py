"""What was decided by hand, and what it costs: rows of the meeting paper."""

from __future__ import annotations

import pandas as pd

from povlib.allocation.questions.pin_costs import ALL
from povlib.runs.decisions.kept import decisions_on_paper
from povlib.runs.decisions.wording import decisions_by_name, unsaid_reasons
from povlib.runs.run import Run
from povlib.words import text

COLUMNS = ["hh", "decision", "decided_by", "reason", "kept", "cost", "low", "high", "money_fen", "how"]


def decided_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return the decisions by hand of a run's paper, all together last (without a household); empty without any.

    A decision that was recorded after the run was made, and that its plan contains, costs nothing: the plan is the best
    one without it too. One that the plan does not contain has no cost here.
    """
    rows = decisions_on_paper(run)
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    costs = run.decision_costs.set_index("hh")
    reasons = rows["reason"].replace(unsaid_reasons(lang))
    rows = rows.assign(decision=decisions_by_name(rows, run.catalogue, lang), reason=reasons)
    first = ~rows["hh"].duplicated()
    priced = rows["hh"].isin(costs.index) & first
    free = rows["kept"].astype(bool) & ~rows["hh"].isin(costs.index) & first
    for name in ("cost", "low", "high", "money_fen"):
        told = rows["hh"].map(costs[name]) if len(costs) else pd.Series(float("nan"), index=rows.index)
        rows[name] = told.where(priced).astype("float64").mask(free, 0.0)
    solved = rows["hh"].map(costs["solved"]) if len(costs) else pd.Series(False, index=rows.index)
    rows["how"] = [_how(bool(again), bool(has), bool(no_cost), lang)
                   for again, has, no_cost in zip(solved.eq(True), priced, free, strict=True)]  # fmt: skip
    rows["kept"] = rows["kept"].astype(bool)
    if ALL in costs.index:
        numbers = {name: float(str(costs.loc[ALL, name])) for name in ("cost", "low", "high", "money_fen")}
        words = {"hh": ALL, "decision": text("all decisions together", lang), "decided_by": "", "reason": ""}
        together = pd.DataFrame([{**words, **numbers, "kept": True, "how": text("solved again", lang)}])
        rows = pd.concat([rows, together], ignore_index=True)
    rows["money_fen"] = rows["money_fen"].round().astype("Int64")
    return rows[COLUMNS]


def _how(again: bool, priced: bool, free: bool, lang: str) -> str:
    if free:
        return text("the plan has it anyway", lang)
    if not priced:
        return ""
    return text("solved again", lang) if again else text("posted prices", lang)
