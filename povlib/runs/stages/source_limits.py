"""Limits on what may hang on one source, as rows of the allocation problem in whole micro-persons.

Responsible for the rows: "no more than so many persons", and "no more than a part of what the plan adds" as the same
row with a negative part. Not responsible for the exposure itself (`povlib.villages.sources.exposure`) or for solving.
"""

from __future__ import annotations

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
from povlib.vocabulary.resource_keys import SOURCE, source_key, source_share_key
from povlib.words import languages, text

KIND_WORDS = {"employer": "employer", "firm": "firm", "product": "product"}
"""Kinds of source, in words to be translated."""
_ROW = ["resource", "kind", "village", "sense", "unit", "capacity", "names"]


def valued_packages(offer: Offer, projection: Projection, settings: Settings) -> pd.DataFrame:
    """Return the packages of registered households with what each is expected to bring out of poverty.

    Returns
    -------
    DataFrame
        package, hh, k, micro (members x chance of exit, in whole micro-persons, rounded half to even as the problem
        rounds them).
    """
    worth = package_values(projection, settings).set_index("package")["persons"]
    registered = projection.members.loc[projection.members["registered"], "hh"]
    packages = offer.packages.loc[offer.packages["hh"].isin(registered), ["package", "hh", "k"]].reset_index(drop=True)
    persons = worth.reindex(packages["package"]).fillna(0.0).to_numpy(np.float64)
    return packages.assign(micro=np.rint(persons * MICRO).astype(np.int64))


def exposure_of_offer(
    state: State, offer: Offer, projection: Projection, catalogue: Catalogue, settings: Settings
) -> pd.DataFrame:
    """Return what each package of an offer would lose by each source: `povlib.villages.sources.exposure`.

    Parameters
    ----------
    state : State
        As known: co-ops with their firms, contracts.
    """
    packages = valued_packages(offer, projection, settings)
    return package_exposure(packages, offer.components, package_sources(offer.components, state, catalogue))


def source_limit_rows(
    exposure: pd.DataFrame, packages: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that keep a plan to its limits: more resources and their uses.

    A limit in persons is  sum of exposure <= limit; as a share s of what the plan adds it is
    sum of (exposure - s x added) <= 0, each package rounded up to a whole micro-person, so that a plan that keeps the
    row keeps the share exactly. A limit in persons that no plan could pass makes no row.

    Parameters
    ----------
    exposure : DataFrame
        Of `exposure_of_offer`.
    packages : DataFrame
        Of `valued_packages`.

    Returns
    -------
    resources, uses : DataFrame
        As `povlib.allocation.Problem.from_tables` takes them.

    Raises
    ------
    ParameterError
        If a limit names a source on which no help hangs: all of them, with the nearest there is.
    """
    _refuse_unknown_names(settings, set(exposure["source"]))
    resources: list[tuple[object, ...]] = []
    uses: list[pd.DataFrame] = []
    added = _added(packages)
    for (kind, source), own in ((map(str, key), part) for key, part in exposure.groupby(["kind", "source"])):
        persons = limit_in_persons(kind, source, settings)
        if persons is not None and _largest(own, packages) > (most := int(persons * MICRO)):
            key = source_key(kind, source)
            resources.append((key, SOURCE, None, "<=", "micro-persons", most, _row_names(kind, source)))
            uses.append(pd.DataFrame({"package": own["package"], "resource": key, "amount": own["micro"]}))
        share = settings.source_limits.share(kind)
        if share is not None:
            key = source_share_key(kind, source)
            amount = _exposure_less_share(own, packages, added, share)
            resources.append((key, SOURCE, None, "<=", "micro-persons", 0, _row_names(kind, source, as_part=True)))
            uses.append(pd.DataFrame({"package": packages["package"], "resource": key, "amount": amount}))
    rows = pd.concat(uses, ignore_index=True) if uses else pd.DataFrame(columns=["package", "resource", "amount"])
    return pd.DataFrame(resources, columns=_ROW), rows[rows["amount"] != 0].reset_index(drop=True)


def limit_in_persons(kind: str, source: str, settings: Settings) -> float | None:
    """Return the lowest limit in persons that is set for a source: of its kind, or of its own."""
    named = {plain_name(name): persons for name, persons in settings.named_limits.items()}
    limits = [settings.source_limits.persons(kind), named.get(source)]
    return min((limit for limit in limits if limit is not None), default=None)


def _refuse_unknown_names(settings: Settings, known: set[str]) -> None:
    faults: list[Fault] = [
        unknown_word_fault("there is no source {value}", name, sorted(known), "settings.named_limits")
        for name in settings.named_limits
        if plain_name(name) not in known
    ]
    if faults:
        raise ParameterError(faults)


def _largest(own: pd.DataFrame, packages: pd.DataFrame) -> int:
    """Return the most that could hang on a source: of every household the package that hangs on it most."""
    hh = own["package"].map(packages.set_index("package")["hh"])
    return int(own["micro"].groupby(hh.to_numpy()).max().sum())


def _added(packages: pd.DataFrame) -> Ints:
    """Return what each package adds to the exits of its household without new help, in micro-persons."""
    nothing = packages[packages["k"] == 0].set_index("hh")["micro"]
    return np.asarray(packages["micro"].to_numpy(np.int64) - nothing.reindex(packages["hh"]).to_numpy(np.int64))


def _exposure_less_share(own: pd.DataFrame, packages: pd.DataFrame, added: Ints, share: float) -> Ints:
    """Return exposure - share x added of every package, rounded up."""
    part = exact_fraction(share)
    lost = own.set_index("package")["micro"].reindex(packages["package"]).fillna(0).to_numpy(np.int64)
    # Python integers: a share of many decimals times micro-persons may leave int64
    exact = lost.astype(object) * part.denominator - added.astype(object) * part.numerator
    return np.asarray(-(-exact // part.denominator), dtype=np.int64)


def _row_names(kind: str, source: str, *, as_part: bool = False) -> dict[str, str]:
    message = "what hangs on {source} ({kind}), as a part" if as_part else "what hangs on {source} ({kind})"
    return {lang: text(message, lang, source=source, kind=text(KIND_WORDS[kind], lang)) for lang in languages()}
