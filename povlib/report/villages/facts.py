"""What the paper on jobs and villages is made of: plain figures and frames, each part absent where nothing is recorded.

Responsible for the shapes that `povlib.runs.facts.villages` fills and the sections of this folder word. Texts inside
the frames are in the language of the paper.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.report.model.paper import FigureBlock
from povlib.report.sharing.facts import DigestFacts
from povlib.report.villages.contract_income import ContractIncome


@dataclass(frozen=True, eq=False)
class WorkFacts:
    """Who works where.

    Parameters
    ----------
    employers : DataFrame
        employer, posts (names, joined), place, kind, hours (a week), km, wage_fen (a month; means, missing where nobody
        wrote them down), held (persons), free (posts when the plan is made), planned (filled by the plan).
    people : DataFrame
        hh, village, employer, post, place, since, until (months as ordinals; until may be missing).
    held, local, away : int
        Persons in posts; of them by the local job route and by the route of the helper enterprise.
    doubled : int
        Posts held by persons who hold another one: should be none.
    ended : DataFrame
        reason, posts.
    """

    employers: pd.DataFrame
    people: pd.DataFrame
    held: int
    local: int
    away: int
    doubled: int
    ended: pd.DataFrame


@dataclass(frozen=True, eq=False)
class ProductFacts:
    """What villages make.

    Parameters
    ----------
    products : DataFrame
        village, product, year, households, share (of the village's registered households, 0-1), area_mu, heads, output,
        sold (with units, as written), price_fen, sold_fen, brand, quotient (location quotient); the
        product that sets a village apart first.
    widest, widest_villages : str, int
        The product that most villages have, and how many.
    villages, with_brand, different : int
        Villages with a product; with a brand; different products of their own.
    without : list of str
        Villages of the office of which no product is recorded.
    """

    products: pd.DataFrame
    widest: str
    widest_villages: int
    villages: int
    with_brand: int
    different: int
    without: list[str]


@dataclass(frozen=True, eq=False)
class IncomeFacts:
    """Collective income of the villages in twelve months.

    Parameters
    ----------
    villages : DataFrame
        village, fen, sources (how many paid), largest (source), largest_share (of the village's income, 0-1).
    sources : DataFrame
        source, villages (how many it paid), fen.
    mean_fen : int
        Over all villages of the office, those without income too.
    low_fen, high_fen, under, over : int
        Two marks; villages under the first and over the second.
    contracts : ContractIncome, optional
        What stands behind it; None where no contract is recorded.
    """

    villages: pd.DataFrame
    sources: pd.DataFrame
    mean_fen: int
    low_fen: int
    high_fen: int
    under: int
    over: int
    contracts: ContractIncome | None = None


@dataclass(frozen=True, eq=False)
class CoopFacts:
    """Co-ops and bases.

    Parameters
    ----------
    coops : DataFrame
        coop, villages, product, enterprise, status, founded (month), members, poor_members, bases, holders (households
        with a stake), stake_fen, loan_fen (still owed by the co-op), pooled (loans of households that it uses),
        workers, offtake.
    bases : DataFrame
        base, coop, village, product, area_mu, heads, jobs.
    founded, year : int
        Founded in that year and begun.
    planned : list of str
        Names of those that are only planned.
    """

    coops: pd.DataFrame
    bases: pd.DataFrame
    founded: int
    year: int
    planned: list[str]


@dataclass(frozen=True, eq=False)
class EnterpriseFacts:
    """Enterprises and help to them.

    Parameters
    ----------
    outputs : DataFrame
        enterprise, kind, level, village, brand, product, year, output, growth (on the year before, 0.1 = 10 %),
        sales_fen, workers, poor_workers.
    help : DataFrame
        enterprise, kind, month, fen, promised, opened (posts), status.
    """

    outputs: pd.DataFrame
    help: pd.DataFrame


@dataclass(frozen=True, eq=False)
class ContractFacts:
    """Contracts of sale.

    Parameters
    ----------
    contracts : DataFrame
        contract, partner, product, kind, quantity (a year), unit, amount (both, as written), until (month),
        floor_fen, households (with a share), shared (sum of the shares), due, delivered, short (of what was due).
    behind : DataFrame
        contract, hh, village, share, due, delivered, behind.
    through : str
        The month up to which is counted.
    figures : tuple of FigureBlock
    """

    contracts: pd.DataFrame
    behind: pd.DataFrame
    through: str
    figures: tuple[FigureBlock, ...] = ()


@dataclass(frozen=True, eq=False)
class FairFacts:
    """Job fairs and services.

    Parameters
    ----------
    fairs : DataFrame
        fair, day, place, employer, post, offered, taken.
    services : DataFrame
        kind, provider, partner, unit, months, quantity, fen.
    """

    fairs: pd.DataFrame
    services: pd.DataFrame


@dataclass(frozen=True, eq=False)
class RouteFacts:
    """What each route brings, overlaps counted once.

    Parameters
    ----------
    routes : DataFrame
        name, households, amount, alone, shared (persons of marked households); households_planned, amount_planned,
        alone_planned, shared_planned (persons beyond those who would exit anyway, by the plan).
    total, union : int
        Persons marked, added up over routes; each household once.
    households : int
    planned_total, planned_union : float
    """

    routes: pd.DataFrame
    total: int
    union: int
    households: int
    planned_total: float
    planned_union: float
    figures: tuple[FigureBlock, ...] = ()


@dataclass(frozen=True, eq=False)
class PlanSourceFacts:
    """What the plan's new help hangs on.

    Parameters
    ----------
    sources : DataFrame
        kind (in words), source, households, lost (expected exits), share (of what the plan adds, 0-1), persons (with
        planned help of it), possible (with those who have it already), limit (persons; missing where none is set),
        price (exits for each person more that might hang on it); the worst first.
    kinds : DataFrame
        kind (in words), sources, equal (number of sources of equal weight that would be as concentrated), worst, lost,
        share.
    worst, worst_kind : str
    worst_lost, worst_share : float
        Of the source whose failure alone is expected to cost most.
    worst_persons : int
        Persons with planned help of it: what it may cost at most.
    counted : str
        What a limit counts (`povlib.params.villages.source_limits`); "" where none is set.
    """

    sources: pd.DataFrame
    kinds: pd.DataFrame
    worst: str
    worst_kind: str
    worst_lost: float
    worst_share: float
    worst_persons: int
    counted: str


@dataclass(frozen=True, eq=False)
class SourceFacts:
    """What hangs on one source.

    Parameters
    ----------
    sources : DataFrame
        source, kind (in words), households, persons, workers, counted, only, planned.
    worst : str
        The source on which most marked persons hang, with `worst_counted` and `worst_only` of them.
    marked : int
        Persons marked in all.
    plan : PlanSourceFacts or None
        What the plan's new help hangs on; None where none of it hangs on any source.
    """

    sources: pd.DataFrame
    worst: str
    worst_counted: int
    worst_only: int
    marked: int
    figures: tuple[FigureBlock, ...] = ()
    plan: PlanSourceFacts | None = None


@dataclass(frozen=True, eq=False)
class OpeningFacts:
    """What may be opened, cluster sites of houses left out.

    Parameters
    ----------
    openings : DataFrame
        facility, name, village, enterprise ("" for none), opened (bool), month (from when, as 2016-07; "" where any
        will do), months (that are offered, joined), seats (posts and places that it opens), least (that must be taken),
        taken (households of the plan that take one), opening_fen (what funds pay), grant_fen, breaks_even (taken from
        which on it pays at the posted prices; missing where at no number), who (their keys, a list). Of what is shut:
        its cheapest way to open.
    """

    openings: pd.DataFrame


@dataclass(frozen=True, eq=False)
class VillagesFacts:
    """Everything the paper says; a part that is None has no rows yet."""

    work: WorkFacts | None = None
    products: ProductFacts | None = None
    incomes: IncomeFacts | None = None
    coops: CoopFacts | None = None
    enterprises: EnterpriseFacts | None = None
    contracts: ContractFacts | None = None
    fairs: FairFacts | None = None
    routes: RouteFacts | None = None
    sources: SourceFacts | None = None
    openings: OpeningFacts | None = None
    digest: DigestFacts | None = None
    synthetic: bool = False
