"""The effect of every measure that is recorded, beside its prior: what notebook 03 and planning read.

Responsible for running the methods over each measure and source, for turning estimates into the unit of
the prior, and for the posterior. Not responsible for the methods, nor for writing anything back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd

from povlib.errors import DataError
from povlib.impact.augmented_weighting import aipw
from povlib.impact.comparisons import before_after
from povlib.impact.difference_in_differences import did
from povlib.impact.effect_posterior import Prior, posterior
from povlib.impact.effect_result import Effect, Finding, effect_with_interval
from povlib.impact.measure_panels import NEVER, HelpFrames, MeasurePanel, RivalMeasure, measure_panel
from povlib.impact.pretrend_test import pre_trend
from povlib.impact.randomisation_inference import RandomisationTest, randomisation_test
from povlib.words import text

HOUSEHOLD_COVARIATES = ("size", "distance_km", "arable_mu")
# Fewer helped households are refused: their own spread is not known. A choice, on the side of doubt.
FEWEST_HELPED = 8
# Fewer villages with helped households than this: errors clustered by village are too small (MacKinnon and Webb
# 2017), so the page warns and earlier trends are tested with the errors of households. A choice.
FEW_VILLAGES = 6
METHODS = ("did", "aipw", "before_after")
_NORMAL_QUANTILE = 1.959963984540054  # of 95 % intervals: turns half an interval into the error of a normal
_TOO_FEW = "only {n} households were helped long enough to compare"
_UNKNOWN_COVARIATE = "{column} is known of nobody, so it was not allowed for"


class EffectCatalogue(Protocol):
    """The part of the catalogue that says what measures earn and what posts pay."""

    @property
    def measures(self) -> Any:
        """Measures by key, with ``earns``."""

    @property
    def posts(self) -> Any:
        """Posts by key, with ``measure`` and ``wage_yuan_per_month``."""


@dataclass(frozen=True)
class Effects:
    """Effects of all measures with a prior on income.

    Attributes
    ----------
    estimates : DataFrame
        measure, source, basis, method, target, estimate, se, ci_low, ci_high (in the unit of the prior's
        basis), yuan_per_month, treated, controls, clusters, usable, findings, sentence.
    posterior : DataFrame
        measure, source, basis, method (whose estimate was used, NA when none), group (NA: the measure as a
        whole), and the other columns of `povlib.impact.posterior`.
    checks : DataFrame
        measure, source, method, check, refuses, message (English id), values (JSON): one row a finding, in no
        language, so that a page can be told in any.
    """

    estimates: pd.DataFrame
    posterior: pd.DataFrame
    checks: pd.DataFrame


def evaluate(
    state: HelpFrames,
    catalogue: EffectCatalogue,
    *,
    groups: str | None = None,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> Effects:
    """Estimate what each measure adds to each source of income it has a prior for, and combine estimate and prior.

    Per measure and source: staggered difference-in-differences with not-yet-helped controls, cross-fitted
    AIPW on the newest period, and before/after as the naive line. Errors are clustered by village. The
    first usable one in this order enters the posterior; where none is usable the effect is the prior.

    Parameters
    ----------
    state : HelpFrames
        Frames ``households``, ``observations``, ``support``; households that exited earlier included, since
        without them every estimate suffers survivor bias.
    catalogue : EffectCatalogue
    groups : str, optional
        Household column (``livelihood``, ``village``) whose groups get effects of their own, pooled partly
        towards the measure's; only where difference-in-differences is usable in two groups or more.
    seed : int
        Seed of the cross-fitting.
    progress : callable, optional
        Called with the stage and the share done.

    Raises
    ------
    DataError
        If no measure of the catalogue has a prior.
    """
    jobs = [(measure, earning) for measure in catalogue.measures.values() for earning in measure.earns]
    jobs = [(measure, earning) for measure, earning in jobs if earning.mean is not None and earning.sd]
    if not jobs:
        raise DataError("no measure has a prior of what it earns", where="support.yaml")
    tables: list[pd.DataFrame] = []
    checks: list[pd.DataFrame] = []
    priors: dict[str, Prior] = {}
    chosen: list[dict[str, object]] = []
    for done, (measure, earning) in enumerate(jobs):
        if progress:
            progress(measure.key, done / len(jobs))
        key = f"{measure.key}:{earning.source}"
        priors[key] = Prior(float(earning.mean), float(earning.sd))
        panel = panel_of_measure(state, catalogue, measure, earning)
        factor = yuan_per_prior_unit(panel, catalogue, measure, earning)
        effects = effects_by_method(panel, seed)
        table = _estimates_table(effects, factor, measure, earning)
        tables.append(table)
        checks.append(_findings_table(effects, measure, earning))
        whole = _first_usable_estimate(key, table)
        parts = _estimates_by_group(key, panel, factor, state, groups) if groups and whole["method"] == "did" else []
        chosen.extend(parts if len(parts) > 1 else [whole])
    estimates = pd.concat(tables, ignore_index=True)
    made = posterior(pd.DataFrame(chosen), priors)
    return Effects(estimates, _with_source_and_method(made, jobs, chosen), pd.concat(checks, ignore_index=True))


def panel_of_measure(state: HelpFrames, catalogue: EffectCatalogue, measure: Any, earning: Any) -> MeasurePanel | None:
    """Return the panel of a measure and one of its earnings; None when nobody has received the measure yet."""
    rivals = [
        RivalMeasure(other.key, e.delay_months, _earns_only_while_running(e))
        for other in catalogue.measures.values()
        for e in other.earns
        if other.key != measure.key and e.source == earning.source
    ]
    return measure_panel(
        state,
        measure.key,
        earning.source,
        rivals,
        delay=earning.delay_months,
        running=_earns_only_while_running(earning),
        covariates=HOUSEHOLD_COVARIATES,
    )


def randomisation_of_measure(
    state: HelpFrames, catalogue: EffectCatalogue, measure: Any, earning: Any, *, draws: int = 199, seed: int = 0
) -> RandomisationTest:
    """Test a measure's effect by re-drawing who was helped, and when: needs no large number of helped households.

    The comparison is that of `evaluate` (not-yet-helped controls, trends in proportion); households are re-drawn, so
    that help which was given village by village looks more certain here than it is.

    Raises
    ------
    DataError
        If nobody has the measure yet, or nobody is left to compare with.
    """
    panel = panel_of_measure(state, catalogue, measure, earning)
    if panel is None:
        raise DataError("nobody has received it yet")
    return randomisation_test(panel.frame, **_PANEL_COLUMNS, **_DID_OPTIONS, draws=draws, seed=seed)


def _earns_only_while_running(earning: Any) -> bool:
    """Return whether help earns only while it runs (a post), or also after it was given (a course, a grant)."""
    return bool(earning.basis == "post_wage" or getattr(earning, "loss_per_month", 0) > 0)


def _estimates_table(effects: dict[str, Effect], factor: float, measure: Any, earning: Any) -> pd.DataFrame:
    """Return one row per method, effect and interval divided by `factor` into the prior's unit, yuan kept beside."""
    rows = []
    for method, effect in effects.items():
        row = effect.row() | {
            "measure": measure.key,
            "source": earning.source,
            "basis": earning.basis,
            "method": method,
        }
        row["yuan_per_month"] = row["estimate"]
        for name in ("estimate", "se", "ci_low", "ci_high"):
            row[name] = float(getattr(effect, name)) / factor
        row["usable"] = effect.usable and not effect.naive and bool(np.isfinite(effect.estimate / factor))
        name = measure.names.show()
        row["sentence"] = effect.sentence(name, text("monthly household income"), text("yuan"))
        rows.append(row)
    columns = ["measure", "source", "basis", "method", "target", "estimate", "se", "ci_low", "ci_high"]
    columns += ["yuan_per_month", "treated", "controls", "clusters", "usable", "findings", "sentence"]
    return pd.DataFrame(rows)[columns]


def _findings_table(effects: dict[str, Effect], measure: Any, earning: Any) -> pd.DataFrame:
    """Return one row per method and finding, values as JSON."""
    rows = [
        (
            measure.key,
            earning.source,
            method,
            found.check,
            found.refuses,
            found.message,
            json.dumps(found.values, default=str),
        )
        for method, effect in effects.items()
        for found in effect.findings
    ]
    return pd.DataFrame(rows, columns=["measure", "source", "method", "check", "refuses", "message", "values"])


def _refused_effect(method: str, message: str, treated: int = 0, values: dict[str, Any] | None = None) -> Effect:
    """Return an effect without numbers whose one finding says why the method is refused."""
    finding = Finding("records", True, message, {"n": treated, **(values or {})})
    nan = float("nan")
    return Effect(method, "att", nan, nan, nan, nan, treated, 0, 0, (finding,))


def effects_by_method(panel: MeasurePanel | None, seed: int) -> dict[str, Effect]:
    """Return the effect by method; one that the data refuse has no numbers and a finding that says why."""
    if panel is None:
        return {method: _refused_effect(method, "nobody has received it yet") for method in METHODS}
    runs: dict[str, Callable[[], Effect]] = {
        "did": lambda: _did_effect(panel),
        "aipw": lambda: _aipw_effect(panel, seed),
        "before_after": lambda: before_after(_whole_periods_only(panel), **_PANEL_COLUMNS, cluster="village"),
    }
    made = {}
    for method, run in runs.items():
        try:
            made[method] = run()
        except DataError as error:  # the data refuse this method: a finding, not a failure of the run
            made[method] = _refused_effect(method, error.faults[0].what, values=error.faults[0].values)
    return made


# incomes grow and swing by a per cent, and help goes to households of other levels: alike in proportion
_DID_OPTIONS: dict[str, Any] = {"control": "not_yet", "anticipation": 1, "trends": "proportional"}
_PANEL_COLUMNS: dict[str, Any] = {"outcome": "outcome", "unit": "hh", "period": "period", "cohort": "cohort"}


def _whole_periods_only(panel: MeasurePanel) -> pd.DataFrame:
    """Return the panel without the periods in which a household was helped for a part of them."""
    frame = panel.frame
    return frame[~((frame["cohort"] > 1) & (frame["period"] == frame["cohort"] - 1))]


def _did_effect(panel: MeasurePanel) -> Effect:
    """Return the difference-in-differences effect with the findings on trends, villages and too few helped."""
    made = did(panel.frame, **_PANEL_COLUMNS, **_DID_OPTIONS, cluster="village")
    post = made.cells[made.cells["post"]]
    reached = int(post.groupby("cohort")["treated"].max().sum()) if len(post) else 0
    helped = panel.frame[(panel.frame["cohort"] > 1) & panel.frame["outcome"].notna()]
    villages = int(helped.loc[helped["period"] >= helped["cohort"], "village"].nunique())
    alone = did(panel.frame, **_PANEL_COLUMNS, **_DID_OPTIONS)
    # a covariance from a handful of helped villages would find trends everywhere
    earlier = pre_trend(made if villages >= FEW_VILLAGES else alone)
    findings = made.findings + earlier.findings
    if reached < FEWEST_HELPED:
        findings += (Finding("records", True, _TOO_FEW, {"n": reached}),)
    return _effect_with_larger_error(made.effect(), alone.effect(), villages, reached, findings)


def _effect_with_larger_error(
    clustered: Effect, alone: Effect, villages: int, treated: int, findings: tuple[Finding, ...]
) -> Effect:
    """Return the effect with the larger of its two errors, and t with the villages that hold helped households.

    Errors clustered by a handful of villages are too small (MacKinnon and Webb 2017), those of households
    forget what villages share; the larger one and few degrees of freedom err on the side of doubt.
    """
    se = float(np.maximum(clustered.se, alone.se))  # NaN where one of them cannot be known
    if villages < FEW_VILLAGES:
        findings += (Finding("clusters", False, "those helped live in only {n} villages", {"n": villages}),)
    counts = (treated, clustered.controls, clustered.clusters)
    df = float(max(villages - 1, 1))
    return effect_with_interval(clustered.method, clustered.target, clustered.estimate, se, counts, findings, df)


def _aipw_effect(panel: MeasurePanel, seed: int) -> Effect:
    """Return the AIPW effect in the newest period, allowing for the outcome before anyone's help; or a refusal."""
    frame = panel.frame
    last = int(frame["period"].max())
    now = frame[frame["period"] == last].set_index("hh")
    now = now[(now["cohort"] == NEVER) | ((now["cohort"] > 1) & (now["cohort"] <= last))]
    wide = frame.assign(before=frame["outcome"].where(frame["period"] < frame["cohort"].replace(NEVER, last) - 1))
    now["before"] = wide.groupby("hh")["before"].mean().reindex(now.index)
    now = now.dropna(subset=["outcome", "before"])
    now["helped"] = (now["cohort"] != NEVER).astype(int)
    helped = int(now["helped"].sum())
    if helped < FEWEST_HELPED or helped > len(now) - FEWEST_HELPED:
        return _refused_effect("aipw", _TOO_FEW, helped)
    known = [name for name in HOUSEHOLD_COVARIATES if now[name].notna().any()]
    options: dict[str, Any] = {"outcome": "outcome", "treatment": "helped", "covariates": [*known, "before"]}
    rows = now.reset_index()
    clustered = aipw(rows, **options, cluster="village", seed=seed).effect
    alone = aipw(rows, **options, seed=seed).effect
    villages = rows.loc[rows["helped"] == 1, "village"].nunique()
    lost = [name for name in HOUSEHOLD_COVARIATES if name not in known]
    unknown = tuple(Finding("covariates", False, _UNKNOWN_COVARIATE, {"column": name}) for name in lost)
    return _effect_with_larger_error(clustered, alone, villages, helped, clustered.findings + unknown)


def yuan_per_prior_unit(panel: MeasurePanel | None, catalogue: EffectCatalogue, measure: Any, earning: Any) -> float:
    """Return by what an effect in yuan per month and household is divided to get the prior's unit."""
    if panel is None:
        return 1.0
    awards = panel.awards_per_household
    if earning.basis == "post_wage":
        wages = [float(p.wage_yuan_per_month) for p in catalogue.posts.values() if p.measure == measure.key]
        return awards * (float(np.mean(wages)) if wages else float("nan"))
    if earning.basis == "share_of_source":
        frame = panel.frame
        before = frame[(frame["cohort"] > 0) & (frame["period"] < frame["cohort"])]["outcome"].mean()
        return float(before) if before > 0 else float("nan")
    return awards * len(earning.paid_in) / 12


def _first_usable_estimate(measure_and_source: str, estimates: pd.DataFrame) -> dict[str, object]:
    """Return the first usable row as input of the posterior; without one a row that leaves the prior as it is."""
    good = estimates[estimates["usable"].astype(bool)]
    if not len(good):
        return {
            "measure": measure_and_source,
            "group": "all",
            "estimate": np.nan,
            "se": np.nan,
            "usable": False,
            "method": pd.NA,
        }
    row = good.iloc[0]
    # a normal posterior takes a normal error: half the careful interval over 1.96
    numbers = {
        "estimate": row["estimate"],
        "se": (row["ci_high"] - row["ci_low"]) / 2 / _NORMAL_QUANTILE,
        "method": row["method"],
    }
    return {"measure": measure_and_source, "group": "all", "usable": True, **numbers}


def _estimates_by_group(
    measure_and_source: str, panel: MeasurePanel | None, factor: float, state: HelpFrames, groups: str
) -> list[dict[str, object]]:
    """Return one posterior input per group of households whose difference-in-differences is usable."""
    if panel is None:
        return []
    of_house = state.households.set_index("hh")[groups]
    rows = []
    for name, part in panel.frame.groupby(panel.frame["hh"].map(of_house), sort=True):
        try:
            effect = _did_effect(replace(panel, frame=part.reset_index(drop=True)))
        except DataError:  # nobody to compare with inside the group: it borrows from the others
            continue
        if effect.usable and np.isfinite(effect.se) and effect.se > 0:
            wide = (effect.ci_high - effect.ci_low) / 2 / _NORMAL_QUANTILE
            numbers = {"estimate": effect.estimate / factor, "se": wide / factor}
            rows.append({"measure": measure_and_source, "group": str(name), "usable": True, "method": "did", **numbers})
    return rows


def _with_source_and_method(effects: pd.DataFrame, jobs: list[Any], estimates: list[dict[str, object]]) -> pd.DataFrame:
    """Return the posterior with ``measure:source`` split in two, and basis and method of the estimate beside it."""
    basis = {f"{measure.key}:{earning.source}": earning.basis for measure, earning in jobs}
    method = {str(row["measure"]): row["method"] for row in estimates}
    table = effects.assign(group=effects["group"].where(effects["group"] != "all", pd.NA))
    table.insert(1, "source", [key.split(":")[1] for key in effects["measure"]])
    table.insert(2, "basis", [basis[key] for key in effects["measure"]])
    table.insert(3, "method", [method[key] for key in effects["measure"]])
    return table.assign(measure=[key.split(":")[0] for key in effects["measure"]])
