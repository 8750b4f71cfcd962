"""The rules of villages_2016.yaml speak where they should, beside what the ledger holds, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.intake.checks.audit import read_rule_packs
from tests.intake.township_rows import TOWNSHIP, changed, write_rows

VILLAGES = [{"name": "联胜"}, {"name": "乐北"}]
LICHUN = "立春养牛专业合作社"
CLEAN = {**TOWNSHIP, "contract": [{**TOWNSHIP["contract"][0], "quantity": 100}], "schedule": []}
OTHER = {**TOWNSHIP["coop"][0], "coop": "石斛合作社"}
LENT = {"loan": "D2", "borrower_kind": "农户", "borrower": "H1", "hh": "H1", "amount": 50000, "from_month": "2016-02",
        "due_month": "2019-02"}  # fmt: skip
PAID = [
    {"coop": "茶社", "entry": "1", "line": 1, "month": "2016-02", "account": "分红", "hh": "H1", "amount": 40},
    {"coop": "茶社", "entry": "1", "line": 2, "month": "2016-02", "account": "现金", "amount": -40},
]
TEA = {**TOWNSHIP["coop"][0], "coop": "茶社", "status": "筹建"}
HELPED = TOWNSHIP["enterprise_help"][0]
CASES: list[tuple[str, dict[str, list[dict[str, Any]]]]] = [
    ("contract_over_capacity", changed("contract", {"quantity": 101})),
    ("shares_over_contract", changed("contract", {"quantity": 79})),
    ("schedule_over_contract", {"contract": CLEAN["contract"],
                                "schedule": [{"contract": "C1", "month": f"2016-0{n}", "quantity": 40}
                                             for n in (4, 5, 6)]}),
    ("stake_in_two_coops", {"coop": [OTHER], "stake": [{**TOWNSHIP["stake"][0], "coop": "石斛合作社", "loan": None}]}),
    ("loan_in_two_coops", {"coop": [OTHER], "stake": [{**TOWNSHIP["stake"][0], "stake": "G9", "coop": "石斛合作社"}]}),
    ("stakes_over_loan", {"stake": [{**TOWNSHIP["stake"][0], "stake": "G9", "amount": 45000.01}]}),
    ("pooled_loan", {"loan": [{**LENT, "used_by": LICHUN}]}),
    ("microloan_over_ceiling", {"loan": [{**LENT, "amount": 50001}]}),
    ("microloan_over_three_years", {"loan": [{**LENT, "due_month": "2019-03"}]}),
    ("planned_coop_paid_dividends", {"coop": [TEA], "coop_entry": PAID}),
    ("help_without_posts", {"enterprise_help": [{**HELPED, "help": "F2", "posts_opened": 0}]}),
    ("bill_without_insurance", changed("medical_bill", {"bill": "YL2", "insured": 0})),
    ("house_lost_and_graded_safe", changed("disaster_loss", {"loss": "ZH2", "item": "住房"})),
    ("income_related_party", changed("income_contract", {"contract": "乙", "related": "是", "relation": "村干部亲属"})),
    ("income_related_unsaid", changed("income_contract", {"contract": "乙", "related": None})),
    # a year of one due: 30,000 may come, not a fen more
    ("income_over_due", {
        "income_contract": [{**TOWNSHIP["income_contract"][0], "contract": "乙", "due_months": "3",
                             "from_month": "2016-01", "to_month": "2016-12"}],
        "income_receipt": [{**TOWNSHIP["income_receipt"][0], "contract": "乙"},
                           {"contract": "乙", "receipt": "P2", "day": "2016-03-19", "part": "村财款", "amount": 0.01},
                           {"contract": "乙", "receipt": "P3", "day": "2016-03-19", "part": "收押金", "amount": 900}],
    }),
    ("help_without_word_of_posts", {"enterprise_help": [{**HELPED, "help": "F2", "posts_opened": None}]}),
]  # fmt: skip


def _named(verdict: intake.FileVerdict) -> list[object]:
    """Return the rules of packs that spoke."""
    return [flag.values["field"] for flag in verdict.flags if flag.rule.startswith("audit")]  # noqa: PD011


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("audited")
    with ledger.open(folder / "l.sqlite", create=True, seed=1) as opened:
        opened.append(ledger.BatchInfo(month=Month(2016, 4)), {
            "households": pd.DataFrame({"hh": ["H1", "H2"], "village": ["联胜", "乐北"], "status": "未脱贫",
                                        "housing_grade": "A"}),
            "members": pd.DataFrame({"person": ["H1-01"], "hh": ["H1"]}),
        })  # fmt: skip
        (verdict,) = intake.load(opened, [write_rows(folder / "a.xlsx", CLEAN)], villages=VILLAGES)
        assert not [flag for flag in verdict.flags if flag.rule.startswith("audit")], "a clean township raises nothing"
        yield opened


@pytest.mark.parametrize(("rule", "told"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_speaks_of_the_file_beside_the_ledger_and_refuses_nothing(
    rule: str, told: dict[str, list[dict[str, Any]]], book: ledger.Ledger, tmp_path: Path
) -> None:
    (verdict,) = intake.load(book, [write_rows(tmp_path / "a.xlsx", told)], villages=VILLAGES, dry=True)
    assert _named(verdict) == [rule]
    assert verdict.verdict == "accept_with_notes"
    assert verdict.rows


def test_what_is_at_the_limit_is_named_by_no_rule(book: ledger.Ledger, tmp_path: Path) -> None:
    told = {
        "contract": [{**CLEAN["contract"][0], "quantity": 80}],
        "loan": [LENT],
        "stake": [{**TOWNSHIP["stake"][0], "to_month": "2016-03"}, {**TOWNSHIP["stake"][0], "stake": "G9"}],
        "enterprise_help": [{**HELPED, "help": "F2", "posts_opened": 1}],
        "income_contract": [
            {
                **TOWNSHIP["income_contract"][0],
                "contract": "乙",
                "due_months": "3",
                "from_month": "2016-01",
                "to_month": "2016-12",
            }
        ],
        "income_receipt": [{**TOWNSHIP["income_receipt"][0], "contract": "乙"}],
    }
    (verdict,) = intake.load(book, [write_rows(tmp_path / "a.xlsx", told)], villages=VILLAGES, dry=True)
    assert _named(verdict) == []


def test_every_rule_of_the_pack_has_a_case() -> None:
    (pack,) = [each for each in read_rule_packs() if each.key == "villages_2016"]
    assert {rule.key for rule in pack.rules} == {rule for rule, _ in CASES}
