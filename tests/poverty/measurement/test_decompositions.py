"""Splits against reference values, sums that must hold, and a jackknife."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import poverty
from povlib.errors import DataError

EUSILC = {"income": "eqIncome", "weight": "rb050", "strata": "db040", "cluster": "db030"}


@pytest.fixture(scope="module")
def eusilc(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "eusilc" / "eusilc.csv")


@pytest.mark.reference
def test_fgt_contributions_of_regions(eusilc: pd.DataFrame, reference: Path) -> None:
    rows = pd.read_csv(reference / "eusilc" / "reference_fgt_contributions_z10000.csv").set_index("region")
    got = poverty.by_subgroup(eusilc, line=10000, by="db040", **EUSILC)
    got = got.set_index(["component", "measure", "domain"])["estimate"].sort_index()
    for a in range(3):
        part = got.loc[("contribution", f"fgt{a}")].loc[rows.index]
        np.testing.assert_allclose(part, rows[f"contrib_P{a}"], rtol=1e-10)
        np.testing.assert_allclose(got.loc[("value", f"fgt{a}")].loc[rows.index], rows[f"P{a}"], rtol=1e-10)
    np.testing.assert_allclose(got.loc[("population_share", "fgt0")].loc[rows.index], rows["pop_share"], rtol=1e-10)


@pytest.mark.reference
def test_ge_within_and_between_with_errors(eusilc: pd.DataFrame, reference: Path) -> None:
    rows = pd.read_csv(reference / "eusilc" / "reference_values.csv")
    rows = rows[rows["measure"].str.contains("_dec_rb090")].set_index("measure")
    assert len(rows) == 9
    got = poverty.by_subgroup(eusilc, by="rb090", measures=["ge0", "ge1", "ge2"], **EUSILC)
    for row in got.itertuples():
        expected = rows.loc[f"GE_{row.measure[2:]}_dec_rb090:{row.component}"]
        assert row.estimate == pytest.approx(expected["estimate"], rel=1e-8)
        assert row.se == pytest.approx(expected["se"], rel=1e-6)


@pytest.mark.reference
def test_theil_and_mld_of_mexico(reference: Path) -> None:
    rows = pd.read_csv(reference / "mex_inc" / "reference_theil_mld_decomposition.csv")
    for row in rows.itertuples():
        frame = pd.read_csv(reference / "mex_inc" / f"mex_inc_{row.year}.csv")
        frame["group"] = frame[row.group].fillna("")
        got = poverty.by_subgroup(
            frame, income="income", weight="factor", by="group", measures=["ge0", "ge1"], census=True
        )
        expected = [row.MLD, row.MLD_within, row.MLD_between, row.Theil, row.Theil_within, row.Theil_between]
        np.testing.assert_allclose(got["estimate"], expected, rtol=1e-8)


@pytest.mark.reference
def test_components_of_the_squared_gap_and_of_watts(eusilc: pd.DataFrame, reference: Path) -> None:
    rows = pd.read_csv(reference / "eusilc" / "reference_values.csv").drop_duplicates("measure").set_index("measure")
    got = poverty.by_component(eusilc, line=10000, **EUSILC).set_index(["measure", "component"])
    names = {
        ("fgt2", "total"): "FGT2dec_abs10000:fgt2",
        ("fgt2", "headcount"): "FGT2dec_abs10000:fgt0",
        ("fgt2", "depth"): "FGT2dec_abs10000:igr",
        ("fgt2", "inequality"): "FGT2dec_abs10000:gei(poor;epsilon=2)",
        ("watts", "total"): "Wattsdec_abs10000:watts",
        ("watts", "headcount"): "Wattsdec_abs10000:fgt0",
        ("watts", "depth"): "Wattsdec_abs10000:watts pov. gap ratio",
        ("watts", "inequality"): "Wattsdec_abs10000:theil(poor)",
    }
    for key, name in names.items():
        assert got.loc[key, "estimate"] == pytest.approx(rows.loc[name, "estimate"], rel=1e-8)
        assert got.loc[key, "se"] == pytest.approx(rows.loc[name, "se"], rel=1e-6), name


@pytest.mark.reference
@pytest.mark.parametrize(
    ("folder", "files", "table", "columns"),
    [
        ("mex_inc", "mex_inc_{}.csv", "reference_datt_ravallion_shapley.csv", (2008, 2016, "income", "factor")),
        (
            "wbpip_synthetic",
            "md_ABC_{}_income.csv",
            "reference_datt_ravallion_ABC_2000_2010.csv",
            (2000, 2010, "welfare", "weight"),
        ),
    ],
)
def test_growth_and_redistribution(reference: Path, folder: str, files: str, table: str, columns: tuple) -> None:
    start, end, income, weight = columns
    parts = [pd.read_csv(reference / folder / files.format(year)).assign(wave=year) for year in (start, end)]
    frame = pd.concat(parts, ignore_index=True).dropna(subset=[income])
    for row in pd.read_csv(reference / folder / table).itertuples():
        got = poverty.decompose_change(
            frame, income=income, weight=weight, line=row.z, wave="wave", before=start, after=end,
            measures=[f"fgt{row.alpha}"],
        ).set_index("component")  # fmt: skip
        expected = {
            "before": row.P_start,
            "after": row.P_end,
            "change": row.change,
            "growth": row.growth_ref_start,
            "redistribution": row.redist_ref_start,
            "residual": row.residual_ref_start,
            "growth_shapley": row.growth_shapley,
            "redistribution_shapley": row.redist_shapley,
        }
        np.testing.assert_allclose(got["estimate"][list(expected)], list(expected.values()), rtol=1e-8)
        assert (got["se"] > 0).all()


def survey(seed: int = 3, clusters: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(clusters), 5)})
    level = rng.normal(0, 0.3, clusters)[frame["unit"]]
    frame["wage"] = np.exp(rng.normal(1, 0.5, len(frame)) + level)
    frame["farm"] = np.exp(rng.normal(0.5, 0.9, len(frame)))
    frame["cost"] = -0.3 * frame["farm"]
    frame["y"] = frame[["wage", "farm", "cost"]].sum(axis=1)
    frame["w"] = rng.uniform(1, 3, clusters)[frame["unit"]]
    return frame


def test_sources_add_up_to_the_gini_and_have_the_error_of_a_jackknife() -> None:
    frame = survey()
    kwargs = {"sources": ["wage", "farm", "cost"], "weight": "w"}
    got = poverty.by_source(frame, cluster="unit", **kwargs)
    gini = poverty.measure(frame, income="y", weight="w", measures=["gini"], census=True)["estimate"][0]
    parts = got.set_index("measure")["estimate"]
    assert parts["gini_contribution"].sum() == pytest.approx(gini)
    assert parts["share"].sum() == pytest.approx(1)
    units = frame["unit"].unique()
    table = np.stack([poverty.by_source(frame[frame["unit"] != u], census=True, **kwargs)["estimate"] for u in units])
    spread = np.sqrt((len(units) - 1) / len(units) * ((table - table.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(got["se"], spread, rtol=0.05)


def test_errors_of_growth_and_redistribution_match_a_jackknife_of_a_panel() -> None:
    first, second = survey(), survey()
    second["y"] = second["y"] ** 0.9 * 1.3
    frame = pd.concat([first.assign(t=1), second.assign(t=2)], ignore_index=True)
    kwargs = {
        "income": "y",
        "line": 4.0,
        "wave": "t",
        "before": 1,
        "after": 2,
        "weight": "w",
        "measures": ["fgt1", "fgt2"],
    }
    got = poverty.decompose_change(frame, cluster="unit", **kwargs)
    units = frame["unit"].unique()
    table = np.stack(
        [poverty.decompose_change(frame[frame["unit"] != u], census=True, **kwargs)["estimate"] for u in units]
    )
    spread = np.sqrt((len(units) - 1) / len(units) * ((table - table.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(got["se"], spread, rtol=0.05, atol=1e-4)


@pytest.mark.parametrize("sources", [[], ["wage", "wage"]])
def test_each_source_counts_once(sources: list[str]) -> None:
    with pytest.raises(DataError, match="each source once"):
        poverty.by_source(pd.DataFrame({"wage": [1.0, 2.0]}), sources=sources, census=True)
    one = poverty.by_source(pd.DataFrame({"wage": [1.0, 2.0]}), sources="wage", census=True)
    assert one["domain"].tolist() == ["wage"] * 4


def test_a_group_without_its_base_says_why() -> None:
    frame = pd.DataFrame({"y": [5.0, 6.0, 7.0, 8.0], "g": ["a", "a", "b", "b"]})
    made = poverty.by_subgroup(frame, income="y", by="g", line=3.0, measures="fgt1", census=True)
    contribution = made[made["component"] == "contribution"]
    assert contribution["estimate"].isna().all()  # nobody is poor: there is nothing to contribute to
    assert contribution["convention"].str.contains("undefined: what it is divided by is zero").all()


def test_bad_splits_are_refused() -> None:
    frame = survey()
    with pytest.raises(DataError):
        poverty.by_subgroup(frame, income="y", by="unit", measures=["gini"], census=True)
    with pytest.raises(DataError):
        poverty.by_subgroup(frame, income="y", by="unit", measures=["fgt0"], census=True)
    with pytest.raises(DataError):
        poverty.decompose_change(frame.assign(t=1), income="y", line=1.0, wave="t", before=1, after=2, census=True)
