"""A run of a large office: what its parts have in common, each artefact computed once as in any run.

Responsible for the parts, for what the law takes in all of them, for the effects learnt from everybody, for the poorest
fifth of the whole office, and for the plan over all parts with its proof. Not responsible for what is offered and
projected in one part (`povlib.runs.area.part_run`), nor for the order of it all (`povlib.runs.area.area_completion`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn, overload

import numpy as np
import pandas as pd

from povlib import ledger, params
from povlib.allocation.parts import PartPlan
from povlib.calendar import Month
from povlib.errors import Fault, RunError
from povlib.impact.measure_panels import HelpFrames
from povlib.ledger.state import head_at, last_month
from povlib.params.settings import MOST_AT_ONCE
from povlib.runs.area.area_plan import payments_over_parts, plan_of_bundle, plan_over_parts, proof_over_parts
from povlib.runs.area.ledger_standing import LedgerStanding
from povlib.runs.area.office_parts import OfficePart, office_parts
from povlib.runs.area.part_run import PARTS, PartRun
from povlib.runs.run import Run
from povlib.runs.stages.allocation_input import ABLE, POOREST, POOREST_ABLE, problem_shares, with_poorest_fifths
from povlib.runs.stages.stage_inputs import PART_READS, Given, Reads
from povlib.runs.storage.artefacts import Bundle
from povlib.scenarios.openings_allowed import with_openings_allowed
from povlib.support.contracts.open_places import with_contract_places
from povlib.support.parts.law_of_office import LawOfOffice, law_of_office
from povlib.support.parts.rest_of_office import RestOfOffice, less_what_is_left, rest_of_each_part
from povlib.support.resources import full_capacities, kept_share_table, resource_table
from povlib.vocabulary.register import registered_statuses

#: floors that `povlib.allocation.parts` tells apart: one bit of a word each
MOST_FLOORS = 62


@dataclass(frozen=True)
class HelpRecord:
    """Households, incomes and help of everybody, without what else a state holds."""

    households: pd.DataFrame
    observations: pd.DataFrame
    support: pd.DataFrame


@dataclass(frozen=True)
class ContractFrames:
    """Frames of a state that say what running contracts leave open."""

    sale_contracts: pd.DataFrame
    contract_shares: pd.DataFrame
    deliveries: pd.DataFrame


class _PartsInTurn(Sequence[PartRun]):
    """The parts of a run, opened one after the other: held together they would be the whole office in memory."""

    def __init__(self, run: AreaRun) -> None:
        self._run = run

    def __len__(self) -> int:
        return len(self._run.parts)

    @overload
    def __getitem__(self, at: int) -> PartRun: ...
    @overload
    def __getitem__(self, at: slice) -> list[PartRun]: ...
    def __getitem__(self, at: int | slice) -> PartRun | list[PartRun]:
        parts = self._run.parts[at]
        return [self._run.part_run(part) for part in parts] if isinstance(parts, tuple) else self._run.part_run(parts)


@dataclass(frozen=True)
class AreaRun(Run):
    """A run by parts; `povlib.runs.open_run` opens one as any other run."""

    @property
    def is_by_parts(self) -> bool:
        """Yes."""
        return True

    @property
    def state(self) -> NoReturn:
        """Refuse: nothing of a large office is looked at whole.

        Raises
        ------
        RunError
        """
        raise self._not_whole

    @property
    def chosen(self) -> NoReturn:
        """Refuse as `state` does: what the plan gives is told by each of its parts.

        Raises
        ------
        RunError
        """
        raise self._not_whole

    @property
    def _not_whole(self) -> RunError:
        return RunError(
            "this office is planned by parts ({n}), and this looks at a whole office",
            where=self.info.run_id,
            remedy="see its paper: python3 workbench.py report {run}",
            n=len(self.parts),
            run=self.info.run_id,
        )

    @cached_property
    def known_rows(self) -> LedgerStanding:
        """Where the ledger stood at the run's last data batch."""
        with ledger.open(self.office.ledger_place) as book:
            return LedgerStanding(
                self.info.batch, head_at(book, self.info.batch), book.synthetic, last_month(book, self.info.batch), 0
            )

    @property
    def at(self) -> Month:
        """Month-end on which the plan stands: the last month with data."""
        month = self.known_rows.last_month
        if month is None:
            raise ValueError("the ledger of a run has at least one month")
        return month

    @cached_property
    def parts(self) -> tuple[OfficePart, ...]:
        """The parts, in the order of their first village."""

        def make() -> Bundle:
            with ledger.open(self.office.ledger_place) as book:
                households = ledger.read_frame(book, "households", self.info.batch)
            townships = {key: village.township or "" for key, village in self.catalogue.villages.items()}
            registered = households.loc[households["status"].isin(registered_statuses()), "village"].value_counts()
            count = households["village"].value_counts()
            made = office_parts(count, townships, self.settings.part_households, registered)
            rows = [(part.key, list(part.townships), list(part.villages), part.households) for part in made]
            return Bundle(facts={"parts": rows})

        rows = self.stored("partition", make).facts["parts"]
        return tuple(OfficePart(key, tuple(towns), tuple(villages), count) for key, towns, villages, count in rows)

    def part_run(self, part: OfficePart) -> PartRun:
        """Return one part's own chain of artefacts."""
        return PartRun(
            self.folder / PARTS / part.key, self.office, self.info, self.overrides, self.pins, self.takes_over,
            area=self, part=part,
        )  # fmt: skip

    def parts_with(self, households: Iterable[str]) -> tuple[PartRun, ...]:
        """Return the parts that some households live in, in order; households that nobody recorded are in none."""
        with ledger.open(self.office.ledger_place) as book:
            known = ledger.read_frame(book, "households", self.info.batch)
        villages = set(known.loc[known["hh"].isin(set(households)), "village"])
        return tuple(self.part_run(part) for part in self.parts if villages & set(part.villages))

    @property
    def part_runs(self) -> Sequence[PartRun]:
        """Every part, in order; each is opened when it is asked for, and what was read of it goes with it."""
        return _PartsInTurn(self)

    @property
    def can_be_planned_at_once(self) -> bool:
        """Whether the office has no more households than a setting lets a plan without parts have."""
        return sum(part.households for part in self.parts) <= MOST_AT_ONCE

    def refuse_what_needs_the_whole(self) -> None:
        """Refuse settings that a plan by parts cannot keep.

        Raises
        ------
        RunError
            Naming every one of them.
        """
        settings = self.settings
        asked = {
            "settings.closures": bool(settings.closures),
            "settings.source_limits": settings.limits_sources,
            "settings.explore_households": bool(settings.explore_households),
        }
        remedy = (
            "leave it out, or plan the whole at once: --set settings.part_households=50000 (5,000 take 7 GB)"
            if self.can_be_planned_at_once
            else "leave it out, or plan the township as an office of its own"
        )
        faults = [Fault("a plan by parts cannot keep this", name, "", remedy) for name, said in asked.items() if said]
        faults += self._too_many_floors
        faults += [
            Fault(
                "a plan by parts cannot keep a share of a fund that has a ceiling for each household",
                f"funds.{key}",
                "",
                "take out keep or household_ceiling_yuan, or make two funds of it",
            )
            for key, fund in self.catalogue.funds.items()
            if fund.keep and fund.household_ceiling_yuan is not None
        ]
        if faults:
            raise RunError(faults)

    @property
    def _too_many_floors(self) -> list[Fault]:
        """What to say where floors of money and posts would be more than one plan can keep; else nothing."""
        settings, lies_in = self.settings, self.catalogue.areas.of_village
        villages = [key for part in self.parts for key in part.villages]
        floors = {
            "village_money_share": len(villages) if settings.village_money_share else 0,
            "area_money_floors": sum(share > 0 for share in settings.area_money_floors.values()),
            "area_post_floors": sum(share > 0 for share in settings.area_post_floors.values()),
            "poorest_fifth_money_share": int(settings.poorest_fifth_money_share > 0),
            "poorest_fifth_post_share": int(settings.poorest_fifth_post_share > 0),
        }
        for level in ("township", "county"):
            name = f"{level}_money_share"
            named = {lies_in.get(key, {}).get(level) for key in villages} - {None}
            # the only area of its level keeps nothing from another
            floors[name] = len(named) if getattr(settings, name) and len(named) > 1 else 0
        if sum(floors.values()) <= MOST_FLOORS:
            return []
        return [
            Fault(
                "{n} floors of new money and new posts are too many for a plan by parts: at most {most}",
                where=", ".join(f"settings.{name} ({n})" for name, n in floors.items() if n),
                remedy="set some of them to 0, or keep floors for larger areas alone",
                values={"n": sum(floors.values()), "most": MOST_FLOORS},
            )
        ]

    @cached_property
    def catalogue(self) -> params.Catalogue:
        """Parameters of the run, with what it may open; nothing is closed (`refuse_what_needs_the_whole`)."""
        allowed = with_openings_allowed(self.resolved.catalogue, self.settings)
        # of all contracts and everybody's shares: a part sees only the shares of its own households
        return with_contract_places(allowed, self.contracts, self.settings.help_from)

    def given(self, stage: str) -> Given:
        """Return the parameters that a stage reads, made once for all parts: each holds a copy of every post."""
        if stage not in self._given:
            self._given[stage] = super().given(stage)
        return self._given[stage]

    @property
    def _reads_by_stage(self) -> Mapping[str, Reads]:
        """What each stage of a part reads."""
        return PART_READS

    @cached_property
    def _given(self) -> dict[str, Given]:
        return {}

    @cached_property
    def contracts(self) -> ContractFrames:
        """Contracts of sale of the whole office, who has a share in them, what was delivered."""
        with ledger.open(self.office.ledger_place) as book:
            return ContractFrames(
                *(ledger.read_frame(book, name, self.info.batch) for name in ContractFrames.__dataclass_fields__)
            )

    @cached_property
    def township_of(self) -> Mapping[str, str]:
        """Village -> name of its township; of a village that belongs to none, its own key."""
        villages = self.catalogue.villages
        known = {key: village.township or key for key, village in villages.items()}
        return known | {key: key for part in self.parts for key in part.villages if key not in known}

    @cached_property
    def county_of(self) -> Mapping[str, str]:
        """Township -> the county it lies in; those that lie in none are left out."""
        named = self.catalogue.areas.of_village
        return {self.township_of[key]: own["county"] for key, own in named.items() if "county" in own}

    @cached_property
    def part_of_village(self) -> Mapping[str, OfficePart]:
        """Village -> its part, in the order of ``villages.yaml``, those it lacks last."""
        known = {village: part for part in self.parts for village in part.villages}
        listed = [key for key in self.catalogue.villages if key in known]
        return {village: known[village] for village in dict.fromkeys([*listed, *known])}

    @cached_property
    def part_of_township(self) -> Mapping[str, OfficePart]:
        """Township -> its part, in the order in which ``villages.yaml`` first names them."""
        return {self.township_of[village]: part for village, part in self.part_of_village.items()}

    def rest_of(self, part: OfficePart) -> RestOfOffice:
        """Return what a part is told of the whole."""
        return self._rests[part.key]

    @cached_property
    def _law(self) -> Bundle:
        """The law's claims of all parts, paid in one pass in the order of a township; and the registered households."""

        def make() -> Bundle:
            claims: list[pd.DataFrame] = []
            counts: list[int] = []
            for run in self.part_runs:
                owed = run.owed  # its households are let go with it
                claims.append(owed.frames["claims"])
                counts.append(int(owed.facts["registered"]))
            paid = law_of_office(claims, self.catalogue)
            return Bundle({"bills": paid.bills}, facts={"left": dict(paid.left), "registered": counts})

        return self.stored("law", make)

    @property
    def law(self) -> LawOfOffice:
        """What the law takes in all parts together: its bills, and what it leaves of each resource."""
        return LawOfOffice(self._law.frames["bills"], {key: int(n) for key, n in self._law.facts["left"].items()})

    @property
    def taken(self) -> Mapping[str, int]:
        """What the law's claims take of each resource in all parts."""
        return less_what_is_left(full_capacities(self.catalogue), self.law.left)

    @cached_property
    def amounts_left(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What is left of each resource, and the shares that funds keep: the tables ``resources`` and ``keeps``."""
        left = dict(self.law.left)
        return resource_table(self.catalogue, left), kept_share_table(self.catalogue, left)

    @cached_property
    def _rests(self) -> Mapping[str, RestOfOffice]:
        rests = rest_of_each_part(self.law, self._law.facts["registered"])
        return {part.key: rest for part, rest in zip(self.parts, rests, strict=True)}

    @cached_property
    def help_record(self) -> HelpFrames:
        """Households, incomes and help on record, of everybody."""
        households = pd.concat([run.owed.frames["households"] for run in self.part_runs], ignore_index=True)
        with ledger.open(self.office.ledger_place) as book:
            observations, support = (
                ledger.read_frame(book, name, self.info.batch) for name in ("observations", "support")
            )
        return HelpRecord(households.sort_values("hh", ignore_index=True), observations, support)

    @cached_property
    def fifths(self) -> Mapping[str, np.ndarray]:
        """Which households of each part belong to the poorest fifth of the office, and to that of those who can work.

        Part -> households x 2, in the order of `PartRun.standing`.
        """

        def make() -> Bundle:
            standing = [
                run.standing[["hh", "members", "income_fen_per_head", "registered", ABLE]] for run in self.part_runs
            ]
            whole = with_poorest_fifths(pd.concat(standing, ignore_index=True))[[POOREST, POOREST_ABLE]].to_numpy(bool)
            ends = np.cumsum([len(frame) for frame in standing])[:-1]
            return Bundle(
                arrays={part.key: flags for part, flags in zip(self.parts, np.split(whole, ends), strict=True)}
            )

        return self.stored("fifths", make).arrays

    @property
    def persons_by_village(self) -> pd.DataFrame:
        """Persons on the register: village, members."""

        def make() -> Bundle:
            standing = [run.standing for run in self.part_runs]
            persons = pd.concat([own[own["registered"]].groupby("village")["members"].sum() for own in standing])
            return Bundle({"persons": persons.groupby(level=0).sum().reset_index()})

        return self.stored("register", make).frames["persons"]

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Floors of the whole office: of the poorest fifth, and of villages and townships where they are asked for."""
        return problem_shares(self.persons_by_village, self.catalogue, self.settings)

    def groups_of(self, part: OfficePart, standing: pd.DataFrame) -> pd.DataFrame:
        """Return the households of a part with the groups that shares speak of."""
        flags = self.fifths[part.key]
        return standing.drop(columns=ABLE).assign(**{POOREST: flags[:, 0], POOREST_ABLE: flags[:, 1]})

    @cached_property
    def plan(self) -> PartPlan:  # type: ignore[override]
        """The recommended plan over all parts, with its proof."""
        return plan_of_bundle(self, self.stored("plan", lambda: plan_over_parts(self)))

    @cached_property
    def proved(self) -> bool:
        """Whether exact arithmetic repeated the plan's proof from the parts' own files."""
        return bool(self.stored("proof", lambda: proof_over_parts(self)).facts["proved"])

    @cached_property
    def payments(self) -> pd.DataFrame:
        """What the plan takes of each fund in each village: village, fund, fen."""
        return self.stored("paid", lambda: payments_over_parts(self)).frames["villages"]

    @cached_property
    def payments_by_township(self) -> Mapping[str, Mapping[str, int]]:
        """What the plan takes of each fund in each township, fen."""
        rows = self.payments.assign(township=self.payments["village"].map(self.township_of))
        sums = rows.groupby(["township", "fund"], sort=True)["fen"].sum().reset_index()
        paid: dict[str, dict[str, int]] = {}
        for township, fund, fen in zip(sums["township"], sums["fund"], sums["fen"], strict=True):
            paid.setdefault(str(township), {})[str(fund)] = int(fen)
        return paid

    @cached_property
    def paid_by_fund(self) -> Mapping[str, int]:
        """What the plan takes of each fund, fen."""
        return {str(fund): int(fen) for fund, fen in self.payments.groupby("fund")["fen"].sum().items()}
