"""The practice tables with one fault each, for tests of the checks: never in the shipped workbooks."""

from __future__ import annotations

import pandas as pd


def with_planted_faults(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the tables by fault: a delivery entered twice, one stake in two co-ops, a contract over capacity."""
    twice = tables["deliveries"]
    again = twice.iloc[[0]].assign(delivery="2016-99999")
    stakes = tables["coop_stakes"]
    own = stakes[stakes["kind"].eq("loan")]
    second = own.assign(coop="源笙铁皮石斛专业合作社", stake="源笙-9999")
    contracts = tables["sale_contracts"]
    larger = contracts.assign(quantity=contracts["quantity"].mask(contracts["kind"].eq("purchase"), 40_000.0))
    return {
        "delivery entered twice": tables | {"deliveries": pd.concat([twice, again], ignore_index=True)},
        "one stake in two co-ops": tables | {"coop_stakes": pd.concat([stakes, second], ignore_index=True)},
        "contract over capacity": tables | {"sale_contracts": larger},
    }
