"""Measures and standard errors against published and independently computed values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import poverty

pytestmark = pytest.mark.reference
DESIGN = {"income": "eqIncome", "weight": "rb050", "strata": "db040", "cluster": "db030"}


@pytest.fixture(scope="module")
def eusilc(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "eusilc" / "eusilc.csv")


@pytest.fixture(scope="module")
def published(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "eusilc" / "reference_values.csv")


def values(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index("measure")[["estimate", "se"]]


def convey(published: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    rows = published[(published["tool"] == "convey-linearised") & published["measure"].isin(names.values())]
    rows = rows.set_index("measure")[["estimate", "se"]]
    return rows.loc[list(names.values())].set_axis(list(names), axis=0)


def agree(got: pd.DataFrame, expected: pd.DataFrame, tolerance: float = 1e-8, se: float = 1e-6) -> None:
    got = got.loc[expected.index]
    np.testing.assert_allclose(got["estimate"], expected["estimate"], rtol=tolerance)
    np.testing.assert_allclose(got["se"], expected["se"], rtol=se)


def test_eusilc_at_a_fixed_line(eusilc: pd.DataFrame, published: pd.DataFrame) -> None:
    for line in (10000, 12000):
        names = {f"fgt{a}": f"FGT{a}_abs{line}" for a in range(3)}
        got = poverty.measure(eusilc, line=line, measures=list(names), **DESIGN)
        agree(values(got), convey(published, names))


def test_eusilc_relative_family_with_the_error_of_the_line(eusilc: pd.DataFrame, published: pd.DataFrame) -> None:
    names = {"arop": "ARPR", "arop_line": "ARPT", "rmpg": "RMPG", "s80s20": "S80S20", "median_poor": "poormed"}
    names |= {f"fgt{a}": f"FGT{a}_relq60med" for a in range(3)} | {"watts": "Watts_relq60med"}
    got = poverty.measure(eusilc, line=poverty.RelativeLine(), measures=list(names), **DESIGN)
    agree(values(got), convey(published, names))
    names = {f"fgt{a}": f"FGT{a}_relm50mean" for a in range(3)}
    got = poverty.measure(eusilc, line=poverty.RelativeLine(0.5, "mean"), measures=list(names), **DESIGN)
    agree(values(got), convey(published, names))


def test_eusilc_gini_in_its_two_forms(eusilc: pd.DataFrame, published: pd.DataFrame) -> None:
    got = poverty.measure(eusilc, measures=["gini"], gini="cumulated", **DESIGN)
    agree(values(got), convey(published, {"gini": "Gini"}))
    laeken = published[(published["tool"] == "laeken") & (published["measure"] == "Gini_pct")]
    got = poverty.measure(eusilc, measures=["gini"], by="db040", overall=True, **DESIGN).set_index("domain")
    expected = laeken.set_index(laeken["group"].replace("ALL", "all"))["estimate"] / 100
    np.testing.assert_allclose(got["estimate"].loc[expected.index], expected, rtol=1e-8)


def test_eusilc_over_positive_incomes(eusilc: pd.DataFrame, published: pd.DataFrame) -> None:
    names = {f"atkinson_{e}": f"Atkinson_{e}" for e in ("0.5", "1", "2")} | {f"ge{a}": f"GE_{a}" for a in (-1, 0, 1, 2)}
    names |= {"watts": "Watts_abs10000", "jdiv": "Jdiv", "zenga": "Zenga"}
    # zeros dropped, their clusters kept
    got = poverty.measure(eusilc, line=10000, measures=list(names), zenga="rows", **DESIGN)
    agree(values(got), convey(published, names))


def test_eusilc_regions_keep_the_whole_design(eusilc: pd.DataFrame, published: pd.DataFrame) -> None:
    names = {"arop": "ARPR", "gini": "Gini", "s80s20": "S80S20"} | {f"fgt{a}": f"FGT{a}_abs10000" for a in range(3)}
    got = poverty.measure(eusilc, line=10000, by="db040", gini="cumulated", measures=list(names), **DESIGN)
    got["measure"] = got["measure"].map(names)
    rows = published[published["tool"] == "convey-linearised-svyby"].set_index(["measure", "group"])
    assert len(rows) == 54
    agree(got.set_index(["measure", "domain"])[["estimate", "se"]], rows[["estimate", "se"]])


def test_laeken_point_values_by_region(eusilc: pd.DataFrame, published: pd.DataFrame) -> None:
    names = {"ARPR_pct": "arop", "RMPG_pct": "rmpg", "S80S20": "s80s20", "ARPT": "arop_line"}
    got = poverty.measure(
        eusilc, by="db040", overall=True, measures=list(names.values()), quantile="midpoint", poor="strict", **DESIGN
    ).set_index(["measure", "domain"])["estimate"]
    rows = published[(published["tool"] == "laeken") & published["measure"].isin(names)]
    assert len(rows) >= 31
    for row in rows.itertuples():
        factor = 100 if row.measure.endswith("_pct") else 1
        domain = "all" if row.group == "ALL" else row.group
        assert got[names[row.measure], domain] * factor == pytest.approx(row.estimate, rel=1e-6)


KEYS = {"GE": "ge", "Atkinson": "atkinson_"}


def independent(row: pd.Series) -> tuple[str, dict]:
    """Return the measure and the options that a row of the independent point values stands for."""
    name = row["measure"].replace("_ypos", "")
    if name == "S80S20_lorenz_interp":
        return "s80s20", {"quintiles": "lorenz"}
    if name == "Watts_zero_dropped":
        return "watts", {}
    for start, key in KEYS.items():
        if name.startswith(start + "_"):
            return key + name.removeprefix(start + "_"), {}
    return name.lower(), {}


def check_independent(frame: pd.DataFrame, rows: pd.DataFrame, income: str, weight: str) -> int:
    checked = 0
    for _, row in rows.iterrows():
        if row["measure"] in ("N", "sum_w"):
            continue
        key, options = independent(row)
        line = row["z"] if pd.notna(row["z"]) else None
        got = poverty.measure(frame, income=income, weight=weight, line=line, measures=[key], census=True, **options)
        loose = 1e-6 if key in ("watts", "s80s20") else 1e-8
        assert got["estimate"][0] == pytest.approx(row["value"], rel=loose), row["measure"]
        checked += 1
    return checked


def test_eusilc_independent_points(eusilc: pd.DataFrame, reference: Path) -> None:
    rows = pd.read_csv(reference / "eusilc" / "reference_point_independent.csv")
    assert check_independent(eusilc, rows, "eqIncome", "rb050") == len(rows) - 2
    rows = pd.read_csv(reference / "eusilc" / "reference_point_by_region_independent.csv")
    for region, part in rows.groupby("region"):
        check_independent(eusilc[eusilc["db040"] == region], part, "eqIncome", "rb050")


def test_mexico_independent_points_and_linearised_errors(reference: Path) -> None:
    rows = pd.read_csv(reference / "mex_inc" / "reference_point.csv")
    errors = pd.read_csv(reference / "mex_inc" / "reference_se_convey.csv")
    names = {"gini": "Gini", "ge0": "GE_0", "ge1": "GE_1", "arop": "ARPR", "s80s20": "S80S20"}
    names |= {f"fgt{a}": f"FGT{a}_15000" for a in range(3)}
    for year in (2008, 2016):
        frame = pd.read_csv(reference / "mex_inc" / f"mex_inc_{year}.csv")
        assert check_independent(frame, rows[rows["year"] == year], "income", "factor") > 25
        expected = errors[errors["year"] == year].set_index("measure").loc[list(names.values())]
        for options, keys in (({"gini": "cumulated"}, list(names)),):
            got = poverty.measure(frame, income="income", weight="factor", line=15000, measures=keys, **options)
            np.testing.assert_allclose(got["estimate"], expected["estimate"], rtol=1e-8)
            np.testing.assert_allclose(got["se"], expected["se"], rtol=2e-6)


def test_world_bank_test_data(reference: Path) -> None:
    for year in (2000, 2010):
        frame = pd.read_csv(reference / "wbpip_synthetic" / f"md_ABC_{year}_income.csv").dropna(subset=["welfare"])
        rows = pd.read_csv(reference / "wbpip_synthetic" / f"reference_ABC_{year}_income.csv")
        assert check_independent(frame, rows, "welfare", "weight") == len(rows) - 2
    frame = pd.read_csv(reference / "wbpip_synthetic" / "md_ABC_2000_income.csv")
    line = float(frame["welfare"].mean())
    got = poverty.measure(
        frame, income="welfare", weight="weight", line=line, census=True, measures=["fgt0", "fgt1", "fgt2", "watts"]
    )
    expected = [0.7333513, 0.3957584, 0.2534849, 0.6899868]
    np.testing.assert_allclose(got["estimate"][:3], expected[:3], atol=1e-4)


def test_the_recorded_mean_log_deviation_needs_its_rule_for_zeros(reference: Path) -> None:
    frame = pd.read_csv(reference / "wbpip_synthetic" / "md_ABC_2000_income.csv")
    stats = pd.read_csv(reference / "wbpip_synthetic" / "stats_recorded_ABC_2000_income.csv").set_index("stat")["value"]
    kwargs = {"income": "welfare", "weight": "weight", "measures": ["ge0", "gini", "mean"], "census": True}
    got = poverty.measure(frame, nonpositive=1.0, **kwargs).set_index("measure")
    assert got.loc["ge0", "estimate"] == pytest.approx(stats["mld"], rel=1e-8)
    assert got.loc["ge0", "convention"] == "nonpositive=1.0; census"
    assert got.loc["gini", "estimate"] == pytest.approx(stats["gini"], rel=1e-8)
    assert got.loc["mean", "estimate"] == pytest.approx(stats["mean_weighted_measure"], rel=1e-12)
    assert poverty.measure(frame, **kwargs)["estimate"][0] == pytest.approx(0.472160897385248, rel=1e-8)


def test_bootstrap_errors_are_those_of_the_tools(eusilc: pd.DataFrame, published: pd.DataFrame) -> None:
    names = {"arop": "ARPR_pct", "gini": "Gini_pct", "s80s20": "S80S20", "rmpg": "RMPG_pct"}
    how = poverty.Replicates(count=1000, seed=1)
    got = poverty.measure(eusilc, by="db040", overall=True, measures=list(names), replicates=how, **DESIGN)
    rows = published[published["tool"] == "laeken-bootstrap1000"].set_index(["measure", "group"])["se"]
    ratios = []
    for row in got.itertuples():
        factor = 1 if row.measure == "s80s20" else 100
        ratios.append(row.se * factor / rows[names[row.measure], "ALL" if row.domain == "all" else row.domain])
    # 1,000 replicates on each side leave 3 % of noise in a ratio: the mean within 1 %, the rest within its noise
    assert np.mean(ratios) == pytest.approx(1, abs=0.01)
    assert np.abs(np.array(ratios) - 1).max() < 0.1
    whole = [ratios[i] for i in range(len(got)) if got["domain"][i] == "all"]
    np.testing.assert_allclose(whole, 1, atol=0.06)
    rows = published[published["tool"] == "convey-bootstrap1000"].set_index("measure")
    names = {"arop": "ARPR", "gini": "Gini", "s80s20": "S80S20"} | {f"fgt{a}": f"FGT{a}_abs10000" for a in range(3)}
    got = poverty.measure(eusilc, line=10000, measures=list(names), gini="cumulated", replicates=how, **DESIGN)
    np.testing.assert_allclose(got["se"], rows.loc[list(names.values()), "se"], rtol=0.06)
