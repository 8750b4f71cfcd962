"""The ledger's tables about co-ops, firms, contracts, work and helpers, gathered.

Responsible for columns and their types as the ledger's frames have them. Not responsible for what stands in the rows.
"""

from __future__ import annotations

import pandas as pd

from povlib.sample.help.help_given import RUNNING
from povlib.sample.township import Township
from povlib.sample.villages import bird_contracts as birds
from povlib.sample.villages import coops_and_firms as firms
from povlib.sample.villages import income_contracts as incomes
from povlib.sample.villages import rosters, work_stock
from povlib.sample.villages import stakes_and_entries as money
from povlib.sample.villages.relief_records import disaster_losses, medical_bills
from povlib.sample.villages.relief_register import relief_payments
from povlib.sample.villages.village_accounts import village_income
from povlib.sample.villages.village_harvests import village_products
from povlib.sample.villages.village_practices import village_practices


def village_rows(township: Township) -> dict[str, pd.DataFrame]:
    """Return the tables about co-ops, firms, contracts, work and helpers, by frame of the ledger.

    Months are ordinals, days and weeks yyyymmdd, money fen, text `str`; every frame is sorted by its key. The rows are
    those of the workbooks: what has happened by the last month, nothing of the truth.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> tables = village_rows(simulate(60, seed=5))
    >>> int((tables["coops"]["status"] == "planned").sum())
    1
    """
    stakes, brought = money.coop_stakes(township), birds.deliveries(township)
    running = stakes[stakes["to_month"].fillna(RUNNING) >= township.last]
    made = {
        "enterprises": firms.enterprises(township),
        "enterprise_outputs": firms.enterprise_outputs(township),
        "enterprise_help": firms.enterprise_help(township),
        "coops": firms.coops(township, running.groupby("coop")["hh"].nunique()),
        "coop_stakes": stakes,
        "loans": money.loans(township),
        "coop_entries": money.coop_entries(township),
        "bases": firms.bases(township),
        "village_products": village_products(township),
        "village_income": village_income(township),
        "village_practices": village_practices(township),
        "sale_contracts": birds.sale_contracts(township),
        "contract_shares": birds.contract_shares(township),
        "contract_schedules": birds.contract_schedules(township),
        "deliveries": brought,
        "job_fairs": work_stock.job_fairs(township),
        "village_services": birds.village_services(township, brought),
        "posts": work_stock.posts(township),
        "post_terms": work_stock.post_terms(township),
        "workers": work_stock.workers(township),
        "placement_ends": work_stock.placement_ends(township),
        "shifts": rosters.shifts(township),
        "helpers": rosters.helpers(township),
        "helper_kin": rosters.helper_kin(township),
        "helper_assignments": rosters.helper_assignments(township),
        "relief_payments": relief_payments(township),
        "medical_bills": medical_bills(township),
        "disaster_losses": disaster_losses(township),
        "income_contracts": incomes.income_contracts(township),
        "income_receipts": incomes.income_receipts(township),
        "income_uses": incomes.income_uses(township),
    }
    return {name: _typed(frame) for name, frame in made.items()}


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave unknown what is blank, and give text its type."""
    out = frame.copy()
    for column in frame.select_dtypes(["object", "str"]):
        cells = frame[column].astype(object)
        out[column] = cells.where(cells.ne(""), None).astype("str")
    return out.reset_index(drop=True)
