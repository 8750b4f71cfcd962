"""Did it come true? The promise book scored, back-tests, calibration, the optimiser's curse.

Responsible for judging projections and plans against what happened. Not responsible for making
either (`povlib.exits`, `povlib.allocation`).
"""

from povlib.review.backtest import Backtest, backtest
from povlib.review.book import Record, record, score
from povlib.review.metrics import (
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

__all__ = [
    "Backtest",
    "Calibration",
    "Murphy",
    "Ratio",
    "Record",
    "backtest",
    "brier",
    "calibration",
    "log_score",
    "murphy",
    "observed_expected",
    "record",
    "reliability",
    "score",
]
