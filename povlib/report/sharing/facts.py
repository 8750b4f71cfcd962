"""What the digest of a month is made of."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.calendar import Month


@dataclass(frozen=True, eq=False)
class DigestFacts:
    """The villages of a township in one month, side by side.

    Attributes
    ----------
    month : Month
    villages : DataFrame
        village, households, reported (with a record of the month), helped (measures begun), works_begun, works_done
        (houses), placed (persons who began a post), left (who lost or left one), delivered_fen (paid for deliveries
        under contracts of sale), income_fen (median net income a member over twelve months), income_low_fen,
        income_high_fen (its 90 % range; missing where there are too few), known (households behind it). Int64.
    practices : DataFrame
        month (ordinal), village, practice, words, measure (name in the paper's language or ""), households, change_fen,
        low_fen, high_fen (what a member's yearly income changed by within a year, median and 90 % range of those with
        the measure in that village), others, others_fen, others_low_fen, others_high_fen (the village's registered
        households without it). Int64, missing where not known.
    without : list of str
        Villages that wrote down no practice in the twelve months.
    synthetic : bool
    """

    month: Month
    villages: pd.DataFrame
    practices: pd.DataFrame
    without: list[str]
    synthetic: bool
