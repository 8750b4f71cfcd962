"""What each stage of a run reads, so that a stage whose inputs are those of an earlier run is not computed again.

Responsible for the table of stages, for the key of a stage (a digest of all it reads) and for handing a stage nothing
else: a value that its key leaves out is not there to be read, so a table that says too little stops the first test.
Not responsible for where stages lie or for trusting them (`povlib.runs.storage.stage_reuse`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

import pandas as pd

from povlib.params import Catalogue, Settings
from povlib.params.changes import content_digest
from povlib.params.kinds import Records
from povlib.params.resources import Coop, Fund, Post
from povlib.runs.storage.run_identity import code_digest, solver_versions
from povlib.runs.storage.text_files import file_digest
from povlib.support import Offer
from povlib.support.parts.plentiful_funds import with_funds_told
from povlib.words import language

M = TypeVar("M", Settings, Coop, "_UncountedPost", "_UncountedFund")
#: What says how many a co-op takes; who it is and what it hangs on is read without.
_PLACES = ("places", "facility", "contract")

CHOICE = frozenset(
    {
        "objective", "poorest_fifth_money_share", "poorest_fifth_post_share", "second_rule", "equal_persons",
        "least_worth_points", "target_persons", "explore_households", "explore_points", "gap_persons", "time_limit_s",
        "source_limits", "named_limits", "village_money_share", "township_money_share", "county_money_share",
        "area_money_floors", "area_post_floors",
    }
)  # fmt: skip
"""Settings of the choice among packages: whatever is known, offered or projected before it is the same without them."""
#: how many townships a plan by parts is tested in: no plan or projection hangs on it
_TESTED = "backtest_townships"
ALL_SETTINGS = frozenset(Settings.model_fields)
ALL_BUT_TESTED = ALL_SETTINGS - {_TESTED}
BEFORE_CHOICE = ALL_BUT_TESTED - CHOICE


@dataclass(frozen=True)
class Reads:
    """What a stage reads beside the ledger's rows; by default everything that a plan is made from.

    Attributes
    ----------
    settings : frozenset of str
        Names of settings.
    scarce : bool
        How much there is of funds, posts, places and weeks, and what works on houses cost; what a post pays is read
        without it.
    claims : bool
        Where what is scarce is not read: what the law's claims are reckoned from all the same. Which funds hold
        anything, when and for which area they pay, prices of works on houses, what causes are helped by.
    enough : bool
        Where what is scarce is read: funds that hold enough for anybody's help are read as such, no matter how much.
    survey, decisions : bool
        The village survey; what people decided for households by hand.
    stages : tuple of str
        Stages before it, each by its key.
    files : tuple of str
        Files of stages before it, ``stage/file``, each by its content: where a stage before came out the same of other
        inputs, so does this one.
    """

    settings: frozenset[str] = ALL_BUT_TESTED
    scarce: bool = True
    claims: bool = False
    enough: bool = False
    survey: bool = True
    decisions: bool = True
    stages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def _known(*settings: str, survey: bool = False, stages: tuple[str, ...] = ()) -> Reads:
    """Return what a stage reads that asks nothing of money and posts."""
    return Reads(frozenset(settings), scarce=False, survey=survey, decisions=False, stages=stages)


_PROJECTED = ("packages", "components", "entitlements")
_OFFERED = tuple(f"offer/{name}.parquet" for name in _PROJECTED)
READS: dict[str, Reads] = {
    "poverty": _known(*BEFORE_CHOICE),
    "movements": _known(*BEFORE_CHOICE),
    "deprivations": _known(stages=("poverty",)),
    "inequality": _known(stages=("poverty",)),
    "quality": _known("authority", survey=True, stages=("poverty",)),
    "reached": _known("authority", survey=True),
    "effects": _known("seed"),
    "chance": _known("seed", stages=("effects",)),
    "cutoff": _known("authority"),
    # what is owed hangs on no amount: only the law's pass over all parts asks how far the money reaches
    "owed": Reads(BEFORE_CHOICE, scarce=False, claims=True, survey=False, decisions=False),
    "offer": Reads(BEFORE_CHOICE, survey=False, decisions=False),
    "projection": Reads(
        BEFORE_CHOICE, scarce=False, survey=False, decisions=False, stages=("effects",), files=_OFFERED
    ),
    # the weights of the aims are read with what packages are worth, though exits alone count
    "sources": Reads(BEFORE_CHOICE | {"objective"}, survey=False, decisions=False, stages=("offer", "projection")),
    "backtest": _known(*BEFORE_CHOICE, _TESTED),
    "modelled": _known("horizon", "seed"),
}
"""Stages that do not read everything; any other stage does, but for how many townships are tested."""
PART_READS: dict[str, Reads] = {
    **READS,
    # what the part is told of the whole office takes the place of what the funds hold
    "offer": Reads(
        BEFORE_CHOICE, enough=True, survey=False, decisions=False,
        files=("told/bills.parquet", "told/left.parquet", "told/facts.json"),
    ),
    "standing": Reads(
        frozenset(), scarce=False, survey=False, decisions=False, files=("offer/packages.parquet", "offer/uses.parquet")
    ),
}  # fmt: skip
"""The same where an office is planned by parts: a part's packages are those of another budget if funds hold enough."""


def reads_of(stage: str, reads: Mapping[str, Reads] = READS) -> Reads:
    """Return what a stage reads."""
    return reads.get(stage, Reads())


class Origin(NamedTuple):
    """What a run is made from beside its parameters.

    Attributes
    ----------
    ledger : str
        Hash of the ledger's chain as of the run's last data batch.
    survey : str
        Digest of the village survey; "" without one.
    decided : mapping
        Decisions by hand and pins that bind its plan, as plain values.
    """

    ledger: str
    survey: str = ""
    decided: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Given:
    """What a stage is given: only what it reads."""

    catalogue: Catalogue
    settings: Settings


class _Withheld:
    """Stands where a stage must not read: the key of the stage would not change with what it read."""

    def __getattribute__(self, name: str = "") -> NoReturn:
        raise AttributeError(f"this stage is not given what is scarce ({name}): see stage_inputs.READS")

    __iter__ = __len__ = __getitem__ = __contains__ = __getattribute__


class _UncountedPost(Post):
    """A post without its number of slots: what it pays and asks for, and whether it is entered at all."""

    is_filled: bool

    @property
    def filled(self) -> bool:
        """Whether wage and slots have been entered."""
        return self.is_filled


class _UncountedFund(Fund):
    """A fund without its amount: when and for whom it pays, and whether it holds anything at all."""

    holds_any: bool

    @property
    def holds_money(self) -> bool:
        """Whether there is any money in it."""
        return self.holds_any


def given_to(
    stage: str, catalogue: Catalogue, settings: Settings, reads_by_stage: Mapping[str, Reads] = READS
) -> Given:
    """Return the parameters that a stage reads; reading others of them raises AttributeError.

    Parameters
    ----------
    reads_by_stage : mapping
        `READS`, or `PART_READS` where the office is planned by parts.

    Examples
    --------
    >>> from povlib import params, places
    >>> given = given_to("effects", params.load(places.DATA / "sample" / "params"), Settings())
    >>> post = given.catalogue.posts["township_cleaner"]
    >>> given.settings.seed, hasattr(given.settings, "margin"), hasattr(post, "slots")
    (2016, False, False)
    """
    reads = reads_of(stage, reads_by_stage)
    if reads.enough:
        catalogue = with_funds_told(catalogue)
    elif not reads.scarce:
        catalogue = _claims_alone(catalogue) if reads.claims else _nothing_scarce(catalogue)
    return Given(catalogue, _without_fields(settings.model_copy(), ALL_SETTINGS - reads.settings))


def _nothing_scarce(catalogue: Catalogue) -> Catalogue:
    """Return the parameters without how much there is of anything."""
    withheld = cast(Any, _Withheld())
    posts = Records(tuple(_uncounted(post) for post in catalogue.posts.values()))
    coops = Records(tuple(_without_fields(coop.model_copy(), _PLACES) for coop in catalogue.coops.values()))
    return replace(
        catalogue,
        funds=withheld,
        coops=coops,
        sites=withheld,
        openings=withheld,
        crews=withheld,
        causes=withheld,
        house_standard=withheld,
        house_prices=withheld,
        posts=posts,
        # nor the documents: a copy changed by a dotted key would hold the amounts again
        documents={},
        rebuild=None,
    )


def _claims_alone(catalogue: Catalogue) -> Catalogue:
    """Return the parameters without how much there is of anything, with what the law's claims are reckoned from."""
    funds = Records(tuple(_without_amount(fund) for fund in catalogue.funds.values()))
    own = replace(_nothing_scarce(catalogue), funds=funds, causes=catalogue.causes, house_prices=catalogue.house_prices)
    # of the same villages: of a prefecture they take longer to find than a part's claims
    vars(own)["areas"] = catalogue.areas
    return own


def offer_to_project(offer: Offer) -> Offer:
    """Return the tables of an offer that a projection reads; the others are empty."""
    others = {entry.name: pd.DataFrame() for entry in fields(Offer) if entry.name not in _PROJECTED}
    return replace(offer, **others)


def _uncounted(post: Post) -> Post:
    return _without_fields(_UncountedPost.model_construct(**dict(post), is_filled=post.filled), {"slots"})


def _without_amount(fund: Fund) -> Fund:
    return _without_fields(_UncountedFund.model_construct(**dict(fund), holds_any=fund.holds_money), {"amount_yuan"})


def _without_fields(record: M, names: Iterable[str]) -> M:
    """Take fields out of a copy of a record that nobody else holds."""
    for name in names:
        record.__dict__.pop(name)
    return record


class CatalogueDigests:
    """Digests of one catalogue, each reckoned once: with what is scarce, and without.

    The parts of a run share them: of an office of 588 townships one takes half a second.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[bool, bool, bool], str] = {}

    def digest(self, reads: Reads) -> str:
        """Return the digest that the key of a stage holds which reads what is scarce, or does not (`Reads`)."""
        kind = reads.scarce, reads.claims, reads.enough
        if kind not in self._known:
            read = with_funds_told(self._catalogue) if reads.enough else self._catalogue
            self._known[kind] = _catalogue_digest(read, scarce=reads.scarce, claims=reads.claims)
        return self._known[kind]


def stage_key(
    stage: str,
    catalogue: CatalogueDigests,
    settings: Settings,
    origin: Origin,
    before: Mapping[str, str],
    reads_by_stage: Mapping[str, Reads] = READS,
) -> str:
    """Return the key of a stage: what is read under the same key gives the same bytes.

    Parameters
    ----------
    catalogue : CatalogueDigests
    origin : Origin
    before : dict
        Keys of the stages before it and digests of their files, for those that it reads.
    reads_by_stage : mapping
        `READS` or `PART_READS`.
    """
    reads = reads_of(stage, reads_by_stage)
    plain = settings.plain()
    content = {
        "stage": stage,
        "code": code_digest(),
        "solver": solver_versions(),
        "ledger": origin.ledger,
        # reasons stand in some tables in the words of whoever computed them
        "language": language(),
        "survey": origin.survey if reads.survey else "",
        "decided": dict(origin.decided) if reads.decisions else {},
        "settings": {name: plain[name] for name in sorted(reads.settings)},
        "catalogue": catalogue.digest(reads),
        "before": before,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _catalogue_digest(catalogue: Catalogue, *, scarce: bool, claims: bool) -> str:
    records: dict[str, Any] = dict(catalogue.records_by_file)
    if not scarce:
        for name in ("sites", "openings", "crews", "house_standard"):
            del records[name]
        for name in () if claims else ("funds", "causes", "house_prices"):
            del records[name]
        if claims:
            funds = catalogue.funds.values()
            records["funds"] = [
                {**fund.model_dump(exclude={"amount_yuan"}), "holds": fund.holds_money} for fund in funds
            ]
        posts = catalogue.posts.values()
        records["coops"] = [coop.model_dump(exclude=set(_PLACES)) for coop in catalogue.coops.values()]
        records["posts"] = [{**post.model_dump(exclude={"slots"}), "is_filled": post.filled} for post in posts]
    return content_digest({**records, "villages": catalogue.villages, "default": catalogue.bundling.default})


class StageKeys:
    """Keys of the stages of one run, each computed once.

    Parameters
    ----------
    reads_by_stage : mapping
        `READS` or `PART_READS`.
    """

    def __init__(
        self,
        catalogue: CatalogueDigests,
        settings: Settings,
        origin: Origin,
        reads_by_stage: Mapping[str, Reads] = READS,
    ) -> None:
        self._inputs, self._reads = (catalogue, settings, origin), reads_by_stage
        self._known: dict[str, str] = {}

    def key(self, name: str, file_of: Callable[[str], Path]) -> str:
        """Return the key of a stage; "" where a file that it reads is not there, so that nothing is taken over.

        Parameters
        ----------
        file_of : callable
            Returns where a file that a stage reads (`Reads.files`) is stored, storing it first where it was not yet.
            Asked for each time and not kept: a run whose keys held it would hold itself, and the parts of a large
            office, opened one after the other, would stay in memory until Python looked for such circles.
        """
        if name not in self._known:
            reads = reads_of(name, self._reads)
            before = {stage: self.key(stage, file_of) for stage in reads.stages}
            stored = {path: file_of(path) for path in reads.files}
            before |= {path: file_digest(file) if file.is_file() else "" for path, file in stored.items()}
            self._known[name] = stage_key(name, *self._inputs, before, self._reads) if all(before.values()) else ""
        return self._known[name]
