"""What must agree between the files of ``params/``.

Responsible for references (funds, crews, measures, villages, labels) and for resources nobody can use. Not responsible
for the form of a single record, for names that would mean two things (`spellings`), or for conditions that contradict
each other (`contradictions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from povlib.errors import Fault
from povlib.params.assumptions import ASSUMPTIONS, LATER_ASSUMPTIONS
from povlib.params.causes import KIND
from povlib.params.checking.area_checks import check_area, check_areas
from povlib.params.checking.condition_checks import check_conditions, code_labels, shown_conditions
from povlib.params.checking.contradictions import contradiction
from povlib.params.checking.findings import At, Findings
from povlib.params.checking.spellings import check_names
from povlib.params.pairs import Pair
from povlib.params.resources import Coop, Fund, Site
from povlib.params.support import FUND_SIDE, Measure, measure_kinds
from povlib.params.tables import table
from povlib.params.villages.opening_checks import check_openings

if TYPE_CHECKING:
    from povlib.params.catalogue import Catalogue


def check_catalogue(
    catalogue: Catalogue, at: Mapping[str, Mapping[str, At]], listed: Mapping[str, frozenset[str]]
) -> tuple[list[Fault], list[Fault]]:
    """Return what is wrong between the files, and what is only odd.

    Parameters
    ----------
    catalogue : Catalogue
        Of the records that are right by themselves.
    at : mapping
        File -> key of a record -> its path in the file.
    listed : mapping
        File -> keys of all its records, the faulty ones included; a file that could not be read is not in it.
    """
    found = Findings(catalogue, at, listed)
    _check_assumptions(found)
    check_areas(found)
    _check_measures(found)
    _check_funds(found)
    _check_posts(found)
    _check_shared_places(found, "coops")
    _check_shared_places(found, "sites")
    check_openings(found)
    _check_crews(found)
    _check_bundling(found)
    _check_house_standard(found)
    _check_causes(found)
    check_names(found)
    return found.wrong, found.odd


def _check_assumptions(found: Findings) -> None:
    """Every constant of the projection must have its value: none is in code."""
    listed = found.keys("exits")
    if listed is None:
        return
    for key in ASSUMPTIONS:
        if key not in listed and key not in LATER_ASSUMPTIONS:
            found.fault("{key} is missing", found.catalogue.documents["exits"].where(), key=key)


def _check_measures(found: Findings) -> None:
    """Note in `found` measures with unknown funds, crews or routes, no post, no payer, or no word in workbooks."""
    catalogue = found.catalogue
    # a job measure without a post can be offered to nobody; the reverse is checked with the posts
    posts = {post.measure for post in catalogue.posts.values()}
    for key, measure in catalogue.measures.items():
        for i, payer in enumerate(measure.payers):
            found.known("there is no fund {value}", payer.fund, found.keys("funds"), _payer_place(found, key, i))
            if payer.fund in [other.fund for other in measure.payers[:i]]:
                found.fault("the fund {fund} stands here twice", _payer_place(found, key, i), fund=payer.fund)
            check_conditions(found, "support", key, "payers", payer.who)
            if payer.who and measure.entitlement is not None:
                found.fault("the fund {fund} may pay what the law owes only without conditions",
                            _payer_place(found, key, i), fund=payer.fund)  # fmt: skip
        for i, use in enumerate(measure.uses):
            found.known(
                "there is no crew {value}", use.pool, found.keys("crews"), found.where("support", key, "uses", i)
            )
        check_conditions(found, "support", key, "eligibility", measure.eligibility)
        if measure.work:
            where = found.where("support", key, "work")
            known = code_labels("housing_kind")
            found.known("{value} is no kind of work of data/tables/housing_kind.yaml", measure.work, known, where)
        for i, cause in enumerate(measure.causes):
            where = found.where("support", key, "causes", i)
            found.known("{value} is no cause of data/tables/delay_cause.yaml", cause, _code_keys("delay_cause"), where)
        if measure.route:
            where = found.where("support", key, "route")
            found.known("{value} is no route of data/tables/route.yaml", measure.route, code_labels("route"), where)
        if measure.fills_post and key not in posts and found.whole("posts"):
            found.fault("no post fills this measure", found.where("support", key), remedy="add a post to posts.yaml")
        _check_payable(found, measure)
        _told_apart(found, measure)


def _payer_place(found: Findings, key: str, i: int) -> str:
    """Return where the fund of a measure's payer `i` stands in its file."""
    return found.where("support", key, "payers", i, "fund")


def _check_payable(found: Findings, measure: Measure) -> None:
    """Note a measure that costs money and that no fund may pay."""
    costs = measure.cost.basis == "bill" or measure.cost.amount_yuan != 0
    if costs and not measure.payers and not measure.running:
        found.fault(
            "no fund may pay for this measure",
            found.where("support", measure.key),
            remedy="name the funds under payers, or say running: true",
        )


def _told_apart(found: Findings, measure: Measure) -> None:
    """Note, as odd only, a measure for which workbooks have no word."""
    if table("measure").stored(measure.key) != measure.key:
        found.fault(
            "workbooks have no word for this measure", found.where("support", measure.key, "key"), odd=True,
            remedy="add it to data/tables/measure.yaml",
        )  # fmt: skip


def _check_funds(found: Findings) -> None:
    """Note funds with money that no measure or facility may use, and kept shares that can never be spent."""
    catalogue = found.catalogue
    for key, fund in catalogue.funds.items():
        if fund.amount_fen <= 0:
            continue  # an empty fund may wait for its measures
        if fund.area:
            check_area(found, fund.area, found.where("funds", key, "area"))
        paid = [m for m in catalogue.measures.values() if any(payer.fund == key for payer in m.payers)]
        opens = any(
            place.facility is not None and key in place.facility.funds for place in catalogue.shared_places.values()
        ) or any(key in opening.funds for opening in catalogue.openings.values())
        # `whole`: where a file itself is faulty, what it lacks is not this file's fault
        if not paid and not opens and found.whole("support", "coops", "sites", "openings"):
            found.fault(
                "nobody may use this fund: no measure names it as a payer",
                found.where("funds", key),
                remedy="name it under payers in support.yaml, or set its amount to 0",
            )
        if found.whole("support"):
            _check_kept_shares(found, key, fund, {measure.kind for measure in paid})


def _check_kept_shares(found: Findings, key: str, fund: Fund, paid_kinds: set[str]) -> None:
    """Note shares kept for kinds the fund pays nothing of: the allocation could only leave that money lying."""
    for i, keep in enumerate(fund.keep):
        if keep.share > 0 and paid_kinds.isdisjoint(keep.kinds):
            found.fault(
                "this share can never be spent: the fund pays no measure of {kinds}",
                found.where("funds", key, "keep", i),
                kinds=", ".join(keep.kinds),
            )


def _check_posts(found: Findings) -> None:
    """Note posts of unknown villages, workplaces or measures, without a wage, or that nobody can fill."""
    catalogue = found.catalogue
    for key, post in catalogue.posts.items():
        if post.filled:
            _check_village(found, "posts", key, post.village, "village")
            if post.area:
                check_area(found, post.area, found.where("posts", key, "area"))
        where = found.where("posts", key, "place")
        found.known(
            "{value} is no workplace of data/tables/workplace.yaml", post.place, code_labels("workplace"), where
        )
        check_conditions(found, "posts", key, "who", post.who)
        if post.capacity > 0 and post.wage_yuan_per_month == 0:
            found.fault("this post pays no wage", found.where("posts", key, "wage_yuan_per_month"))
        where = found.where("posts", key, "measure")
        found.known("there is no measure {value}", post.measure, found.keys("support"), where)
        if post.measure in catalogue.measures:
            _filled_by(found, key, post.measure)


def _filled_by(found: Findings, key: str, measure_key: str) -> None:
    """Note a post whose measure is no job, or whose conditions and the measure's exclude each other."""
    measure = found.catalogue.measures[measure_key]
    post = found.catalogue.posts[key]
    if not measure.fills_post:
        found.fault("{measure} is no job measure", found.where("posts", key, "measure"), measure=measure_key)
    # each list may be fulfilled by somebody and both together by nobody: that post would stay vacant without a word
    against = contradiction((*measure.eligibility, *post.who))
    if against and not contradiction(measure.eligibility) and not contradiction(post.who):
        found.fault(
            "nobody can fill this post: {rules}", found.where("posts", key), rules=shown_conditions(against)
        )  # fmt: skip


def _check_shared_places(found: Findings, file: str) -> None:
    """Note co-operatives or sites of unknown villages, measures or funds, those named as a job, and keys used twice."""
    catalogue = found.catalogue
    records: Mapping[str, Coop] = catalogue.sites if file == "sites" else catalogue.coops
    for key, held in records.items():
        for i, village in enumerate(held.villages if held.filled else ()):
            _check_village(found, file, key, village, "villages", i)
        if isinstance(held, Site):
            _check_village(found, file, key, held.village if held.filled else None, "village")
            if key in catalogue.coops:
                found.fault("{key} stands here twice", found.where(file, key, "key"), key=key)
        where = found.where(file, key, "measure")
        found.known("there is no measure {value}", held.measure, found.keys("support"), where)
        if held.measure in catalogue.measures and catalogue.measures[held.measure].fills_post:
            found.fault("a job is filled by a post, not by a place of a co-operative", where)
        if held.facility is not None:
            where = found.where(file, key, "facility", "fund")
            for fund in held.facility.funds:
                found.known("there is no fund {value}", fund, found.keys("funds"), where)
                _check_opened_in_area(found, fund, held.villages, where)


def _check_opened_in_area(found: Findings, fund: str, villages: tuple[str, ...], where: str) -> None:
    """Note a place that a fund of an area opens though households of other villages may take it."""
    record = found.catalogue.funds.get(fund)
    within = found.catalogue.areas.villages_of(record.area) if record is not None and record.area else None
    if record is not None and within is not None and not (villages and within.issuperset(villages)):
        found.fault(
            "the fund {fund} is for {area} alone, but households of other villages may take this place", where,
            remedy="name the villages that may take it, all of {area}", fund=fund, area=record.area,
        )  # fmt: skip


def _check_crews(found: Findings) -> None:
    """Note crews of unknown villages and, as odd only, crews that no measure uses."""
    used = {use.pool for measure in found.catalogue.measures.values() for use in measure.uses}
    for key, crew in found.catalogue.crews.items():
        if crew.filled:
            _check_village(found, "crews", key, crew.village, "village")
        # only odd, not wrong: a crew may be entered before the measures that will use it
        if crew.filled and key not in used and found.whole("support"):
            found.fault("no measure uses this crew", found.where("crews", key), odd=True)


def _check_bundling(found: Findings) -> None:
    """Note pairs that name unknown measures, and pairs that stand twice."""
    catalogue = found.catalogue
    measures = found.keys("support")
    allowed = None if measures is None else [*measures, *(f"kind:{kind}" for kind in measure_kinds())]
    funds = found.keys("funds")
    programmes = None if funds is None else [f"{FUND_SIDE}{fund}" for fund in funds]
    seen: dict[frozenset[str], str] = {}
    for key, pair in catalogue.bundling.pairs.items():
        for side in ("a", "b"):
            where = found.where("bundling", key, side)
            said = getattr(pair, side)
            known = programmes if said.startswith(FUND_SIDE) else allowed
            found.known("there is no measure {value}", said, known, where)
        # a set, since a pair means the same in either order
        first = seen.setdefault(frozenset((pair.a, pair.b)), key)
        if first != key:
            found.fault("this pair already stands under {first}", found.where("bundling", key), first=first)
        if FUND_SIDE in (pair.a[: len(FUND_SIDE)], pair.b[: len(FUND_SIDE)]):
            _check_programmes(found, pair)


def _check_programmes(found: Findings, pair: Pair) -> None:
    """Note a pair of programmes that is none, and measures that let two forbidden ones pay for the same house."""
    where = found.where("bundling", pair.key)
    if not (pair.a.startswith(FUND_SIDE) and pair.b.startswith(FUND_SIDE)):
        found.fault("a programme pairs with a programme: write fund: on both sides", where)
        return
    if pair.verdict == "capped":
        found.fault("two programmes are forbidden or allowed together, nothing else", where)
    if pair.verdict != "forbidden":
        return
    two = [pair.a.removeprefix(FUND_SIDE), pair.b.removeprefix(FUND_SIDE)]
    for key, measure in found.catalogue.measures.items():
        own = [payer for payer in measure.payers if payer.fund in two]
        # conditions that no household fulfils together keep the two apart
        if len(own) == len(two) and not contradiction((*measure.eligibility, *own[0].who, *own[1].who)):
            found.fault(
                "{first} and {second} may not pay for the same house, yet both are named here for households alike",
                found.where("support", key, "payers"),
                remedy="give each its own condition under who, or make two measures of it",
                first=own[0].fund, second=own[1].fund,
            )  # fmt: skip


def _check_house_standard(found: Findings) -> None:
    """Note items of the checklist that name prices that there are not, or conditions nobody can fulfil."""
    for key, item in found.catalogue.house_standard.items():
        for i, work in enumerate(item.works):
            where = found.where("house_standard", key, "works", i, "price")
            found.known("there is no price {value}", work.price, found.keys("house_prices"), where)
        check_conditions(found, "house_standard", key, "missing", item.missing)


def _check_causes(found: Findings) -> None:
    """Note rules of first lists that name unknown causes, wishes or measures, or conditions nobody can fulfil."""
    measures = found.keys("support")
    known = None if measures is None else [*measures, *(f"{KIND}{kind}" for kind in measure_kinds())]
    for key, rule in found.catalogue.causes.items():
        for i, word in enumerate(rule.causes):
            where = found.where("causes", key, "causes", i)
            found.known("{value} is no label that can stand here", word, code_labels("cause"), where)
        for i, word in enumerate(rule.wishes):
            where = found.where("causes", key, "wishes", i)
            found.known("{value} is no wish of data/tables/wish.yaml", word, _code_keys("wish"), where)
        for i, word in enumerate(rule.measures):
            found.known("there is no measure {value}", word, known, found.where("causes", key, "measures", i))
        check_conditions(found, "causes", key, "when", rule.when)


def _check_village(found: Findings, file: str, key: str, village: str | None, *path: str | int) -> None:
    """Note a village that villages.yaml lacks; None is no fault.

    Only for what is filled in: an office that lists its own villages need not clear the empty records of others.
    """
    if village is not None:
        known = found.keys("villages")
        found.known("there is no village {value} in villages.yaml", village, known, found.where(file, key, *path))


def _code_keys(name: str) -> tuple[str, ...]:
    return tuple(code.key for code in table(name).codes)
