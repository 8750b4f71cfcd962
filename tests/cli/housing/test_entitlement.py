"""Words about houses, as a planner types them: what is said, what comes next, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.fixture
def hh(cli: Cli, loaded: Path) -> str:
    """A household that is owed a house and has none."""
    said = cli("houses", "entitled")
    assert said.code == 0, said.err
    return next(word for word in said.out.split() if word.startswith("S01-"))


def test_who_is_owed_a_house(cli: Cli, loaded: Path) -> None:
    said = cli("houses", "entitled")
    assert said.code == 0
    assert "households on the register are entitled to a safe house" in said.out
    assert "Next: python3 workbench.py houses bill S01-" in said.out
    everybody = cli("houses", "entitled", "--all").out
    assert "its house is sound" in everybody
    chinese = cli("houses", "entitled", lang="zh").out
    assert "应得安全住房" in chinese
    assert "households" not in chinese


def test_one_bill(cli: Cli, loaded: Path, hh: str) -> None:
    said = cli("houses", "bill", hh)
    assert said.code == 0, said.err
    assert "item of the standard (example)" in said.out
    assert "Bill: " in said.out or "At least " in said.out
    unknown = cli("houses", "bill", "S77-9999")
    assert unknown.code == 2
    assert "nothing is recorded about household S77-9999" in unknown.err


def test_the_price_list_and_other_prices(cli: Cli, loaded: Path) -> None:
    said = cli("houses", "prices")
    assert said.code == 0
    assert "roof" in said.out
    tried = cli("houses", "prices", "屋面翻修=70元", "new_house=1,000")
    assert tried.code == 0, tried.err
    assert "house_prices.roof.yuan.2016-01: 65 → 70 yuan" in tried.out
    assert "houses whose works have not begun cost another amount" in tried.out
    assert "--run latest" in tried.out


def test_everything_mistyped_is_named_at_once(cli: Cli, loaded: Path) -> None:
    said = cli("houses", "prices", "roof", "walls=dear", "walls=3", "=4")
    assert said.code == 2
    for words in ("roof is no ITEM=YUAN", "dear is no amount in yuan", "=4 is no ITEM=YUAN"):
        assert words in said.err
    unknown = cli("houses", "prices", "rof=70", "cement=3")
    assert unknown.code == 2
    assert "there is no price rof" in unknown.err
    assert "there is no price cement" in unknown.err
    below = cli("houses", "prices", "roof=-3")
    assert below.code == 2
    assert "-3" in below.err


def test_credits_and_accounts(cli: Cli, loaded: Path) -> None:
    said = cli("houses", "credits")
    assert said.code in (0, 1)
    assert ("overdue" in said.out) or ("Nothing was bought on credit." in said.out)
    assert said.code == int("credits are overdue" in said.out)
    accounts = cli("houses", "accounts")
    assert accounts.code == 0
    assert "robust standard deviations" in accounts.out
    assert "Next: python3 workbench.py houses" in accounts.out


def test_before_anything_is_loaded(cli: Cli, work: Path) -> None:
    from povlib import runs

    runs.sample_office()
    for words in (["entitled"], ["prices"], ["credits"], ["accounts"]):
        said = cli("houses", *words)
        assert said.code == 2
        assert "load" in said.err
