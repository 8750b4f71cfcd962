"""The offer: everything that may be given to every household, as tables.

Responsible for putting the parts of this room together into `Offer`. Not responsible for what a
package is worth (`povlib.exits`) or for choosing (`povlib.allocation`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Ints
from povlib.params import Catalogue, Settings
from povlib.support.bundling_matrix import BundlingMatrix
from povlib.support.contracts.open_places import with_contract_places
from povlib.support.credit_limits import credit_resources, credit_uses
from povlib.support.eligibility import RegisterFacts, add_trailing_income
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.entitlements import Entitlements, entitlements_owed
from povlib.support.first_list import first_list_measures
from povlib.support.household_packages import package_components, renumber_packages
from povlib.support.package_bills import bills_of_packages, components_within_caps, payable_packages, payers_of_bills
from povlib.support.parts.law_of_office import entitlements_of_part
from povlib.support.parts.rest_of_office import WHOLE_OFFICE, RestOfOffice
from povlib.support.refusals import Refusals
from povlib.support.resources import full_capacities, kept_share_table, resource_table, uses_of_packages
from povlib.support.single_awards import AwardOption, Awards, single_awards
from povlib.support.villages.openings import OpenedSeats
from povlib.words import language_column, languages, text

Progress = Callable[[str, float], None]
# a package is known by its list and place in it; lists of one kind of household stay far below this
LIST_PLACES = 1000  # more than any list of packages is long


@dataclass(frozen=True)
class Offer:
    """What may be given, as tables; money in fen, months as ordinals.

    Attributes
    ----------
    entitlements : DataFrame
        hh, person, measure, start, fund, cost_fen, months, covered (False: no money for it).
    shortfall : DataFrame
        fund, measure, need_fen, paid_fen, short_fen.
    packages : DataFrame
        package, hh, village, k, measures, label, label_en, start, new_money_fen, transfers_only.
    components : DataFrame
        package, measure, person, post, coop, start, cost_fen.
    bills, payers, uses : DataFrame
        package, measure, cost_fen; package, measure, fund, ceiling_fen; package, resource, amount.
    resources : DataFrame
        resource, kind, village, capacity, unit, names, household_ceiling_fen.
    facilities : DataFrame
        facility, level, resource, added, opening_fen, fund, names, grant_fen, least, month (as ordinal).
    keeps : DataFrame
        fund, measure, share: this share of the fund may pay only the measures listed.
    refused : DataFrame
        hh, measure, reason (Chinese), reason_en.
    """

    entitlements: pd.DataFrame
    shortfall: pd.DataFrame
    packages: pd.DataFrame
    components: pd.DataFrame
    bills: pd.DataFrame
    payers: pd.DataFrame
    uses: pd.DataFrame
    resources: pd.DataFrame
    facilities: pd.DataFrame
    keeps: pd.DataFrame
    refused: pd.DataFrame

    @property
    def new_money_fen(self) -> int:
        """Money left in all funds for new help, after the entitlements."""
        return int(self.resources.loc[self.resources["kind"] == "fund", "capacity"].sum())


def offer(
    state: SupportFrames,
    catalogue: Catalogue,
    settings: Settings,
    progress: Progress | None = None,
    *,
    rest: RestOfOffice = WHOLE_OFFICE,
) -> Offer:
    """Return what may be given to every household of the ledger.

    Entitlements come first: their bills are pinned and their money and weeks taken out of the funds
    and crews. Then every measure is tested on every household and member by the typed conditions that
    an auditor runs; what remains is put together into packages by the pair matrix, one post a worker,
    one housing benefit a household, within every ceiling.

    Parameters
    ----------
    state : State
        The ledger's state (or frames of the same columns).
    catalogue : Catalogue
        Measures, funds, posts, co-operatives, crews, bundling.
    settings : Settings
        Months in which help may start, horizon.
    progress : callable, optional
        Receives stage and share done.
    rest : RestOfOffice, optional
        What the other parts take, where the state is one part of a large office; default: there are none.

    Returns
    -------
    Offer
        Households that object, have exited or have no member left get package 0 only.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support.example_township import example_township
    >>> made = offer(example_township(), params.load(places.DATA / "sample" / "params"), params.Settings())
    >>> made.packages[["package", "hh", "k", "label_en"]].head(1).values.tolist()
    [[0, 'H1', 0, 'no new help']]
    """
    tell = progress or (lambda stage, share: None)
    tell("facts", 0.0)
    if rest is WHOLE_OFFICE:  # a part sees only its own households' shares: whoever sees all has counted the places
        catalogue = with_contract_places(catalogue, state, settings.help_from)
    listed = first_list_measures(state, catalogue, settings.help_from) if settings.first_list else None
    register = RegisterFacts(state, catalogue, settings.help_from, listed)
    add_trailing_income(register, state, catalogue)
    refused = Refusals(register.households["hh"])
    # before anything is offered: what the law owes comes out of funds and weeks first
    if rest.law is None:
        capacity = full_capacities(catalogue)
        debts = entitlements_owed(register, settings, refused, capacity)
    else:
        capacity = dict(rest.law.left)
        debts = entitlements_of_part(register, settings, refused, rest.law)
    tell("awards", 0.2)
    single = single_awards(register, settings, refused, capacity, rest.share)
    tell("packages", 0.4)
    matrix = BundlingMatrix(catalogue)
    parts = package_components(register, single, matrix, settings)
    tell("bills", 0.6)
    parts = _payable_components(parts, single.options, matrix, register, capacity)
    made = _offer_tables(register, single, parts, capacity, debts, refused)
    tell("packages", 1.0)
    return made


def _payable_components(
    parts: pd.DataFrame,
    options: tuple[AwardOption, ...],
    matrix: BundlingMatrix,
    register: RegisterFacts,
    capacity: dict[str, int],
) -> pd.DataFrame:
    """Return the components of packages within every cap and ceiling, renumbered."""
    parts = parts.assign(package=_package_numbers(parts))
    # caps first: they need no flow, and leave fewer packages for the question whether all funds together can pay
    parts = renumber_packages(parts, components_within_caps(parts, options, matrix))
    parts = parts.assign(package=_package_numbers(parts))
    bills = bills_of_packages(parts, options)
    if bills.empty:
        return parts
    payers = payers_of_bills(parts, bills, options, capacity, register)
    ok = parts["package"].map(payable_packages(bills, payers, register.catalogue, capacity)).fillna(True)
    return renumber_packages(parts, ok.to_numpy(dtype=bool))


def _package_numbers(parts: pd.DataFrame) -> pd.Series:
    """Return a running number of the package of each component."""
    # components come sorted by household and package, so a change of either begins the next package
    new = parts["k"].ne(parts["k"].shift()) | parts["row"].ne(parts["row"].shift())
    return new.astype(np.int64).cumsum() - 1


def _offer_tables(
    register: RegisterFacts,
    single: Awards,
    parts: pd.DataFrame,
    capacity: dict[str, int],
    debts: Entitlements,
    refused: Refusals,
) -> Offer:
    catalogue, options = register.catalogue, single.options
    packages = _numbered_packages(register, parts)
    parts = parts.assign(package=_package_of(packages, parts))
    bills = bills_of_packages(parts, options)
    payers = payers_of_bills(parts, bills, options, capacity, register)
    packages = _packages_with_labels(packages, parts, options)
    credits = credit_uses(parts, options, register)
    owed = credit_resources(credits, register)
    uses, resources = uses_of_packages(parts, options, catalogue), resource_table(catalogue, capacity)
    if len(owed):
        uses = pd.concat([uses, credits], ignore_index=True)
        uses = uses.sort_values(["package", "resource"], kind="stable").reset_index(drop=True)
        resources = pd.concat([resources, owed.astype(resources.dtypes[owed.columns])], ignore_index=True)
    return Offer(
        entitlements=_entitlement_table(register, debts),
        shortfall=debts.shortfall,
        packages=packages,
        components=_component_table(parts, options),
        bills=bills[["package", "measure", "cost_fen"]],
        payers=payers,
        uses=uses,
        resources=resources,
        facilities=OpenedSeats(catalogue).table(),
        keeps=kept_share_table(catalogue, capacity),
        refused=refused.frame(),
    )


def _numbered_packages(register: RegisterFacts, parts: pd.DataFrame) -> pd.DataFrame:
    """Return package, row, hh, village, k: package 0 for every household, then its others."""
    households = register.households
    count = np.zeros(len(households), dtype=np.int64)
    last = parts.groupby("row")["k"].max()
    count[last.index.to_numpy(dtype=np.int64)] = last.to_numpy(dtype=np.int64)
    row = np.repeat(np.arange(len(households)), count + 1)
    first = np.repeat(np.cumsum(count + 1) - (count + 1), count + 1)
    return pd.DataFrame(
        {
            "package": np.arange(len(row)),
            "row": row,
            "hh": households["hh"].to_numpy()[row],
            "village": households["village"].to_numpy()[row],
            "k": np.arange(len(row)) - first,
        }
    )


def _package_of(packages: pd.DataFrame, parts: pd.DataFrame) -> Ints:
    first = packages.loc[packages["k"] == 0, "package"].to_numpy(dtype=np.int64)
    return np.asarray(first[parts["row"].to_numpy(dtype=np.int64)] + parts["k"].to_numpy(dtype=np.int64))


def _packages_with_labels(
    packages: pd.DataFrame, parts: pd.DataFrame, options: tuple[AwardOption, ...]
) -> pd.DataFrame:
    """Add measures, labels, earliest start, money and whether all of it is transfers."""
    option = parts["option"].to_numpy()
    transfer = [
        bool(o.measure.earns) and not o.measure.closes and all(e.source == "transfer" for e in o.measure.earns)
        for o in options
    ]
    rows = pd.DataFrame(
        {
            "package": parts["package"],
            "start": np.array([o.start.ordinal for o in options], dtype=np.int64)[option],
            "new_money_fen": parts["cost_fen"],
            "transfers_only": np.array(transfer, dtype=bool)[option],
        }
    )
    by = rows.groupby("package", sort=True)
    made = by.agg({"start": "min", "new_money_fen": "sum", "transfers_only": "all"})
    made = made.join(_package_labels(parts, options))
    described = packages.drop(columns="row").join(made, on="package")
    nothing = described["k"] == 0
    labels = {language_column("label", lang): text("no new help", lang) for lang in languages()}
    for name, word in {"measures": "", **labels}.items():
        described[name] = described[name].astype("str").mask(nothing, word)
    described["new_money_fen"] = described["new_money_fen"].fillna(0).astype("int64")
    described["start"] = described["start"].astype("Int64")
    described["transfers_only"] = described["transfers_only"].eq(True).to_numpy(dtype=bool)
    order = [
        "package",
        "hh",
        "village",
        "k",
        "measures",
        *labels,
        "start",
        "new_money_fen",
        "transfers_only",
    ]
    return described[order]


def _package_labels(parts: pd.DataFrame, options: tuple[AwardOption, ...]) -> pd.DataFrame:
    """Return measures, label, label_en by package; written once for all packages of the same list and place."""
    new = parts["package"].ne(parts["package"].shift()).to_numpy(dtype=bool)
    bounds = np.append(np.flatnonzero(new), len(parts)).tolist()
    place = (parts["list"].to_numpy(dtype=np.int64) * LIST_PLACES + parts["listed"].to_numpy(dtype=np.int64)).tolist()
    option = parts["option"].tolist()
    texts = {
        "measures": ("+", [o.measure.key for o in options]),
        **{
            language_column("label", lang): (text(" + ", lang), [o.name(lang) for o in options]) for lang in languages()
        },
    }
    words: dict[str, list[str]] = {name: [] for name in texts}
    known: dict[int, tuple[str, ...]] = {}
    for start, stop in pairwise(bounds):
        # thousands of households share the packages of their kind: each label is put together once
        said = known.get(place[start])
        if said is None:
            said = tuple(join.join(written[i] for i in option[start:stop]) for join, written in texts.values())
            known[place[start]] = said
        for name, word in zip(texts, said, strict=True):
            words[name].append(word)
    return pd.DataFrame(words, index=pd.Index(parts["package"].to_numpy()[bounds[:-1]], name="package"))


def _values_at(values: list[str], at: Ints) -> npt.NDArray[np.object_]:
    return np.array(values, dtype=object)[at] if len(at) else np.zeros(0, dtype=object)


def _component_table(parts: pd.DataFrame, options: tuple[AwardOption, ...]) -> pd.DataFrame:
    option = parts["option"].to_numpy()
    frame = pd.DataFrame(
        {
            "package": parts["package"],
            "measure": _values_at([o.measure.key for o in options], option),
            "person": parts["person"],
            "post": _values_at([o.post.key if o.post else None for o in options], option),  # type: ignore[misc]
            "coop": _values_at([o.coop.key if o.coop else None for o in options], option),  # type: ignore[misc]
            "start": np.array([o.start.ordinal for o in options], dtype=np.int64)[option],
            "cost_fen": parts["cost_fen"],
        }
    )
    frame = frame.astype({"measure": "str", "person": "str", "post": "str", "coop": "str"})
    return frame.sort_values(["package", "measure", "person", "post", "coop"], kind="stable").reset_index(drop=True)


def _entitlement_table(register: RegisterFacts, debts: Entitlements) -> pd.DataFrame:
    hh = register.households["hh"].to_numpy()
    frame = debts.bills.copy()
    frame.insert(0, "hh", hh[frame.pop("row").to_numpy(dtype=np.int64)] if len(frame) else frame.pop("row"))
    frame = frame.astype({"hh": "str", "person": "str", "measure": "str", "fund": "str", "cost_fen": "int64"})
    return frame.sort_values(["hh", "measure", "person", "fund"], kind="stable").reset_index(drop=True)
