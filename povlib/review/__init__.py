"""Did it come true? The promise book scored, back-tests, calibration, the optimiser's curse.

Responsible for judging projections and plans against what happened. Not responsible for making
either (`povlib.exits`, `povlib.allocation`).
"""

from povlib.review.backtest import Backtest, backtest, origins_of
from povlib.review.book import Record, record, score
from povlib.review.correction import Correction, correction
from povlib.review.headline import Headline, headline, ratios
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
from povlib.review.past import known_then
from povlib.review.promised import expected_misses, scored_promises, table_by, wrong_promises

__all__ = [
    "Backtest",
    "Calibration",
    "Correction",
    "Headline",
    "Murphy",
    "Ratio",
    "Record",
    "backtest",
    "brier",
    "calibration",
    "correction",
    "expected_misses",
    "headline",
    "known_then",
    "log_score",
    "murphy",
    "observed_expected",
    "origins_of",
    "ratios",
    "record",
    "reliability",
    "score",
    "scored_promises",
    "table_by",
    "wrong_promises",
]
