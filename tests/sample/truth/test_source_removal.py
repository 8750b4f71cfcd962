"""One source removed: only households that hang on it are worse off, by what it truly brought."""

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.sample import outcomes_without, sources_of_spells

JULY = Month(2016, 7)


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("employer", "样本永荣控股集团"),
        ("employer", "镇村保洁队"),
        ("coop", "立春养牛专业合作社"),
        ("firm", "样本新润集团"),
        ("contract", "土鸡土鸭购销-2016"),
    ],
)
def test_only_households_that_hang_on_it_are_hit(township, kind, source):
    lost = outcomes_without(township, source, JULY, kind=kind)
    spared = ~lost["hit"]
    assert (lost.loc[spared, "income_with"] == lost.loc[spared, "income_without"]).all()
    assert (lost.loc[spared, "exits_with"] == lost.loc[spared, "exits_without"]).all()
    assert 0 < lost["hit"].sum() < len(lost) / 3
    assert lost.loc[lost["hit"], "income_with"].sum() > lost.loc[lost["hit"], "income_without"].sum()
    hangs = township.spells.loc[sources_of_spells(township, kind) == source, "row"].unique()
    assert set(lost.loc[lost["hit"], "hh"]) <= set(township.households["hh"].to_numpy()[hangs])


def test_a_coop_takes_the_stake_with_it(township):
    lost = outcomes_without(township, "立春养牛专业合作社", JULY)
    assert (lost["stake_fen"] > 0).sum() == 43
    assert lost.loc[lost["stake_fen"] > 0, "hit"].all()


def test_later_is_never_worse_than_sooner_for_the_cattle(township):
    income = [
        outcomes_without(township, "立春养牛专业合作社", Month(2016, m))["income_without"].sum() for m in (6, 9, 12)
    ]
    assert income == sorted(income)


def test_rows_of_a_plan_can_be_named(township):
    who = township.members[township.present() & township.members["labour"].eq("普通劳动力")].iloc[:4]
    plan = pd.DataFrame(
        {"hh": township.households["hh"].to_numpy()[who["row"]], "person": who["person"].to_numpy(),
         "measure": "enterprise_post", "start": 24197, "post": "帮扶企业务工"}
    )  # fmt: skip
    hangs = np.array([True, True, False, True])
    lost = outcomes_without(township, "帮扶企业", JULY, plan=plan, hangs=hangs)
    assert set(lost.loc[lost["hit"], "hh"]) <= set(plan.loc[hangs, "hh"])


def test_a_name_that_nobody_bears_is_refused(township):
    with pytest.raises(DataError, match="没有人"):
        outcomes_without(township, "没有人", JULY)
    with pytest.raises(DataError, match="bank"):
        sources_of_spells(township, "bank")
