"""Co-ops, contracts, fairs and services, from rows written by hand."""

from __future__ import annotations

from collections.abc import Callable

from povlib.ledger import State
from povlib.runs.facts.villages.coops_and_contracts import coop_facts, fair_facts

Filled = Callable[..., State]
APRIL = 2016 * 12 + 3


def test_a_co_op_owes_its_loans_less_what_it_repaid(filled: Filled) -> None:
    coops = [
        {"coop": "养牛社", "village": "乐北", "founded_month": APRIL - 3, "status": "operating"},
        {"coop": "茶社", "village": "南庭", "status": "planned"},
    ]
    lent = {"borrower_kind": "coop", "borrower": "养牛社", "from_month": APRIL, "due_month": APRIL + 9}
    own = {**lent, "borrower_kind": "household", "borrower": "甲-1", "hh": "甲-1", "fen": 9}
    loans = [
        {**lent, "loan": "1", "fen": 100, "repaid_fen": 30},
        {**lent, "loan": "2", "fen": 50},
        {**own, "loan": "3", "used_by": "养牛社"},
        {**own, "loan": "4"},
    ]
    stakes = [
        {"coop": "养牛社", "stake": "1", "hh": "甲-1", "kind": "own", "fen": 7, "from_month": APRIL - 2},
        {"coop": "养牛社", "stake": "2", "hh": "甲-1", "kind": "land", "fen": 2, "from_month": APRIL - 2},
        {"coop": "养牛社", "stake": "3", "hh": "甲-2", "kind": "own", "fen": 5, "from_month": APRIL - 9,
         "to_month": APRIL - 1},
    ]  # fmt: skip
    bases = [{"base": "乐北场", "coop": "养牛社", "village": "乐北", "product": "牛", "heads": 40}]
    found = coop_facts(filled(coops=coops, loans=loans, coop_stakes=stakes, bases=bases), APRIL, "zh")
    assert found is not None
    row = found.coops.set_index("coop").loc["养牛社"]
    # the loan of the household is no debt of the co-op; the stake that was given back is no stake
    assert (row["loan_fen"], row["pooled"], row["stake_fen"], row["holders"], row["bases"]) == (120, 1, 9, 1, 1)
    assert (found.founded, found.year, found.planned) == (1, 2016, ["茶社"])


def test_services_are_added_up_over_the_months(filled: Filled) -> None:
    rows = [
        {"service": "宰杀", "kind": "slaughter", "provider": "场", "month": APRIL - n, "quantity": 10.0 + n,
         "unit": "只", "fen": 100} for n in range(3)
    ]  # fmt: skip
    fairs = [{"fair": "春", "employer": "永荣", "post": "工", "day": 20160220, "offered": 30, "taken": 17}]
    found = fair_facts(filled(village_services=rows, job_fairs=fairs), "en")
    assert found is not None
    assert found.services[["months", "quantity", "fen"]].to_numpy().tolist() == [[3, 33.0, 300.0]]
    assert found.fairs[["day", "taken"]].to_numpy().tolist() == [["2016-02-20", 17]]


def test_nothing_recorded_makes_no_part(bare_state: State) -> None:
    assert coop_facts(bare_state, APRIL, "zh") is None
    assert fair_facts(bare_state, "zh") is None
