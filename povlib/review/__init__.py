"""Did it come true? The promise book scored, back-tests, calibration, the optimiser's curse.

Comes in: projections made earlier (or made again from what was known then) and what became of the households. Goes
out: scores, calibration, ranges that hold as often as they say, and why single promises went wrong.
Begin with `backtest` (project from earlier months, with `known_at_origin` and `effects_at_origin`, against the
forecasts anyone could make, `simple_forecasts`) and `forecast_metrics`, whose figures everything here is told in;
`headline_figures` is what a paper prints of it. The office's own record is `promise_scoring` (at month close) and
`promise_record` (tables and causes). `conformal_ranges` and `record_correction` say how the next projection's range and
level would be mended; `total_drivers` what a plan's total hangs on.
Not responsible for making projections or plans (`povlib.exits`, `povlib.allocation`).
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.review.backtest import Backtest, backtest, backtest_origins
    from povlib.review.forecast_metrics import (
        Calibration,
        Murphy,
        Ratio,
        brier,
        calibration,
        log_score,
        murphy,
        observed_expected,
        reliability,
    )
    from povlib.review.headline_figures import Headline, headline, ratios
    from povlib.review.known_at_origin import known_then
    from povlib.review.promise_record import expected_misses, scored_promises, table_by, wrong_promises
    from povlib.review.promise_scoring import Record, record, score
    from povlib.review.record_correction import Correction, correction

__all__ = [
    "Backtest",
    "Calibration",
    "Correction",
    "Headline",
    "Murphy",
    "Ratio",
    "Record",
    "backtest",
    "backtest_origins",
    "brier",
    "calibration",
    "correction",
    "expected_misses",
    "headline",
    "known_then",
    "log_score",
    "murphy",
    "observed_expected",
    "ratios",
    "record",
    "reliability",
    "score",
    "scored_promises",
    "table_by",
    "wrong_promises",
]

import_on_demand(__name__)
