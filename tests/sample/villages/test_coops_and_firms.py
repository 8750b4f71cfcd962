"""Who there is: four co-ops founded in the year, one planned, firms whose posts are counted from the holders."""

from povlib.calendar import Month


def test_four_coops_were_founded_in_the_year_and_one_is_planned(tables):
    coops = tables["coops"]
    year = coops["founded_month"].dropna() // 12
    assert (year == 2016).sum() == 4
    planned = coops[coops["status"] == "planned"]
    assert planned["site"].tolist() == ["南庭小学旧址"]
    assert planned["founded_month"].isna().all()
    assert (coops["registered_month"] >= coops["founded_month"]).dropna().all()
    assert (coops["poor_members"] <= coops["members"]).all()


def test_cattle_has_three_bases_in_three_villages_and_a_taker(tables):
    bases = tables["bases"]
    cattle = bases[bases["product"] == "肉牛"]
    assert sorted(cattle["village"]) == sorted(["农家", "秀山", "乐北"])
    contract = (
        tables["sale_contracts"]
        .set_index("contract")
        .loc[tables["coops"].set_index("product").loc["肉牛", "offtake_contract"]]
    )
    assert contract["kind"] == "offtake"
    assert set(tables["contract_shares"].query("contract == '肉牛包销-2016'")["hh"]) <= set(
        tables["coop_stakes"].query("coop == '立春养牛专业合作社'")["hh"]
    )


def test_the_leading_firm_is_of_the_province_and_help_opened_the_posts_that_are_held(tables, rows):
    firms = tables["enterprises"].set_index("enterprise")
    behind = tables["coops"].set_index("product").loc["铁皮石斛", "enterprise"]
    assert (firms.loc[behind, "kind"], firms.loc[behind, "level"]) == ("leading", "province")
    held = rows["member"]["post"].value_counts()
    opened = tables["enterprise_help"].groupby("enterprise")["posts_opened"].sum()
    assert opened["样本米粉加工厂"] == held["米粉加工工"] == 4
    assert opened["样本零部件加工点"] == held["零部件加工工"] == 9


def test_nothing_of_the_months_to_come_is_written_down(tables, township):
    for name, column in (("bases", "from_month"), ("coop_entries", "month"), ("coop_stakes", "from_month"),
                         ("village_services", "month"), ("enterprise_help", "month")):  # fmt: skip
        assert (tables[name][column] <= township.last).all(), name
    last = Month.from_ordinal(township.last)
    assert (tables["deliveries"]["day"] // 100 <= 100 * last.year + last.month).all()
