"""The promise book judged: scoring on month close, and the office's own record.

Responsible for the outcome of every promise under the one exit rule and for the record by origin.
Not responsible for writing promises (`povlib.ledger.money.promise_book`) or for making them (`povlib.exits`).
A record tests p, and p0 only among those who were promised nothing new; it cannot test additional
exits, since nobody sees what would have happened without the help.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib import ledger, params, places, poverty
from povlib.calendar import Month
from povlib.ledger import Batch, BatchInfo, Ledger
from povlib.params import Catalogue, Settings
from povlib.review.forecast_metrics import brier, calibration, observed_expected
from povlib.words import text

EXPECTED = "expected"
TOTALS = [
    "name",
    "origin",
    "due",
    "households",
    "promised",
    "low",
    "high",
    "observed_low",
    "observed_high",
    "unassessable",
]
ORIGINS = [
    "run", "due", "households", "assessed", "expected", "observed", "observed_low", "observed_high", "ratio",
    "ratio_low", "ratio_high", "ratio_served", "ratio_unserved", "brier", "brier_low", "brier_high", "slope",
    "slope_se", "clusters",
]  # fmt: skip


def score(
    book: Ledger,
    month: Month,
    *,
    officer: str = "",
    catalogue: Catalogue | None = None,
    settings: Settings | None = None,
) -> Batch:
    """Score every promise that falls due in `month`, as it was promised, whatever was delivered.

    Parameters
    ----------
    book : Ledger
        Open, with the month's data loaded.
    month : Month
        The month that closed.
    officer : str
        Who scores.
    catalogue : Catalogue, optional
        Lines and counting rules; default those of the practice township for a synthetic ledger, else
        the project's.
    settings : Settings, optional
        authority, margin, stability_months of the exit rule; default the standard ones.

    Returns
    -------
    Batch
        The batch of scores. A household that cannot be assessed is kept with bounds 0 and 1, and is
        scored again when its rows have come late; what was assessed stands. What was delivered
        (measures begun since the promise) stands beside and is never a condition.

    Raises
    ------
    LedgerError
        If nothing was promised for that month.
    """
    rules = catalogue or params.load(places.DATA / "sample" / "params" if book.synthetic else places.PARAMS)
    due = ledger.promises(book)
    due = due.loc[due["in_force"] & (due["due_month"] == month.ordinal)]
    state = ledger.read_state(book, book.data_head())
    verdict = poverty.assess(state, month, rules, settings or Settings())
    own = _household_outcomes(due, verdict, state.support, origins_of_batches(book))
    settled = due.loc[due["outcome"].notna() & (due["kind"] == "household")].drop_duplicates("hh")
    stood = own["hh"].map(settled.set_index("hh")["outcome"])
    own["outcome"] = stood.astype("Float64").fillna(own["outcome"])
    told = due.loc[(due["kind"] == "household") & ~nothing_promised(due), "hh"]
    totals = _total_outcomes(due, own.loc[own["hh"].isin(told)], verdict)
    info = BatchInfo(kind="score", officer=officer, role="audit", reason=f"month {month} closed", month=month)
    return ledger.score_promises(book, month, pd.concat([own, totals], ignore_index=True), info)


def origins_of_batches(book: Ledger) -> pd.Series:
    """Return by batch the month in which it was recorded (ordinal)."""
    batches = ledger.batches(book)
    month = [Month.parse(str(when)[:7]).ordinal for when in batches["recorded_at"]]
    return pd.Series(month, index=batches["id"].to_numpy(), dtype="int64")


def _household_outcomes(
    due: pd.DataFrame, verdict: pd.DataFrame, support: pd.DataFrame, origins: pd.Series
) -> pd.DataFrame:
    """Return one row per household promised: whether it exited, the help begun since, and why."""
    rows = due.loc[due["kind"] == "household"].drop_duplicates("hh")
    judged = rows[["hh", "due_month", "batch"]].merge(verdict[["hh", "exits", "reason"]], on="hh", how="left")
    begun = judged.merge(support[["hh", "measure", "from_month"]], on="hh")
    after = begun["batch"].map(origins).astype("int64")
    begun = begun.loc[(begun["from_month"] > after) & (begun["from_month"] <= begun["due_month"])]
    delivered = begun.drop_duplicates(["hh", "measure"]).sort_values("measure").groupby("hh")["measure"].agg("+".join)
    return pd.DataFrame(
        {
            "hh": judged["hh"],
            "key": None,
            "outcome": judged["exits"].astype("boolean").astype("Float64"),
            "delivered": judged["hh"].map(delivered),
            "basis": judged["reason"].fillna("not in the register"),
        }
    )


def _total_outcomes(due: pd.DataFrame, own: pd.DataFrame, verdict: pd.DataFrame) -> pd.DataFrame:
    """Return the outcome of each printed total: persons of its households who exited; others cannot be observed."""
    size = own["hh"].map(verdict.set_index("hh")["size"]).astype("Float64").fillna(0).to_numpy(dtype=np.float64)
    low = float(size @ own["outcome"].fillna(0).to_numpy(dtype=np.float64))
    high = float(size @ own["outcome"].fillna(1).to_numpy(dtype=np.float64))
    rows = []
    for key in sorted(set(due.loc[due["kind"] == "total", "key"].dropna())):
        if key == EXPECTED:
            certain = low if low == high else np.nan
            rows.append((key, certain, low, high, "members of the households that exited"))
        else:
            rows.append((key, np.nan, np.nan, np.nan, "cannot be observed: what would have been without help"))
    return pd.DataFrame(rows, columns=["key", "outcome", "outcome_lo", "outcome_hi", "basis"]).assign(hh=None)


@dataclass(frozen=True)
class Record:
    """The office's own record.

    Attributes
    ----------
    by_origin : DataFrame
        One row a run and due month that was scored: households, assessed, expected and observed exits
        of households, bounds over those not assessable, observed / expected with a 95 % interval
        clustered by village, among those served and not served (promised nothing new) apart, Brier
        score with bounds, calibration slope.
    totals : DataFrame
        Printed totals that have fallen due: name, origin and due (ordinals), households, promised, low,
        high, observed_low, observed_high, unassessable.
    waiting : int
        Promises in force, not scored yet.
    set_aside : int
        Promises of plans that were replaced or withdrawn before their month: on the book, never scored.
    next_due : Month or None
        The earliest of their months.
    """

    by_origin: pd.DataFrame
    totals: pd.DataFrame
    waiting: int
    next_due: Month | None
    set_aside: int = 0

    def sentence(self, lang: str | None = None) -> str:
        """Return the paper's opening line.

        Examples
        --------
        >>> import pandas as pd
        >>> Record(pd.DataFrame(), pd.DataFrame(), 0, None).sentence("en")
        'This office has made no promises yet.'
        """
        if not len(self.by_origin):
            if self.next_due is None:
                if self.set_aside:
                    return text("No promise of this office is in force.", lang) + self._set_aside_words(lang)
                return text("This office has made no promises yet.", lang)
            words = text(
                "This office has made {n} promises; the first fall due in {month}.",
                lang, n=self.waiting, month=self.next_due.label(lang),
            )  # fmt: skip
            return words + self._set_aside_words(lang)
        rows = self.by_origin
        words = text(
            "Of {expected} households promised to exit, {observed} did ({assessed} of {households} could be assessed).",
            lang, expected=f"{rows['expected'].sum():.1f}", observed=int(rows["observed"].sum()),
            assessed=int(rows["assessed"].sum()), households=int(rows["households"].sum()),
        )  # fmt: skip
        ranges = self.totals.dropna(subset=["observed_low"])
        if len(ranges):
            inside = (ranges["observed_low"] >= ranges["low"]) & (ranges["observed_high"] <= ranges["high"])
            # bounds that reach beyond the promise prove nothing: only what surely lies inside is counted
            words += text(
                " {n} of {all} totals surely lay inside the range that was promised.",
                lang,
                n=int(inside.sum()),
                all=len(ranges),
            )
        return words + self._set_aside_words(lang)

    def _set_aside_words(self, lang: str | None) -> str:
        if not self.set_aside:
            return ""
        return text(" {n} promises of plans that were replaced or withdrawn are not scored.", lang, n=self.set_aside)


def record(book: Ledger) -> Record:
    """Return what the office promised and what came true, by origin.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         record(book).sentence("en")
    'This office has made no promises yet.'
    """
    made = ledger.promises(book)
    open_ = made.loc[made["in_force"] & ~made["scored"]]
    groups = _scored_households(made).groupby(["run", "due_month"], sort=True)
    rows = [_origin_figures(str(keys[0]), int(str(keys[1])), mine) for keys, mine in groups]
    due = Month.from_ordinal(int(open_["due_month"].min())) if len(open_) else None
    printed = _printed_totals(made, origins_of_batches(book))
    return Record(pd.DataFrame(rows, columns=ORIGINS), printed, len(open_), due, int((~made["in_force"]).sum()))


def _scored_households(made: pd.DataFrame) -> pd.DataFrame:
    """Return the promises to households that have been scored."""
    return made.loc[made["scored"] & (made["kind"] == "household")]


def nothing_promised(rows: pd.DataFrame) -> pd.Series:
    """Return which households could not be assessed when the promise was made: p 0 with a range from 0 to 1."""
    return (rows["p"].eq(0) & rows["lo"].eq(0) & rows["hi"].eq(1)).fillna(False)


def _origin_figures(run: str, due: int, rows: pd.DataFrame) -> tuple[object, ...]:
    """Return one row of figures of a run's promises for one month: exits expected and seen, scores, slope."""
    promised = rows["p"].astype("Float64").mask(nothing_promised(rows))
    ok = (rows["outcome"].notna() & promised.notna()).to_numpy(dtype=bool)
    p, y = promised[ok].to_numpy(dtype=np.float64), rows["outcome"][ok].to_numpy(dtype=np.float64)
    village = rows["village"][ok].to_numpy()
    # Promised what was expected of it with nothing new: the only households on which p0 can be tested.
    unserved = np.isclose(p, rows["p0"][ok].astype("Float64").fillna(-1.0).to_numpy(dtype=np.float64))
    whole = observed_expected(p, y, cluster=village)
    slope = calibration(p, y, village) if len(set(y.tolist())) == 2 else None
    lost = int((~ok).sum())
    hidden = promised[~ok].fillna(0.5).to_numpy(dtype=np.float64)
    # Whichever way those not assessable came out, the Brier score lies between these two.
    near, far = np.minimum(hidden, 1 - hidden) ** 2, np.maximum(hidden, 1 - hidden) ** 2
    total = ((p - y) ** 2).sum()
    count = max(len(rows), 1)
    served = [observed_expected(p[part], y[part]).ratio if part.any() else np.nan for part in (~unserved, unserved)]
    return (
        run, due, len(rows), int(ok.sum()), whole.expected, whole.observed, whole.observed, whole.observed + lost,
        whole.ratio, whole.low, whole.high, *served, brier(p, y), (total + near.sum()) / count,
        (total + far.sum()) / count, slope.slope if slope else np.nan, slope.slope_se if slope else np.nan,
        whole.clusters,
    )  # fmt: skip


def _printed_totals(made: pd.DataFrame, origins: pd.Series) -> pd.DataFrame:
    """Return one row per printed total that is due, beside what was observed; empty without any."""
    rows = made.loc[made["scored"] & (made["kind"] == "total") & (made["key"] == EXPECTED)]
    scored = _scored_households(made)
    if rows.empty or scored.empty:
        return pd.DataFrame(columns=TOTALS)
    groups = scored.assign(unassessable=scored["outcome"].isna()).groupby(["run", "due_month"])["unassessable"]
    own = pd.DataFrame({"households": groups.size(), "unassessable": groups.sum()})
    totals = rows.join(own, on=["run", "due_month"])
    frame = pd.DataFrame(
        {
            "name": totals["key"], "origin": totals["batch"].map(origins), "due": totals["due_month"],
            "households": totals["households"], "promised": totals["p"], "low": totals["lo"], "high": totals["hi"],
            "observed_low": totals["outcome_lo"], "observed_high": totals["outcome_hi"],
            "unassessable": totals["unassessable"],
        }
    )  # fmt: skip
    return frame[TOTALS].reset_index(drop=True)
