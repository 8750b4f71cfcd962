"""Limits on what may hang on one source, as rows of the allocation problem in whole micro-persons.

A limit counts by default everybody who could fall back: the members of every registered household that takes help of
the source, on record or planned (`povlib.villages.sources.exposure` says why nobody is left out). Help on record counts
because a source that fails takes it, too, and nobody asks then which year's plan had put the household there; it is a
constant that no plan changes, so a limit below it is refused in words before anything is planned.

Responsible for the rows: "no more than so many persons", and "no more than a part of what the plan adds" as the same
row with a negative part. Not responsible for the exposure itself (`povlib.villages.sources.exposure`) or for solving.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.problem.problem_tables import exact_fraction
from povlib.arrays import Ints
from povlib.errors import Fault, ParameterError, unknown_word_fault
from povlib.exits import Projection, package_values
from povlib.ledger import State
from povlib.params import Catalogue, Settings
from povlib.support import Offer
from povlib.villages.sources.exposure import package_exposure
from povlib.villages.sources.household_sources import plain_name
from povlib.villages.sources.package_sources import package_sources
from povlib.villages.sources.sources_on_record import sources_on_record
from povlib.vocabulary.resource_keys import SOURCE, counts_whole_persons, source_key, source_share_key
from povlib.words import languages, text

KIND_WORDS = {"employer": "employer", "firm": "firm", "product": "product"}
"""Kinds of source, in words to be translated."""
_ROW = ["resource", "kind", "village", "sense", "unit", "capacity", "names"]


@dataclass(frozen=True)
class HangingHelp:
    """Who hangs on which source, by what may be planned and by what is on record; registered households only.

    Attributes
    ----------
    packages : DataFrame
        Of `povlib.villages.sources.exposure.package_exposure`.
    on_record : DataFrame
        hh, members, kind, source: each once.
    """

    packages: pd.DataFrame
    on_record: pd.DataFrame


def valued_packages(offer: Offer, projection: Projection, settings: Settings) -> pd.DataFrame:
    """Return the packages of registered households with what each is expected to bring out of poverty.

    Returns
    -------
    DataFrame
        package, hh, k, members, micro (members x chance of exit, in whole micro-persons, rounded half to even as the
        problem rounds them).
    """
    worth = package_values(projection, settings).set_index("package")["persons"]
    members = projection.members.loc[projection.members["registered"]].set_index("hh")["members"]
    packages = offer.packages.loc[offer.packages["hh"].isin(members.index), ["package", "hh", "k"]]
    persons = worth.reindex(packages["package"]).fillna(0.0).to_numpy(np.float64)
    return packages.assign(
        members=packages["hh"].map(members).astype(np.int64), micro=np.rint(persons * MICRO).astype(np.int64)
    ).reset_index(drop=True)


def hanging_help(
    state: State, offer: Offer, projection: Projection, catalogue: Catalogue, settings: Settings
) -> HangingHelp:
    """Return who would hang on which source with each package of an offer, and who does already.

    Parameters
    ----------
    state : State
        As known: co-ops with their firms, contracts, posts, stakes, help on record.
    """
    packages = valued_packages(offer, projection, settings)
    exposure = package_exposure(packages, offer.components, package_sources(offer.components, state, catalogue))
    last = state.last_month
    months = range(settings.plan_month.ordinal if last is None else last.ordinal, settings.horizon.ordinal + 1)
    members = projection.members.loc[projection.members["registered"], ["hh", "members"]].astype({"members": "int64"})
    on_record = sources_on_record(state, months, catalogue).merge(members, on="hh")
    return HangingHelp(exposure, on_record[["hh", "members", "kind", "source"]])


def source_limit_rows(
    hanging: HangingHelp, packages: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that keep a plan to its limits: more resources and their uses.

    A limit in persons is  sum of what each package counts <= limit - what counts whatever is planned; as a share s of
    what the plan adds it is  sum of (counts - s x added) <= 0, each package rounded up to a whole micro-person, so that
    a plan that keeps the row keeps the share exactly. A limit in persons that no plan could pass makes no row.

    Parameters
    ----------
    hanging : HangingHelp
    packages : DataFrame
        Of `valued_packages`.

    Returns
    -------
    resources, uses : DataFrame
        As `povlib.allocation.Problem.from_tables` takes them.

    Raises
    ------
    ParameterError
        If limits name sources on which no help hangs, or lie below what hangs on a source already: all of them.
    """
    _refuse_limits(hanging, settings)
    expected = settings.source_limits.counted == "expected"
    resources: list[tuple[object, ...]] = []
    uses: list[pd.DataFrame] = []
    added = _added(packages)
    held = _on_record(hanging, settings)
    for (kind, source), own in ((map(str, key), part) for key, part in hanging.packages.groupby(["kind", "source"])):
        own = own.assign(counts=own["micro"] if expected else own["members"] * MICRO)
        persons = limit_in_persons(kind, source, settings)
        already = held[(held["kind"] == kind) & (held["source"] == source)]
        more = own[~own["hh"].isin(already["hh"])]
        if persons is not None and (most := _room(persons, already, expected)) < _largest(more):
            key = source_key(kind, source, expected=expected)
            names = _row_names(kind, source, expected, already=int(already["members"].sum()))
            resources.append((key, SOURCE, None, "<=", "micro-persons", most, names))
            uses.append(pd.DataFrame({"package": more["package"], "resource": key, "amount": more["counts"]}))
        share = settings.source_limits.share(kind)
        if share is not None:
            key = source_share_key(kind, source, expected=expected)
            amount = _counted_less_share(own, packages, added, share)
            names = _row_names(kind, source, expected, as_part=True)
            resources.append((key, SOURCE, None, "<=", "micro-persons", 0, names))
            uses.append(pd.DataFrame({"package": packages["package"], "resource": key, "amount": amount}))
    rows = pd.concat(uses, ignore_index=True) if uses else pd.DataFrame(columns=["package", "resource", "amount"])
    return pd.DataFrame(resources, columns=_ROW), rows[rows["amount"] != 0].reset_index(drop=True)


def limit_in_persons(kind: str, source: str, settings: Settings) -> float | None:
    """Return the limit in persons that is set for a source: its own where it has one, else that of its kind."""
    named = {plain_name(name): persons for name, persons in settings.named_limits.items()}
    return named.get(source, settings.source_limits.persons(kind))


def words_of_unit(row: str, lang: str | None = None) -> tuple[str, str]:
    """Return what a limit counts in, by its row's key: one, and several.

    Examples
    --------
    >>> words_of_unit(source_key("firm", "mill"), "en"), words_of_unit(source_key("firm", "mill", expected=True), "en")
    (('one person', 'persons'), ('one expected exit', 'expected exits'))
    """
    if counts_whole_persons(row):
        return text("one person", lang), text("persons", lang)
    return text("one expected exit", lang), text("expected exits", lang)


def _on_record(hanging: HangingHelp, settings: Settings) -> pd.DataFrame:
    """Return who counts for a limit whatever is planned."""
    counts = settings.source_limits.counted == "possible"
    return hanging.on_record if counts else hanging.on_record.head(0)


def _room(persons: float, already: pd.DataFrame, expected: bool) -> int:
    """Return how many micro-persons a plan may add; nobody is out of poverty in part, so whole persons where it can."""
    return int(persons * MICRO) if expected else (int(persons) - int(already["members"].sum())) * MICRO


def _refuse_limits(hanging: HangingHelp, settings: Settings) -> None:
    """Refuse limits on what nothing hangs on, and limits that what is on record has passed already."""
    known = {*hanging.packages["source"], *hanging.on_record["source"]}
    faults: list[Fault] = [
        unknown_word_fault("there is no source {value}", name, sorted(known), "settings.named_limits")
        for name in settings.named_limits
        if plain_name(name) not in known
    ]
    held = _on_record(hanging, settings)
    totals = held.groupby(["source", "kind"], as_index=False).agg(n=("members", "sum"), households=("hh", "size"))
    limits = [
        limit_in_persons(kind, source, settings) for source, kind in zip(totals["source"], totals["kind"], strict=True)
    ]
    totals["limit"] = pd.Series(limits, index=totals.index, dtype="float64")
    # an employer is a firm, too: one limit of its own serves both
    passed = totals[totals["n"] > totals["limit"]].sort_values("n").drop_duplicates("source", keep="last")
    for row in passed.sort_values(["n", "source"], ascending=[False, True]).to_dict("records"):
        faults.append(
            Fault(
                "{persons} persons of {n} households hang on {source} ({kind}) already: no plan can keep to at most "
                "{limit}",
                "settings.source_limits",
                remedy="with --set settings.named_limits.{source}={persons}",
                values={"persons": int(row["n"]), "n": int(row["households"]), "source": row["source"],
                        "kind": text(KIND_WORDS[str(row["kind"])]), "limit": f"{row['limit']:g}"},
            )
        )  # fmt: skip
    if len(passed):
        faults.append(
            Fault(
                "to limit only what the plan adds, whatever hangs on a source already",
                "settings.source_limits.counted",
                remedy="with --set settings.source_limits.counted=possible_new",
            )
        )
    if faults:
        raise ParameterError(faults)


def _largest(own: pd.DataFrame) -> int:
    """Return the most that a plan could add: of every household the package that counts most."""
    return int(own.groupby("hh")["counts"].max().sum())


def _added(packages: pd.DataFrame) -> Ints:
    """Return what each package adds to the exits of its household without new help, in micro-persons."""
    nothing = packages[packages["k"] == 0].set_index("hh")["micro"]
    return np.asarray(packages["micro"].to_numpy(np.int64) - nothing.reindex(packages["hh"]).to_numpy(np.int64))


def _counted_less_share(own: pd.DataFrame, packages: pd.DataFrame, added: Ints, share: float) -> Ints:
    """Return what counts - share x added of every package, rounded up."""
    part = exact_fraction(share)
    lost = own.set_index("package")["counts"].reindex(packages["package"]).fillna(0).to_numpy(np.int64)
    # Python integers: a share of many decimals times micro-persons may leave int64
    exact = lost.astype(object) * part.denominator - added.astype(object) * part.numerator
    return np.asarray(-(-exact // part.denominator), dtype=np.int64)


def _row_names(kind: str, source: str, expected: bool, *, already: int = 0, as_part: bool = False) -> dict[str, str]:
    if expected:
        message = "what hangs on {source} ({kind}), as a part" if as_part else "what hangs on {source} ({kind})"
    elif as_part:
        message = "persons who newly take help of {source} ({kind}), as a part"
    elif already:
        message = "persons who newly take help of {source} ({kind}), beside {n} who have it already"
    else:
        message = "persons who newly take help of {source} ({kind})"
    return {
        lang: text(message, lang, source=source, kind=text(KIND_WORDS[kind], lang), n=already) for lang in languages()
    }
