"""One village one product, and pomelo everywhere."""


def test_seventy_one_per_cent_grow_pomelo_as_the_register_says(tables, rows):
    products, household = tables["village_products"], rows["household"]
    poor = household[household["status"] != "已脱贫"]
    last = products.query("product == '蜜柚' and year == 2015").set_index("village")["households"]
    assert (last.sort_index() == poor[poor["livelihood"] == "蜜柚"].groupby("village").size().sort_index()).all()
    assert abs(last.sum() / len(poor) - 0.71) < 0.005


def test_every_village_has_one_product_of_its_own(tables):
    own = tables["village_products"].query("product != '蜜柚'").groupby("village")["product"].nunique()
    assert (own == 1).all()
    assert len(own) == 12


def test_what_is_sold_was_grown_and_brands_stand_beside(tables):
    products = tables["village_products"]
    assert (products["sold"] <= products["output"] + 0.1).all()
    assert (products["price_fen"] > 0).all()
    assert set(products["year"]) == {2014, 2015}
