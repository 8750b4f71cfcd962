"""No row of a reference table goes unread: which test reads which rows, and the rows that stand for themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import impact, poverty

pytestmark = pytest.mark.reference
TESTS = Path(__file__).parents[1]
POINTS = "poverty/measurement/test_reference_measures.py"
# table -> (rows, tests that read all of them together)
READ_BY = {
    "af_worked_example/reference.csv": (
        51,
        ["poverty/measurement/test_deprivation_counting.py::test_the_worked_example_of_2011"],
    ),
    "eusilc/reference_fgt_contributions_z10000.csv": (
        9,
        ["poverty/measurement/test_decompositions.py::test_fgt_contributions_of_regions"],
    ),
    "eusilc/reference_point_by_region_independent.csv": (
        171,
        [
            f"{POINTS}::test_eusilc_independent_points",
            "poverty/test_reference_rows.py::test_counts_and_sums_of_weights",
        ],
    ),
    "eusilc/reference_point_independent.csv": (
        40,
        [
            f"{POINTS}::test_eusilc_independent_points",
            "poverty/test_reference_rows.py::test_counts_and_sums_of_weights",
        ],
    ),
    "eusilc/reference_values.csv": (
        188,
        [
            f"{POINTS}::test_eusilc_at_a_fixed_line",
            f"{POINTS}::test_eusilc_relative_family_with_the_error_of_the_line",
            f"{POINTS}::test_eusilc_gini_in_its_two_forms",
            f"{POINTS}::test_eusilc_over_positive_incomes",
            f"{POINTS}::test_eusilc_regions_keep_the_whole_design",
            f"{POINTS}::test_laeken_point_values_by_region",
            f"{POINTS}::test_bootstrap_errors_are_those_of_the_tools",
            "poverty/measurement/test_decompositions.py::test_ge_within_and_between_with_errors",
            "poverty/measurement/test_decompositions.py::test_components_of_the_squared_gap_and_of_watts",
            "poverty/test_reference_rows.py::test_the_gap_inside_the_split_of_the_squared_gap",
        ],
    ),
    "mex_inc/reference_datt_ravallion_shapley.csv": (
        6,
        ["poverty/measurement/test_decompositions.py::test_growth_and_redistribution"],
    ),
    "mex_inc/reference_point.csv": (
        66,
        [
            f"{POINTS}::test_mexico_independent_points_and_linearised_errors",
            "poverty/test_reference_rows.py::test_counts_and_sums_of_weights",
        ],
    ),
    "mex_inc/reference_se_convey.csv": (16, [f"{POINTS}::test_mexico_independent_points_and_linearised_errors"]),
    "mex_inc/reference_theil_mld_decomposition.csv": (
        6,
        ["poverty/measurement/test_decompositions.py::test_theil_and_mld_of_mexico"],
    ),
    "mpdta/reference_aggregates.csv": (15, ["impact/test_difference_in_differences.py::test_aggregates_of_mpdta"]),
    "mpdta/reference_att_gt_nevertreated_unconditional.csv": (
        12,
        ["impact/test_difference_in_differences.py::test_group_time_effects_of_mpdta"],
    ),
    "mpitb_syn/reference_changes_k33_nat.csv": (
        12,
        [
            "poverty/measurement/test_deprivation_counting.py::test_changes_between_waves_hold_the_covariance_of_shared_clusters",
            "poverty/test_reference_rows.py::test_limits_of_changes_are_normal_in_mpitb",
        ],
    ),
    "mpitb_syn/reference_levels_k33_t1.csv": (
        989,
        ["poverty/measurement/test_deprivation_counting.py::test_levels_of_mpitb_with_errors_and_limits"],
    ),
    "mpitb_syn/reference_survey_pkg_k33.csv": (
        26,
        ["poverty/measurement/test_deprivation_counting.py::test_both_waves_of_r_survey"],
    ),
    "nsw/reference.csv": (
        5,
        [
            "impact/test_comparisons.py::test_every_row_of_nsw",
            "poverty/test_reference_rows.py::test_the_size_of_each_comparison_of_nsw",
        ],
    ),
    "teen_poverty/reference_hazard_logit.csv": (
        20,
        ["poverty/households/test_poverty_spells.py::test_discrete_hazards_of_a_real_panel"],
    ),
    "teen_poverty/reference_transitions.csv": (
        16,
        ["poverty/households/test_poverty_spells.py::test_transitions_of_a_real_panel"],
    ),
    "wbpip_synthetic/grouped_ex2.csv": (
        38,
        ["poverty/measurement/test_lorenz_curves.py::test_the_recorded_table_of_grouped_data"],
    ),
    "wbpip_synthetic/reference_ABC_2000_income.csv": (
        26,
        [f"{POINTS}::test_world_bank_test_data", "poverty/test_reference_rows.py::test_counts_and_sums_of_weights"],
    ),
    "wbpip_synthetic/reference_ABC_2010_income.csv": (
        26,
        [f"{POINTS}::test_world_bank_test_data", "poverty/test_reference_rows.py::test_counts_and_sums_of_weights"],
    ),
    "wbpip_synthetic/reference_datt_ravallion_ABC_2000_2010.csv": (
        6,
        ["poverty/measurement/test_decompositions.py::test_growth_and_redistribution"],
    ),
    "wbpip_synthetic/stats_recorded_ABC_2000_income.csv": (
        308,
        ["poverty/measurement/test_lorenz_curves.py::test_every_recorded_row_of_the_world_bank_data"],
    ),
    "wbpip_synthetic/stats_recorded_ABC_2010_income.csv": (
        308,
        ["poverty/measurement/test_lorenz_curves.py::test_every_recorded_row_of_the_world_bank_data"],
    ),
}
DATA = {
    "af_worked_example/achievements.csv",
    "eusilc/eusilc.csv",
    "mex_inc/mex_inc_2008.csv",
    "mex_inc/mex_inc_2016.csv",
    "mpdta/mpdta.csv",
    "mpitb_syn/syn_cdta.csv",
    "nsw/cps_controls.csv",
    "nsw/nsw_experimental.csv",
    "teen_poverty/teen_poverty_long.csv",
    "wbpip_synthetic/md_ABC_2000_income.csv",
    "wbpip_synthetic/md_ABC_2010_income.csv",
}


def test_every_table_is_known_and_its_tests_exist(reference: Path) -> None:
    known = set(READ_BY) | DATA
    # the folders of measurement and impact; what other rooms are held against is their tests' to name
    folders = {table.split("/")[0] for table in known}
    found = {str(path.relative_to(reference)) for name in folders for path in (reference / name).glob("*.csv")}
    assert found == known
    for table, (rows, tests) in READ_BY.items():
        assert len(pd.read_csv(reference / table)) == rows, table
        for test in tests:
            file, name = test.split("::")
            source = (TESTS / file).read_text(encoding="utf-8")
            assert f"def {name}(" in source, test
            assert Path(table).name.split("_ABC")[0].split(".")[0] in source, (table, file)


def test_every_row_of_the_long_table_belongs_to_a_test(reference: Path) -> None:
    rows = pd.read_csv(reference / "eusilc" / "reference_values.csv")
    counts = rows.groupby("tool").size().to_dict()
    assert counts == {
        "convey-bootstrap1000": 6,
        "convey-linearised": 28 + 9 + 10,  # indices, GE splits, components with the gap inside
        "convey-linearised-svyby": 54,
        "laeken": 31 + 10,  # three rates and the line; Gini
        "laeken-bootstrap1000": 40,
    }


def test_counts_and_sums_of_weights(reference: Path) -> None:
    tables = [("eusilc/reference_point_independent.csv", "eusilc/eusilc.csv", "eqIncome", "rb050", None)]
    tables.append(
        ("eusilc/reference_point_by_region_independent.csv", "eusilc/eusilc.csv", "eqIncome", "rb050", "region")
    )
    for year in (2000, 2010):
        place = f"wbpip_synthetic/reference_ABC_{year}_income.csv"
        tables.append((place, f"wbpip_synthetic/md_ABC_{year}_income.csv", "welfare", "weight", None))
    for year in (2008, 2016):
        tables.append(("mex_inc/reference_point.csv", f"mex_inc/mex_inc_{year}.csv", "income", "factor", year))
    for place, data, income, weight, part in tables:
        rows, frame = pd.read_csv(reference / place), pd.read_csv(reference / data).dropna(subset=[income])
        frame["people"] = 1.0
        if isinstance(part, int):
            rows = rows[rows["year"] == part]
        domain = "db040" if part == "region" else None
        got = poverty.measure(frame, income="people", weight=weight, by=domain, measures=["mean"], census=True)
        rows = rows.assign(domain=rows["region"] if domain else "all")
        for row in got.itertuples():
            mine = rows[rows["domain"] == row.domain].set_index("measure")["value"]
            inside = frame if domain is None else frame[frame[domain] == row.domain]
            assert row.n == mine["N"]
            assert inside[weight].sum() == pytest.approx(mine["sum_w"], rel=1e-12)


def test_the_gap_inside_the_split_of_the_squared_gap(reference: Path) -> None:
    frame = pd.read_csv(reference / "eusilc" / "eusilc.csv")
    rows = pd.read_csv(reference / "eusilc" / "reference_values.csv").set_index("measure")
    design = {"weight": "rb050", "strata": "db040", "cluster": "db030"}
    got = poverty.measure(frame, income="eqIncome", line=10000, measures=["fgt1"], **design).iloc[0]
    assert got["estimate"] == pytest.approx(rows.loc["FGT2dec_abs10000:fgt1", "estimate"], rel=1e-8)
    assert got["se"] == pytest.approx(rows.loc["FGT2dec_abs10000:fgt1", "se"], rel=1e-6)


def test_limits_of_changes_are_normal_in_mpitb(reference: Path) -> None:
    rows = pd.read_csv(reference / "mpitb_syn" / "reference_changes_k33_nat.csv")
    # mpitbR takes the normal quantile for changes, we take t (some 750 degrees of freedom): a named difference
    np.testing.assert_allclose(rows["ul"] - rows["b"], 1.959964 * rows["se"], rtol=2e-3)


def test_the_size_of_each_comparison_of_nsw(reference: Path) -> None:
    trial = pd.read_csv(reference / "nsw" / "nsw_experimental.csv")
    observed = pd.concat([trial[trial["treat"] == 1], pd.read_csv(reference / "nsw" / "cps_controls.csv")])
    sizes = pd.read_csv(reference / "nsw" / "reference.csv")["n"].dropna().astype(int).tolist()
    made = [impact.difference(frame, outcome="re78", treatment="treat") for frame in (trial, observed)]
    mine = [effect.treated + effect.controls for effect in made]
    assert sizes == [mine[0], mine[0], mine[1], mine[1]]
