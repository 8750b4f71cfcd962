"""What the paper on houses is made of: plain figures and frames, each part absent where the ledger does not hold it.

Responsible for the shapes that `povlib.runs.facts.houses` fills and the sections of this folder word. Texts inside
the frames are in the language of the paper. Days are written as 2016-04-30.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from povlib.report.model.paper import Block


@dataclass(frozen=True, eq=False)
class StandingFacts:
    """Where the houses and the works stand, and what a plan adds.

    Parameters
    ----------
    villages : DataFrame
        village, then houses of registered households: houses (all), works, done, begun, waiting, unsafe (now), none
        (unsafe without works), planned (of these helped by the plan).
    open_works : DataFrame
        hh, village, kind, status, pct (share done, 0-1), week (day of the last text, as written), silent (weeks since
        then), said: works that are not finished.
    silent_works : int
        Of these, works about which nothing was written for `silent_weeks` or more.
    photos : int
        Works with a photo in the photo store.
    waiting : DataFrame
        hh, village, grade, measure (of the plan, or missing): unsafe houses without any works.
    """

    villages: pd.DataFrame
    open_works: pd.DataFrame
    silent_works: int
    silent_weeks: int
    photos: int
    waiting: pd.DataFrame
    synthetic: bool = False


@dataclass(frozen=True, eq=False)
class EntitlementFacts:
    """Who is entitled to help with a house, and who of them has none yet.

    Parameters
    ----------
    entitled, done, under_way, waiting, not_listed : int
        Registered households that are entitled; of these with a finished house, one being built, works listed and
        not begun, no works.
    unmet : DataFrame
        hh, village, grade, cause (why it has not begun), measure (of the plan, by name, or "nothing"): entitled and
        not begun.
    unknown : DataFrame
        hh, village, missing (what must be asked).
    refused : DataFrame
        reason, households: unsafe houses that are not entitled, by the reason.
    """

    entitled: int
    done: int
    under_way: int
    waiting: int
    not_listed: int
    unmet: pd.DataFrame
    unknown: pd.DataFrame
    refused: pd.DataFrame


@dataclass(frozen=True, eq=False)
class WayFacts:
    """Why houses wait and which of the four ways 租购赊调 were taken.

    Parameters
    ----------
    causes : DataFrame
        cause, waiting (works not begun), none (unsafe without works), begun (begun or finished in spite of it), ways
        (the ways that the township offers for it).
    ways : DataFrame
        way, houses, done, begun, waiting.
    credits : DataFrame
        guarantor, village, credits, fen, repaid_fen, open_fen, overdue (credits past their month and not repaid).
    """

    causes: pd.DataFrame
    ways: pd.DataFrame
    credits: pd.DataFrame


@dataclass(frozen=True, eq=False)
class BillFacts:
    """What the houses cost.

    Parameters
    ----------
    kinds : DataFrame
        kind, works, estimate_fen, variation_fen (of all works); final_works, expected_fen (estimate and variations of
        those with a final account), final_fen, over_fen (final less expected).
    funds : DataFrame
        fund, houses, fen: what the plan adds.
    outliers : DataFrame
        hh, item, stage, said: quantities and prices out of line with like houses.
    rule : str
        The rule by which they were found.
    programmes : DataFrame
        programme, fund, ceiling_fen (a household; missing: the whole bill), houses, fen, citation: what each programme
        may pay for a house by its rule, and what the plan takes from it. Empty: no rule of a programme is entered.
    """

    kinds: pd.DataFrame
    funds: pd.DataFrame
    outliers: pd.DataFrame
    rule: str = ""
    programmes: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, eq=False)
class ProgressFacts:
    """How far the works are against their own plan, and when they will be done.

    Parameters
    ----------
    day : str
        The last day of the record.
    started, planned_done, done : int
        Works begun; works whose planned day has come; works finished.
    share, planned_share : float
        Mean share done, and the share planned for that day, 0-1.
    late : DataFrame
        hh, village, kind, crew, pct, planned (day), days_late, expected (day), low, high (days of a 90 % range).
    target_day, chance, sure_day : str, float, str
        All done by the target day with this chance; the day by which it is 90 % likely. Empty: no forecast.
    figures : tuple of Block
        Charts with their words.
    """

    day: str
    started: int
    planned_done: int
    done: int
    share: float
    planned_share: float
    late: pd.DataFrame
    target_day: str = ""
    chance: float | None = None
    sure_day: str = ""
    figures: tuple[Block, ...] = ()


@dataclass(frozen=True, eq=False)
class SiteFacts:
    """Cluster sites 集建点.

    Parameters
    ----------
    sites : DataFrame
        site, village, status, lots, houses, done, free, cost_fen, step (households that the next grant asks for, or
        missing), plan.
    fits, unfit, unknown : int
        Houses with works that fit the village's plan, do not, or of which nothing is recorded.
    openings : tuple of Block
        What the plan says about opening sites.
    """

    sites: pd.DataFrame
    fits: int
    unfit: int
    unknown: int
    openings: tuple[Block, ...] = ()


@dataclass(frozen=True, eq=False)
class InspectionFacts:
    """The last round of cross-village inspection.

    Parameters
    ----------
    round, month : str
        Its key and month; `seed_source` says where the seed of the lot came from.
    visits : DataFrame
        village, by_village, listed, visited, wrong, least, most (wrong entries on the list, 90 % range), decision.
    wrong : DataFrame
        hh, village, finding, note.
    entries : DataFrame
        hh, listed, day, reason, before, after: changes of the list of targets.
    objections : DataFrame
        id, hh, subject, day, due, answered.
    """

    round: str
    month: str
    seed_source: str
    visits: pd.DataFrame
    wrong: pd.DataFrame
    entries: pd.DataFrame
    objections: pd.DataFrame


@dataclass(frozen=True, eq=False)
class HousesFacts:
    """Everything the paper on houses says; a part that is None has no rows yet."""

    standing: StandingFacts
    entitlement: EntitlementFacts | None = None
    ways: WayFacts | None = None
    bills: BillFacts | None = None
    progress: ProgressFacts | None = None
    sites: SiteFacts | None = None
    inspection: InspectionFacts | None = None
