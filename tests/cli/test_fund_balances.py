"""Where the money stands, before and after a movement, and what a bank statement says beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any


def test_before_any_movement_the_next_step_is_named(cli: Any, loaded: Path) -> None:
    said = cli("fund", "balances")
    assert said.code == 0
    assert "No money has moved yet" in said.out
    assert "fund appropriate" in said.both


def test_balances_are_what_was_granted_by_fund_and_year_in_either_language(cli: Any, loaded: Path) -> None:
    for fund, year, yuan in (("special", 2016, 1000), ("special", 2016, 250), ("special", 2017, 9)):
        granted = cli("fund", "appropriate", fund, str(year), str(yuan), "--id", f"{year}-{yuan}", "--officer", "W")
        assert granted.code == 0, granted.both
    shown = cli("fund", "balances").out
    assert re.search(r"2016 +1,250\.00 yuan +1,250\.00 yuan +0\.00 yuan +0\.00 yuan", shown)
    assert re.search(r"2017 +9\.00 yuan +9\.00 yuan +0\.00 yuan +0\.00 yuan", shown)
    assert "granted" in shown
    table = cli("fund", "balances", lang="zh").out.split("python3")[0]
    assert not re.search("[a-z]{3}", table), table


def test_a_statement_beside_a_ledger_without_payments_stands_alone(cli: Any, loaded: Path, tmp_path: Path) -> None:
    cli("fund", "appropriate", "special", "2016", "1000", "--id", "a", "--officer", "W")
    bank = tmp_path / "bank.csv"
    bank.write_text("reference,amount\nP1,12.50\n", encoding="utf-8")
    said = cli("fund", "reconcile", bank)
    assert said.code == 1
    assert "0 payments agree" in said.out
    assert re.search(r"P1 +12\.50", said.out)
    assert "fund reverse" in said.both
