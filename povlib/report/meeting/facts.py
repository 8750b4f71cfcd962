"""What a meeting paper is made of: plain figures and tidy frames, nothing computed here.

Responsible for the shape of `MeetingFacts`, the border between the runs room, which fills it, and the paper, which
words it. A missing column, parts that do not add up to their total and names that are not masked are refused here,
all faults at once. Not responsible for words: texts inside frames (names of funds, reasons) come in the language of
the paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import pandas as pd

from povlib.calendar import Month
from povlib.errors import Fault, PrivacyError, ReportError
from povlib.params import AIM_OF_UNIT
from povlib.report.horizon.horizon_facts import HorizonFacts
from povlib.report.meeting.totals import Decision, Lot, Outcome, Proof, SecondRule, Standing, Target, TrackRecord
from povlib.report.model.paper import FigureBlock
from povlib.report.pages.relief_section import ReliefFacts
from povlib.report.villages.facts import VillagesFacts

# Columns each frame must have. Optional columns are named in `MeetingFacts`.
FRAMES: dict[str, tuple[str, ...]] = {
    "record": (
        "origin",
        "due",
        "households",
        "promised",
        "low",
        "high",
        "observed_low",
        "observed_high",
        "inside",
        "unassessable",
    ),
    "lines": ("authority", "line_fen", "status", "households_below", "persons_below", "used"),
    "worked": ("measure", "source", "name", "status", "used", "used_range", "prior_share", "sentence"),
    "entitlements": ("name", "citation", "households", "cost_fen"),
    "outside": ("key", "name", "households", "seen", "blank", "running"),
    "shortfalls": ("fund", "name", "needed_fen", "short_fen"),
    "used_up": ("fund", "amount_fen", "owed_fen", "left_fen", "cost_fen", "posts", "names"),
    "villages": ("village", "households", "persons", "served", "money_fen", "posts", "additional", "expected"),
    "funds": ("name", "amount_fen", "entitlement_fen", "planned_fen", "left_fen"),
    "measures": ("name", "households", "money_fen"),
    "unserved": ("reason", "households", "persons"),
    "marginal": ("name", "persons_per_wan", "left_fen"),
    "one_more": ("name", "at_least", "at_most"),
    "prices": ("name", "kind", "per", "price_points", "capacity", "unit", "used_share"),
    "baselines": ("key", "name", "additional", "difference", "low", "high", "money_fen", "poorest_money_share"),
    "important_inputs": ("name", "value", "status", "source"),
    "fairness": ("group", "level", "households", "served_share", "money_per_household_fen", "additional"),
    "rounding": ("hh", "village", "package", "preferred", "loss_points"),
    "weak": ("hh", "village", "measure", "fen", "points", "instead"),
    "decided": ("hh", "decision", "decided_by", "reason", "kept", "cost", "low", "high", "money_fen", "how"),
    "annex": (
        "hh",
        "village",
        "size",
        "plan",
        "start",
        "money_fen",
        "points",
        "runner_points",
        "short",
        "reason",
        "pencil",
    ),
}
OBJECTIVES = (*AIM_OF_UNIT, "mix")
STATUSES = ("official", "assumed", "synthetic", "empty")
# Sums of expected persons are sums of floats; a hundredth of a person is far below the tenth that is printed.
_TOLERANCE_PERSONS = 0.01


def _empty_frame(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(FRAMES[name]))


@dataclass(frozen=True, eq=False)
class MeetingFacts:
    """Everything the meeting paper says.

    Parameters
    ----------
    office, scenario : str
        As printed.
    plan_month, horizon, help_from, help_to : Month
        When the plan is made, by when households should exit, when help may start.
    draft, synthetic : bool
        Marks on every page: not approved; no real township.
    record : DataFrame
        Promises that have fallen due: name (which total), origin and due (month ordinals), households,
        promised, low, high (persons), observed_low and observed_high (equal when all could be assessed), inside (the
        outcome surely lies between low and high), unassessable.
    promises_open : int
        Promises in force that are not due yet.
    promises_set_aside : int
        Promises of plans that were replaced or withdrawn: on the book, never scored.
    decisions : tuple of Decision
        What was decided about this plan, oldest first.
    tested : TrackRecord, optional
        How earlier projections fared; None when the data do not reach far enough back.
    target : Target, optional
    lot : Lot, optional
        The slice given by lot; None where none was asked for.
    changes : tuple of (key, value)
        Parameters changed for this run alone, as typed.
    objective : {"person", "household", "depth", "mix"}
        What the proof, prices and points are counted in; totals stay in persons.
    lines : DataFrame
        One row an authority: line_fen (per person and year), status, households_below, persons_below,
        used (the one the plan uses); optional ``households_unknown`` and ``persons_unknown`` (cannot be
        assessed now) and ``expected`` (exits by that line).
    worked : DataFrame
        One row an effect the plan may count on (`povlib.report.pages.effect_wording.effects_in_words`).
    effects_used : {"posterior", "prior"}
        Whether the plan takes effects corrected by the records, or the assumed ones alone.
    entitlements, shortfalls : DataFrame
        Bills the law pins; what the funds cannot pay of them, by fund and measure.
    used_up : DataFrame
        Funds of which the law leaves less than a post costs: amount_fen, owed_fen (taken by law), left_fen, cost_fen
        (of the cheapest award), posts that stay empty, names of their pools.
    outside : DataFrame
        What the law owes and this plan does not pay: households, of these seen to receive it (missing: the ledger
        cannot tell), blank (no amount was entered), running (others pay it).
    villages, funds, measures, unserved : DataFrame
        The proposal by village, fund and measure; households that receive nothing new, by reason.
    by_township : bool
        Whether the rows of `villages` are townships: where an office serves several, its villages fill no page.
    marginal : DataFrame
        Fund: additional persons per 10,000 yuan more (a price, so an upper limit), money left.
    one_more : DataFrame
        Pool of posts open to every village: additional persons with one more, at least (the plan found again less
        the bound of this one) and at most (its bound less this plan). Posts in `prices` that are not here count as
        posts of single villages.
    solved_again : bool
        Whether `one_more` comes from plans solved again; else from single exchanges and the posted prices.
    prices : DataFrame
        Posted prices: kind (fund, kept share, post, place, weeks, share, floor), per (unit in words),
        price_points (negative: a credit), capacity (a number, or missing) with its unit in words (yuan for
        money), used_share 0-1.
    baselines : DataFrame
        One row a baseline under the same rules and money: difference = plan minus baseline in additional
        persons, with its range.
    input_counts : mapping
        Inputs by status (official, assumed, synthetic, empty).
    important_inputs : DataFrame
        Those that matter most, ``value`` in words with its unit; optional ``swing_persons``.
    rounding : DataFrame
        Households that rounding treats otherwise than their line says, and what that costs in points.
    weak : DataFrame
        Payments that bring fewer points than `least_points`: fen, points, and what else the money could do, in words.
    second : SecondRule, optional
        Which of equally good plans was taken; None where the office sets no such rule.
    least_points : float
        Worth in points below which a payment is listed; 0: none.
    annex : DataFrame
        One row a household: points and runner_points (what is left to its plan and to the next best at
        the posted prices; missing where there is none), its reason in a few words (``short``) and in
        full, its pencil line; optional ``name``, masked as 张**. The paper prints the short row, the
        annex paper and the workbook all of it.
    decided : DataFrame
        Decisions by hand, one row each: decision in words, decided_by, reason, kept (whether the plan contains it), and
        of the household what its decisions cost: cost in units of the objective, surely between low and high, money_fen
        (new money of the plan without them less that of this plan), how it was reckoned, in words. The row without a
        household is all of them together.
    figures : mapping of str to FigureBlock
        Charts by section: ``brief`` (half a page wide), ``standing``, ``villages``, ``funds``, ``proposal``,
        ``prices``, ``certainty``, ``inputs``, ``baselines``.
    jobs : VillagesFacts, optional
        Jobs, co-ops and contracts, of which the paper says the least; None where nothing of them is recorded.
    relief : ReliefFacts, optional
        What was due and paid of relief; None where the paper is to say nothing of it.
    years_ahead : HorizonFacts, optional
        The plan over several years; None where none was made for the run.

    Raises
    ------
    ReportError
        If a frame lacks a column, or parts do not add up to their total.
    PrivacyError
        If a name in the annex is not masked.
    """

    office: str
    plan_month: Month
    horizon: Month
    help_from: Month
    help_to: Month
    standing: Standing
    outcome: Outcome
    proof: Proof
    scenario: str = ""
    draft: bool = True
    synthetic: bool = False
    promises_open: int = 0
    promises_set_aside: int = 0
    decisions: tuple[Decision, ...] = ()
    tested: TrackRecord | None = None
    target: Target | None = None
    lot: Lot | None = None
    second: SecondRule | None = None
    least_points: float = 0.0
    changes: tuple[tuple[str, str], ...] = ()
    objective: str = "person"
    record: pd.DataFrame = field(default_factory=lambda: _empty_frame("record"))
    lines: pd.DataFrame = field(default_factory=lambda: _empty_frame("lines"))
    worked: pd.DataFrame = field(default_factory=lambda: _empty_frame("worked"))
    effects_used: str = "posterior"
    entitlements: pd.DataFrame = field(default_factory=lambda: _empty_frame("entitlements"))
    outside: pd.DataFrame = field(default_factory=lambda: _empty_frame("outside"))
    shortfalls: pd.DataFrame = field(default_factory=lambda: _empty_frame("shortfalls"))
    used_up: pd.DataFrame = field(default_factory=lambda: _empty_frame("used_up"))
    villages: pd.DataFrame = field(default_factory=lambda: _empty_frame("villages"))
    by_township: bool = False
    funds: pd.DataFrame = field(default_factory=lambda: _empty_frame("funds"))
    measures: pd.DataFrame = field(default_factory=lambda: _empty_frame("measures"))
    unserved: pd.DataFrame = field(default_factory=lambda: _empty_frame("unserved"))
    marginal: pd.DataFrame = field(default_factory=lambda: _empty_frame("marginal"))
    one_more: pd.DataFrame = field(default_factory=lambda: _empty_frame("one_more"))
    solved_again: bool = True
    prices: pd.DataFrame = field(default_factory=lambda: _empty_frame("prices"))
    baselines: pd.DataFrame = field(default_factory=lambda: _empty_frame("baselines"))
    input_counts: Mapping[str, int] = field(default_factory=dict)
    important_inputs: pd.DataFrame = field(default_factory=lambda: _empty_frame("important_inputs"))
    fairness: pd.DataFrame = field(default_factory=lambda: _empty_frame("fairness"))
    rounding: pd.DataFrame = field(default_factory=lambda: _empty_frame("rounding"))
    weak: pd.DataFrame = field(default_factory=lambda: _empty_frame("weak"))
    decided: pd.DataFrame = field(default_factory=lambda: _empty_frame("decided"))
    annex: pd.DataFrame = field(default_factory=lambda: _empty_frame("annex"))
    figures: Mapping[str, tuple[FigureBlock, ...]] = field(default_factory=dict)
    jobs: VillagesFacts | None = None
    relief: ReliefFacts | None = None
    years_ahead: HorizonFacts | None = None
    manifest: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [
            Fault("a table has no column {column}", where=f"{f.name}.{column}", values={"column": column})
            for f in fields(self)
            if f.name in FRAMES
            for column in FRAMES[f.name]
            if column not in getattr(self, f.name).columns
        ]
        faults += [
            Fault(
                "{name} is no status of an input", where="input_counts", allowed=", ".join(STATUSES), values={"name": s}
            )
            for s in sorted(set(self.input_counts) - set(STATUSES))
        ]
        if self.objective not in OBJECTIVES:
            values = {"name": repr(self.objective)}
            faults.append(
                Fault("{name} is not known here", where="objective", allowed=", ".join(OBJECTIVES), values=values)
            )
        if faults:
            raise ReportError(faults)
        _refuse_wrong_sums(self)
        _refuse_full_names(self.annex)

    @property
    def lapsed(self) -> bool:
        """Whether the plan was approved and then replaced or withdrawn."""
        return bool(self.decisions) and self.decisions[-1].decision != "approved"


def _refuse_wrong_sums(facts: MeetingFacts) -> None:
    """Refuse parts that do not add up to their total: better here than in the meeting."""
    out = facts.outcome
    checks: list[tuple[str, pd.DataFrame, str, float, float]] = [
        ("villages.money_fen", facts.villages, "money_fen", out.money_fen - out.opening_fen, 0),
        ("villages.served", facts.villages, "served", out.served, 0),
        ("villages.posts", facts.villages, "posts", out.posts, 0),
        ("villages.additional", facts.villages, "additional", out.additional.value, _TOLERANCE_PERSONS),
        ("villages.expected", facts.villages, "expected", out.expected.value, _TOLERANCE_PERSONS),
        ("funds.planned_fen", facts.funds, "planned_fen", out.money_fen, 0),
        ("entitlements.cost_fen", facts.entitlements, "cost_fen", out.entitlement_fen, 0),
        ("annex.money_fen", facts.annex, "money_fen", out.money_fen - out.opening_fen, 0),
    ]
    if len(facts.villages) and len(facts.unserved):
        left = float(facts.villages["households"].sum() - out.served)
        checks.append(("unserved.households", facts.unserved, "households", left, 0))
    faults = [
        Fault(
            "the parts add up to {sum}, the total is {total}",
            where=where,
            remedy="look where the two come from; the paper is not written",
            values={"sum": _plain_number(float(frame[column].sum())), "total": _plain_number(total)},
        )
        for where, frame, column, total, tolerance in checks
        if len(frame) and abs(float(frame[column].sum()) - total) > tolerance
    ]
    for name, amount, *parts in facts.funds[
        ["name", "amount_fen", "entitlement_fen", "planned_fen", "left_fen"]
    ].itertuples(index=False):
        if sum(parts) != amount:
            values = {"sum": _plain_number(sum(parts)), "total": _plain_number(amount)}
            faults.append(
                Fault("the parts add up to {sum}, the total is {total}", where=f"funds: {name}", values=values)
            )
    if faults:
        raise ReportError(faults)


def _plain_number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _refuse_full_names(annex: pd.DataFrame) -> None:
    """Let only masked names (张**) into a paper; rows are named by their number, never by the name."""
    if "name" not in annex.columns:
        return
    names = annex["name"].fillna("").astype(str)
    open_names = names[(names != "") & ~names.str.fullmatch(r".\*\*")]
    if len(open_names):
        raise PrivacyError(
            "{n} names are not masked", where="annex.name", allowed="one character and two stars", n=len(open_names)
        )
